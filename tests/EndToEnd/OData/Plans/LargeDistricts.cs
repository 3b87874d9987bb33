using System.Globalization;
using K12Sync.Api.Access;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData.Plans;

/// <summary>
/// Two districts of the same size in one database, written by SQL: large enough for a planner to prefer an index only where it is worth it. Each has 10 schools, 1,000
/// students, 100 days, 20,000 passes, 10,000 records, 100 runs of 400 lines about records and 100 about child-days, 10,000 child-days and 10,000 entries of the audit.
/// </summary>
public static class LargeDistricts
{
    private const int Passes = 20_000;
    private const int Records = 10_000;
    private const int Lines = 40_000;
    private const int Days = 10_000;
    private const int Entries = 10_000;

    /// <summary>The tables that grow with every day of school.</summary>
    public static IReadOnlyList<string> LargeTables { get; } = ["Passes", "TardyRecords", "SyncEntries", "AttendanceDays", "AuditEntries"];

    /// <summary>Fills a new database. Returns the text of a key of the second district that reads everything.</summary>
    public static async Task<string> FillAsync(Database database, CancellationToken cancellation)
    {
        await database.MigrateAsync(cancellation);
        var key = "";
        foreach (var name in new[] { "First", "Second" })
        {
            var district = await new DistrictDirectory(database).AddAsync(name, cancellation);
            await using var db = database.Open(district);
            key = ((MakeKeyResult.Made)await new KeyOperations(db, district, TimeProvider.System).MakeAsync("plans", KeyRole.DistrictIT, [], null, cancellation)).Text;
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            foreach (var sql in Statements(database is DataFolder, district.Value))
                await db.Database.ExecuteSqlRawAsync(sql, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        // As the server does by itself. Nobody does it on SQLite.
        await using var last = database.Open(default);
        if (database is PostgresDatabase)
            await last.Database.ExecuteSqlRawAsync("VACUUM ANALYZE;", cancellation);
        return key;
    }

    private static IEnumerable<string> Statements(bool isSqlite, long district)
    {
        var d = district.ToString(CultureInfo.InvariantCulture);
        var stamps = $"i, {d}, i";
        const string Stamps = "\"ChangeVersion\", \"DistrictId\", \"Version\"";
        string From(int count) => isSqlite
            ? string.Create(CultureInfo.InvariantCulture, $"(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) SELECT i FROM n) AS n")
            : string.Create(CultureInfo.InvariantCulture, $"generate_series(0, {count - 1}) AS n(i)");
        string Day(string days) => isSqlite ? $"date('2026-01-01', '+' || ({days}) || ' days')" : $"(DATE '2026-01-01' + ({days}))";
        var student = "CAST(1000000 + i % 1000 AS TEXT)";
        // Ids of the first rows of this district.
        string First(string table) => $"""(SELECT MIN("Id") FROM "{table}" WHERE "DistrictId" = {d})""";
        yield return $"""INSERT INTO "Schools" ("Code", "Name", "Zone", {Stamps}) SELECT 'S' || i, 'School ' || i, 'America/Chicago', {stamps} FROM {From(10)};""";
        yield return $"""INSERT INTO "Students" ("StudentNumber", "FirstName", "LastName", "MiddleName", "Grade", {Stamps}) SELECT {student}, 'First' || i, 'Last' || i, '', '11', {stamps} FROM {From(1000)};""";
        yield return $"""INSERT INTO "Connectors" ("Name", "Definition", "AddedAt", {Stamps}) VALUES ('sis', '{Definition}', 0, 1, {d}, 1);""";
        yield return $"""INSERT INTO "Passes" ("PassId", "SchoolId", "StudentNumber", "Code", "IssuedAt", "Date", "RecordedAt", "Voided", "Outcome", "OutcomeReason", {Stamps}) SELECT 'P-' || i, {First("Schools")} + i % 10, {student}, 'TDY', 639000000000000000 + i * 4320000000, {Day("i / 200")}, 639000000000000000 + i, 1 = 0, CASE WHEN i % 2 = 0 THEN 'Tardy' ELSE 'OnTime' END, 'reason ' || (i % 7), {stamps} FROM {From(Passes)};""";
        yield return $"""INSERT INTO "TardyRecords" ("SchoolId", "StudentNumber", "Date", "SisPeriodCode", "PeriodName", "Code", "ExternalCode", "MinutesLate", "PassId", "IssuedAt", "RecordVersion", "Withdrawn", {Stamps}) SELECT {First("Schools")} + i % 10, {student}, {Day("i / 100")}, '01', 'Period 1', 'TDY', 'T', i % 30, 'P-' || i, 639000000000000000, 1, 1 = 0, {stamps} FROM {From(Records)};""";
        yield return $"""INSERT INTO "SyncRuns" ("ConnectorId", "ConnectorName", "Number", "Trigger", "Status", "StartedAt", "RowsSelected", "RowsSent", "RowsHeld", "Attempts", "LayoutName", "LayoutNumber", {Stamps}) SELECT {First("Connectors")}, 'sis', i, 'Schedule', 'Succeeded', 639000000000000000 + i * 864000000000, 400, 400, 0, 1, 'k12sync', 1, {stamps} FROM {From(100)};""";
        yield return $"""INSERT INTO "SyncEntries" ("SyncRunId", "ConnectorId", "RecordId", "RecordVersion", "SettlesVersion", "RowHash", "Withdrawn", "SchoolId", "StudentNumber", "Date", "Period", "ExternalCode", "Status", "Reason", {Stamps}) SELECT {First("SyncRuns")} + i / 400, {First("Connectors")}, {First("TardyRecords")} + i / 4, 1, CASE WHEN i % 4 = 0 THEN 1 END, i, 1 = 0, {First("Schools")} + (i / 4) % 10, CAST(1000000 + (i / 4) % 1000 AS TEXT), {Day("i / 400")}, '01', 'T', CASE WHEN i % 4 = 0 THEN 'Delivered' ELSE 'Repeated' END, CASE WHEN i % 50 = 7 THEN 'reason ' || (i % 6) END, {stamps} FROM {From(Lines)};""";
        yield return $"""INSERT INTO "HeldRecords" ("ConnectorId", "RecordId", "Reason", "Explanation", "Since", "SyncRunId", {Stamps}) SELECT {First("Connectors")}, {First("TardyRecords")} + i * 200, 'TooOld', 'It is too old.', 639000000000000000, {First("SyncRuns")}, {stamps} FROM {From(50)};""";
        yield return $"""INSERT INTO "Sites" ("Code", "Name", "State", "Zone", "Hours", "IsTwentyFourHours", {Stamps}) SELECT 'C' || i, 'Site ' || i, 'IA', 'America/Chicago', '', 1 = 0, {stamps} FROM {From(5)};""";
        yield return $"""INSERT INTO "AttendanceDays" ("ChildNumber", "Date", "SiteId", "Kind", "Code", "Care", "Minutes", "IsOpen", "IsAutomatic", "Readiness", "Reason", "Findings", "RecordVersion", "Withdrawn", {Stamps}) SELECT 'K' || (i % 100), {Day("i / 100")}, {First("Sites")} + i % 5, 'Attended', 'P', '[]', 60, 1 = 0, 1 = 0, 'Ready', '', '[]', 1, 1 = 0, {stamps} FROM {From(Days)};""";
        yield return $"""INSERT INTO "SyncEntries" ("SyncRunId", "ConnectorId", "ChildDayId", "RecordVersion", "SettlesVersion", "RowHash", "Withdrawn", "SiteId", "StudentNumber", "Date", "Period", "ExternalCode", "Status", {Stamps}) SELECT {First("SyncRuns")} + i / 100, {First("Connectors")}, {First("AttendanceDays")} + i, 1, 1, 0, 1 = 0, {First("Sites")} + i % 5, 'K' || (i % 100), {Day("i / 100")}, '', '', 'Delivered', {stamps} FROM {From(Days)};""";
        yield return $"""INSERT INTO "AuditEntries" ("Node", "Number", "At", "Method", "Target", "Status", "Hash", {Stamps}) SELECT 'node', i, 639000000000000000 + i * 5000000000, 'GET', 'Students', 200, 'x', {stamps} FROM {From(Entries)};""";
    }

    private const string Definition = """{{"layout":"k12sync-csv","zone":"America/Chicago"}}""";
}
