using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using K12Sync.Tests.Servers;
using Microsoft.Data.Sqlite;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>What a run of the program left: its exit code and everything it wrote.</summary>
public sealed record Ran(int ExitCode, byte[] Bytes, string Err)
{
    public string Out => Encoding.UTF8.GetString(Bytes);

    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What somebody at a terminal has read so far.</summary>
public sealed class SeenText
{
    private readonly StringBuilder _text = new();

    public string SoFar
    {
        get
        {
            lock (_text)
                return _text.ToString();
        }
    }

    internal async Task CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[8192];
        for (int read; (read = await from.ReadAsync(buffer, cancellation)) > 0;)
        {
            lock (_text)
                _text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }
}

/// <summary>Somebody at a keyboard: runs the built program as a process of its own, in a folder of its own that goes away afterwards.</summary>
public sealed class Desk : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("k12sync-e2e-");

    /// <summary>The sample district as it is in the sources.</summary>
    public static string Sample { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "sample-data"));

    public string Data => Path.Combine(_folder.FullName, "data");

    public string Database => Path.Combine(Data, "k12sync.db");

    public string Outbox => Path.Combine(Data, "outbox");

    public IEnumerable<string> Delivered => Directory.Exists(Outbox) ? Directory.EnumerateFiles(Outbox).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal) : [];

    public byte[] Sent(string name) => File.ReadAllBytes(Path.Combine(Outbox, name));

    public string[] SentLines(string name) => Encoding.UTF8.GetString(Sent(name)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs one command on this desk's data folder.</summary>
    public Task<Ran> RunAsync(params string[] args) => RunOnAsync(Data, args);

    public static async Task<Ran> RunOnAsync(string data, params string[] args)
    {
        using var process = Start([.. args, "--data", data]);
        return await EndAsync(process);
    }

    /// <summary>Runs one command on this desk's data folder, with something on its standard input.</summary>
    public async Task<Ran> RunWithInputAsync(string input, params string[] args)
    {
        using var process = Start([.. args, "--data", Data]);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Runs the program with exactly these arguments.</summary>
    public static async Task<Ran> RunBareAsync(params string[] args)
    {
        using var process = Start(args);
        return await EndAsync(process);
    }

    public static Process Start(params string[] args) => Start(new Dictionary<string, string>(), args);

    /// <summary>As <see cref="Start(string[])"/>, with more in the environment, and by another program if one is named before it.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, string[] args, params string[] before)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string[] command = [.. before, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "k12sync.dll"), .. args];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end and takes everything that was written. What has not ended after <paramref name="longest"/> (default: three minutes) is killed.</summary>
    /// <param name="process">Just started.</param>
    /// <param name="longest">How long it may take.</param>
    /// <param name="seen">Also gets what is written to standard output, while the process runs.</param>
    public static async Task<Ran> EndAsync(Process process, TimeSpan? longest = null, SeenText? seen = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(longest ?? Patience);
        using var output = new MemoryStream();
        try
        {
            var copying = (seen ?? new SeenText()).CopyAsync(process.StandardOutput.BaseStream, output, patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            await copying;
            return new Ran(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Writes a file to import, each line ended by LF, and returns its path.</summary>
    public string Write(string name, params string[] lines) => Write(name, Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))));

    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.CreateSubdirectory("import").FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>The folder that <see cref="Write(string, string[])"/> writes into.</summary>
    public string Import => _folder.CreateSubdirectory("import").FullName;

    /// <summary>Starts from the sample district, delivered once.</summary>
    public Desk WithSample(SampleDistrict sample) => WithCopyOf(sample.Data);

    /// <summary>Starts from a copy of somebody's data folder.</summary>
    public Desk WithCopyOf(string data)
    {
        Copy(data, Data);
        return this;
    }

    /// <summary>Runs SQL on the database, as nobody should.</summary>
    public object? Sql(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from a test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Copies a folder with everything in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>The sample district after <c>demo --once</c>, made once for all tests. Nobody writes into it: a test takes a copy.</summary>
public sealed class SampleDistrict : IAsyncLifetime
{
    private readonly Desk _desk = new();
    private readonly Desk _postgresDesk = new();
    private readonly SemaphoreSlim _making = new(1, 1);
    private string? _postgresDatabase;

    public string Data => _desk.Data;

    public Ran Demo { get; private set; } = null!;

    /// <summary><c>map --format csv</c> of it.</summary>
    public Ran Map { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Demo = await _desk.RunAsync("demo", "--once");
        Map = await _desk.RunAsync("map", "--format", "csv");
    }

    /// <summary>A database like it on PostgreSQL, made for who asks, and its data folder copied to <paramref name="desk"/>.</summary>
    public async Task<string> OnPostgresAsync(PostgresServer postgres, Desk desk)
    {
        await _making.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_postgresDatabase is null)
            {
                var database = await postgres.MakeDatabaseAsync();
                var demo = await _postgresDesk.RunAsync("demo", "--once", "--connection", await postgres.ConnectionAsync(database));
                demo.ExitCode.Should().Be(0, demo.Err);
                await postgres.CloseDatabaseAsync(database);
                _postgresDatabase = database;
            }
        }
        finally
        {
            _making.Release();
        }
        desk.WithCopyOf(_postgresDesk.Data);
        return await postgres.MakeDatabaseAsync(_postgresDatabase);
    }

    public ValueTask DisposeAsync()
    {
        _desk.Dispose();
        _postgresDesk.Dispose();
        _making.Dispose();
        return ValueTask.CompletedTask;
    }
}
