using System.Text;
using K12Sync.Domain.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>File names that do not count runs: what is done while the previous file is still there.</summary>
public sealed class ExistingFileTests
{
    private const string Name = "tardies.csv";
    private readonly PipelineStage _stage = With(OnExistingFile.Hold);

    private static PipelineStage With(OnExistingFile policy)
    {
        var stage = new PipelineStage();
        stage.Definition = stage.Definition with { FileName = Name, ExistingFile = policy };
        return stage;
    }

    /// <summary>A first file is delivered and unread, and one more tardy is owed.</summary>
    private static async Task<PipelineStage> OneUnreadAsync(OnExistingFile policy)
    {
        var stage = With(policy);
        stage.Add(Tardy(1, "0042"));
        (await stage.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        stage.Add(Tardy(2, "0051", issued: "2026-09-07 08:05:00"));
        return stage;
    }

    [Fact]
    public async Task Hold_WaitsUntilTheFileIsTaken_AndThenSendsTheSameBytes()
    {
        var stage = await OneUnreadAsync(OnExistingFile.Hold);

        (await stage.RunAsync()).ErrorCode.Should().Be(TroubleKind.NameTaken);
        stage.Destination.Final.Remove(Name);
        var report = await stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 1));
        stage.PublishedRows().Should().HaveCount(2).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Cumulative_TakesTheUnreadFileBack_AndSendsOneThatSaysEverything()
    {
        var stage = await OneUnreadAsync(OnExistingFile.Cumulative);

        var report = await stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 2));
        Rows(stage.Destination.Final[Name]).Should().HaveCount(2).And.OnlyHaveUniqueItems();
        stage.Destination.Temporary.Should().BeEmpty();
        stage.Ledger.Batches.Select(b => b.Status).Should().Equal(BatchStatus.TakenBack, BatchStatus.Delivered);
    }

    [Fact]
    public async Task Cumulative_SendsOnlyTheNew_WhenTheFileWasRead()
    {
        var stage = await OneUnreadAsync(OnExistingFile.Cumulative);
        stage.Destination.Final.Remove(Name);

        var report = await stage.RunAsync();

        report.RowsSent.Should().Be(1);
        stage.PublishedRows().Should().HaveCount(2).And.OnlyHaveUniqueItems();
        stage.Ledger.Batches.Select(b => b.Status).Should().Equal(BatchStatus.Delivered, BatchStatus.Delivered);
    }

    [Fact]
    public async Task Cumulative_SendsOnlyTheNew_WhenTheFileIsReadAtTheLastMoment()
    {
        var stage = await OneUnreadAsync(OnExistingFile.Cumulative);
        stage.Destination.OnPublish = final =>
        {
            if (final.EndsWith("-back.part", StringComparison.Ordinal))
                stage.Destination.Final.Remove(Name);
            return null;
        };

        var report = await stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 1));
        stage.PublishedRows().Should().HaveCount(2).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Cumulative_LeavesAFileAlone_ThatIsNotOurs()
    {
        var stage = await OneUnreadAsync(OnExistingFile.Cumulative);
        stage.Destination.Final[Name] = "theirs"u8.ToArray();

        var report = await stage.RunAsync();

        (report.Status, report.ErrorCode).Should().Be((SyncRunStatus.Failed, TroubleKind.NameTaken));
        Encoding.UTF8.GetString(stage.Destination.Final[Name]).Should().Be("theirs");
    }

    [Fact]
    public async Task Cumulative_LeavesAFileAlone_WhenNothingNewIsOwed()
    {
        var stage = With(OnExistingFile.Cumulative);
        stage.Add(Tardy(1, "0042"));
        await stage.RunAsync();

        (await stage.RunAsync()).RowsSent.Should().Be(0);

        stage.Destination.Published.Should().ContainSingle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cumulative_EndsInOneReading_WhereverItCrashes(bool isReadInBetween)
    {
        var points = 1000;
        for (var point = 0; point < points; point++)
        {
            var stage = await OneUnreadAsync(OnExistingFile.Cumulative);
            var read = new List<string>();
            stage.Failpoints.Arm(point);
            if (await Record.ExceptionAsync(() => stage.RunAsync()) is not CrashException crash)
            {
                points = point;
                break;
            }
            stage.Failpoints.Arm(null);
            if (isReadInBetween)
                Read(stage, read);

            var report = await stage.RunAsync();
            if (report.Status != SyncRunStatus.Succeeded)
                (report.Status, isReadInBetween).Should().Be((SyncRunStatus.SucceededWithHolds, true), $"{crash.Message}: only a file that was read can be in doubt");
            Read(stage, read);

            read.Should().OnlyHaveUniqueItems(crash.Message);
            read.Should().HaveCount(2, crash.Message);
        }
        points.Should().BeInRange(20, 999);
    }

    /// <summary>The SIS reads what is there and removes it.</summary>
    private static void Read(PipelineStage stage, List<string> read)
    {
        if (stage.Destination.Final.Remove(Name, out var content))
            read.AddRange(Rows(content));
    }

    [Fact]
    public async Task MoveAside_KeepsTheOldFileUnderANameOfItsOwn_AndSaysSo()
    {
        var stage = await OneUnreadAsync(OnExistingFile.MoveAside);
        var old = stage.Destination.Final[Name];

        var report = await stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Succeeded);
        report.Warnings.Should().ContainSingle().Which.Should().Be("A file with the name 'tardies.csv' was there and is now 'tardies.csv.before-2'.");
        stage.Destination.Final["tardies.csv.before-2"].Should().Equal(old);
        Rows(stage.Destination.Final[Name]).Should().ContainSingle();
    }

    [Fact]
    public async Task Replace_PutsTheNewFileInItsPlace()
    {
        var stage = await OneUnreadAsync(OnExistingFile.Replace);

        (await stage.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);

        Rows(stage.Destination.Final[Name]).Should().ContainSingle();
        stage.Destination.Final.Should().ContainSingle();
    }

    [Fact]
    public async Task DoneFile_FollowsTheFile_AndTheBatchIsDeliveredOnlyThen()
    {
        _stage.Definition = _stage.Definition with { DoneFile = "{file}.done" };
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = name => name.EndsWith("-done.part", StringComparison.Ordinal) ? new StageResult.TryAgain(new Trouble(TroubleKind.Interrupted, "reset")) : null;

        var failed = await _stage.RunAsync();

        failed.Error.Should().Be("'tardies.csv' is there, but 'tardies.csv.done', which says so, could not be written: reset");
        _stage.Ledger.Batches.Single().Status.Should().Be(BatchStatus.Publishing);
        _stage.Destination.OnStage = _ => null;
        (await _stage.RunAsync()).RowsSent.Should().Be(1);
        _stage.Destination.Published.Select(p => p.Name).Should().Equal(Name, "tardies.csv.done");
        _stage.Destination.Final["tardies.csv.done"].Should().BeEmpty();
    }

    [Fact]
    public async Task ABatchThatWasBeingPublished_AsksAPerson_WhenTheConnectorWasMovedElsewhere()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnPublish = _ => new PublishResult.TryAgain(new Trouble(TroubleKind.Interrupted, "reset"));
        await _stage.RunAsync();
        _stage.Destination.OnPublish = _ => null;
        _stage.Definition = _stage.Definition with { Destination = new FolderDestinationDefinition("elsewhere") };

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.SucceededWithHolds);
        report.Error.Should().Contain("was being published at folder out when the connector was moved to folder elsewhere");
        _stage.Destination.Published.Should().BeEmpty();
    }

    [Fact]
    public async Task ABatchThatWasOnlyUploaded_GoesToTheNewPlace_WhenTheConnectorWasMoved()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = _ => new StageResult.TryAgain(new Trouble(TroubleKind.Unreachable, "no route"));
        await _stage.RunAsync();
        _stage.Destination.OnStage = _ => null;
        _stage.Definition = _stage.Definition with { Destination = new FolderDestinationDefinition("elsewhere") };

        (await _stage.RunAsync()).RowsSent.Should().Be(1);
    }

    [Fact]
    public async Task Run_IsHeldAndFreezesNothing_WhenItWouldSendFarMoreThanUsual()
    {
        _stage.Definition = _stage.Definition with { MostTimesUsual = 3 };
        _stage.Ledger.Usual = 2;
        for (var id = 1; id <= 7; id++)
            _stage.Add(Tardy(id, $"00{id}"));

        var report = await _stage.RunAsync();

        (report.Status, report.HoldConnector!.Kind, report.RowsSent).Should().Be((SyncRunStatus.Held, ConnectorHoldKind.TooManyRows, 0));
        report.Error.Should().StartWith("The run would send 7 rows; 2 are usual.");
        _stage.Ledger.Batches.Should().BeEmpty();
        _stage.AllowedRows = 7;
        (await _stage.RunAsync()).RowsSent.Should().Be(7);
    }

    [Fact]
    public async Task ManyFiles_AreCommittedInWaves_TheFirstAlone()
    {
        _stage.Definition = _stage.Definition with { FileName = "{school}.csv", OneFilePer = FileScope.School };
        for (var school = 1; school <= 100; school++)
            _stage.Add(Tardy(school, $"{school:0000}", school: $"S{school:000}", schoolId: school));

        (await _stage.RunAsync()).Files.Should().HaveCount(100);

        _stage.Ledger.Steps["uploading"].Should().Be(3, "1, 64 and 35 files");
        _stage.Ledger.Steps["settle"].Should().Be(3);
    }
}
