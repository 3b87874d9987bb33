using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using K12Sync.Api.Imports;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace K12Sync.Benchmarks;

/// <summary>Databases to measure on, made and thrown away: SQLite in a temporary folder, PostgreSQL on a server of its own (with fsync on).</summary>
public abstract class BenchDatabase : IDisposable
{
    public abstract string Name { get; }

    /// <summary>What a command line says to work on the database that was made last.</summary>
    public abstract IReadOnlyList<string> Arguments { get; }

    /// <summary>For another program's tables, in the place of the database that was made last.</summary>
    public abstract string PlainConnection { get; }

    /// <summary>An empty database with the present schema.</summary>
    public abstract Database Make();

    /// <summary>A district in a new database, with everything of <paramref name="files"/> but its passes.</summary>
    public async Task<K12SyncDb> OpenAsync(BigDistrict files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var database = Make();
        await database.MigrateAsync(default);
        var db = database.Open(await new DistrictDirectory(database).AddAsync("Big", default));
        foreach (var report in await Importer(db).ImportAsync(files.Folder, new ImportChoices(null, null, false), Refuse, default))
            if (report.Rejected > 0)
                throw new InvalidOperationException($"{report.Rejected} rows of {report.File} were rejected.");
        return db;
    }

    /// <summary>Imports the passes as the command does.</summary>
    public static async Task ImportPassesAsync(K12SyncDb db, BigDistrict files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var report = (await Importer(db).ImportAsync(files.PassesFile, new ImportChoices(null, null, false), Refuse, default))[0];
        if (report.Added != files.Passes)
            throw new InvalidOperationException($"{report.Added} of {files.Passes} passes were added.");
    }

    public abstract void Dispose();

    private static ImportOperations Importer(K12SyncDb db) => new(db, TimeProvider.System);

    private static void Refuse(RowRemark remark) => Console.Error.WriteLine(remark);
}

public sealed class BenchSqlite : BenchDatabase
{
    private readonly List<string> _folders = [];

    public override string Name => "SQLite";

    public override IReadOnlyList<string> Arguments => ["--data", _folders[^1]];

    public override string PlainConnection => $"Data Source={Path.Combine(_folders[^1], "plain.db")}";

    public override Database Make()
    {
        _folders.Add(Directory.CreateTempSubdirectory("k12sync-bench-").FullName);
        return new DataFolder(_folders[^1], TimeProvider.System);
    }

    public override void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folders.ForEach(f => Directory.Delete(f, recursive: true));
        _folders.Clear();
    }
}

public sealed class BenchPostgres : BenchDatabase
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "k12sync-bench-pg-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly int _port;
    private int _databases;

    public BenchPostgres()
    {
        Directory.CreateDirectory(_folder);
        if (Environment.UserName == "root")
            Run("chown", "postgres", _folder);
        RunServerTool("initdb", "-D", Path.Combine(_folder, "data"), "-U", "k12sync", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        RunServerTool("pg_ctl", "-D", Path.Combine(_folder, "data"), "-w", "-l", Path.Combine(_folder, "log"),
            "-o", $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1", "start");
    }

    public static bool IsInstalled => Directory.Exists("/usr/lib/postgresql");

    public override string Name => "PostgreSQL";

    public override IReadOnlyList<string> Arguments => ["--connection", Connection, "--data", _folder + "-data"];

    public override string PlainConnection => Connection;

    private string Connection => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=k12sync;Database=b{_databases}");

    public override Database Make()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"b{++_databases}");
        return new PostgresDatabase($"Host=127.0.0.1;Port={_port};Username=k12sync;Database={name}");
    }

    public override void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        RunServerTool("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static void RunServerTool(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin", program)).First(File.Exists);
        if (Environment.UserName == "root")
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else
            Run(path, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        // Its output goes nowhere: the server would inherit a pipe, and reading to the end would wait for the server.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. arguments]) { WorkingDirectory = Path.GetTempPath() })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
