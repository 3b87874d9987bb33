namespace K12Sync.Exporters.Sftp;

/// <summary>How long an SFTP destination waits, how much it asks for at once, and which programs it runs. Every wait it has is bounded by one of these.</summary>
public sealed record SftpOptions
{
    /// <summary>What is used unless something else is said.</summary>
    public static SftpOptions Default { get; } = new();

    /// <summary>For a TCP connection and the server's identification; whole seconds.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For everything from the start until the server speaks SFTP: host key, key exchange and authentication included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>The session is ended when requests are open and no reply to any of them has come for this long.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The session is ended when one request has been open for this long, whatever else is answered.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the far side to end the session after we have; then it is killed.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For <c>ssh</c> to ask the server for a sign of life; two questions without an answer end the session. Whole seconds.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many calls are at work on the one connection; more wait.</summary>
    public int CallsAtOnce { get; init; } = 128;

    /// <summary>Bytes sent and not yet acknowledged, over all files.</summary>
    public int Window { get; init; } = 4 << 20;

    /// <summary>The OpenSSH client.</summary>
    public string Ssh { get; init; } = "ssh";

    /// <summary>The program of OpenSSH that asks a server for its host keys.</summary>
    public string KeyScan { get; init; } = "ssh-keyscan";

    /// <summary>The program of OpenSSH that can tell whether a private key opens.</summary>
    public string KeyTool { get; init; } = "ssh-keygen";
}
