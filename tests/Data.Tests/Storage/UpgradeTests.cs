using K12Sync.Data.SchoolCalendar;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace K12Sync.Data.Tests.Storage;

public sealed class UpgradeOnSqlite(PostgresServer server) : UpgradeTests(new Places(On.Sqlite, server));

public sealed class UpgradeOnPostgres(PostgresServer server) : UpgradeTests(new Places(On.Postgres, server));

/// <summary>What an older database says is said by it when it has been brought up to date.</summary>
public abstract class UpgradeTests(Places places)
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task DefaultWeek_KeepsItsOrder_AndSchedulesAndCodesStayAsTheyWere()
    {
        await using var place = await places.MakeAsync();
        var (district, school) = await place.DistrictAsync();
        var db = place.Open(district);
        await db.GetService<IMigrator>().MigrateAsync("ApiKeys", Now);
        await RunAsync(db, """
            INSERT INTO "BellSchedules" ("SchoolId", "Name", "DistrictId", "Version", "ChangeVersion") VALUES ({1}, 'Regular', {0}, 1, 1);
            INSERT INTO "BellScheduleVersions" ("ScheduleId", "Number", "EffectiveFrom", "Periods", "DistrictId", "Version", "ChangeVersion")
            SELECT "Id", 1, '0001-01-01', '[]', {0}, 1, 1 FROM "BellSchedules";
            INSERT INTO "BehaviorCodes" ("Code", "Name", "Description", "PassMessage", "Type", "DistrictId", "Version", "ChangeVersion") VALUES ('T', '', '', '', 'Tardy', {0}, 1, 1);
            """, district.Value, school);
        foreach (var (day, from) in new[] { ("Monday", "2026-09-01"), ("Monday", "0001-01-01"), ("Friday", "2026-09-01") })
            await RunAsync(db, $$"""INSERT INTO "DefaultWeeks" ("SchoolId", "Day", "EffectiveFrom", "Kind", "DistrictId", "Version", "ChangeVersion") VALUES ({1}, '{{day}}', '{{from}}', 'NoSchool', {0}, 1, 1);""", district.Value, school);

        await db.GetService<IMigrator>().MigrateAsync(null, Now);

        (await db.DefaultWeeks.AsNoTracking().OrderBy(w => w.Id).Select(w => w.Number).ToListAsync(Now)).Should().Equal(2, 1, 1);
        (await db.BellScheduleVersions.AsNoTracking().SingleAsync(Now)).Given.Should().BeEmpty();
        (await db.BehaviorCodes.AsNoTracking().SingleAsync(Now)).IsActive.Should().BeTrue();
    }

    [Fact]
    public async Task EveryDate_IsThereOnce_WithItsWeekday()
    {
        await using var place = await places.MakeAsync();
        var dates = await place.Open(default).Dates.OrderBy(d => d.Date).ToListAsync(Now);

        dates.Should().HaveCount(DateRow.Last.DayNumber - DateRow.First.DayNumber + 1);
        (dates[0].Date, dates[^1].Date).Should().Be((DateRow.First, DateRow.Last));
        dates.Should().OnlyContain(d => d.Day == d.Date.DayOfWeek);
    }

    private static Task RunAsync(K12SyncDb db, string sql, params object[] values) => db.Database.ExecuteSqlRawAsync(sql, values, Now);
}
