using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Childcare;

public sealed class AttendanceStoreOnSqlite(PostgresServer server) : AttendanceStoreTests(new Places(On.Sqlite, server));

public sealed class AttendanceStoreOnPostgres(PostgresServer server) : AttendanceStoreTests(new Places(On.Postgres, server));

public abstract class AttendanceStoreTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Day = new(2026, 9, 15);
    private static readonly DateTimeOffset Eight = new(2026, 9, 15, 13, 0, 0, TimeSpan.Zero);

    private static async Task<(K12SyncDb Db, AttendanceEventStore Store, long Site)> OpenAsync(TestPlace place)
    {
        var (district, _) = await place.DistrictAsync();
        var db = place.Open(district);
        var site = new Site("S1", new SiteFacts("Sunny", SchoolZone.Find("America/Chicago")!, "TX", SiteHours.Parse("Mon-Fri 06:30-18:00", out _)!, false));
        db.Add(site);
        await db.SaveChangesAsync(Now);
        return (db, new AttendanceEventStore(db, place.Clock), site.Id);
    }

    private static IncomingEvent In(long site, string id = "e1", int minutes = 0, string child = "0001", long revision = 0, bool deleted = false, DateOnly? day = null) =>
        new(new AttendanceEvent(id, site, child, PunchKind.CheckIn, Eight.AddMinutes(minutes)) { Revision = revision, IsDeleted = deleted }, day ?? Day);

    [Fact]
    public async Task Nouns_ComeBackAsTheyWere()
    {
        await using var place = await places.MakeAsync();
        var (db, _, site) = await OpenAsync(place);
        db.Add(new Child("0007", new ChildFacts("Zoë", "", "O'Neil", new DateOnly(2022, 2, 28))));
        db.Add(new Placement(site, "0007", new(2026, 8, 1), null, Weekdays.MondayToFriday));
        var provider = new Provider("TX", "0042-A", "Dallas", null);
        db.Add(provider);
        await db.SaveChangesAsync(Now);
        db.Add(new Authorization(provider.Id, site, "0007", new(2026, 8, 1), new(2027, 7, 31), new Weekdays(DayOfWeek.Monday)));
        await db.SaveChangesAsync(Now);
        db.ChangeTracker.Clear();

        (await db.Sites.SingleAsync(Now)).Facts.Should().Be(new SiteFacts("Sunny", SchoolZone.Find("America/Chicago")!, "TX", SiteHours.Parse("Mon-Fri 06:30-18:00", out _)!, false));
        (await db.Children.SingleAsync(Now)).Facts.Should().Be(new ChildFacts("Zoë", "", "O'Neil", new DateOnly(2022, 2, 28)));
        (await db.Placements.SingleAsync(Now)).Scheduled.Should().Be(Weekdays.MondayToFriday);
        (await db.Providers.SingleAsync(Now)).ProviderId.Should().Be("0042-A");
        (await db.Authorizations.SingleAsync(Now)).Days.ToString().Should().Be("Mon");
    }

    [Fact]
    public async Task SameEventAgain_IsNothing_ChangedReplaces_DeletedRemoves()
    {
        await using var place = await places.MakeAsync();
        var (db, store, site) = await OpenAsync(place);

        (await store.StoreAsync([In(site), In(site), In(site, minutes: 5)], Now)).Should().Equal(EventEffect.Adds, EventEffect.Repeats, EventEffect.Replaces);
        (await store.StoreAsync([In(site, minutes: 5), In(site, minutes: 9), In(site, minutes: 9, deleted: true), In(site)], Now))
            .Should().Equal(EventEffect.Repeats, EventEffect.Replaces, EventEffect.Removes, EventEffect.Outdated);
        (await store.StoreAsync([In(site, minutes: 7, revision: 2), In(site, minutes: 1, revision: 1)], Now)).Should().Equal(EventEffect.Replaces, EventEffect.Outdated);

        var row = await db.AttendanceEvents.AsNoTracking().SingleAsync(Now);
        (row.At, row.Revision, row.IsDeleted).Should().Be((Eight.AddMinutes(7), 2, false));
    }

    [Fact]
    public async Task Event_ThatMovesToAnotherChildAndDay_MarksBoth()
    {
        await using var place = await places.MakeAsync();
        var (db, store, site) = await OpenAsync(place);
        await store.StoreAsync([In(site)], Now);
        await db.PendingChildDays.ExecuteDeleteAsync(Now);

        await store.StoreAsync([In(site)], Now);
        (await db.PendingChildDays.CountAsync(Now)).Should().Be(0, "nothing changed");

        await store.StoreAsync([In(site, minutes: 24 * 60 * 30, child: "0002", day: Day.AddDays(30))], Now);
        var marked = await db.PendingChildDays.AsNoTracking().Select(d => new { d.ChildNumber, d.Date }).ToListAsync(Now);
        marked.Should().Contain(new { ChildNumber = "0001", Date = Day }).And.Contain(new { ChildNumber = "0002", Date = Day.AddDays(30) });
    }

    [Fact]
    public async Task SameEventFromTenSidesAtOnce_IsOneEvent()
    {
        await using var place = await places.MakeAsync();
        var (db, _, site) = await OpenAsync(place);
        var district = (await db.Districts.SingleAsync(Now)).Id;

        var effects = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            Task.Run(() => new AttendanceEventStore(place.Open(new(district)), place.Clock).StoreAsync([In(site)], Now), Now)));

        effects.SelectMany(e => e).Should().ContainSingle(e => e == EventEffect.Adds).And.OnlyContain(e => e == EventEffect.Adds || e == EventEffect.Repeats);
    }

    [Fact]
    public async Task Events_AreAllOrNothing()
    {
        await using var place = await places.MakeAsync();
        var (db, store, site) = await OpenAsync(place);

        await FluentActions.Awaiting(() => store.StoreAsync([In(site), In(site + 100, "e2")], Now)).Should().ThrowAsync<System.Data.Common.DbException>("there is no such site");

        (await db.AttendanceEvents.AnyAsync(Now)).Should().BeFalse();
        (await db.PendingChildDays.AnyAsync(Now)).Should().BeFalse();
    }

    private static async Task<(long Version, bool Withdrawn)> JudgeAsync(K12SyncDb db, AttendanceDay day, bool isWorthARow = true)
    {
        await new PendingChildDays(db).MarkAsync([("0001", Day)], Now);
        var store = new AttendanceDayStore(db);
        await store.SaveAsync([new JudgedChildDay((await store.PendingAsync(Now)).Single(), day, isWorthARow)], Now);
        (await store.PendingAsync(Now)).Should().BeEmpty();
        return await db.AttendanceDays.AsNoTracking().SingleOrDefaultAsync(Now) is { } row ? (row.RecordVersion, row.Withdrawn) : default;
    }

    private static AttendanceDay Attended(long site, int until, bool automatic = false) =>
        new AttendanceDay.Attended([new CareSpan(site, "Blue", Eight, Eight.AddHours(until), automatic)]);

    [Fact]
    public async Task Record_GetsANewVersion_OnlyWhenWhatTheAgencyShouldHoldChanges()
    {
        await using var place = await places.MakeAsync();
        var (db, _, site) = await OpenAsync(place);

        (await JudgeAsync(db, new AttendanceDay.Unknown(UnknownReason.NothingRecorded, site), isWorthARow: false)).Should().Be(default, "there is nothing to say yet");
        var versions = new List<(long, bool)>();
        foreach (var day in (AttendanceDay[])
            [
                new AttendanceDay.Unknown(UnknownReason.NothingRecorded, site),
                new AttendanceDay.Unknown(UnknownReason.NotAuthorized, site),
                new AttendanceDay.Absence(site, AbsenceCode.Illness),
                new AttendanceDay.Absence(site, AbsenceCode.Unexplained),
                Attended(site, 9, automatic: true),
                Attended(site, 9) with { Findings = [new DayFinding(FindingKind.AbsenceOverruled, "So.")] },
                Attended(site, 8),
                new AttendanceDay.Closure(site, ClosureCode.Paid),
                new AttendanceDay.Unknown(UnknownReason.FaultyTimes),
            ])
            versions.Add(await JudgeAsync(db, day));

        versions.Should().Equal((1, true), (1, true), (2, false), (3, false), (4, false), (4, false), (5, false), (6, false), (7, true));
    }

    [Fact]
    public async Task Record_KeepsCareAndFindings_AsTheyWereJudged()
    {
        await using var place = await places.MakeAsync();
        var (db, _, site) = await OpenAsync(place);
        await JudgeAsync(db, Attended(site, 9) with { Findings = [new DayFinding(FindingKind.Overlap, "At \"8\".")] });

        var row = await db.AttendanceDays.AsNoTracking().SingleAsync(Now);
        CareText.ReadCare(row.Care).Should().Equal(new CareSpan(site, "Blue", Eight, Eight.AddHours(9), false));
        CareText.ReadFindings(row.Findings).Should().Equal(new DayFinding(FindingKind.Overlap, "At \"8\"."));
        (row.SiteId, row.Minutes, row.Readiness, row.Kind).Should().Be((site, 540, DayReadiness.Error, AttendanceKind.Attended));
    }

    [Fact]
    public async Task Day_IsLeftAlone_WhereAnEventCameMeanwhile()
    {
        await using var place = await places.MakeAsync();
        var (db, events, site) = await OpenAsync(place);
        await events.StoreAsync([In(site)], Now);
        var store = new AttendanceDayStore(db);
        var slow = (await store.PendingAsync(Now)).Single(d => d.Date == Day);
        await events.StoreAsync([In(site, "e2", 60)], Now);

        await store.SaveAsync([new JudgedChildDay(slow, Attended(site, 9), true)], Now);

        (await db.AttendanceDays.AnyAsync(Now)).Should().BeFalse();
        (await store.PendingAsync(Now)).Should().Contain(d => d.Date == Day);
        (await store.EventsAsync(["0001"], Day, Day, Now))["0001"].Select(e => e.EventId).Should().Equal("e1", "e2");
    }

    [Fact]
    public async Task MissingDays_AreMarked_AndTheOthersAreNot()
    {
        await using var place = await places.MakeAsync();
        var (db, _, site) = await OpenAsync(place);
        await JudgeAsync(db, Attended(site, 9));
        var expected = new Dictionary<string, HashSet<DateOnly>> { ["0001"] = [Day, Day.AddDays(1)], ["0002"] = [Day] };

        (await new AttendanceDayStore(db).MarkMissingAsync(expected, Day, Day.AddDays(1), Now)).Should().Be(2);

        (await db.PendingChildDays.AsNoTracking().Select(d => new { d.ChildNumber, d.Date }).ToListAsync(Now)).Should()
            .BeEquivalentTo([new { ChildNumber = "0001", Date = Day.AddDays(1) }, new { ChildNumber = "0002", Date = Day }]);
    }

    [Fact]
    public async Task Child_HasOneExternalId_BothWays()
    {
        await using var place = await places.MakeAsync();
        var (db, _, _) = await OpenAsync(place);
        var links = new ChildLinkStore(db, place.Clock);
        Task<LinkResult> Link(string child, string id, string state = "IA", LinkOrigin origin = LinkOrigin.ByHand) => links.LinkAsync(child, state, id, origin, Now);

        (await Link("1", "000001")).Should().Be(LinkResult.Linked);
        (await Link("1", "000001")).Should().Be(LinkResult.Unchanged);
        (await Link("2", "000001")).Should().Be(LinkResult.TakenByAnother);
        (await Link("2", "000001", "TX")).Should().Be(LinkResult.Linked, "another state's agency");
        (await Link("1", "000002")).Should().Be(LinkResult.Linked);
        (await Link("2", "000001")).Should().Be(LinkResult.Linked, "it is free now");
        (await Link("1", "000001")).Should().Be(LinkResult.TakenByAnother);
        (await db.ChildLinks.AsNoTracking().OrderBy(l => l.State).ThenBy(l => l.ChildNumber).Select(l => l.ChildNumber + " " + l.State + " " + l.AgencyChildId).ToListAsync(Now))
            .Should().Equal("1 IA 000002", "2 IA 000001", "2 TX 000001");
    }

    [Fact]
    public async Task SiteThatMovesToAnotherZone_TakesItsEventsAlong()
    {
        await using var place = await places.MakeAsync();
        var (db, store, site) = await OpenAsync(place);
        await store.StoreAsync([new IncomingEvent(new AttendanceEvent("e1", site, "0001", PunchKind.CheckIn, Eight.AddHours(15.5)), Day)], Now);
        await db.PendingChildDays.ExecuteDeleteAsync(Now);

        await using (var transaction = await db.TransactAsync(Now))
        {
            await new PendingChildDays(db).MoveToZoneAsync(site, SchoolZone.Find("America/New_York")!, Now);
            await transaction.CommitAsync(Now);
        }

        (await db.AttendanceEvents.AsNoTracking().SingleAsync(Now)).Date.Should().Be(Day.AddDays(1));
        (await db.PendingChildDays.AsNoTracking().Select(d => d.Date).ToListAsync(Now)).Should().Contain([Day, Day.AddDays(1)]);
    }

    [Fact]
    public async Task District_SeesNothingOfAnothersChildren()
    {
        await using var place = await places.MakeAsync();
        var (_, mine, site) = await OpenAsync(place);
        await mine.StoreAsync([In(site)], Now);
        var (other, _) = await place.DistrictAsync("Elsewhere");
        var seen = place.Open(other);

        (await seen.Sites.AnyAsync(Now)).Should().BeFalse();
        (await seen.AttendanceEvents.AnyAsync(Now)).Should().BeFalse();
        (await new AttendanceDayStore(seen).PendingAsync(Now)).Should().BeEmpty();
        (await new AttendanceDayStore(seen).EventsAsync(["0001"], Day, Day, Now)).Should().BeEmpty();
    }
}
