using K12Sync.Data.Passes;
using K12Sync.Data.Tardies;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Tardies;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Tardies;

public sealed class ResolutionStoreOnSqlite(PostgresServer server) : ResolutionStoreTests(new Places(On.Sqlite, server));

public sealed class ResolutionStoreOnPostgres(PostgresServer server) : ResolutionStoreTests(new Places(On.Postgres, server));

public abstract class ResolutionStoreTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;
    private static readonly DateOnly Tuesday = new(2026, 9, 15);
    private static readonly PeriodHit Late5 = new(new ClassPeriod("Period 1", "1", new TimeOnly(8, 0), new TimeOnly(8, 0), new TimeOnly(9, 0), true), 5);

    [Fact]
    public async Task Saving_KeepsTheOutcome_MakesTheRecord_AndClearsTheMark()
    {
        await using var place = await places.MakeAsync();
        var (db, school) = await WithPassAsync(place);
        var store = new ResolutionStore(db);
        var (day, passes) = await ReadAsync(store, school);

        await store.SaveAsync([new MappedDay(day, [(passes[0], new TardyOutcome.Tardy("T") { Hit = Late5 })])], Now);

        (await store.PendingAsync(Now)).Should().BeEmpty();
        (await store.PassesAsync(school, Tuesday, Tuesday, Now)).Single().Outcome
            .Should().Be(new StoredOutcome(OutcomeKind.Tardy, "5 min late for Period 1: code T.", "Period 1", "1", 5));
        (await db.TardyRecords.AsNoTracking().SingleAsync(Now)).Should().BeEquivalentTo(new
        {
            SchoolId = school, StudentNumber = "0001", Date = Tuesday, SisPeriodCode = "1", ExternalCode = "T", MinutesLate = 5, PassId = "P1", RecordVersion = 1L, Withdrawn = false,
        });
    }

    [Fact]
    public async Task Record_GetsANewVersion_OnlyWhenWhatTheSisShouldHoldChanges()
    {
        await using var place = await places.MakeAsync();
        var (db, school) = await WithPassAsync(place);
        var store = new ResolutionStore(db);
        var versions = new List<(long Version, bool Withdrawn)>();
        foreach (var outcome in (TardyOutcome[])
            [
                new TardyOutcome.Tardy("T") { Hit = Late5 },
                new TardyOutcome.Tardy("T") { Hit = Late5 },
                new TardyOutcome.Tardy("TL") { Hit = Late5 },
                new TardyOutcome.Voided { Hit = Late5 },
                new TardyOutcome.Voided { Hit = Late5 },
                new TardyOutcome.Tardy("TL") { Hit = Late5 },
            ])
        {
            await new PendingDays(db).MarkAsync([(school, Tuesday)], Now);
            var (day, passes) = await ReadAsync(store, school);
            await store.SaveAsync([new MappedDay(day, [(passes[0], outcome)])], Now);
            var record = await db.TardyRecords.AsNoTracking().SingleAsync(Now);
            versions.Add((record.RecordVersion, record.Withdrawn));
        }

        versions.Should().Equal((1, false), (1, false), (2, false), (3, true), (3, true), (4, false));
    }

    [Fact]
    public async Task Day_IsLeftAlone_WhereAPassCameMeanwhile()
    {
        await using var place = await places.MakeAsync();
        var (db, school) = await WithPassAsync(place);
        var store = new ResolutionStore(db);
        var (day, passes) = await ReadAsync(store, school);
        await new PassStore(db, place.Clock).StoreAsync([Pass("P2", school)], Now);

        await store.SaveAsync([new MappedDay(day, [(passes[0], new TardyOutcome.NoScheduleSet())])], Now);

        (await store.PendingAsync(Now)).Should().ContainSingle().Which.Date.Should().Be(Tuesday);
        (await store.PassesAsync(school, Tuesday, Tuesday, Now)).Should().OnlyContain(p => p.Outcome == null);
    }

    [Fact]
    public async Task Day_IsLeftAlone_WhereAFasterMapperHasMappedItMeanwhile()
    {
        await using var place = await places.MakeAsync();
        var (db, school) = await WithPassAsync(place);
        var store = new ResolutionStore(db);
        var (slow, onlyFirst) = await ReadAsync(store, school);
        await new PassStore(db, place.Clock).StoreAsync([Pass("P2", school, "0002")], Now);
        var (fast, both) = await ReadAsync(store, school);
        await store.SaveAsync([new MappedDay(fast, [.. both.Select(p => (p, (TardyOutcome)new TardyOutcome.Tardy("T") { Hit = Late5 }))])], Now);

        await store.SaveAsync([new MappedDay(slow, [(onlyFirst[0], new TardyOutcome.Tardy("T") { Hit = Late5 })])], Now);

        (await db.TardyRecords.AsNoTracking().OrderBy(r => r.PassId).Select(r => new { r.PassId, r.Withdrawn }).ToListAsync(Now))
            .Should().Equal(new { PassId = "P1", Withdrawn = false }, new { PassId = "P2", Withdrawn = false });
    }

    private static async Task<(K12SyncDb Db, long School)> WithPassAsync(TestPlace place)
    {
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        await new PassStore(db, place.Clock).StoreAsync([Pass("P1", school)], Now);
        return (db, school);
    }

    private static async Task<(PendingDay Day, IReadOnlyList<StoredPass> Passes)> ReadAsync(ResolutionStore store, long school) =>
        ((await store.PendingAsync(Now)).Single(), await store.PassesAsync(school, Tuesday, Tuesday, Now));

    private static IncomingPass Pass(string id, long school, string student = "0001") =>
        new(new HallPass(id, school, student, "T", new DateTimeOffset(2026, 9, 15, 12, 5, 0, TimeSpan.Zero), false), Tuesday);
}
