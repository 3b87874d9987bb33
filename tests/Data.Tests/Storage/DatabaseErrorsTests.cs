using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Storage;

public sealed class DatabaseErrorsOnSqlite(PostgresServer server) : DatabaseErrorsTests(new Places(On.Sqlite, server));

public sealed class DatabaseErrorsOnPostgres(PostgresServer server) : DatabaseErrorsTests(new Places(On.Postgres, server));

public abstract class DatabaseErrorsTests(Places places)
{
    [Theory]
    [InlineData("""INSERT INTO "Districts" ("Name", "Clock", "Version", "ChangeVersion") VALUES ('Riverbend', 0, 0, 0)""", true)]
    [InlineData("""INSERT INTO "Districts" ("Id", "Name", "Clock", "Version", "ChangeVersion") SELECT "Id", 'Other', 0, 0, 0 FROM "Districts" """, true)]
    [InlineData("""INSERT INTO "Districts" ("Name", "Clock", "Version", "ChangeVersion") VALUES (NULL, 0, 0, 0)""", false)]
    [InlineData("""INSERT INTO "BellSchedules" ("DistrictId", "SchoolId", "Name", "Version", "ChangeVersion") SELECT "Id", 4711, 'x', 0, 0 FROM "Districts" """, false)]
    public async Task UniqueViolation_IsToldFromOtherRefusals(string sql, bool isUnique)
    {
        await using var place = await places.MakeAsync();
        var (district, _) = await place.DistrictAsync();
        var db = place.Open(district);

        var refusal = (await FluentActions.Awaiting(() => db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken)).Should().ThrowAsync<DbException>()).Which;

        refusal.IsUniqueViolation().Should().Be(isUnique, refusal.Message);
    }
}
