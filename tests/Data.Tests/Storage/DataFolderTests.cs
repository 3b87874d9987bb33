using K12Sync.Data.Storage;
using K12Sync.Tests.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tests.Storage;

public sealed class DataFolderTests(PostgresServer server)
{
    private readonly Places _places = new(On.Sqlite, server);

    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_AreUpToDateWithTheModel()
    {
        await using var place = await _places.MakeAsync();

        place.Open(default).Database.HasPendingModelChanges().Should().BeFalse("tools/add-migration NAME writes what is missing");
    }

    [Fact]
    public async Task Examine_SaysMissing_AndMakesNothing_WhenThereIsNoDatabase()
    {
        var folder = new DataFolder(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")), TimeProvider.System);

        (await folder.ExamineAsync(Now)).Should().Be(SchemaState.Missing);
        Directory.Exists(folder.Path).Should().BeFalse();
    }

    [Fact]
    public async Task Migrate_BacksUpFirst_WhenTheDatabaseIsOlder()
    {
        await using var place = await _places.MakeAsync();
        SqliteConnection.ClearAllPools();
        File.Delete(Folder(place).DatabasePath);
        await RunAsync(Folder(place).DatabasePath, """
            CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
            CREATE TABLE "FromBefore" ("Name" TEXT); INSERT INTO "FromBefore" VALUES ('Kept');
            """);
        (await Folder(place).ExamineAsync(Now)).Should().Be(SchemaState.Older);

        await Folder(place).MigrateAsync(Now);

        (await Folder(place).ExamineAsync(Now)).Should().Be(SchemaState.Current);
        var copy = Directory.GetFiles(Path.Combine(Folder(place).Path, "backups")).Should().ContainSingle().Subject;
        await using var connection = new SqliteConnection($"Data Source={copy}");
        await connection.OpenAsync(Now);
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT "Name" FROM "FromBefore";""";
        (await command.ExecuteScalarAsync(Now)).Should().Be("Kept");
    }

    [Fact]
    public async Task Database_IsMade_WhereTheFileIsEmpty()
    {
        var folder = new DataFolder(Directory.CreateTempSubdirectory("k12sync-").FullName, TimeProvider.System);
        await File.WriteAllBytesAsync(folder.DatabasePath, [], Now);

        (await folder.ExamineAsync(Now)).Should().Be(SchemaState.Missing);
        await folder.MigrateAsync(Now);
        (await folder.ExamineAsync(Now)).Should().Be(SchemaState.Current);
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder.Path, recursive: true);
    }

    [Fact]
    public async Task ReadingConnection_CompilesAStatementOnce_HoweverOftenItsLimitIsBound()
    {
        await using var place = await _places.MakeAsync();
        await using var connection = (SqliteConnection)await Folder(place).OpenForReadingAsync(Now);
        SQLitePCL.raw.sqlite3_prepare_v2(connection.Handle, "SELECT \"Id\" FROM \"Passes\" WHERE \"DistrictId\" = @d ORDER BY \"Id\" LIMIT @take", out var statement);

        for (var take = 1; take < 5; take++)
        {
            SQLitePCL.raw.sqlite3_bind_int64(statement, 2, take);
            SQLitePCL.raw.sqlite3_step(statement);
            SQLitePCL.raw.sqlite3_reset(statement);
        }

        const int compiledAgain = 5;
        SQLitePCL.raw.sqlite3_stmt_status(statement, compiledAgain, 0).Should().Be(0);
        statement.Dispose();
    }

    [Fact]
    public async Task ReadingConnection_WritesNothing()
    {
        await using var place = await _places.MakeAsync();
        await using var connection = await Folder(place).OpenForReadingAsync(Now);
        await using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM \"Passes\"";

        await command.Invoking(c => c.ExecuteNonQueryAsync(Now)).Should().ThrowAsync<SqliteException>();
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("truncated")]
    [InlineData("damaged inside")]
    [InlineData("newer")]
    [InlineData("not ours")]
    public async Task Database_IsRefusedAndLeftUntouched_WhenItIs(string what)
    {
        await using var place = await _places.MakeAsync();
        await place.DistrictAsync();
        SqliteConnection.ClearAllPools();
        await SpoilAsync(Folder(place), what);
        var before = await File.ReadAllBytesAsync(Folder(place).DatabasePath, Now);

        var examine = () => Folder(place).ExamineAsync(Now);
        var migrate = () => Folder(place).MigrateAsync(Now);

        (await examine.Should().ThrowAsync<DatabaseRefusedException>()).Which.Message.Should().Contain("Nothing was changed");
        await migrate.Should().ThrowAsync<DatabaseRefusedException>();
        SqliteConnection.ClearAllPools();
        (await File.ReadAllBytesAsync(Folder(place).DatabasePath, Now)).Should().Equal(before);
        Directory.Exists(Path.Combine(Folder(place).Path, "backups")).Should().BeFalse();
    }

    private static DataFolder Folder(TestPlace place) => (DataFolder)place.Database;

    private static async Task SpoilAsync(DataFolder folder, string what)
    {
        var path = folder.DatabasePath;
        await RunAsync(path, "PRAGMA wal_checkpoint(TRUNCATE);");
        SqliteConnection.ClearAllPools();
        var bytes = await File.ReadAllBytesAsync(path, Now);
        switch (what)
        {
            case "garbage":
                await File.WriteAllTextAsync(path, new string('x', 5000), Now);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)], Now);
                break;
            case "damaged inside":
                Array.Fill(bytes, (byte)0xA5, 4096, bytes.Length - 4096);
                await File.WriteAllBytesAsync(path, bytes, Now);
                break;
            case "newer":
                await RunAsync(path, """INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Future', '99.0.0');""");
                break;
            case "not ours":
                File.Delete(path);
                await RunAsync(path, "CREATE TABLE somebody (elses INTEGER);");
                break;
        }
        SqliteConnection.ClearAllPools();
    }

    private static async Task RunAsync(string path, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={path}");
        await connection.OpenAsync(Now);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Now);
    }
}
