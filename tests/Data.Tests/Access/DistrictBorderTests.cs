using K12Sync.Data.Access;
using K12Sync.Data.Passes;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Access;

public sealed class DistrictBorderOnSqlite(PostgresServer server) : DistrictBorderTests(new Places(On.Sqlite, server));

public sealed class DistrictBorderOnPostgres(PostgresServer server) : DistrictBorderTests(new Places(On.Postgres, server));

public abstract class DistrictBorderTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryTable_IsFilteredByDistrict()
    {
        await using var place = await places.MakeAsync();
        var tables = place.Open(default).Model.GetEntityTypes().Where(t => t.ClrType != typeof(DateRow)).ToList();

        tables.Should().HaveCountGreaterThan(15);
        tables.Should().OnlyContain(t => t.GetDeclaredQueryFilters().Count == 1, "a query filter on the district is on every table");
        tables.Where(t => t.ClrType != typeof(District)).Should().OnlyContain(t => t.FindProperty("DistrictId") != null && !t.FindProperty("DistrictId")!.IsNullable);
    }

    [Fact]
    public async Task EveryTable_HasVersionAndChangeVersion()
    {
        await using var place = await places.MakeAsync();

        place.Open(default).Model.GetEntityTypes().Where(t => t.ClrType != typeof(DateRow)).Should().OnlyContain(t =>
            t.FindProperty("Version")!.IsConcurrencyToken && t.FindProperty("ChangeVersion") != null);
    }

    [Fact]
    public async Task Adding_FindsTheDistrict_WhenAnotherProcessWasFaster()
    {
        await using var place = await places.MakeAsync();
        var directory = new DistrictDirectory(place.Database);
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => directory.AddAsync("Riverbend", Now), Now)));

        ids.Distinct().Should().ContainSingle();
        (await directory.ListAsync(Now)).Should().ContainSingle().Which.Name.Should().Be("Riverbend");
    }

    [Fact]
    public async Task District_SeesNothingOfAnother()
    {
        await using var place = await places.MakeAsync();
        var (a, schoolOfA) = await place.DistrictAsync("A");
        var (b, schoolOfB) = await place.DistrictAsync("B");
        foreach (var (district, school) in new[] { (a, schoolOfA), (b, schoolOfB) })
        {
            var db = place.Open(district);
            db.Add(new Student("0001", new StudentFacts(null, "Ann", "", $"Of{district.Value}", null, "9")));
            db.Add(new BehaviorCode(null, "T", new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, "T", null)));
            await db.SaveChangesAsync(Now);
            await new PassStore(db, place.Clock).StoreAsync([Pass("P1", school)], Now);
        }

        var seen = place.Open(a);

        (await seen.Districts.Select(d => d.Name).ToListAsync(Now)).Should().Equal("A");
        (await seen.Schools.Select(s => s.Id).ToListAsync(Now)).Should().Equal(schoolOfA);
        (await seen.Students.Select(s => s.Facts.LastName).ToListAsync(Now)).Should().Equal($"Of{a.Value}");
        (await seen.Passes.Select(p => p.SchoolId).ToListAsync(Now)).Should().Equal(schoolOfA);
        (await seen.Passes.CountAsync(p => seen.Schools.Any(s => s.Id == schoolOfB), Now)).Should().Be(0, "a subquery is filtered too");
        (await seen.PendingDays.CountAsync(Now)).Should().Be(1);
    }

    [Fact]
    public async Task SamePassId_IsTwoPasses_InTwoDistricts()
    {
        await using var place = await places.MakeAsync();
        var (a, schoolOfA) = await place.DistrictAsync("A");
        var (b, schoolOfB) = await place.DistrictAsync("B");

        (await new PassStore(place.Open(a), place.Clock).StoreAsync([Pass("P1", schoolOfA)], Now)).Should().Equal(PassReceipt.Added);
        (await new PassStore(place.Open(b), place.Clock).StoreAsync([Pass("P1", schoolOfB)], Now)).Should().Equal(PassReceipt.Added);
    }

    [Fact]
    public async Task HandWrittenSql_IsRefused_WhenItDoesNotNameTheDistrict()
    {
        await using var place = await places.MakeAsync();
        var (district, _) = await place.DistrictAsync();
        var db = place.Open(district);

        var call = () => DistrictSql.Command(db, "SELECT 1");

        call.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task Saving_IsRefused_WhenSomebodyElseSavedFirst()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var (mine, theirs) = (place.Open(district), place.Open(district));
        var (facts, zone) = (await mine.Schools.SingleAsync(s => s.Id == school, Now), await theirs.Schools.SingleAsync(s => s.Id == school, Now));
        zone.Edit(new SchoolFacts("Theirs", zone.Zone, null, null));
        await theirs.SaveChangesAsync(Now);

        facts.Edit(new SchoolFacts("Mine", facts.Zone, null, null));
        var save = () => mine.SaveChangesAsync(Now);

        await save.Should().ThrowAsync<DbUpdateConcurrencyException>();
    }

    [Fact]
    public async Task ChangeVersion_RisesWithEverySave()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        var stamps = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            var row = await db.Schools.SingleAsync(s => s.Id == school, Now);
            row.Edit(new SchoolFacts($"Name {i}", row.Zone, null, null));
            await db.SaveChangesAsync(Now);
            stamps.Add(await db.Schools.Select(s => EF.Property<long>(s, "ChangeVersion")).SingleAsync(Now));
        }

        stamps.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    private static IncomingPass Pass(string id, long school)
    {
        var issued = new DateTimeOffset(2026, 9, 15, 12, 57, 0, TimeSpan.Zero);
        return new IncomingPass(new HallPass(id, school, "0001", "T", issued, false), new DateOnly(2026, 9, 15));
    }
}
