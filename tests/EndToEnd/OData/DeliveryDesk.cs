using System.Net;
using System.Text.Json;
using K12Sync.Tests.Servers;

namespace K12Sync.EndToEnd.OData;

public sealed class DeliveringOnSqlite(TwoDistricts districts) : DeliveringDistricts(districts, null);

public sealed class DeliveringOnPostgres(TwoDistricts districts, PostgresServer server) : DeliveringDistricts(districts, server);

/// <summary>Districts whose connectors tests add and run as they like: files go into <c>outbox/N</c>, and to SFTP servers of this machine by its address.</summary>
public abstract class DeliveringDistricts(TwoDistricts districts, PostgresServer? server) : ServedDistricts(districts, server)
{
    protected override string Settings => """{"Access": {"RequestsPerMinute": 100000, "SftpHosts": ["127.0.0.1", "*.sis.example"]}}""";

    /// <summary>Where the connectors of keys may put files, as connectors name it.</summary>
    public string Folder(string name) => Path.Combine("outbox", District.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), name);

    public string[] FilesIn(string name) => Directory.Exists(Path.Combine(Data, Folder(name))) ? [.. Directory.GetFiles(Path.Combine(Data, Folder(name))).Order(StringComparer.Ordinal)] : [];

    public async Task<Told> AskAsync(string method, string url, object? body = null, string key = "it", string? match = null)
    {
        using var answer = await SendAsync(new HttpMethod(method), "Bearer " + Keys[key], url, body as string ?? (body is null ? method == "POST" ? "{}" : null : JsonSerializer.Serialize(body)),
            match is null ? [] : [("If-Match", match)]);
        var text = await answer.Content.ReadAsStringAsync();
        return new Told(answer.StatusCode, text, answer.Headers.Location?.ToString(), answer.Headers.ETag?.ToString());
    }

    /// <summary>Adds a connector to a folder of its own; its id.</summary>
    public async Task<long> AddAsync(string name, object? with = null)
    {
        var form = new Dictionary<string, object?> { ["Name"] = name, ["Layout"] = "k12sync-csv", ["Destination"] = new { Type = "folder", Path = Folder(name) } };
        foreach (var property in with?.GetType().GetProperties() ?? [])
            form[property.Name] = property.GetValue(with);
        var told = await AskAsync("POST", "Connectors", form);
        told.Status.Should().Be(HttpStatusCode.Created, told.Text);
        return told.Json.GetProperty("Id").GetInt64();
    }

    /// <summary>Runs a connector and waits for the end of the run.</summary>
    public async Task<JsonElement> RunAsync(long connector)
    {
        var told = await AskAsync("POST", $"Connectors({connector})/K12Sync.RunNow");
        told.Status.Should().Be(HttpStatusCode.Accepted, told.Text);
        return await EndOfAsync(told.Location!);
    }

    public async Task<JsonElement> EndOfAsync(string run)
    {
        var row = await JsonAsync("it", run);
        for (var tries = 0; row.GetProperty("FinishedAt").ValueKind == JsonValueKind.Null && tries < 600; tries++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            row = await JsonAsync("it", run);
        }
        row.GetProperty("FinishedAt").ValueKind.Should().Be(JsonValueKind.String, "a run comes to its end");
        return row;
    }
}

/// <summary>What was answered.</summary>
public sealed record Told(HttpStatusCode Status, string Text, string? Location, string? ETag)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement Error => Json.GetProperty("error");

    public string Message => Error.GetProperty("message").GetString()!;

    public string? Target => Error.TryGetProperty("target", out var target) ? target.GetString() : null;
}
