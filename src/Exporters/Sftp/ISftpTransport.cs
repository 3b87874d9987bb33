using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Two streams to something that speaks SFTP, and its end. What runs behind them is its own business.</summary>
internal interface ISftpTransport : IAsyncDisposable
{
    /// <summary>What the server says. Read by one thread; ends when the far side or <see cref="Kill"/> ends it.</summary>
    Stream FromServer { get; }

    /// <summary>What the server is told. Written by one thread; closing it ends the session in good order.</summary>
    Stream ToServer { get; }

    /// <summary>The server speaks SFTP: what was needed to get in can go.</summary>
    void SettleIn();

    /// <summary>Ends both streams at once. May be called from any thread, at any time, more than once.</summary>
    void Kill();

    /// <summary>Why it ended by itself, once <see cref="FromServer"/> has. Bounded in time.</summary>
    /// <param name="wasUp">It had spoken SFTP before.</param>
    ValueTask<Trouble> ExplainEndAsync(bool wasUp);
}

/// <summary>Makes transports to one server.</summary>
internal interface ISftpDialer
{
    /// <summary>A new one. The server need not have answered yet.</summary>
    /// <exception cref="SftpException">It cannot even be tried.</exception>
    ValueTask<ISftpTransport> DialAsync(CancellationToken cancellation);

    /// <summary>True once after the server refused a way of authentication before any secret was shown, and there is another way to try.</summary>
    bool HasAnotherWay();
}
