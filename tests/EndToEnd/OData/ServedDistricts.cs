using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.BellSchedules;
using K12Sync.Data.Childcare;
using K12Sync.Data.Exports;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;
using K12Sync.Exporters.Exports;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

[CollectionDefinition("served on SQLite")]
public sealed class ShareSqlite : ICollectionFixture<ServedOnSqlite>;

[CollectionDefinition("served on PostgreSQL")]
public sealed class SharePostgres : ICollectionFixture<ServedOnPostgres>;

public sealed class ServedOnSqlite(PostgresServer server) : ServedDistricts(server, false);

public sealed class ServedOnPostgres(PostgresServer server) : ServedDistricts(server, true);

/// <summary>
/// Two districts in one database behind a <c>serve</c>: the sample as it is, and the sample under other codes and numbers. Every set has rows in both.
/// </summary>
public abstract class ServedDistricts(PostgresServer postgres, bool onPostgres) : IAsyncLifetime
{
    private static readonly XNamespace Edm = "http://docs.oasis-open.org/odata/ns/edm";
    private readonly Desk _desk = new();
    private readonly HttpClient _http = new();
    private Server _server = null!;
    private string? _database;
    private Database _rows = null!;
    private readonly List<string> _connection = [];

    /// <summary>What its settings.json says.</summary>
    protected virtual string Settings => """{"Access": {"RequestsPerMinute": 100000}}""";

    /// <summary>Its data folder.</summary>
    public string Data => _desk.Data;

    /// <summary>The database of both districts.</summary>
    public Database Rows => _rows;

    /// <summary>The texts of keys by name: <c>it</c>, <c>lhs</c>, <c>rms</c>, <c>both</c> (of these two schools, not of the third), <c>support</c>, <c>kiosk</c>, <c>childcare</c>, and <c>other</c> of the other district.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    public DistrictId District { get; private set; }

    public string DistrictName { get; private set; } = "";

    public Uri Root => _server.Root;

    /// <summary>Each set with its entity type, as $metadata has it.</summary>
    public IReadOnlyDictionary<string, XElement> Sets { get; private set; } = new Dictionary<string, XElement>();

