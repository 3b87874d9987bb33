using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Exports;

public sealed class DeliveryLedgerOnSqlite(PostgresServer server) : DeliveryLedgerTests(new Places(On.Sqlite, server));

public sealed class DeliveryLedgerOnPostgres(PostgresServer server) : DeliveryLedgerTests(new Places(On.Postgres, server));

/// <summary>Who may run a connector, which slot, and what a person or a fixed file name undoes.</summary>
public abstract class DeliveryLedgerTests(Places places)
{
    private static readonly DateOnly Tuesday = new(2026, 9, 15);
    private static readonly DateTime Slot = new(2026, 9, 15, 6, 30, 0);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>The present, moved.</summary>
    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    [Fact]
    public async Task Lease_IsHadByOneAtATime_AndGivenFree()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);

        await using (await desk.LeaseAsync())
            (await desk.LeaseAsync()).Should().BeNull();

        (await desk.LeaseAsync()).Should().NotBeNull();
    }

    [Fact]
    public async Task Lease_IsWonByExactlyOne_WhenManyTakeItAtOnce()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);

        var leases = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => desk.LeaseAsync(), Now)));

        leases.Should().ContainSingle(l => l != null);
    }

    [Fact]
    public async Task WhoWasPausedPastTheExpiry_IsFencedOff()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var paused = (await desk.LeaseAsync())!;
        var run = await desk.LedgerUnder(paused).StartAsync(desk.Connector);

        var next = await desk.LeaseAsync(new Shifted(RunLeases.Lasts + TimeSpan.FromSeconds(1)));

        next.Should().NotBeNull();
        var late = () => desk.LedgerUnder(paused).FreezeAsync(run.RunId, new RenderedDebt([], [], []), Now);
        await late.Should().ThrowAsync<LeaseLostException>();
        var finish = () => desk.LedgerUnder(paused).FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);
        await finish.Should().ThrowAsync<LeaseLostException>();
        await desk.LedgerUnder(next!).StartAsync(desk.Connector);
        (await desk.Db.SyncRuns.AsNoTracking().SingleAsync(r => r.Id == run.RunId, Now)).Status.Should().Be(SyncRunStatus.Failed);
    }

    [Fact]
    public async Task ADeadProcessOfThisMachine_NeedNotBeWaitedFor()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        (await desk.LeaseAsync()).Should().NotBeNull();
        var dead = RunHolder.Here with { Started = RunHolder.Here.Started - 1 };
        await desk.Db.Leases.ExecuteUpdateAsync(l => l.SetProperty(r => r.Holder, dead.ToString()), Now);

        (await desk.LeaseAsync()).Should().NotBeNull();
    }

    [Fact]
    public async Task AProcessOfAnotherMachine_IsWaitedForUntilItsLeaseExpires()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        (await desk.LeaseAsync()).Should().NotBeNull();
        var far = RunHolder.Here with { Machine = "elsewhere" };
        await desk.Db.Leases.ExecuteUpdateAsync(l => l.SetProperty(r => r.Holder, far.ToString()), Now);

        (await desk.LeaseAsync()).Should().BeNull();
        (await desk.LeaseAsync(new Shifted(RunLeases.Lasts + TimeSpan.FromSeconds(1)))).Should().NotBeNull();
    }

    [Fact]
    public async Task Slot_IsRunOnce_AndTheSecondIsRememberedAsSkipped()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        var first = await desk.Ledger.StartAsync(desk.Connector, Slot);
        await desk.Ledger.FinishRunAsync(first.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);

        (await desk.OtherLedger().BeginRunAsync(desk.Connector, new RunRequest(RunTrigger.Schedule, Slot), Now)).Should().Be(new RunStart.SlotTaken(2));

        var runs = await desk.Db.SyncRuns.AsNoTracking().OrderBy(r => r.Number).ToListAsync(Now);
        runs.Select(r => (r.Status, r.Slot)).Should().Equal((SyncRunStatus.Succeeded, Slot), (SyncRunStatus.Skipped, null));
        runs[1].Error.Should().Be("Already claimed: run 1 was made for 2026-09-15 06:30.");
        await desk.Ledger.StartAsync(desk.Connector, Slot.AddDays(1));
    }

    [Fact]
    public async Task Slot_IsTakenUpAsTheSameRun_WhenItsProcessDied()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        var died = await desk.Ledger.StartAsync(desk.Connector, Slot);

        var takenUp = await desk.OtherLedger().StartAsync(desk.Connector, Slot);

        takenUp.Should().Be(died);
        (await desk.Db.SyncRuns.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task Slot_IsFreeAgain_WhenItsRunWasStopped()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        var stopped = await desk.Ledger.StartAsync(desk.Connector, Slot);
        await desk.Ledger.FinishRunAsync(stopped.RunId, new RunEnd(SyncRunStatus.Failed, IsStopped: true), Now);

        (await desk.OtherLedger().StartAsync(desk.Connector, Slot)).Number.Should().Be(2);
    }

    [Fact]
    public async Task ARunThatWasNotMade_IsRememberedWithItsSlot()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);

        await desk.Ledger.RefuseRunAsync(desk.Connector, new RunRequest(RunTrigger.Schedule, Slot), new RunEnd(SyncRunStatus.Skipped, 0, null, "Held."), Now);
        await desk.Ledger.RefuseRunAsync(desk.Connector, new RunRequest(RunTrigger.Schedule, Slot), new RunEnd(SyncRunStatus.Skipped, 0, null, "Held."), Now);

        (await desk.Db.SyncRuns.AsNoTracking().OrderBy(r => r.Number).Select(r => r.Slot).ToListAsync(Now)).Should().Equal(Slot, null);
    }

    [Fact]
    public async Task ARun_RemembersLayoutAndTrouble()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        var run = await desk.Ledger.StartAsync(desk.Connector with { Layout = desk.Connector.Layout with { Number = 7 } });

        await desk.Ledger.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.Failed, 5, TroubleKind.NoSpace, "Full."), Now);

        (await desk.Db.SyncRuns.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(
            new { LayoutName = "k12sync-csv", LayoutNumber = 7, Attempts = 5, ErrorCode = TroubleKind.NoSpace, Error = "Full.", Status = SyncRunStatus.Failed });
    }

    [Fact]
    public async Task TakenBack_SettlesAndTellsNothing_SoAllIsOwedAgainAsIfNeverSent()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "T", "TA"));
        var before = await desk.OwedAsync();
        var batch = await desk.DeliverAsync();
        (await desk.Ledger.LastDeliveredAsync(desk.Connector, ["f1.csv", "f2.csv"], Now)).Should().ContainSingle().Which.BatchId.Should().Be(batch);

        await desk.Ledger.TakingBackAsync(batch, ".back", Now);
        (await desk.OwedAsync()).Should().BeEmpty("it is not known yet whether the SIS has read it");
        (await desk.Ledger.UnfinishedAsync(desk.Connector, Now)).Should().ContainSingle().Which.Status.Should().Be(BatchStatus.TakingBack);
        await desk.Ledger.TakenBackAsync(batch, Now);

        (await desk.OwedAsync()).Should().BeEquivalentTo(before);
        (await desk.Ledger.UnfinishedAsync(desk.Connector, Now)).Should().BeEmpty();
        (await desk.Ledger.LastDeliveredAsync(desk.Connector, ["f1.csv"], Now)).Should().BeEmpty();
    }

    [Fact]
    public async Task NotTakenBack_LeavesItDelivered()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var batch = await desk.DeliverAsync();

        await desk.Ledger.TakingBackAsync(batch, ".back", Now);
        await desk.Ledger.NotTakenBackAsync(batch, Now);

        (await desk.OwedAsync()).Should().BeEmpty();
        (await desk.Db.SyncEntries.AsNoTracking().SingleAsync(Now)).Status.Should().Be(SyncEntryStatus.Delivered);
    }

    [Theory]
    [InlineData(true, BatchStatus.Delivered, SyncEntryStatus.Delivered)]
    [InlineData(false, BatchStatus.Frozen, SyncEntryStatus.Frozen)]
    public async Task Unconfirmed_IsDecidedByAPerson_Once(bool confirm, BatchStatus batchStatus, SyncEntryStatus entryStatus)
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var batch = ((FreezeResult.Frozen)await desk.FreezeAsync()).BatchIds[0];
        await desk.Ledger.UnconfirmedAsync(batch, "Gone.", Now);
        Task<bool> DecideAsync() => confirm ? desk.Ledger.ConfirmAsync(batch, Now) : desk.Ledger.SendAgainAsync(batch, Now);

        (await DecideAsync()).Should().BeTrue();
        (await DecideAsync()).Should().BeFalse();

        (await desk.Db.ExportBatches.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(new { Status = batchStatus, Reason = (string?)null });
        (await desk.Db.SyncEntries.AsNoTracking().SingleAsync(Now)).Status.Should().Be(entryStatus);
        (await desk.OwedAsync()).Should().BeEmpty("its bytes are frozen either way");
    }

    [Fact]
    public async Task UsualRows_AreTheMedianOfRunsThatSentSome_OnceThereAreFive()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        foreach (var rows in (int[])[3, 0, 9, 4, 5])
            await AddRunAsync(desk, rows);
        (await desk.Ledger.UsualRowsAsync(desk.Connector, Now)).Should().BeNull();

        await AddRunAsync(desk, 4);

        (await desk.Ledger.UsualRowsAsync(desk.Connector, Now)).Should().Be(4);
    }

    private static async Task AddRunAsync(LedgerDesk desk, int rows)
    {
        var run = await desk.Ledger.StartAsync(desk.Connector);
        await desk.Ledger.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);
        await desk.Db.SyncRuns.Where(r => r.Id == run.RunId).ExecuteUpdateAsync(r => r.SetProperty(x => x.RowsSent, rows), Now);
    }

    [Theory]
    [InlineData(ConnectorHoldKind.TooManyRows, 500)]
    [InlineData(ConnectorHoldKind.Restored, null)]
    [InlineData(ConnectorHoldKind.AuthenticationRefused, null)]
    public async Task Release_LetsManyRowsGo_OnlyWhereTheyWereTheReason(ConnectorHoldKind kind, int? allowed)
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        var row = await desk.Db.Connectors.SingleAsync(Now);
        row.HoldBack(new ConnectorHold(kind, "Look."), DateTimeOffset.UnixEpoch);
        row.Release(500).Should().BeTrue();
        await desk.Db.SaveChangesAsync(Now);
        desk.Db.ChangeTracker.Clear();

        (await desk.Db.Connectors.SingleAsync(Now)).Should().BeEquivalentTo(new { Hold = (ConnectorHoldKind?)null, AllowedRows = allowed });
    }

    [Fact]
    public async Task RemovedConnector_GivesItsNameFree()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        var row = await desk.Db.Connectors.SingleAsync(Now);
        desk.Db.Add(new ConnectorRow("sis", row.Definition));
        var twice = () => desk.Db.SaveChangesAsync(Now);
        await twice.Should().ThrowAsync<DbUpdateException>();
        desk.Db.ChangeTracker.Clear();

        (await desk.Db.Connectors.SingleAsync(Now)).Remove(DateTimeOffset.UnixEpoch);
        await desk.Db.SaveChangesAsync(Now);
        desk.Db.Add(new ConnectorRow("sis", row.Definition));

        (await desk.Db.SaveChangesAsync(Now)).Should().Be(1);
    }
}
