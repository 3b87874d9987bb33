using System.Globalization;
using K12Sync.Api.Access;
using K12Sync.Api.Exports;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Exports;
using K12Sync.Exporters.Sftp;
using Microsoft.Data.Sqlite;

namespace K12Sync.Nemesis;

/// <summary>How a runner runs; what is handed to its process.</summary>
/// <param name="Data">The data folder.</param>
/// <param name="Start">When the fast clock began; UTC ticks.</param>
/// <param name="Speed">How fast it is.</param>
/// <param name="AheadHours">How wrong it is.</param>
/// <param name="Port">Where the SFTP server is for this runner: a proxy of its own.</param>
/// <param name="Deed">What is wrong with its destinations.</param>
internal sealed record RunnerSettings(string Data, long Start, int Speed, int AheadHours, int Port, Deed Deed)
{
    public string[] ToArguments() => [Data, Text(Start), Text(Speed), Text(AheadHours), Text(Port), Deed.ToString()];

    public static RunnerSettings Parse(ReadOnlySpan<string> arguments) =>
        new(arguments[0], Number(arguments[1]), (int)Number(arguments[2]), (int)Number(arguments[3]), (int)Number(arguments[4]), Enum.Parse<Deed>(arguments[5]));

    public NemesisClock Clock => new(new DateTimeOffset(Start, TimeSpan.Zero), Speed, TimeSpan.FromHours(AheadHours));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Runs every connector of every district over and over, with the operation that commands and jobs call. Its process may end at any moment.</summary>
internal sealed class Runner(RunnerSettings settings)
{
    private static readonly SftpOptions Impatient = new()
    {
        Answer = TimeSpan.FromSeconds(3),
        Connect = TimeSpan.FromSeconds(8),
        Silence = TimeSpan.FromSeconds(1.5),
        Request = TimeSpan.FromSeconds(6),
        Close = TimeSpan.FromMilliseconds(500),
        KeepAlive = TimeSpan.FromSeconds(2),
    };

    private readonly NemesisClock _clock = settings.Clock;

    /// <summary>Until the process ends.</summary>
    public async Task LoopAsync(Action<string> tell, CancellationToken cancellation)
    {
        var data = new DataFolder(settings.Data, _clock);
        var districts = await new DistrictDirectory(data).ListAsync(cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            foreach (var (district, name) in districts)
                await RoundAsync(data, district, name, tell, cancellation);
            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Each connector of a district once.</summary>
    /// <returns>True if nothing was left to do.</returns>
    public async Task<bool> RoundAsync(DataFolder data, DistrictId district, string name, Action<string> tell, CancellationToken cancellation)
    {
        await using var db = data.Open(district);
        var idle = true;
        var connectors = (await new ConnectorOperations(db, new LayoutOperations(db), _clock).ListAsync(cancellation)).ToArray();
#pragma warning disable CA5394 // Two runners should not go hand in hand.
        Random.Shared.Shuffle(connectors);
#pragma warning restore CA5394
        foreach (var connector in connectors)
        {
            var exports = new ExportOperations(db, new RunLeases(data, district, _clock), new Outlets(new ThroughProxy(new Destinations(data.Path, Impatient), settings), new AgencySystems(_clock)),
                new SecretVault(db, new SecretKeys(data.Path)), _clock)
            {
                Retries = new RetryPolicy(3, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)),
            };
            RunReport run;
            try
            {
                run = (await exports.RunAsync(connector, RunRequest.Manual, cancellation)).Run;
            }
            catch (Exception e) when (IsLocked(e))
            {
                // Said after a minute of waiting; the run is left as a crash would leave it.
                tell($"{name}/{connector.Name}: {e.Message}");
                return false;
            }
            idle &= run.Status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds && run.Files.IsEmpty;
            if (run.Status != SyncRunStatus.Succeeded || !run.Files.IsEmpty)
                tell($"{name}/{connector.Name} run {run.RunNumber} {run.Status}: {string.Join(' ', run.Files.Select(f => $"{f.Name}={f.Sha256[..6]}"))} {run.Error}");
        }
        return idle;
    }

    /// <summary>True where others wrote all the time that one waits for its turn. Disks that take long to flush make that happen to who is unlucky.</summary>
    public static bool IsLocked(Exception e) => (e as SqliteException ?? e.InnerException as SqliteException)?.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY;

    private sealed class ThroughProxy(IDestinations destinations, RunnerSettings settings) : IDestinations
    {
        public IDestination Open(Connector connector)
        {
            var definition = connector.Definition;
            if (definition.Destination is SftpDestinationDefinition sftp)
                definition = definition with { Destination = sftp with { Port = settings.Port } };
            var destination = destinations.Open(connector with { Definition = definition });
            return settings.Deed == Deed.None ? destination : new BrokenDestination(destination, settings.Deed, connector, destinations);
        }
    }
}
