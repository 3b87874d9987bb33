using System.Security.Cryptography;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

public sealed class ExportPipelineTests
{
    private readonly PipelineStage _stage = new();

    [Fact]
    public async Task Run_DeliversAndSettlesWhatIsOwed()
    {
        var first = _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0007"));

        var report = await _stage.RunAsync();

        var (name, content) = _stage.Destination.Published.Should().ContainSingle().Subject;
        name.Should().Be("tardies_20260908_1.csv");
        Rows(content).Should().Equal(
            "LHS,0007,2026-09-08,Period 1,1,T,7,P2,2026-09-08T08:07:00-05:00",
            "LHS,0042,2026-09-08,Period 1,1,T,7,P1,2026-09-08T08:07:00-05:00");
        report.Should().BeEquivalentTo(new
        {
            RunNumber = 1L,
            Status = SyncRunStatus.Succeeded,
            RowsSent = 2,
            RowsRepeated = 0,
            Error = (string?)null,
        });
        report.Files.Should().Equal(new DeliveredFile(name, 2, content.Length, Convert.ToHexString(SHA256.HashData(content))));
        _stage.Ledger.Batches.Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Delivered);
        _stage.Ledger.IsGiven(first).Should().BeTrue();
        _stage.Ledger.RunStatus.Values.Should().Equal(SyncRunStatus.Succeeded);
        _stage.Destination.Temporary.Should().BeEmpty();
    }

    [Fact]
    public async Task Run_SendsNoFile_WhenNothingIsOwed()
    {
        _stage.Add(Tardy(1, "0042"));
        await _stage.RunAsync();
        var calls = _stage.Destination.Calls;

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Succeeded);
        report.RunNumber.Should().Be(2);
        report.Files.Should().BeEmpty();
        _stage.Destination.Calls.Should().Be(calls);
    }

    [Fact]
    public async Task Run_SendsTheWholeDayAgain_WhenOneRecordIsNew()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0042", issued: "2026-09-07 08:03:00"));
        await _stage.RunAsync();
        _stage.Add(Tardy(3, "0051"));

        var report = await _stage.RunAsync();

        (report.RowsSent, report.RowsRepeated).Should().Be((1, 1));
        report.Files.Should().ContainSingle().Which.Rows.Should().Be(2);
        Rows(_stage.Destination.Published[1].Content).Should().Equal(
            "LHS,0042,2026-09-08,Period 1,1,T,7,P1,2026-09-08T08:07:00-05:00",
            "LHS,0051,2026-09-08,Period 1,1,T,7,P3,2026-09-08T08:07:00-05:00");
    }

    [Fact]
    public async Task Run_LeavesOutAWithdrawnRecord_WhenItsDayHasOthers()
    {
        var wrong = _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0051"));
        await _stage.RunAsync();
        _stage.Change(wrong, line => line with { IsWithdrawn = true });

        var report = await _stage.RunAsync();

        (report.RowsSent, report.RowsRepeated).Should().Be((1, 1));
        Rows(_stage.Destination.Published[1].Content).Should().Equal("LHS,0051,2026-09-08,Period 1,1,T,7,P2,2026-09-08T08:07:00-05:00");
    }

    [Fact]
    public async Task Run_SaysThatADayHasNoTardies_WhenAllItsRecordsAreWithdrawn()
    {
        var wrong = _stage.Add(Tardy(1, "0042"));
        await _stage.RunAsync();
        _stage.Change(wrong, line => line with { IsWithdrawn = true });

        var report = await _stage.RunAsync();

        Rows(_stage.Destination.Published[1].Content).Should().Equal("LHS,,2026-09-08,,,,,,");
        report.Files.Should().ContainSingle().Which.Rows.Should().Be(1);
        (await _stage.RunAsync()).Files.Should().BeEmpty();
    }

    [Fact]
    public async Task Run_DoesNotCountASettledWithdrawal_WhenItsDayIsSentAgain()
    {
        var wrong = _stage.Add(Tardy(1, "0042"));
        await _stage.RunAsync();
        _stage.Change(wrong, line => line with { IsWithdrawn = true });
        await _stage.RunAsync();
        _stage.Add(Tardy(2, "0051"));

        var report = await _stage.RunAsync();

        (report.RowsSent, report.RowsRepeated).Should().Be((1, 0));
        report.Files.Should().ContainSingle().Which.Rows.Should().Be(1);
    }

    [Fact]
    public async Task Run_WritesAFilePerSchool_WhenTheConnectorSaysSo()
    {
        _stage.Definition = _stage.Definition with { OneFilePer = FileScope.School };
        _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0042", issued: "2026-09-07 08:03:00"));
        _stage.Add(Tardy(3, "0099", school: "OMS", schoolId: 2));

        var report = await _stage.RunAsync();

        report.Files.Select(f => (f.Name, f.Rows)).Should().Equal(("LHS_tardies_20260908_1.csv", 2), ("OMS_tardies_20260908_1.csv", 1));
        Rows(_stage.Destination.Final["OMS_tardies_20260908_1.csv"]).Should().ContainSingle().Which.Should().StartWith("OMS,0099,");
        _stage.Ledger.Batches.Should().OnlyContain(b => b.Status == BatchStatus.Delivered);
    }

    [Theory]
    [InlineData("tardies.csv", FileScope.School, "OMS", "*Two files of this run would be named 'tardies.csv'*")]
    [InlineData("{school}.csv", FileScope.School, "lhs", "*Two files of this run would be named 'lhs.csv'*")]
    [InlineData("{school}.csv", FileScope.School, "O/S", "*must not hold '/'*")]
    [InlineData("{school}.csv", FileScope.District, "OMS", "*no one school*")]
    [InlineData("{when}.csv", FileScope.District, "OMS", "*'when' is no place*")]
    public async Task Run_FailsBeforeFreezing_WhenFilesCannotBeNamed(string pattern, FileScope scope, string secondSchool, string reason)
    {
        _stage.Definition = _stage.Definition with { FileName = pattern, OneFilePer = scope };
        _stage.Add(Tardy(1, "0042"));
        _stage.Add(Tardy(2, "0042", school: secondSchool, schoolId: 2));

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Failed);
        report.Error.Should().Match(reason);
        _stage.Ledger.Batches.Should().BeEmpty();
        _stage.Ledger.RunStatus.Values.Should().Equal(SyncRunStatus.Failed);
    }

    [Fact]
    public async Task Run_DatesFilesByTheSchoolsDay_WhenUtcIsADayAhead()
    {
        _stage.Clock.Now = new DateTimeOffset(2026, 9, 9, 3, 0, 0, TimeSpan.Zero);
        _stage.Add(Tardy(1, "0042"));

        (await _stage.RunAsync()).Files.Should().ContainSingle().Which.Name.Should().Be("tardies_20260908_1.csv");
    }

    [Fact]
    public async Task Run_IsSkipped_WhenAnotherRunFreezesTheDebtFirst()
    {
        var taken = _stage.Add(Tardy(1, "0042"));
        var left = _stage.Add(Tardy(2, "0051"));
        _stage.Ledger.BeforeFreeze = () => _stage.Ledger.GiveToAnotherRun(taken);

        var report = await _stage.RunAsync();

        report.Status.Should().Be(SyncRunStatus.Skipped);
        report.Files.Should().BeEmpty();
        _stage.Destination.Calls.Should().Be(0);
        _stage.Ledger.IsGiven(left).Should().BeFalse();
        _stage.Ledger.BeforeFreeze = null;
        (await _stage.RunAsync()).RowsSent.Should().Be(1);
    }

    [Fact]
    public async Task Run_ThrowsBeforeFreezing_WhenTheLedgerGivesADayInTwoParts()
    {
        var outOfOrder = new[] { Tardy(1, "0042"), Tardy(2, "0042", issued: "2026-09-07 08:00:00"), Tardy(3, "0043") }.ToAsyncEnumerable();

        var act = () => DebtRendering.RenderAsync(_stage.Connector, 1, _stage.Clock.Now, outOfOrder, TestContext.Current.CancellationToken);

        await act.Should().ThrowAsync<InvalidOperationException>().WithMessage("*two parts*");
    }

    [Fact]
    public async Task Run_ClosesItselfAsFailed_WhenItIsStopped()
    {
        _stage.Add(Tardy(1, "0042"));
        using var stop = new CancellationTokenSource();
        _stage.Destination.OnStage = _ =>
        {
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _stage.RunUntilStoppedAsync(stop.Token));

        _stage.Ledger.RunStatus.Values.Should().Equal(SyncRunStatus.Failed);
        _stage.Destination.OnStage = _ => null;
        (await _stage.RunAsync()).RowsSent.Should().Be(1);
    }

    [Fact]
    public async Task Run_SettlesAFileThatIsOut_WhenItIsStoppedDuringTheRename()
    {
        _stage.Add(Tardy(1, "0042"));
        using var stop = new CancellationTokenSource();
        _stage.Destination.AfterPublish = _ =>
        {
            stop.Cancel();
            return null;
        };

        await _stage.RunUntilStoppedAsync(stop.Token);

        _stage.Ledger.Batches.Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Delivered);
        _stage.Ledger.RunStatus.Values.Should().Equal(SyncRunStatus.Succeeded);
    }

    [Fact]
    public async Task Preview_RendersTheNextRunsBytes_AndStoresNothing()
    {
        _stage.Add(Tardy(1, "0042"));
        await _stage.RunAsync();
        _stage.Add(Tardy(2, "0051"));
        var (batches, calls) = (_stage.Ledger.Batches.Count, _stage.Destination.Calls);

        var preview = await _stage.PreviewAsync();

        (_stage.Ledger.Batches.Count, _stage.Ledger.RunStatus.Count, _stage.Destination.Calls).Should().Be((batches, 1, calls));
        preview.Waiting.Should().BeEmpty();
        var file = preview.Next.Should().BeOfType<Rendering.Ready>().Which.Debt.Files.Should().ContainSingle().Subject;
        var report = await _stage.RunAsync();
        report.Files.Should().Equal(new DeliveredFile(file.FileName, file.Rows, file.Content.Length, file.Sha256));
        _stage.Destination.Final[file.FileName].Should().Equal(file.Content);
    }

    [Fact]
    public async Task Preview_ShowsWhatWaits_WhenAnEarlierRunFailed()
    {
        _stage.Add(Tardy(1, "0042"));
        _stage.Destination.OnStage = _ => new StageResult.TryAgain(new Trouble(TroubleKind.Unknown, "disk full"));
        await _stage.RunAsync();

        var preview = await _stage.PreviewAsync();

        preview.Waiting.Should().ContainSingle().Which.FileName.Should().Be("tardies_20260908_1.csv");
        preview.Next.Should().BeOfType<Rendering.Ready>().Which.Debt.Files.Should().BeEmpty();
    }
}
