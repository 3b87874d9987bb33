using K12Sync.Domain.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>What a run makes of a destination that answers, but not with "done".</summary>
public sealed class TroubleTests
{
    private const string FileName = "tardies_20260908_1.csv";
    private readonly PipelineStage _stage = new();

    private MemoryBatch Batch => _stage.Ledger.Batches.Single();

    [Fact]
    public async Task Run_FailsAndTheNextSendsTheSameBytes_WhenTheUploadFails()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = _ => new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "No space left on device"));

        var report = await _stage.RunAsync();

        (report.Status, report.Error).Should().Be((SyncRunStatus.Failed, $"'{FileName}' was not uploaded: No space left on device"));
        (report.Files.Length, report.RowsSent).Should().Be((0, 0));
        Batch.Status.Should().Be(BatchStatus.Uploading);
        _stage.Destination.OnStage = _ => null;
        (await _stage.RunAsync()).Files.Should().ContainSingle().Which.Sha256.Should().Be(Batch.File.Sha256);
        _stage.Destination.Published.Should().ContainSingle().Which.Content.Should().Equal(Batch.File.Content);
    }

    [Fact]
    public async Task Run_RendersNoNewDebt_WhileAnOlderBatchIsStuck()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = _ => new StageResult.Refused(new Trouble(TroubleKind.Unknown, "no permission"));
        await _stage.RunAsync();
        _stage.Add(Tardy(2, "0051", issued: "2026-09-07 08:00:00"));

        var report = await _stage.RunAsync();

        (report.Status, report.Error).Should().Be((SyncRunStatus.Failed, $"'{FileName}' was not uploaded: no permission"));
        _stage.Ledger.Batches.Should().ContainSingle();
        _stage.Destination.OnStage = _ => null;
        (await _stage.RunAsync()).Files.Select(f => f.Name).Should().Equal(FileName, "tardies_20260908_3.csv");
    }

    [Fact]
    public async Task Run_TriesNoFurtherFile_WhenTheDestinationIsInTrouble()
    {
        _stage.Definition = _stage.Definition with { OneFilePer = FileScope.School };
        _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0051", school: "OMS", schoolId: 2));
        _stage.Destination.OnStage = _ => new StageResult.Refused(new Trouble(TroubleKind.Unknown, "authentication"));

        await _stage.RunAsync();

        _stage.Ledger.Batches.Select(b => b.Attempts).Should().Equal(1, 0);
    }

    [Fact]
    public async Task Run_NeverOverwrites_WhenTheNameIsTaken()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.Final[FileName] = [1, 2, 3];

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Failed);
        report.Error.Should().Be($"'{FileName}' is already at the destination and is never overwritten. Once it is moved away, the same bytes are delivered.");
        _stage.Destination.Final[FileName].Should().Equal(1, 2, 3);
        Batch.Status.Should().Be(BatchStatus.Publishing);
        (await _stage.RunAsync()).Status.Should().Be(SyncRunStatus.Failed);

        _stage.Destination.Final.Remove(FileName);
        (await _stage.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        _stage.Destination.Final[FileName].Should().Equal(Batch.File.Content);
        Batch.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task Run_DeliversTheOtherFiles_WhenOneNameIsTaken()
    {
        _stage.Definition = _stage.Definition with { OneFilePer = FileScope.School };
        _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0051", school: "OMS", schoolId: 2));
        _stage.Destination.Final["LHS_tardies_20260908_1.csv"] = [];

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Failed);
        report.Files.Should().ContainSingle().Which.Name.Should().Be("OMS_tardies_20260908_1.csv");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TakesAFileForItsOwn_WhenTheAnswerToItsRenameWasLost(bool answersNameTaken)
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.AfterPublish = _ => answersNameTaken ? new PublishResult.NameTaken() : new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "connection reset"));

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 1));
        Batch.Status.Should().Be(BatchStatus.Delivered);
    }

    [Fact]
    public async Task Run_DoesNotTakeATwinForItsOwn_WhenItsTemporaryFileIsStillThere()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnPublish = name =>
        {
            _stage.Destination.Final[name] = [.. Batch.File.Content];
            return null;
        };

        (await _stage.RunAsync()).Status.Should().Be(SyncRunStatus.Failed);

        Batch.Status.Should().Be(BatchStatus.Publishing);
    }

    [Fact]
    public async Task Run_AsksAPersonAndNeverSendsAgain_WhenBothFilesAreGone()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.TakesFilesAtOnce = true;
        _stage.Destination.AfterPublish = _ => new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "connection reset"));

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 0));
        report.Unconfirmed.Should().Equal(FileName);
        report.Error.Should().Contain("may have been taken");
        Batch.Status.Should().Be(BatchStatus.DeliveredUnconfirmed);
        _stage.Destination.AfterPublish = _ => null;
        (await _stage.RunAsync()).Files.Should().BeEmpty();
        _stage.Destination.Published.Should().ContainSingle();
    }

    [Fact]
    public async Task Run_AsksAPerson_WhenTheFinalFileHasOtherContentAndTheTemporaryOneIsGone()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnPublish = name =>
        {
            _stage.Destination.Temporary.Clear();
            _stage.Destination.Final[name] = [.. Batch.File.Content, (byte)'\n'];
            return new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "connection reset"));
        };

        var report = await _stage.RunAsync();

        report.Error.Should().Contain("with other content");
        Batch.Status.Should().Be(BatchStatus.DeliveredUnconfirmed);
    }

    [Fact]
    public async Task NextRun_StillDeliversNewDebt_WhenAnOlderFileIsUnconfirmed()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnPublish = _ => new PublishResult.Refused(new Trouble(TroubleKind.Unknown, "no permission"));
        await _stage.RunAsync();
        _stage.Destination.Temporary.Clear();
        _stage.Destination.OnPublish = _ => null;
        _stage.Add(Tardy(2, "0051", issued: "2026-09-07 08:00:00"));

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 1));
        report.Unconfirmed.Should().Equal(FileName);
    }

    [Fact]
    public async Task NextRun_ChangesNothing_WhenItCannotLook()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnPublish = _ => throw new CrashException("in the rename");
        await Assert.ThrowsAsync<CrashException>(() => _stage.RunAsync());
        _stage.Destination.OnPublish = _ => null;
        _stage.Destination.OnLook = () => new LookResult.Unreachable(new Trouble(TroubleKind.Unknown, "no route to host"));

        var report = await _stage.RunAsync();

        (report.Status, report.Error).Should().Be((SyncRunStatus.Failed, $"Whether '{FileName}' has arrived cannot be told: no route to host"));
        (Batch.Status, Batch.Attempts).Should().Be((BatchStatus.Publishing, 1));
        _stage.Destination.Published.Should().BeEmpty();
        _stage.Destination.OnLook = () => null;
        (await _stage.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
    }

    [Fact]
    public async Task NextRun_ChangesNothing_WhenItCannotSweepItsStaleUpload()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = _ => new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "reset"));
        await _stage.RunAsync();
        _stage.Destination.OnDiscard = () => new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "no route to host"));

        (await _stage.RunAsync()).Error.Should().Contain("no route to host");

        Batch.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task NextRun_Delivers_WhenTheServerLetsNobodyDelete()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = _ => new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "reset"));
        await _stage.RunAsync();
        _stage.Destination.OnStage = _ => null;
        _stage.Destination.OnDiscard = () => new StageResult.Refused(new Trouble(TroubleKind.Unknown, "permission denied"));

        (await _stage.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
    }
}
