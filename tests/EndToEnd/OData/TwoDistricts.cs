using System.Globalization;
using System.Text;
using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Api.Exports;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.BellSchedules;
using K12Sync.Data.Childcare;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.Exporters.Exports;
using K12Sync.Tests.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

/// <summary>A copy of the two districts: its database with the arguments that name it, and the texts of its keys by name.</summary>
public sealed record DistrictsCopy(string? Database, Database Rows, IReadOnlyList<string> Connection, IReadOnlyDictionary<string, string> Keys, DistrictId District, string DistrictName);

/// <summary>
/// Two districts in one database: the sample as it is, and the sample under other codes and numbers. Every set has rows in both.
/// Made once on SQLite and once on PostgreSQL, when first asked for; everybody gets a copy.
/// </summary>
public sealed class TwoDistricts : IDisposable
{
    private readonly SemaphoreSlim _making = new(1, 1);
    private Original? _onSqlite;
    private Original? _onPostgres;

    public void Dispose()
    {
        _onSqlite?.Desk.Dispose();
        _onPostgres?.Desk.Dispose();
        _making.Dispose();
    }

    /// <summary>Copies them to <paramref name="desk"/>, and to a new database if there is a server for it.</summary>
    public async Task<DistrictsCopy> CopyAsync(Desk desk, PostgresServer? postgres)
    {
        ArgumentNullException.ThrowIfNull(desk);
        var original = await OriginalAsync(postgres);
        desk.WithCopyOf(original.Desk.Data);
        var database = postgres is null ? null : await postgres.MakeDatabaseAsync(original.Database);
        var (rows, connection) = await OpenAsync(desk, postgres, database);
        return new DistrictsCopy(database, rows, connection, original.Keys, original.District, original.DistrictName);
    }

    internal static async Task<string> MakeKeyAsync(Database rows, DistrictId district, string name, KeyRole role, params string[] schools)
    {
        await using var db = rows.Open(district);
        return (await new KeyOperations(db, district, TimeProvider.System).MakeAsync(name, role, schools, null, default)).Should().BeOfType<MakeKeyResult.Made>().Which.Text;
    }

