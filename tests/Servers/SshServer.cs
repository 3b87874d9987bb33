using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace K12Sync.Tests.Servers;

/// <summary>What a server of the tests does differently from OpenSSH's own settings.</summary>
public sealed record SshServerSettings
{
    /// <summary>The command of the subsystem, with its options.</summary>
    public string Subsystem { get; init; } = "/usr/lib/openssh/sftp-server";

    /// <summary>The user sees only the server's folder. Needs root.</summary>
    public bool Chroot { get; init; }

    /// <summary>Where its folder is made; null: where a chroot is possible, or else among the temporary files.</summary>
    public string? Under { get; init; }

    /// <summary>Further lines of its configuration.</summary>
    public string[] More { get; init; } = [];

    /// <summary>Type and number of its host keys.</summary>
    public string[] HostKeys { get; init; } = ["ed25519"];
}

/// <summary>
/// A throw-away SSH server: OpenSSH's own <c>sshd</c>, in a folder of its own, on a port of its own, gone afterwards. Who runs the tests logs in with the key that is
/// made with it.
/// </summary>
/// <remarks>
/// As any user but root it can only let in that user, and knows no passwords. Its configuration has an absolute path because it starts itself
/// anew for each connection.
/// </remarks>
public sealed class SshServer : IAsyncDisposable
{
    private readonly SshServerSettings _settings;
    private readonly List<string> _log = [];
    private Process? _process;

    private SshServer(SshServerSettings settings)
    {
        _settings = settings;
        // Everything above a chroot belongs to root and lets nobody else write, so it cannot be in the folder for temporary files.
        Folder = Directory.CreateDirectory(Path.Combine(settings.Under ?? (IsRoot ? "/run" : Path.GetTempPath()), $"k12sync-sshd-{Guid.NewGuid():N}")).FullName;
        Root = Directory.CreateDirectory(Path.Combine(Folder, "files")).FullName;
        Incoming = Directory.CreateDirectory(Path.Combine(Root, "incoming")).FullName;
    }

    public static bool IsRoot => Environment.UserName == "root";

    /// <summary>Keys, configuration and files.</summary>
    public string Folder { get; }

    /// <summary>The root of a chroot.</summary>
    public string Root { get; }

    /// <summary>Where files go, as this machine sees it.</summary>
    public string Incoming { get; }

    /// <summary>Where files go, as the server's user sees it.</summary>
    public string RemotePath => _settings.Chroot ? "/incoming" : Incoming;

    public int Port { get; private set; }

    /// <summary>Who may log in.</summary>
    public string User { get; } = Environment.UserName;

    /// <summary>The private key that lets that user in, and its file.</summary>
    public string KeyFile => Path.Combine(Folder, "user_key");

    /// <summary>The server's own words, so far.</summary>
    public string[] Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>A public host key, as OpenSSH writes it.</summary>
    public string HostKey(string name = "ed25519") => string.Join(' ', File.ReadAllText(Path.Combine(Folder, $"host_{name}.pub")).Split(' ')[..2]);

    public static async Task<SshServer> StartAsync(SshServerSettings? settings = null)
    {
        var server = new SshServer(settings ?? new SshServerSettings());
        await MakeKeyAsync(server.KeyFile, "ed25519");
        File.Copy(server.KeyFile + ".pub", Path.Combine(server.Folder, "authorized_keys"));
        foreach (var name in server._settings.HostKeys)
            await MakeKeyAsync(Path.Combine(server.Folder, "host_" + name), name.Split('-')[0]);
        await server.RunAsync();
        return server;
    }

    /// <summary>Makes a key pair.</summary>
    public static Task MakeKeyAsync(string path, string type, string passphrase = "") =>
        RunAsync("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path);

    /// <summary>Runs a program to its end; what it said.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        return await output;
    }

    /// <summary>Ends it, if it runs, and starts it again at the same port, perhaps with other host keys.</summary>
    public async Task RestartAsync(params string[] hostKeys)
    {
        await StopAsync();
        foreach (var name in hostKeys.Where(n => !File.Exists(Path.Combine(Folder, "host_" + n))))
            await MakeKeyAsync(Path.Combine(Folder, "host_" + name), name.Split('-')[0]);
        await RunAsync(hostKeys);
    }

    /// <summary>The processes of this server's sessions, by name.</summary>
    public int[] Sessions(string name) => [.. Below(_process!.Id).Where(id => File.ReadAllText($"/proc/{id}/comm").Trim() == name)];

    private static IEnumerable<int> Below(int id) => File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture)).SelectMany(child => Below(child).Prepend(child));

    public async Task StopAsync()
    {
        if (_process is null)
            return;
        // With the sessions it has open.
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task RunAsync(params string[] hostKeys)
    {
        if (IsRoot)
            Directory.CreateDirectory("/run/sshd");
        Port = Port == 0 ? FreePort() : Port;
        var config = Path.Combine(Folder, "sshd_config");
        await File.WriteAllLinesAsync(config, Configuration(hostKeys.Length == 0 ? _settings.HostKeys : hostKeys));
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", config]) { RedirectStandardError = true })!;
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.Add(line.Data ?? "");
            if (line.Data is null || line.Data.StartsWith("Server listening", StringComparison.Ordinal))
                listening.TrySetResult();
        };
        _process.BeginErrorReadLine();
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(20));
        if (_process.HasExited)
            throw new InvalidOperationException("sshd did not start: " + string.Join('\n', Log));
    }

    private IEnumerable<string> Configuration(string[] hostKeys) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"ListenAddress 127.0.0.1:{Port}"),
        .. hostKeys.Select(name => $"HostKey {Path.Combine(Folder, "host_" + name)}"),
        $"AuthorizedKeysFile {Path.Combine(Folder, "authorized_keys")}",
        $"PidFile {Path.Combine(Folder, "pid")}",
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        "MaxStartups 200",
        "LogLevel VERBOSE",
        // Nobody's own shell settings: they take time, and a session that is killed in the middle of them leaves what they left.
        $"SetEnv HOME={Folder}",
        .. _settings.More,
        $"Subsystem sftp {_settings.Subsystem}",
        .. _settings.Chroot ? [$"ChrootDirectory {Root}"] : Array.Empty<string>(),
    ];

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
