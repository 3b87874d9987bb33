using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.OData;
using K12Sync.EndToEnd.Serving;
using K12Sync.Tests.Servers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace K12Sync.EndToEnd.Passes;

public sealed class PassesOnSqlite(SampleDistrict sample) : PassStage(sample, null);

public sealed class PassesOnPostgres(SampleDistrict sample, PostgresServer server) : PassStage(sample, server);

/// <summary>The sample district behind a <c>serve</c>, with keys for who gives passes and who does not.</summary>
public abstract class PassStage(SampleDistrict sample, PostgresServer? postgres) : IAsyncLifetime
{
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
    private readonly Desk _desk = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private Server _server = null!;
    private string? _database;
    private string[] _connection = [];

    /// <summary>The texts of keys by name: <c>it</c>, <c>kiosk</c> (of LHS), <c>fleet</c> (a kiosk key of no school), <c>rms</c> (office), <c>reporter</c>, <c>support</c>.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    public Desk Desk => _desk;

    /// <summary>Where it answers.</summary>
    public Uri Root => _server.Root;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database rows;
        if (postgres is null)
        {
            _desk.WithSample(sample);
            rows = new DataFolder(_desk.Data, TimeProvider.System);
        }
        else
        {
            _database = await sample.OnPostgresAsync(postgres, _desk);
            _connection = ["--connection", await postgres.ConnectionAsync(_database)];
            rows = new PostgresDatabase(_connection[1]);
        }
        var district = (await new DistrictDirectory(rows).ListAsync(Now)).Single().Id;
        foreach (var (name, role, schools) in new (string, KeyRole, string[])[] { ("it", KeyRole.DistrictIT, []), ("kiosk", KeyRole.Kiosk, ["LHS"]), ("fleet", KeyRole.Kiosk, []), ("rms", KeyRole.Office, ["RMS"]), ("reporter", KeyRole.Reporter, []), ("support", KeyRole.Support, []) })
            Keys.Add(name, await TwoDistricts.MakeKeyAsync(rows, district, name, role, schools));
        _server = await Server.StartAsync(_desk.Data, _connection);
        _http.BaseAddress = _server.Root;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_database is not null)
            await postgres!.DropDatabaseAsync(_database);
        SqliteConnection.ClearAllPools();
        _desk.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a command on the same database.</summary>
    public async Task<Ran> DoAsync(params string[] args)
    {
        var ran = await _desk.RunAsync([.. args, .. _connection]);
        ran.ExitCode.Should().BeOneOf([0, 2], ran.Err + ran.Out);
        return ran;
    }

    /// <summary>A number from the database.</summary>
    public async Task<long> CountAsync(string sql)
    {
        if (postgres is null)
            return (long)_desk.Sql(sql)!;
        await using var connection = new NpgsqlConnection(_connection[1]);
        await connection.OpenAsync(Now);
#pragma warning disable CA2100 // The text comes from a test.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(Now))!;
    }

    /// <summary>A pass as a kiosk posts it. 2026-09-21 is a Monday with Lincoln's ordinary schedule.</summary>
    public static object Pass(string id, string student = "0004401", string at = "2026-09-21T08:05:00-04:00", string? school = "LHS", string code = "TDY", bool voided = false) =>
        new { PassId = id, SchoolCode = school, StudentNumber = student, Code = code, IssuedAt = at, Voided = voided };

    public Task<PassReply> PostAsync(string key, object pass) => SendAsync(HttpMethod.Post, key, "odata/Passes", JsonSerializer.Serialize(pass, WithoutNulls));

    public async Task<PassReply> SendAsync(HttpMethod method, string key, string url, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Keys[key]);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request, Now);
        return await PassReply.OfAsync(answer);
    }

    public async Task<PassReply> IngestAsync(string key, string type, byte[] body, params string[] encodings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "ingest/passes") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var encoding in encodings)
            request.Content.Headers.ContentEncoding.Add(encoding);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Keys[key]);
        using var answer = await _http.SendAsync(request, Now);
        return await PassReply.OfAsync(answer);
    }
}

/// <summary>An answer, read.</summary>
public sealed record PassReply(int Status, string Text, string? RetryAfter, string? Location, string? ETag)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The lines of an answer to a stream.</summary>
    public IReadOnlyList<JsonElement> Lines => [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    public string? this[string property] => Json.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    public static async Task<PassReply> OfAsync(HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new PassReply((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.RetryAfter?.ToString(), answer.Headers.Location?.ToString(), answer.Headers.ETag?.ToString());
    }
}