    public async ValueTask InitializeAsync()
    {
        var connection = _connection;
        if (onPostgres)
        {
            _database = await postgres.MakeDatabaseAsync();
            connection.AddRange(["--connection", await postgres.ConnectionAsync(_database)]);
            _rows = new PostgresDatabase(connection[1]);
        }
        else
        {
            _rows = new DataFolder(_desk.Data, TimeProvider.System);
        }
        async Task DoAsync(params string[] args)
        {
            var ran = await _desk.RunAsync([.. args, .. connection]);
            ran.ExitCode.Should().BeOneOf([0, 2], ran.Err + ran.Out);
        }
        foreach (var file in Directory.EnumerateFiles(Desk.Sample))
            _desk.Write(Path.GetFileName(file), Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(file)).Replace("LHS", "OHS", StringComparison.Ordinal).Replace("RMS", "OMS", StringComparison.Ordinal)
                .Replace("P-00", "X-00", StringComparison.Ordinal).Replace("outbox", "outbox2", StringComparison.Ordinal).Replace("00044", "99944", StringComparison.Ordinal)));
        await DoAsync("demo", "--once");
        await DoAsync("import", _desk.Import, "--district", "Other", "--close-gaps", "NextOpensEarly");
        await DoAsync("connector", "add", Path.Combine(_desk.Import, "connector.json"), "--district", "Other");
        await DoAsync("export", "--connector", "sis", "--district", "Other");
        await FillAsync();
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), Settings);
        _server = await Server.StartAsync(_desk.Data, [.. connection]);
        _http.BaseAddress = new Uri(_server.Root, "odata/");
        var metadata = XDocument.Parse(await (await GetAsync("it", "$metadata")).Content.ReadAsStringAsync());
        var types = metadata.Descendants(Edm + "EntityType").ToDictionary(t => "K12Sync." + t.Attribute("Name")!.Value);
        Sets = metadata.Descendants(Edm + "EntitySet").ToDictionary(s => s.Attribute("Name")!.Value, s => types[s.Attribute("EntityType")!.Value]);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_database is not null)
            await postgres.DropDatabaseAsync(_database);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _desk.Dispose();
        GC.SuppressFinalize(this);
    }

    public static IEnumerable<(string Name, string Type)> Properties(XElement type) =>
        type.Elements(Edm + "Property").Select(p => (p.Attribute("Name")!.Value, p.Attribute("Type")!.Value));

    public static IEnumerable<(string Name, string Type)> Links(XElement type) =>
        type.Elements(Edm + "NavigationProperty").Select(p => (p.Attribute("Name")!.Value, p.Attribute("Type")!.Value));

    public K12SyncDb Open() => _rows.Open(District);

    public Task<HttpResponseMessage> GetAsync(string key, string url, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, "Bearer " + Keys[key], url, null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? authorization, string url, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>How many answers came from prepared statements so far.</summary>
    public async Task<int> PreparedAsync()
    {
        var line = (await _server.ReadAsync("/metrics")).Split('\n').FirstOrDefault(l => l.StartsWith("odata_prepared_total", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public async Task<JsonElement> JsonAsync(string key, string url, params (string Name, string Value)[] headers)
    {
        using var answer = await GetAsync(key, url, headers);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).Should().Be(200, $"{url}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>All rows, over as many pages as there are.</summary>
    public async Task<List<JsonElement>> RowsAsync(string key, string url)
    {
        var rows = new List<JsonElement>();
        for (var next = url; next is not null;)
        {
            var page = await JsonAsync(key, next);
            rows.AddRange(page.GetProperty("value").EnumerateArray());
            next = page.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
        }
        return rows;
    }

    /// <summary>What the key of a row looks like in a URL and as a condition.</summary>
    public static (string Path, string Filter) KeyOf(string set, JsonElement row)
    {
        if (set != "SchoolDays")
            return ($"{set}({row.GetProperty("Id")})", $"Id eq {row.GetProperty("Id")}");
        var (school, date) = (row.GetProperty("SchoolId"), row.GetProperty("Date"));
        return ($"{set}(SchoolId={school},Date={date})", $"SchoolId eq {school} and Date eq {date}");
    }

    public Task<string> MakeKeyAsync(string name, KeyRole role, params string[] schools) => MakeKeyAsync(District, name, role, schools);

    /// <summary>Runs a command on this database.</summary>
    public Task<Ran> RunAsync(params string[] args) => _desk.RunAsync([.. args, .. _connection, "--district", DistrictName]);

    private async Task<string> MakeKeyAsync(DistrictId district, string name, KeyRole role, params string[] schools)
    {
        await using var db = _rows.Open(district);
        return (await new KeyOperations(db, district, TimeProvider.System).MakeAsync(name, role, schools, null, default)).Should().BeOfType<MakeKeyResult.Made>().Which.Text;
    }

    /// <summary>A school of which <c>both</c> is not, with a student, a pass, a code and a schedule of its own.</summary>
    private async Task AddThirdSchoolAsync()
    {
        await using var db = _rows.Open(District);
        var school = new School("EHS", new SchoolFacts("East High", SchoolZone.Find("America/New_York")!, null, null));
        db.Add(school);
        await db.SaveChangesAsync();
        var schedule = new ScheduleRow(school.Id, "East");
        db.AddRange(new Student("0007701", new StudentFacts(null, "Ed", "", "Eastman", null, "9")), new Enrollment(school.Id, "0007701"), schedule,
            new BehaviorCode(school.Id, "EAST", new BehaviorCodeText("Of the east", "", "", BehaviorType.Tardy, "E", null)));
        await db.SaveChangesAsync();
        await new PassStore(db, TimeProvider.System).StoreAsync([new IncomingPass(new HallPass("E-1", school.Id, "0007701", "EAST", new DateTimeOffset(2026, 9, 15, 12, 57, 0, TimeSpan.Zero), false), new DateOnly(2026, 9, 15))], default);
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

    /// <summary>Keys for everybody, and rows where the sample has none.</summary>
    private async Task FillAsync()
    {
        var districts = await new DistrictDirectory(_rows).ListAsync(default);
        (District, DistrictName) = districts.Single(d => d.Name != "Other");
        await AddThirdSchoolAsync();
        foreach (var (name, role, schools) in new (string, KeyRole, string[])[] { ("it", KeyRole.DistrictIT, []), ("lhs", KeyRole.Office, ["LHS"]), ("rms", KeyRole.SchoolAdmin, ["RMS"]), ("both", KeyRole.Office, ["RMS", "LHS"]), ("support", KeyRole.Support, []), ("kiosk", KeyRole.Kiosk, []), ("childcare", KeyRole.ChildcareDirector, []), ("reporter", KeyRole.Reporter, []) })
            Keys.Add(name, await MakeKeyAsync(District, name, role, schools));
        Keys.Add("other", await MakeKeyAsync(districts.Single(d => d.Name == "Other").Id, "it", KeyRole.DistrictIT));
        foreach (var (id, _) in districts)
        {
            await using var db = _rows.Open(id);
            await AddChildcareAsync(db, id == District ? "0901" : "0902");
            db.Add(new LayoutRow("own", 1, LayoutJson.Write(LayoutPresets.K12SyncCsv.Definition)));
            await db.SaveChangesAsync();
            var records = string.Join(" UNION ALL ", (await db.Schools.Select(s => s.Id).ToListAsync()).Select(s =>
                string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM (SELECT r.* FROM \"TardyRecords\" r WHERE r.\"SchoolId\" = {s} ORDER BY r.\"Id\" LIMIT 1) q{s}")));
            var run = await db.SyncRuns.Select(r => new { r.Id, r.ConnectorId }).FirstAsync();
            await db.Database.ExecuteSqlRawAsync(string.Create(CultureInfo.InvariantCulture,
                $"""
                INSERT INTO "HeldRecords" ("ConnectorId", "RecordId", "Reason", "Explanation", "Since", "SyncRunId", "DistrictId", "Version", "ChangeVersion")
                SELECT {run.ConnectorId}, "Id", 'TooOld', 'Too old.', 638000000000000000, {run.Id}, "DistrictId", 1, 1 FROM ({records}) r;
                INSERT INTO "ManualCorrections" ("ConnectorId", "RecordId", "OpenRecordId", "SchoolId", "StudentNumber", "Date", "PeriodName", "SisPeriodCode", "SisHas", "SisHasRowHash", "ShouldBe", "MinutesLate", "Since", "DistrictId", "Version", "ChangeVersion")
                SELECT {run.ConnectorId}, "Id", "Id", "SchoolId", "StudentNumber", "Date", "PeriodName", "SisPeriodCode", 'T', 7, 'TL', 9, 638000000000000000, "DistrictId", 1, 1 FROM ({records}) r;
                """));
        }
    }
}
