using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Exports;

public sealed class ExportLedgerOnSqlite(PostgresServer server) : ExportLedgerTests(new Places(On.Sqlite, server));

public sealed class ExportLedgerOnPostgres(PostgresServer server) : ExportLedgerTests(new Places(On.Postgres, server));

public abstract class ExportLedgerTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Tuesday = new(2026, 9, 15);

    [Fact]
    public async Task Owed_IsEveryTardyNotGivenYet_WithTheSchoolsOffset()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "T", "TB"));

        var owed = await desk.OwedAsync();

        owed.Select(l => (l.PassId, l.IsOwed, l.IsWithdrawn)).Should().Equal(("P1", true, false), ("P2", true, false));
        owed[0].Should().BeEquivalentTo(new
        {
            SchoolCode = "LHS", SisSchoolCode = "LHS", StudentNumber = "0001", Date = Tuesday, PeriodName = "Period 1", SisPeriodCode = "1", ExternalCode = "TA", MinutesLate = 5,
        });
        owed[0].IssuedAt.Should().BeExactly(new DateTimeOffset(2026, 9, 15, 8, 5, 0, TimeSpan.FromHours(-4)));
        owed[0].IssuedAt.Offset.Should().Be(TimeSpan.FromHours(-4));
    }

    [Fact]
    public async Task Owed_IsNothing_OnceFrozen_EvenBeforeDelivery()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));

        await desk.FreezeAsync();

        (await desk.OwedAsync()).Should().BeEmpty();
        (await desk.Ledger.UnfinishedAsync(desk.Connector, Now)).Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Frozen);
    }

    [Fact]
    public async Task ChangedRecord_IsOwedAgain_WithTheRestOfItsDay()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "T", "TA"));
        await desk.FreezeAsync();

        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TL"), ("P2", "0002", "T", "TA"));

        (await desk.OwedAsync()).Select(l => (l.PassId, l.IsOwed, l.ExternalCode, l.Version)).Should().Equal(("P1", true, "TL", 2), ("P2", false, "TA", 1));
    }

    [Fact]
    public async Task WithdrawnRecord_IsOwed_OnlyIfTheSisWasTold()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.MapAsync(Tuesday);
        (await desk.OwedAsync()).Should().BeEmpty("the SIS never heard of it");

        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();
        await desk.MapAsync(Tuesday);

        (await desk.OwedAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { PassId = "P1", IsOwed = true, IsWithdrawn = true });
    }

    [Fact]
    public async Task Owed_AreTheDaysThatAreNotSettled_HoweverFarApart()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        int[] days = [0, 1, 2, 40, 41, 300];
        foreach (var day in days)
            await desk.MapAsync(Tuesday.AddDays(day), ($"P{day}", "0001", "T", "TA"), ($"R{day}", "0002", "T", "TA"));
        (await desk.OwedAsync()).Select(l => l.PassId).Should().Equal(days.SelectMany(d => new[] { $"P{d}", $"R{d}" }));
        await desk.FreezeAsync();
        (await desk.OwedAsync()).Should().BeEmpty();

        foreach (var day in new[] { 0, 2, 40, 300 })
            await desk.MapAsync(Tuesday.AddDays(day), ($"P{day}", "0001", "T", "TA"), ($"R{day}", "0002", "T", "TL"));

        (await desk.OwedAsync()).Select(l => (l.PassId, l.IsOwed)).Should()
            .Equal(("P0", false), ("R0", true), ("P2", false), ("R2", true), ("P40", false), ("R40", true), ("P300", false), ("R300", true));
    }

    [Fact]
    public async Task WhatTheSisWasToldLast_IsTheLastLine_OfThisConnectorAlone()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TL"));
        await desk.FreezeAsync();
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TX"));

        (await desk.OwedAsync()).Should().ContainSingle().Which.Told.Should().BeEquivalentTo(new { ExternalCode = "TL", RowHash = 2, IsWithdrawn = false });
        (await desk.OwedAsync(desk.Connector with { Id = desk.Connector.Id + 1 })).Should().ContainSingle().Which.Told.Should().BeNull();
    }

    [Fact]
    public async Task MappingTheSameAgain_OwesNothingNew()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();

        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));

        (await desk.OwedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Owed_IsLimited_ToTheConnectorsCodesAndSchools()
    {
        await using var desk = await LedgerDesk.MakeAsync(places, codes: ["T"]);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"), ("P2", "0002", "LATE", "TA"));

        (await desk.OwedAsync()).Select(l => l.PassId).Should().Equal("P1");
        (await desk.OwedAsync(desk.Connector with { Definition = desk.Connector.Definition with { Schools = ["OTHER"] } })).Should().BeEmpty();
    }

    [Fact]
    public async Task RecordWhoseCodeLeftTheSelection_IsWithdrawn_AfterItWasSent()
    {
        await using var desk = await LedgerDesk.MakeAsync(places, codes: ["T"]);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.FreezeAsync();

        await desk.MapAsync(Tuesday, ("P2", "0001", "LATE", "TA"));

        (await desk.OwedAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { IsOwed = true, IsWithdrawn = true });
    }

    [Fact]
    public async Task TwoRunsThatReadTheSameDebt_FreezeItOnce()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var (one, two) = (await desk.OwedAsync(), await desk.OwedAsync());

        (await desk.FreezeAsync(one)).Should().BeOfType<FreezeResult.Frozen>();
        (await desk.FreezeAsync(two)).Should().BeOfType<FreezeResult.AlreadyFrozen>();

        (await desk.Db.ExportBatches.CountAsync(Now)).Should().Be(1);
        (await desk.Db.SyncEntries.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task Settling_MarksTheLines_AndStampsTheRecords()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var frozen = (FreezeResult.Frozen)await desk.FreezeAsync();
        var before = await desk.Db.TardyRecords.Select(r => EF.Property<long>(r, "ChangeVersion")).SingleAsync(Now);

        await desk.Ledger.UploadingAsync([new UploadStart(frozen.BatchIds[0], 1, ".part")], "folder outbox", Now);
        await desk.Ledger.PublishingAsync([frozen.BatchIds[0]], Now);
        await desk.Ledger.SettleAsync([frozen.BatchIds[0]], Now);

        (await desk.Db.SyncEntries.AsNoTracking().SingleAsync(Now)).Status.Should().Be(SyncEntryStatus.Delivered);
        (await desk.Db.ExportBatches.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(new { Status = BatchStatus.Delivered, Attempts = 1, TemporaryName = ".part" });
        (await desk.Db.TardyRecords.Select(r => EF.Property<long>(r, "ChangeVersion")).SingleAsync(Now)).Should().BeGreaterThan(before);
        (await desk.Ledger.UnfinishedAsync(desk.Connector, Now)).Should().BeEmpty();
    }

    [Fact]
    public async Task FrozenBytes_AreReadBackAsTheyWere()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var frozen = (FreezeResult.Frozen)await desk.FreezeAsync();

        (await desk.Ledger.ContentAsync(frozen.BatchIds[0], Now)).Should().Equal(LedgerDesk.Bytes);
    }

    [Fact]
    public async Task HeldRecord_StaysOwed_IsRememberedOnce_AndReleasedByARunThatDoesNotHoldIt()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        await desk.HoldAllAsync(HoldReason.TooOld);
        var since = (await desk.Db.HeldRecords.AsNoTracking().SingleAsync(Now)).Since;
        await desk.HoldAllAsync(HoldReason.TooOld);

        (await desk.OwedAsync()).Should().ContainSingle();
        (await desk.Db.HeldRecords.AsNoTracking().SingleAsync(Now)).Since.Should().Be(since);
        (await desk.Db.SyncEntries.CountAsync(e => e.Status == SyncEntryStatus.Held, Now)).Should().Be(1, "the second run held it for the same reason");

        var run = await desk.Ledger.StartAsync(desk.Connector);
        await desk.Ledger.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);
        (await desk.Db.HeldRecords.CountAsync(Now)).Should().Be(0);
    }

    [Fact]
    public async Task Run_FreezesAndFinishes_ThoughAnotherBeganMeanwhile()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);
        await desk.MapAsync(Tuesday, ("P1", "0001", "T", "TA"));
        var first = await desk.Ledger.StartAsync(desk.Connector);
        await desk.OtherLedger().StartAsync(desk.Connector);

        (await desk.Ledger.FreezeAsync(first.RunId, new RenderedDebt([], [], [.. (await desk.OwedAsync()).Select(l => new HeldLine(l, HoldReason.TooOld, "Too old."))]), Now))
            .Should().BeOfType<FreezeResult.Frozen>();
        await desk.Ledger.FinishRunAsync(first.RunId, new RunEnd(SyncRunStatus.Succeeded), Now);

        (await desk.Db.SyncRuns.AsNoTracking().SingleAsync(r => r.Id == first.RunId, Now)).Status.Should().Be(SyncRunStatus.Succeeded);
    }

    [Fact]
    public async Task RunNumbers_CountUpFromOne_PerConnector()
    {
        await using var desk = await LedgerDesk.MakeAsync(places);

        (await desk.Ledger.NextRunNumberAsync(desk.Connector, Now)).Should().Be(1);
        (await desk.Ledger.StartAsync(desk.Connector)).Number.Should().Be(1);
        (await desk.Ledger.StartAsync(desk.Connector)).Number.Should().Be(2);
    }
}