    private async Task<Original> OriginalAsync(PostgresServer? postgres)
    {
        await _making.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return postgres is null ? _onSqlite ??= await MakeAsync(null) : _onPostgres ??= await MakeAsync(postgres);
        }
        finally
        {
            _making.Release();
        }
    }

    private static async Task<(Database Rows, string[] Connection)> OpenAsync(Desk desk, PostgresServer? postgres, string? database)
    {
        if (postgres is null)
            return (new DataFolder(desk.Data, TimeProvider.System), []);
        var connection = await postgres.ConnectionAsync(database!);
        return (new PostgresDatabase(connection), ["--connection", connection]);
    }

    private static async Task<Original> MakeAsync(PostgresServer? postgres)
    {
        var desk = new Desk();
        var database = postgres is null ? null : await postgres.MakeDatabaseAsync();
        var (rows, connection) = await OpenAsync(desk, postgres, database);
        async Task DoAsync(params string[] args)
        {
            var ran = await desk.RunAsync([.. args, .. connection]);
            ran.ExitCode.Should().BeOneOf([0, 2], ran.Err + ran.Out);
        }
        foreach (var file in Directory.EnumerateFiles(Desk.Sample))
            desk.Write(Path.GetFileName(file), Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(file)).Replace("LHS", "OHS", StringComparison.Ordinal).Replace("RMS", "OMS", StringComparison.Ordinal)
                .Replace("P-00", "X-00", StringComparison.Ordinal).Replace("outbox", "outbox2", StringComparison.Ordinal).Replace("00044", "99944", StringComparison.Ordinal)));
        // As the demo has them, without its childcare centre: these districts have their own.
        await DoAsync("import", Desk.Sample, "--district", "Riverbend", "--close-gaps", "NextOpensEarly");
        await DoAsync("connector", "add", Path.Combine(Desk.Sample, "connector.json"));
        await DoAsync("export", "--connector", "sis");
        await DoAsync("import", desk.Import, "--district", "Other", "--close-gaps", "NextOpensEarly");
        await DoAsync("connector", "add", Path.Combine(desk.Import, "connector.json"), "--district", "Other");
        await DoAsync("export", "--connector", "sis", "--district", "Other");
        var original = await FillAsync(desk, database, rows);
        SqliteConnection.ClearAllPools();
        if (postgres is not null)
            await postgres.CloseDatabaseAsync(database!);
        return original;
    }

    /// <summary>What an agency was told of one child-day and took, and refused of another in words that name the child.</summary>
    private static async Task SubmitAsync(K12SyncDb db)
    {
        var connectors = new ConnectorOperations(db, new LayoutOperations(db), TimeProvider.System);
        var (name, definition) = ConnectorJson.ReadFile("""{"name": "ccms", "destination": {"type": "indiana", "address": "https://ccms.example", "state": "IN"}}""");
        (await connectors.AddAsync(name, definition, default)).Should().BeOfType<AddConnectorResult.Added>();
        var connector = (await connectors.FindAsync(name, default))!;
        var (runs, ledger, days) = (new ExportLedger(db, TimeProvider.System), new ChildDayLedger(db, TimeProvider.System), new DayRange(new(2026, 9, 13), new(2026, 9, 26)));
        var run = (RunStart.Started)await runs.BeginRunAsync(connector, RunRequest.Manual, default);
        var lines = (await ledger.DaysAsync(connector, days, default)).Where(l => l.Date.Day is 15 or 16).Select(l => new SubmissionLine(l, l.AgencyChildId!, "AB")).ToList();
        var draft = new SubmissionDraft("77-12", days, "{}"u8.ToArray(), [.. lines]) { Attestation = new Attestation("Pat Director", DateTimeOffset.UnixEpoch, "I certify it.") };
        var frozen = (FreezeResult.Frozen)await ledger.FreezeAsync(connector, run.RunId, days, [draft], [], default);
        await ledger.EndAsync(frozen.BatchIds[0], new SubmissionEnd(true, [new DayEnd(lines[0].AgencyChildId, lines[0].Line.Date, DayEndKind.Rejected, "The agency did not take the day; what it says is beside it.", "Zwiebelhuber is not known.")]) { ReceiptId = "R-1" }, default);
        await runs.FinishRunAsync(run.RunId, new RunEnd(SyncRunStatus.SucceededWithHolds, 1, null, null), default);
    }

    /// <summary>A site in Indiana with one child, of whom something is known in every way. Its week is over.</summary>
    private static async Task AddChildcareAsync(K12SyncDb db, string child)
    {
        var site = new Site("SUN", new SiteFacts("Sunrise", SchoolZone.Find("America/Chicago")!, "IN", SiteHours.Parse("Mon-Fri 06:30-18:00", out _)!, false));
        db.Add(site);
        await db.SaveChangesAsync();
        var provider = new Provider("IN", "77-12-" + child, "Sunrise", site.Id);
        db.AddRange(provider, new Child(child, new ChildFacts("Quentin", "Lee", "Zwiebelhuber", new DateOnly(2022, 3, 4))), new Placement(site.Id, child, new(2026, 9, 14), new(2026, 9, 18), Weekdays.MondayToFriday),
            new ClosureRow(site.Id, new(2026, 9, 16), ClosureCode.Paid), new AbsenceRow(site.Id, child, new(2026, 9, 15), AbsenceCode.Illness));
        await db.SaveChangesAsync();
        await new ChildLinkOperations(db, TimeProvider.System).LinkAsync(child, "IN", "A-" + child, default);
        await new AgencyRosterOperations(db, TimeProvider.System).TakeAsync(provider, [new AgencyRosterChild("A-" + child, new ChildFacts("Quintin", "Lee", "Zwiebelhuber", new DateOnly(2022, 3, 4)),
            [new AgencyAuthorization(null, new(2026, 9, 1), null, Weekdays.All)])], new(2026, 9, 1), new(2026, 9, 30), default);
        await new AttendanceOperations(db, TimeProvider.System).StoreAsync([new AttendanceEvent("in-" + child, site.Id, child, PunchKind.CheckIn, new DateTimeOffset(2026, 9, 14, 13, 0, 0, TimeSpan.Zero)) { Room = "Blue" },
            new AttendanceEvent("out-" + child, site.Id, child, PunchKind.CheckOut, new DateTimeOffset(2026, 9, 14, 21, 0, 0, TimeSpan.Zero))], default);
        await new AttendanceOperations(db, TimeProvider.System).BringUpToDateAsync(default);
    }

    /// <summary>A school of which <c>both</c> is not, with a student, a pass, a code and a schedule of its own.</summary>
    private static async Task AddThirdSchoolAsync(Database rows, DistrictId district)
    {
        await using var db = rows.Open(district);
        var school = new School("EHS", new SchoolFacts("East High", SchoolZone.Find("America/New_York")!, null, null));
        db.Add(school);
        await db.SaveChangesAsync();
        var schedule = new ScheduleRow(school.Id, "East");
        db.AddRange(new Student("0007701", new StudentFacts(null, "Ed", "", "Eastman", null, "9")), new Enrollment(school.Id, "0007701"), schedule,
            new BehaviorCode(school.Id, "EAST", new BehaviorCodeText("Of the east", "", "", BehaviorType.Tardy, "E", null)));
        await db.SaveChangesAsync();
        await new PassStore(db, TimeProvider.System).StoreAsync([new IncomingPass(new HallPass("E-1", school.Id, "0007701", "EAST", new DateTimeOffset(2026, 9, 15, 12, 57, 0, TimeSpan.Zero), false), new DateOnly(2026, 9, 15))], default);
    }

    /// <summary>Keys for everybody, and rows where the sample has none.</summary>
    private static async Task<Original> FillAsync(Desk desk, string? database, Database rows)
    {
        var districts = await new DistrictDirectory(rows).ListAsync(default);
        var (district, districtName) = districts.Single(d => d.Name != "Other");
        var keys = new Dictionary<string, string>();
        await AddThirdSchoolAsync(rows, district);
        foreach (var (name, role, schools) in new (string, KeyRole, string[])[] { ("it", KeyRole.DistrictIT, []), ("lhs", KeyRole.Office, ["LHS"]), ("rms", KeyRole.SchoolAdmin, ["RMS"]), ("both", KeyRole.Office, ["RMS", "LHS"]), ("support", KeyRole.Support, []), ("kiosk", KeyRole.Kiosk, []), ("childcare", KeyRole.ChildcareDirector, []), ("reporter", KeyRole.Reporter, []) })
            keys.Add(name, await MakeKeyAsync(rows, district, name, role, schools));
        keys.Add("other", await MakeKeyAsync(rows, districts.Single(d => d.Name == "Other").Id, "it", KeyRole.DistrictIT));
        foreach (var (id, _) in districts)
        {
            await using var db = rows.Open(id);
            await AddChildcareAsync(db, id == district ? "0901" : "0902");
            await SubmitAsync(db);
            db.Add(new LayoutRow("own", 1, LayoutJson.Write(LayoutPresets.K12SyncCsv.Definition)));
            await db.SaveChangesAsync();
            var records = string.Join(" UNION ALL ", (await db.Schools.Select(s => s.Id).ToListAsync()).Select(s =>
                string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM (SELECT r.* FROM \"TardyRecords\" r WHERE r.\"SchoolId\" = {s} ORDER BY r.\"Id\" LIMIT 1) q{s}")));
            var run = await db.SyncRuns.OrderBy(r => r.Id).Select(r => new { r.Id, r.ConnectorId }).FirstAsync();
            await db.Database.ExecuteSqlRawAsync(string.Create(CultureInfo.InvariantCulture,
                $"""
                INSERT INTO "HeldRecords" ("ConnectorId", "RecordId", "Reason", "Explanation", "Since", "SyncRunId", "DistrictId", "Version", "ChangeVersion")
                SELECT {run.ConnectorId}, "Id", 'TooOld', 'Too old.', 638000000000000000, {run.Id}, "DistrictId", 1, 1 FROM ({records}) r;
                INSERT INTO "ManualCorrections" ("ConnectorId", "RecordId", "OpenRecordId", "SchoolId", "StudentNumber", "Date", "PeriodName", "SisPeriodCode", "SisHas", "SisHasRowHash", "ShouldBe", "MinutesLate", "Since", "DistrictId", "Version", "ChangeVersion")
                SELECT {run.ConnectorId}, "Id", "Id", "SchoolId", "StudentNumber", "Date", "PeriodName", "SisPeriodCode", 'T', 7, 'TL', 9, 638000000000000000, "DistrictId", 1, 1 FROM ({records}) r;
                INSERT INTO "DayCounts" ("SchoolId", "Date", "Outcome", "Number", "DistrictId", "Version", "ChangeVersion")
                SELECT "Id", {(database is not null ? "DATE '2024-09-17'" : "'2024-09-17'")}, 'Tardy', 5, "DistrictId", 1, 1 FROM "Schools" WHERE "DistrictId" = {id.Value};
                INSERT INTO "DayCounts" ("SiteId", "Date", "Outcome", "Number", "DistrictId", "Version", "ChangeVersion")
                SELECT "Id", {(database is not null ? "DATE '2024-09-17'" : "'2024-09-17'")}, 'Attended', 7, "DistrictId", 1, 1 FROM "Sites" WHERE "DistrictId" = {id.Value};
                """));
        }
        return new Original(desk, database, keys, district, districtName);
    }

    private sealed record Original(Desk Desk, string? Database, IReadOnlyDictionary<string, string> Keys, DistrictId District, string DistrictName);
}
