using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace K12Sync.Tests.Servers;

/// <summary>
/// A throw-away PostgreSQL server for the tests of one assembly: a real one, in a temporary folder, on a port of its own, gone afterwards.
/// It refuses to run as root, so as root it is started as the <c>postgres</c> user that Debian's package makes.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "k12sync-pg-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly SemaphoreSlim _starting = new(1, 1);
    private int _port;

    /// <summary>A connection to a database of this server, which is started when it is first asked for.</summary>
    public async Task<string> ConnectionAsync(string database)
    {
        await _starting.WaitAsync();
        try
        {
            if (_port == 0)
                await StartAsync();
        }
        finally
        {
            _starting.Release();
        }
        return $"Host=127.0.0.1;Port={_port};Username=k12sync;Database={database};Pooling=true;Maximum Pool Size=20";
    }

    /// <summary>Makes a database, as a copy of <paramref name="template"/> if one is named.</summary>
    public async Task<string> MakeDatabaseAsync(string? template = null)
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        await RunAsync($"CREATE DATABASE {name}" + (template is null ? "" : $" TEMPLATE {template}"));
        return name;
    }

    /// <summary>Nobody can connect to this database from now on, and who is connected is cut off: only so can it be copied at any time.</summary>
    public Task CloseDatabaseAsync(string name) =>
        RunAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");

    /// <summary>Drops a database, whoever is still connected.</summary>
    public Task DropDatabaseAsync(string name) => RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_port != 0)
            await ExecuteAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _starting.Dispose();
    }

    private async Task StartAsync()
    {
        Directory.CreateDirectory(_folder);
        if (Environment.UserName == "root")
            await RunProcessAsync("chown", "postgres", _folder);
        var data = Path.Combine(_folder, "data");
        await ExecuteAsync("initdb", "-D", data, "-U", "k12sync", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        await ExecuteAsync("pg_ctl", "-D", data, "-w", "-l", Path.Combine(_folder, "log"),
            "-o", $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200", "start");
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await ConnectionAsync("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task ExecuteAsync(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin", program)).First(File.Exists);
        return Environment.UserName == "root" ? RunProcessAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunProcessAsync(path, arguments);
    }

    private static async Task RunProcessAsync(string program, params string[] arguments)
    {
        // Its output is not read: the server inherits the pipes, and reading to their end would wait for the server.
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.GetTempPath() })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
