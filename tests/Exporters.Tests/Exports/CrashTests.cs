using K12Sync.Domain.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>The world ends before and after every call of ledger and destination; then there is another run.</summary>
public sealed class CrashTests
{
    /// <summary>One school-day with three records in each of two schools' files, so that a crash can fall between two files.</summary>
    private static PipelineStage TwoFiles()
    {
        var stage = new PipelineStage();
        stage.Definition = stage.Definition with { OneFilePer = FileScope.School };
        for (var id = 1; id <= 6; id++)
            stage.Add(Tardy(id, $"00{id}", school: id <= 3 ? "LHS" : "OMS", schoolId: id <= 3 ? 1 : 2));
        return stage;
    }

    private static async Task<int> CountPointsAsync()
    {
        var stage = TwoFiles();
        stage.Failpoints.Arm(null);
        await stage.RunAsync();
        return stage.Failpoints.Passed;
    }

    [Fact]
    public async Task EveryPoint_EndsInExactlyOneDelivery_WhenTheNextRunFollows()
    {
        var points = await CountPointsAsync();
        points.Should().BeGreaterThan(25);
        for (var point = 0; point < points; point++)
        {
            var stage = TwoFiles();
            var where = await stage.RunUntilCrashAsync(point);

            var report = await stage.RunAsync();

            report.Status.Should().Be(SyncRunStatus.Succeeded, where);
            AssertDeliveredOnce(stage, where);
        }
    }

    [Fact]
    public async Task EveryPairOfPoints_EndsInExactlyOneDelivery_WhenTheNextRunCrashesToo()
    {
        var points = await CountPointsAsync();
        var pairs = 0;
        for (var first = 0; first < points; first++)
        {
            for (var second = 0; ; second++)
            {
                var stage = TwoFiles();
                var where = await stage.RunUntilCrashAsync(first);
                stage.Failpoints.Arm(second);
                var crash = await Record.ExceptionAsync(() => stage.RunAsync());
                if (crash is not CrashException)
                    break;
                stage.Failpoints.Arm(null);
                await stage.RunAsync();
                AssertDeliveredOnce(stage, $"{where}, then {crash.Message}");
                pairs++;
            }
        }
        pairs.Should().BeGreaterThan(400);
    }

    private static void AssertDeliveredOnce(PipelineStage stage, string where)
    {
        stage.PublishedRows().Should().HaveCount(6, where).And.OnlyHaveUniqueItems(where);
        stage.Ledger.Batches.Should().OnlyContain(b => b.Status == BatchStatus.Delivered, where);
        stage.Ledger.Records.Should().OnlyContain(r => stage.Ledger.IsGiven(r), where);
        stage.Destination.Temporary.Should().BeEmpty(where);
        foreach (var (name, content) in stage.Destination.Published)
            stage.Ledger.Batches.Should().Contain(b => b.File.FileName == name && b.File.Content.SequenceEqual(content), where);
    }

    [Fact]
    public async Task EveryPoint_EndsInOneDeliveryOrOneQuestion_WhenTheSisTakesFilesAtOnce()
    {
        var points = await CountPointsAsync();
        var questions = 0;
        for (var point = 0; point < points; point++)
        {
            var stage = TwoFiles();
            stage.Destination.TakesFilesAtOnce = true;
            var where = await stage.RunUntilCrashAsync(point);

            await stage.RunAsync();
            await stage.RunAsync();

            stage.PublishedRows().Should().HaveCount(6, where).And.OnlyHaveUniqueItems(where);
            stage.Ledger.Batches.Should().OnlyContain(b => b.Status == BatchStatus.Delivered || b.Status == BatchStatus.DeliveredUnconfirmed, where);
            questions += stage.Ledger.Batches.Count(b => b.Status == BatchStatus.DeliveredUnconfirmed);
        }
        // Renamed and not settled: after the rename itself, and before the commit that settles; for each of the two files.
        questions.Should().Be(4);
    }

    [Fact]
    public async Task NextRun_SendsTheFrozenBytes_WhenTheRecordsHaveChangedSince()
    {
        var stage = new PipelineStage();
        var record = stage.Add(Tardy(1, "0042"));
        stage.Destination.OnStage = _ => throw new CrashException("while uploading");
        await Assert.ThrowsAsync<CrashException>(() => stage.RunAsync());
        stage.Destination.OnStage = _ => null;
        stage.Change(record, line => line with { MinutesLate = 9 });

        var report = await stage.RunAsync();

        report.Files.Select(f => f.Name).Should().Equal("tardies_20260908_1.csv", "tardies_20260908_2.csv");
        stage.PublishedRows().Should().Equal(
            "LHS,0042,2026-09-08,Period 1,1,T,7,P1,2026-09-08T08:07:00-05:00",
            "LHS,0042,2026-09-08,Period 1,1,T,9,P1,2026-09-08T08:07:00-05:00");
        report.RowsSent.Should().Be(2);
    }

    [Fact]
    public async Task NextRun_UploadsUnderANewNameAndSweepsTheOld_WhenTheCrashWasWhileUploading()
    {
        var stage = new PipelineStage();
        stage.Add(Tardy(1, "0042"));
        var names = new List<string>();
        stage.Destination.OnStage = name =>
        {
            names.Add(name);
            if (names.Count > 1)
                return null;
            stage.Destination.Temporary[name] = [1, 2, 3];
            throw new CrashException("half-way");
        };
        await Assert.ThrowsAsync<CrashException>(() => stage.RunAsync());

        await stage.RunAsync();

        names.Should().Equal(".k12sync-1-1.part", ".k12sync-1-2.part");
        stage.Destination.Temporary.Should().BeEmpty();
        stage.PublishedRows().Should().ContainSingle();
    }
}
