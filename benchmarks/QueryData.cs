using System.Globalization;
using K12Sync.Api.Access;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Benchmarks;

/// <summary>
/// A district with many lines of runs, written by SQL of its own: 20 schools, 30,000 students, a record for every four lines, 5,000 lines a run. Of a hundred
/// lines one is held, for one of six reasons.
/// </summary>
public sealed class QueryData
{
    public const int Students = 30_000;
    public const int EntriesPerRun = 5_000;

    private QueryData(Database database, DistrictId district, string key, int entries) => (Database, District, Key, Entries) = (database, district, key, entries);

    public Database Database { get; }
    public DistrictId District { get; }

    /// <summary>The text of a key that reads everything.</summary>
    public string Key { get; }

    public int Entries { get; }
    public int Runs => Entries / EntriesPerRun;

    public static string Student(int number) => (1_000_000 + number).ToString(CultureInfo.InvariantCulture);

    public static async Task<QueryData> FillAsync(Database database, int entries)
    {
        ArgumentNullException.ThrowIfNull(database);
        await database.MigrateAsync(default);
        var district = await new DistrictDirectory(database).AddAsync("Big", default);
        await using var db = database.Open(district);
        db.Database.SetCommandTimeout(600);
        var made = (MakeKeyResult.Made)await new KeyOperations(db, district, TimeProvider.System).MakeAsync("bench", KeyRole.DistrictIT, [], null, default);
        var isSqlite = database is DataFolder;
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            foreach (var sql in Statements(isSqlite, district.Value, entries))
                await db.Database.ExecuteSqlRawAsync(sql);
            await transaction.CommitAsync();
        }
        await db.Database.ExecuteSqlRawAsync(isSqlite ? "PRAGMA wal_checkpoint(TRUNCATE);" : "VACUUM ANALYZE;");
        return new QueryData(database, district, made.Text, entries);
    }

    private static IEnumerable<string> Statements(bool isSqlite, long district, int entries)
    {
        string From(int count) => isSqlite
            ? string.Create(CultureInfo.InvariantCulture, $"(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) SELECT i FROM n) AS n")
            : string.Create(CultureInfo.InvariantCulture, $"generate_series(0, {count - 1}) AS n(i)");
        string Day(string days) => isSqlite ? $"date('2025-09-01', '+' || ({days}) || ' days')" : $"(DATE '2025-09-01' + ({days}))";
        var d = district.ToString(CultureInfo.InvariantCulture);
        yield return $"""INSERT INTO "Schools" ("Code", "Name", "Zone", "ChangeVersion", "DistrictId", "Version") SELECT 'S' || i, 'School ' || i, 'America/Chicago', 1, {d}, 1 FROM {From(20)};""";
        yield return $"""INSERT INTO "Students" ("StudentNumber", "FirstName", "LastName", "MiddleName", "Grade", "ChangeVersion", "DistrictId", "Version") SELECT CAST(1000000 + i AS TEXT), 'First' || i, 'Last' || i, '', '11', 1, {d}, 1 FROM {From(Students)};""";
        yield return $"""INSERT INTO "SyncRuns" ("ConnectorId", "ConnectorName", "Number", "Trigger", "Status", "StartedAt", "RowsSelected", "RowsSent", "RowsHeld", "Attempts", "LayoutName", "LayoutNumber", "ChangeVersion", "DistrictId", "Version") SELECT 1, 'sis', i, 'Schedule', 'Succeeded', 638900000000000000 + i * 864000000000, {EntriesPerRun}, {EntriesPerRun}, 0, 1, 'k12sync', 1, i, {d}, i FROM {From(entries / EntriesPerRun)};""";
        var day = Day($"(i / {Students}) * 21 + (i % {Students}) % 20");
        yield return $"""INSERT INTO "TardyRecords" ("SchoolId", "StudentNumber", "Date", "SisPeriodCode", "PeriodName", "Code", "ExternalCode", "MinutesLate", "PassId", "IssuedAt", "RecordVersion", "Withdrawn", "ChangeVersion", "DistrictId", "Version") SELECT 1 + i % 20, CAST(1000000 + i % {Students} AS TEXT), {day}, '01', 'Period 1', 'TDY', 'T', i % 30, 'P-' || i, 638900000000000000, 1, 1 = 0, i, {d}, i FROM {From(entries / 4)};""";
        yield return $"""INSERT INTO "SyncEntries" ("SyncRunId", "ConnectorId", "RecordId", "RecordVersion", "RowHash", "Withdrawn", "SchoolId", "StudentNumber", "Date", "Period", "ExternalCode", "Status", "Reason", "ChangeVersion", "DistrictId", "Version") SELECT 1 + i / {EntriesPerRun}, 1, 1 + i / 4, 1, i, 1 = 0, 1 + (i / 4) % 20, CAST(1000000 + (i / 4) % {Students} AS TEXT), {Day($"((i / 4) / {Students}) * 21 + ((i / 4) % {Students}) % 20")}, '01', 'T', CASE WHEN i % 100 = 7 THEN 'Held' WHEN i % 4 = 0 THEN 'Delivered' ELSE 'Repeated' END, CASE WHEN i % 100 = 7 THEN 'TooOld: reason ' || ((i / 100) % 6) END, i, {d}, i FROM {From(entries)};""";
    }
}
