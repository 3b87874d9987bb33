using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// The one session of a destination: made when it is first needed, shared by all calls, and made again for the next call when it has ended.
/// Calls that ask while one is being made wait for the same one, so a wrong password is shown once and not by each of them.
/// </summary>
/// <remarks>After a refusal that only a person can mend there is no further try: servers lock accounts.</remarks>
internal sealed class SftpConnection(ISftpDialer dialer, SftpOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _endings = [];
    private Task<SftpSession>? _session;
    private Trouble? _refusal;
    private bool _closed;

    /// <summary>A session that was alive a moment ago.</summary>
    /// <exception cref="SftpException">There is none to be had.</exception>
    public Task<SftpSession> GetAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_closed)
                return Task.FromException<SftpSession>(SftpException.Of(TroubleKind.Interrupted, "The destination was closed."));
            if (_refusal is not null)
                return Task.FromException<SftpSession>(new SftpException(_refusal));
            if (_session is { IsCompleted: true } old && !(old.IsCompletedSuccessfully && old.Result.IsAlive))
            {
                if (old.IsCompletedSuccessfully)
                    _endings.Add(old.Result.DisposeAsync().AsTask());
                _endings.RemoveAll(e => e.IsCompletedSuccessfully);
                _session = null;
            }
            _session ??= Task.Run(ConnectAsync, CancellationToken.None);
            return _session.WaitAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<SftpSession>? session;
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            session = _session;
        }
        await _closing.CancelAsync();
        if (session is not null)
            try
            {
                await (await session).DisposeAsync();
            }
            catch (SftpException)
            {
                // There was none.
            }
        await Task.WhenAll(_endings);
        _closing.Dispose();
    }

    private async Task<SftpSession> ConnectAsync()
    {
        using var deadline = new CancellationTokenSource(options.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _closing.Token);
        while (true)
        {
            try
            {
                return await SftpSession.StartAsync(await dialer.DialAsync(either.Token), options, time, either.Token);
            }
            catch (SftpException e)
            {
                if (dialer.HasAnotherWay())
                    continue;
                if (e.Trouble.Kind is TroubleKind.AuthenticationRefused or TroubleKind.HostKeyMismatch)
                    lock (_gate)
                        _refusal = e.Trouble;
                throw;
            }
            catch (OperationCanceledException)
            {
                throw SftpException.Of(TroubleKind.Unreachable, _closing.IsCancellationRequested
                    ? "The destination was closed while it was connecting."
                    : $"The server did not get as far as SFTP within {options.Connect.TotalSeconds:0.#} s.");
            }
        }
    }
}
