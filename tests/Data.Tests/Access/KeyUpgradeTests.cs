using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Access;

/// <summary>A key keeps its borders when the schema that holds them changes.</summary>
public sealed class KeyUpgradeTests(PostgresServer server)
{
    private const string OldRows = """
        INSERT INTO "Districts" ("Id", "Name", "Clock", "Version", "ChangeVersion") VALUES (1, 'Riverbend', 0, 0, 0);
        INSERT INTO "Schools" ("Id", "Code", "Name", "Zone", "DistrictId", "Version", "ChangeVersion") VALUES (17, 'LHS', 'Lincoln High', 'America/New_York', 1, 1, 1);
        INSERT INTO "ApiKeys" ("Name", "Hash", "Role", "SchoolId", "CreatedAt", "DistrictId", "Version", "ChangeVersion") VALUES ('lhs', 'A', 'Office', 17, 5, 1, 1, 1), ('all', 'B', 'Reporter', NULL, 5, 1, 1, 1);
        """;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeyOfOneSchool_StaysOne_OnSqlite()
    {
        var folder = new DataFolder(Path.Combine(Path.GetTempPath(), "k12sync-" + Guid.NewGuid().ToString("N")), TimeProvider.System);
        Directory.CreateDirectory(folder.Path);
        try
        {
            await CheckAsync(folder);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder.Path, recursive: true);
        }
    }

    [Fact]
    public async Task KeyOfOneSchool_StaysOne_OnPostgres()
    {
        var name = await server.MakeDatabaseAsync();
        await CheckAsync(new PostgresDatabase(await server.ConnectionAsync(name)));
        await server.DropDatabaseAsync(name);
    }

    private static async Task CheckAsync(Database database)
    {
        await using (var old = database.Open(default))
        {
            await old.Database.MigrateAsync("ApiKeys", Now);
            await old.Database.ExecuteSqlRawAsync(OldRows, Now);
        }
        await database.MigrateAsync(Now);

        await using var db = database.Open(new DistrictId(1));
        var keys = await db.ApiKeys.AsNoTracking().ToDictionaryAsync(k => k.Name, Now);
        keys["lhs"].Schools.Should().Be(SchoolSet.Of(17));
        keys["lhs"].MaySeeStudentsAt(DateTimeOffset.UnixEpoch).Should().BeFalse();
        keys["all"].Schools.IsAll.Should().BeTrue();
        keys.Values.Should().OnlyContain(k => k.SeesStudentsUntil == null);
    }
}
