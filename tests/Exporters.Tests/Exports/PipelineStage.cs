using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>A pipeline with its ledger and far side, on Tuesday 8 September 2026, 15:30 in Chicago.</summary>
internal sealed class PipelineStage
{
    public PipelineStage()
    {
        Clock = new FixedClock(new DateTimeOffset(2026, 9, 8, 20, 30, 0, TimeSpan.Zero));
        Ledger = new MemoryLedger(Failpoints, Clock);
        Destination = new ScriptedDestination(Failpoints);
    }

    public Failpoints Failpoints { get; } = new();
    public FixedClock Clock { get; }
    public MemoryLedger Ledger { get; }
    public ScriptedDestination Destination { get; }
    public ConnectorDefinition Definition { get; set; } =
        new("k12sync-csv", new FolderDestinationDefinition("out"), ImmutableArray<string>.Empty, ImmutableArray<string>.Empty);

    public Layout Layout { get; set; } = LayoutPresets.K12SyncCsv;

    /// <summary>The schools that the connector selects; only files without rows ask for them.</summary>
    public ImmutableArray<ConnectorSchool> Schools { get; set; } = [];

    /// <summary>What a person has let go.</summary>
    public int? AllowedRows { get; set; }

    public Connector Connector => new(1, "SIS", Definition with { Layout = Layout.Name }, Layout, Schools) { AllowedRows = AllowedRows };
    /// <summary>A connector that delivers somewhere else.</summary>
    public static Connector ConnectorTo(DestinationDefinition destination) =>
        new(1, "SIS", new ConnectorDefinition("k12sync-csv", destination, [], []), LayoutPresets.K12SyncCsv, []);

    /// <summary>None, unless a test is about trying again.</summary>
    public RetryPolicy Retries { get; set; } = RetryPolicy.None;

    private ExportPipeline Pipeline => new(Ledger, Destination, Clock, Retries);

    public Task<RunReport> RunAsync() => RunUntilStoppedAsync(TestContext.Current.CancellationToken);

    public Task<RunReport> RunUntilStoppedAsync(CancellationToken stop, CancellationToken deadline = default) =>
        Pipeline.RunAsync(Connector, RunRequest.Manual with { Deadline = deadline }, stop);

    public Task<ExportPreview> PreviewAsync() => Pipeline.PreviewAsync(Connector, TestContext.Current.CancellationToken);

    public async Task<string> RunUntilCrashAsync(int point)
    {
        Failpoints.Arm(point);
        var crash = await Assert.ThrowsAsync<CrashException>(() => RunAsync());
        Failpoints.Arm(null);
        return crash.Message;
    }

    public TardyLine Add(TardyLine line)
    {
        Ledger.Records.Add(line);
        return line;
    }

    /// <summary>A new version of a record.</summary>
    public TardyLine Change(TardyLine line, Func<TardyLine, TardyLine> change)
    {
        var changed = change(line) with { Version = line.Version + 1 };
        Ledger.Records[Ledger.Records.IndexOf(line)] = changed;
        return changed;
    }

    /// <summary>Rows as sent, without the header.</summary>
    public static string[] Rows(byte[] content) => Encoding.UTF8.GetString(content).Split("\r\n")[1..^1];

    public string[] PublishedRows() => [.. Destination.Published.SelectMany(p => Rows(p.Content))];

    /// <summary>A tardy of <paramref name="issued"/>, wall-clock time in Chicago.</summary>
    public static TardyLine Tardy(long id, string student, string period = "1", string issued = "2026-09-08 08:07:00", string school = "LHS", long schoolId = 1)
    {
        var local = DateTime.ParseExact(issued, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return new TardyLine(
            id, 1, true, false, schoolId, school, school, student, null, DateOnly.FromDateTime(local), "Period " + period, period, "T", 7,
            $"P{id}", new DateTimeOffset(local, TimeSpan.FromHours(-5)));
    }
}

internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
