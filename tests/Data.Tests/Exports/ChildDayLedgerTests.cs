using K12Sync.Data.Childcare;
using K12Sync.Data.Exports;
using K12Sync.Data.Retention;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Exports;

public sealed class ChildDayLedgerOnSqlite(PostgresServer server) : ChildDayLedgerTests(new Places(On.Sqlite, server));

public sealed class ChildDayLedgerOnPostgres(PostgresServer server) : ChildDayLedgerTests(new Places(On.Postgres, server));

/// <summary>What agencies were told, in the tables of files.</summary>
public abstract class ChildDayLedgerTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Monday = new(2026, 9, 14);
    private static readonly DayRange Week = new(Monday, Monday.AddDays(6));

    [Fact]
    public async Task Day_IsOwedUntilItIsTold_AndAgainWhenItChanges()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        await desk.JudgeAsync("0001", Monday, 480);

        var owed = (await desk.DaysAsync()).Should().ContainSingle().Which;
        (owed.IsOwed, owed.AgencyChildId, string.Join(',', owed.Providers)).Should().Be((true, "T-1", "P1"));
        var batch = await desk.FreezeAsync(owed);
        (await desk.DaysAsync())[0].Told.Should().Be(new ToldDay(1, "P1", ToldState.OnItsWay));
        (await desk.Ledger.EndAsync(batch, new SubmissionEnd(true, []) { Response = "{}"u8.ToArray(), ReceiptId = "B1" }, Now)).Should().Be((1, 0));

        var told = (await desk.DaysAsync())[0];
        (told.IsOwed, told.Told).Should().Be((false, new ToldDay(1, "P1", ToldState.Told)));
        await desk.JudgeAsync("0001", Monday, 500);
        (await desk.DaysAsync())[0].IsOwed.Should().BeTrue();
        (await desk.Ledger.EarliestChangedAsync(desk.Connector, Monday.AddDays(1), Now)).Should().Be(Monday);
        (await desk.Ledger.EarliestChangedAsync(desk.Connector, Monday, Now)).Should().BeNull();
        var row = await desk.Db.ExportBatches.AsNoTracking().SingleAsync(Now);
        (row.Status, row.ReceiptId, row.ProviderId, row.PeriodFrom).Should().Be((BatchStatus.Delivered, "B1", "P1", Monday));
        (await desk.Db.ExportContents.AsNoTracking().SingleAsync(Now)).Response.Should().Equal("{}"u8.ToArray());
    }

    [Fact]
    public async Task Verdicts_DecideLineByLine()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        foreach (var child in new[] { "0001", "0002", "0003" })
            await desk.JudgeAsync(child, Monday, 480);
        var batch = await desk.FreezeAsync([.. await desk.DaysAsync()]);

        (await desk.Ledger.EndAsync(batch, new SubmissionEnd(true, [new DayEnd("T-2", Monday, DayEndKind.Rejected, "Another name.", "who?"), new DayEnd("T-3", null, DayEndKind.Closed, "Read-only.", null)]), Now)).Should().Be((1, 2));

        (await desk.DaysAsync()).Select(d => (d.ChildNumber, d.IsOwed, d.Told?.State)).Should().Equal(("0001", false, ToldState.Told), ("0002", true, null), ("0003", false, ToldState.Closed));
        (await desk.Db.SyncEntries.AsNoTracking().OrderBy(e => e.StudentNumber).Select(e => e.Status).ToListAsync(Now)).Should().Equal(SyncEntryStatus.Delivered, SyncEntryStatus.Rejected, SyncEntryStatus.Closed);
        (await desk.Db.SyncRuns.AsNoTracking().SingleAsync(Now)).RowsRejected.Should().Be(2);
    }

    [Fact]
    public async Task VersionThatAnotherRunHasFrozen_IsNotFrozenAgain_AndNothingIsStored()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        await desk.JudgeAsync("0001", Monday, 480);
        await desk.JudgeAsync("0002", Monday, 480);
        var days = await desk.DaysAsync();
        await desk.FreezeAsync(days[0]);

        (await desk.TryFreezeAsync([.. days], [])).Should().BeOfType<FreezeResult.AlreadyFrozen>();

        (await desk.Db.ExportBatches.CountAsync(Now)).Should().Be(1);
        (await desk.Db.SyncEntries.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task WhatWasGivenUp_IsOwedAgain_AndWhatIsOpenIsTakenUp()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        await desk.JudgeAsync("0001", Monday, 480);
        var batch = await desk.FreezeAsync([.. await desk.DaysAsync()]);
        await desk.Ledger.SendingAsync(batch, "the agency", Now);

        (await desk.Ledger.OpenAsync(desk.Connector, Now)).Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Publishing);
        await desk.Ledger.NotSentAsync(batch, "busy", Now);
        (await desk.Ledger.OpenAsync(desk.Connector, Now)).Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Frozen);
        await desk.Ledger.GiveUpAsync(batch, "not as it is", Now);

        (await desk.Ledger.OpenAsync(desk.Connector, Now)).Should().BeEmpty();
        (await desk.DaysAsync())[0].IsOwed.Should().BeTrue();
        await desk.FreezeAsync([.. await desk.DaysAsync()]);
    }

    [Fact]
    public async Task Holds_AreOneForEachDay_ToldOnceForEachReason_AndLetGoWhereTheRunLooked()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        await desk.JudgeAsync("0001", Monday, 480);
        await desk.JudgeAsync("0002", Monday, 480);
        var days = await desk.DaysAsync();
        HeldDay Held(int i, HoldReason reason) => new(days[i], reason, "so");

        await desk.TryFreezeAsync([], [Held(0, HoldReason.NotLinked), Held(1, HoldReason.NotLinked)]);
        await desk.TryFreezeAsync([], [Held(0, HoldReason.NotLinked), Held(1, HoldReason.NotAuthorized)]);
        (await desk.Db.HeldRecords.AsNoTracking().OrderBy(h => h.ChildDayId).Select(h => h.Reason).ToListAsync(Now)).Should().Equal(HoldReason.NotLinked, HoldReason.NotAuthorized);
        (await desk.Db.SyncEntries.CountAsync(e => e.Status == SyncEntryStatus.Held, Now)).Should().Be(3);

        await desk.TryFreezeAsync([], [], new DayRange(Monday.AddDays(1), Monday.AddDays(1)));
        (await desk.Db.HeldRecords.CountAsync(Now)).Should().Be(2, "the run looked at another day");
        await new ExportLedger(desk.Db, place.Clock).FinishRunAsync(await desk.Db.SyncRuns.MaxAsync(r => r.Id, Now), new RunEnd(SyncRunStatus.Succeeded), Now);
        (await desk.Db.HeldRecords.CountAsync(Now)).Should().Be(2, "and came to a good end");
        await desk.TryFreezeAsync([], []);
        (await desk.Db.HeldRecords.CountAsync(Now)).Should().Be(0);
    }

    [Fact]
    public async Task DayOfWhichNobodyCanSayAnythingAnyMore_IsOwedOnlyIfItWasTold()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        await desk.JudgeAsync("0001", Monday, 480);
        await desk.JudgeAsync("0002", Monday, 480);
        await desk.FreezeAsync((await desk.DaysAsync())[0]);

        await desk.JudgeAsync("0001", Monday, null);
        await desk.JudgeAsync("0002", Monday, null);

        (await desk.DaysAsync()).Where(d => d.IsOwed).Select(d => d.ChildNumber).Should().Equal("0001");
    }

    [Fact]
    public async Task DayThatIsSettled_IsLetGoOf_AndItsNumbersStay_AndItNeverComesBack()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        var site = (await desk.Db.Sites.AsNoTracking().SingleAsync(Now)).Id;
        await new AttendanceEventStore(desk.Db, place.Clock).StoreAsync([In("E-1", site)], Now);
        await desk.JudgeAsync("0001", Monday, 480);
        await desk.JudgeAsync("0002", Monday, 480);
        await desk.JudgeAsync("0003", Monday, 480);
        await desk.Db.PendingChildDays.ExecuteDeleteAsync(Now);
        var lines = await desk.DaysAsync();
        var batch = await desk.FreezeAsync([.. lines.Where(l => l.ChildNumber != "0003")]);
        await desk.Ledger.EndAsync(batch, new SubmissionEnd(true, [new DayEnd("T-2", Monday, DayEndKind.Closed, "Read-only.", "it is sealed")]), Now);
        await LetGoBeforeAsync(desk.Db, Monday.AddDays(10));

        var gone = await new PastChildDays(desk.Db).PurgeAsync(Monday.AddDays(10), dryRun: false, Now);

        (gone.Days, gone.Rows, gone.Lines, gone.Kept[KeptBecause.Owed]).Should().Be((2, 1, 2, 1));
        (await desk.Db.AttendanceDays.AsNoTracking().Select(d => d.ChildNumber).ToListAsync(Now)).Should().Equal("0003");
        (await desk.Db.SyncEntries.CountAsync(Now)).Should().Be(0);
        (await desk.Db.DayCounts.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(new { SiteId = (long?)site, SchoolId = (long?)null, Date = Monday, Outcome = "Attended", Number = 2 });
        var row = await desk.Db.ExportBatches.AsNoTracking().SingleAsync(Now);
        (row.AcceptedBefore, row.RejectedBefore, row.Rows).Should().Be((1, 1, 2));
        (await new AttendanceEventStore(desk.Db, place.Clock).StoreAsync([In("E-1", site), In("E-2", site)], Now)).Should().Equal(EventEffect.NotKept, EventEffect.NotKept);
        await desk.JudgeAsync("0001", Monday, 480);
        (await desk.Db.AttendanceDays.CountAsync(Now)).Should().Be(1, "whatever marks the day, it is not made once more");
    }

    [Fact]
    public async Task DayThatIsNotSettled_StaysHoweverOldItIs()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        foreach (var child in new[] { "0001", "0002", "0003" })
            await desk.JudgeAsync(child, Monday, 480);
        var lines = await desk.DaysAsync();
        var batch = await desk.FreezeAsync([.. lines.Take(2)]);
        (await new PastChildDays(desk.Db).PurgeAsync(Monday.AddDays(900), dryRun: true, Now)).Kept.Should().Equal(new Dictionary<KeptBecause, int> { [KeptBecause.Unconfirmed] = 2, [KeptBecause.Owed] = 1 });
        await desk.Ledger.EndAsync(batch, new SubmissionEnd(true, []), Now);
        await desk.JudgeAsync("0001", Monday, 500);
        await new PendingChildDays(desk.Db).MarkAsync([("0002", Monday)], Now);
        await desk.TryFreezeAsync([], [new HeldDay(lines[2], HoldReason.TooOld, "Too old.")]);

        var gone = await new PastChildDays(desk.Db).PurgeAsync(Monday.AddDays(900), dryRun: false, Now);

        gone.Days.Should().Be(0);
        gone.Kept.Should().BeEquivalentTo(new Dictionary<KeptBecause, int> { [KeptBecause.NotDecided] = 1, [KeptBecause.Owed] = 1, [KeptBecause.WaitsForAPerson] = 1 });
        (await desk.Db.AttendanceDays.CountAsync(Now)).Should().Be(3);
    }

    [Fact]
    public async Task DayOfAChildThatNoAgencyKnows_IsLetGoOf()
    {
        await using var place = await places.MakeAsync();
        var desk = await Desk.OpenAsync(place);
        await desk.JudgeAsync("0001", Monday, 480);
        await desk.Db.ChildLinks.ExecuteDeleteAsync(Now);

        (await new PastChildDays(desk.Db).PurgeAsync(Monday.AddDays(900), dryRun: false, Now)).Days.Should().Be(1);
    }

    private static IncomingEvent In(string id, long site) =>
        new(new AttendanceEvent(id, site, "0001", PunchKind.CheckIn, new DateTimeOffset(Monday.ToDateTime(new TimeOnly(13, 0)), TimeSpan.Zero)), Monday);

    private static async Task LetGoBeforeAsync(K12SyncDb db, DateOnly line)
    {
        (await db.Districts.SingleAsync(Now)).LetGoBefore(line);
        await db.SaveChangesAsync(Now);
        db.ChangeTracker.Clear();
    }

    private sealed class Desk(K12SyncDb db, TimeProvider clock, long site, Connector connector)
    {
        public K12SyncDb Db { get; } = db;

        public Connector Connector { get; } = connector;

        public ChildDayLedger Ledger { get; } = new(db, clock);

        public static async Task<Desk> OpenAsync(TestPlace place)
        {
            var (district, _) = await place.DistrictAsync();
            var db = place.Open(district);
            var site = new Site("S1", new SiteFacts("Sunny", SchoolZone.Find("America/Chicago")!, "TX", SiteHours.Parse("Mon-Fri 06:30-18:00", out _)!, false));
            var provider = new Provider("TX", "P1", "Dallas", null);
            db.AddRange(site, provider);
            await db.SaveChangesAsync(Now);
            foreach (var i in new[] { 1, 2, 3 })
            {
                db.Add(new Child($"000{i}", new ChildFacts("A", "", $"B{i}", null)));
                db.Add(new Authorization(provider.Id, site.Id, $"000{i}", Monday, null, Weekdays.All));
                await db.SaveChangesAsync(Now);
                await new ChildLinkStore(db, place.Clock).LinkAsync($"000{i}", "TX", $"T-{i}", LinkOrigin.ByHand, Now);
            }
            var definition = new ConnectorDefinition("kinderconnect", new AgencyDestinationDefinition(AgencySystem.KinderConnect, new Uri("https://agency.example/"), "TX", []), [], []);
            var row = new ConnectorRow("tx", definition);
            db.Add(row);
            await db.SaveChangesAsync(Now);
            db.ChangeTracker.Clear();
            return new Desk(db, place.Clock, site.Id, new Connector(row.Id, "tx", definition, new Layout("kinderconnect", 0, new LayoutDefinition([])), []));
        }

        /// <summary>The child was there from eight for so many minutes; null: nobody can say.</summary>
        public async Task JudgeAsync(string child, DateOnly date, int? minutes)
        {
            await using (var part = await Db.TransactAsync(Now))
            {
                await new PendingChildDays(Db).MarkAsync([(child, date)], Now);
                await part.CommitAsync(Now);
            }
            var store = new AttendanceDayStore(Db);
            var pending = (await store.PendingAsync(Now)).Single(p => p.ChildNumber == child && p.Date == date);
            var eight = new DateTimeOffset(date.ToDateTime(new TimeOnly(13, 0)), TimeSpan.Zero);
            AttendanceDay day = minutes is { } m
                ? new AttendanceDay.Attended([new CareSpan(site, "", eight, eight.AddMinutes(m), false)])
                : new AttendanceDay.Unknown(UnknownReason.NothingRecorded, site);
            await store.SaveAsync([new JudgedChildDay(pending, day, true)], Now);
        }

        public Task<IReadOnlyList<ChildDayLine>> DaysAsync() => Ledger.DaysAsync(Connector, Week, Now);

        public async Task<long> FreezeAsync(params ChildDayLine[] lines) => (await TryFreezeAsync(lines, [])).Should().BeOfType<FreezeResult.Frozen>().Which.BatchIds.Single();

        public async Task<FreezeResult> TryFreezeAsync(ChildDayLine[] lines, HeldDay[] held, DayRange? looked = null)
        {
            var run = (RunStart.Started)await new ExportLedger(Db, clock).BeginRunAsync(Connector, RunRequest.Manual, Now);
            SubmissionDraft[] drafts = lines.Length == 0 ? [] : [new SubmissionDraft("P1", Week with { To = Monday }, [1, 2, 3], [.. lines.Select(l => new SubmissionLine(l, l.AgencyChildId!, "480 min"))])];
            return await Ledger.FreezeAsync(Connector, run.RunId, looked ?? Week, drafts, held, Now);
        }
    }
}
