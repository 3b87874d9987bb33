using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>The pipeline on a real folder, so that what ledger and destination mean by size and hash is the same thing.</summary>
public sealed class FolderJourneyTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("k12sync-").FullName;
    private readonly PipelineStage _stage = new();

    public void Dispose() => Directory.Delete(_base, recursive: true);

    private Task<RunReport> RunAsync() =>
        new ExportPipeline(_stage.Ledger, new Destinations(_base), _stage.Clock, RetryPolicy.None).RunAsync(_stage.Connector, RunRequest.Manual, TestContext.Current.CancellationToken);

    private string[] Files() => [.. Directory.EnumerateFiles(Path.Combine(_base, "out")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Run_LeavesOneWholeFile()
    {
        _stage.Add(Tardy(1, "0042"));

        var report = await RunAsync();

        Files().Should().Equal("tardies_20260908_1.csv");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_base, "out", "tardies_20260908_1.csv"), TestContext.Current.CancellationToken);
        bytes.Should().Equal(_stage.Ledger.Batches.Single().File.Content);
        report.Files.Single().Bytes.Should().Be(bytes.Length);
    }

    [Fact]
    public async Task NextRun_FindsItsFile_WhenTheCrashWasAfterTheRename()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Failpoints.Arm(await PointBeforeSettleAsync());
        await Assert.ThrowsAsync<CrashException>(RunAsync);
        _stage.Failpoints.Arm(null);

        var report = await RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 1));
        _stage.Ledger.Batches.Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Delivered);
        Files().Should().Equal("tardies_20260908_1.csv");
    }

    /// <summary>The points of a folder are the ledger's alone; the last four are before and after settle, before and after finish.</summary>
    private static async Task<int> PointBeforeSettleAsync()
    {
        using var rehearsal = new FolderJourneyTests();
        rehearsal._stage.Add(Tardy(1, "0042"));
        await rehearsal.RunAsync();
        return rehearsal._stage.Failpoints.Passed - 4;
    }
}
