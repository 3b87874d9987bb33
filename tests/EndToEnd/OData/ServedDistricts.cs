using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using K12Sync.Api.SignIn;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;
using K12Sync.EndToEnd.SignIn;
using K12Sync.Tests.Servers;

namespace K12Sync.EndToEnd.OData;

[CollectionDefinition("served on SQLite")]
public sealed class ShareSqlite : ICollectionFixture<ServedOnSqlite>;

[CollectionDefinition("served on PostgreSQL")]
public sealed class SharePostgres : ICollectionFixture<ServedOnPostgres>;

public sealed class ServedOnSqlite(TwoDistricts districts) : ServedDistricts(districts, null);

public sealed class ServedOnPostgres(TwoDistricts districts, PostgresServer server) : ServedDistricts(districts, server);

/// <summary>A copy of the two districts behind a <c>serve</c>, on PostgreSQL if a server is given.</summary>
public abstract class ServedDistricts(TwoDistricts districts, PostgresServer? postgres) : IAsyncLifetime
{
    private const string Session = "Bearer session:";
    private static readonly XNamespace Edm = "http://docs.oasis-open.org/odata/ns/edm";
    private readonly Desk _desk = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
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
        var copy = await districts.CopyAsync(_desk, postgres);
        (_database, _rows, District, DistrictName) = (copy.Database, copy.Rows, copy.District, copy.DistrictName);
        _connection.AddRange(copy.Connection);
        foreach (var (name, text) in copy.Keys)
            Keys.Add(name, text);
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), Settings);
        _server = await Server.StartAsync(_desk.Data, [.. _connection]);
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
            await postgres!.DropDatabaseAsync(_database);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _desk.Dispose();
        GC.SuppressFinalize(this);
    }

    public static IEnumerable<(string Name, string Type)> Properties(XElement type) =>
        type.Elements(Edm + "Property").Select(p => (p.Attribute("Name")!.Value, p.Attribute("Type")!.Value));

    public static IEnumerable<(string Name, string Type)> Links(XElement type) =>
        type.Elements(Edm + "NavigationProperty").Select(p => (p.Attribute("Name")!.Value, p.Attribute("Type")!.Value));

    public K12SyncDb Open() => _rows.Open(District);

    /// <summary>Signs somebody in: from then on they are among <see cref="Keys"/>, by a cookie.</summary>
    public async Task SignInAsync(string name, DistrictId district, KeyRole role, params string[] schools)
    {
        await using var db = _rows.Open(district);
        var added = (AddPersonResult.Added)await new PersonOperations(db, district, TimeProvider.System).AddAsync(name, $"{Guid.NewGuid():N}@district.example", role, schools, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        using var browser = new PlainBrowser(_server.Root);
        await browser.UseLinkAsync(added.Link);
        Keys[name] = $"session:{browser.Cookie}";
    }

    public Task<HttpResponseMessage> GetAsync(string key, string url, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, "Bearer " + Keys[key], url, null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? authorization, string url, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (authorization?.StartsWith(Session, StringComparison.Ordinal) == true)
            request.Headers.TryAddWithoutValidation("Cookie", authorization[Session.Length..]);
        else if (authorization is not null)
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
        if (set == "Transfers")
        {
            var (connector, day) = (row.GetProperty("ConnectorId"), row.GetProperty("AttendanceDayId"));
            return ($"Transfers(AttendanceDayId={day},ConnectorId={connector})", $"ConnectorId eq {connector} and AttendanceDayId eq {day}");
        }
        if (set != "SchoolDays")
            return ($"{set}({row.GetProperty("Id")})", $"Id eq {row.GetProperty("Id")}");
        var (school, date) = (row.GetProperty("SchoolId"), row.GetProperty("Date"));
        return ($"{set}(SchoolId={school},Date={date})", $"SchoolId eq {school} and Date eq {date}");
    }

    public Task<string> MakeKeyAsync(string name, KeyRole role, params string[] schools) => TwoDistricts.MakeKeyAsync(_rows, District, name, role, schools);

    /// <summary>Runs a command on this database.</summary>
    public Task<Ran> RunAsync(params string[] args) => _desk.RunAsync([.. args, .. _connection, "--district", DistrictName]);
}
