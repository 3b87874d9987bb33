using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;
using Microsoft.Data.Sqlite;

namespace K12Sync.EndToEnd.Passes;

/// <summary>Passes over HTTP when the process is killed, the database is held by another program, or the disk is full.</summary>
public sealed class PassFaultTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        SqliteConnection.ClearAllPools();
        _desk.Dispose();
    }

    private async Task<string> MakeKeyAsync() => (await _desk.RunAsync("keys", "create", "--name", "fleet", "--role", "Kiosk")).Out.Trim();

    private static string Pass(string id, int i) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"PassId": "{{id}}", "SchoolCode": "LHS", "StudentNumber": "00044{{i % 27 + 1:00}}", "Code": "TDY", "IssuedAt": "2026-10-{{i % 28 + 1:00}}T08:{{i % 60:00}}:00-04:00"}""");

    private async Task<PassReply> PostAsync(Server server, string key, string type, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Root, path)) { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await _http.SendAsync(request, Now);
        return await PassReply.OfAsync(answer);
    }

    [Fact]
    public async Task Passes_ThatWereAnswered_AreThereExactlyOnce_AfterSigkill()
    {
        var key = await MakeKeyAsync();
        var accepted = new ConcurrentBag<string>();
        for (var round = 0; round < 3; round++)
        {
            await using var server = await Server.StartAsync(_desk.Data);
            using var stop = new CancellationTokenSource();
            var posting = Enumerable.Range(0, 16).Select(w => PostUntilKilledAsync(server, key, $"X-{round}-{w}", accepted, stop.Token)).Append(IngestUntilKilledAsync(server, key, $"Y-{round}", accepted)).ToList();
            var before = accepted.Count;
            await Eventually.IsTrueAsync(() => accepted.Count > before + 200 + round * 150, "passes are accepted");

            using (var kill = Process.Start("kill", ["-KILL", server.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(Now);
            await server.Ending;
            await stop.CancelAsync();
            await Task.WhenAll(posting);
        }

        await using var again = await Server.StartAsync(_desk.Data);
        var stored = new HashSet<string>();
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _desk.Database, Pooling = false }.ToString()))
        {
            await connection.OpenAsync(Now);
            await using var command = connection.CreateCommand();
            command.CommandText = """SELECT "PassId" FROM "Passes";""";
            await using var rows = await command.ExecuteReaderAsync(Now);
            while (await rows.ReadAsync(Now))
                stored.Add(rows.GetString(0)).Should().BeTrue("a pass is there once");
        }
        accepted.Should().OnlyHaveUniqueItems().And.BeSubsetOf(stored);
        await Eventually.IsTrueAsync(() => _desk.Sql("""SELECT COUNT(*) FROM "PendingDays";""") is 0L, "what was accepted is mapped after the restart");
        _desk.Sql("""SELECT COUNT(*) FROM "Passes" WHERE "Outcome" IS NULL;""").Should().Be(0L);
    }

    private async Task PostUntilKilledAsync(Server server, string key, string prefix, ConcurrentBag<string> accepted, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
            try
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}");
                if ((await PostAsync(server, key, "application/json", "odata/Passes", Pass(id, i))).Status == 201)
                    accepted.Add(id);
            }
            catch (HttpRequestException)
            {
                return;
            }
    }

    private async Task IngestUntilKilledAsync(Server server, string key, string prefix, ConcurrentBag<string> accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Root, "ingest/passes"))
        {
            // HTTP/1.1 of this client sends all before it reads; what it has read when the line breaks is what was answered.
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => Pass(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}"), i) + "\n")))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Now);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Now));
            while (await reader.ReadLineAsync(Now) is { } line)
                if (line.EndsWith('}') && JsonDocument.Parse(line).RootElement is var row && row.TryGetProperty("result", out var result) && result.GetString() == "Added")
                    accepted.Add(row.GetProperty("passId").GetString()!);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Killed.
        }
    }

    [Fact]
    public async Task Pass_IsAnswered503_WhileAnotherProgramHoldsTheDatabase_AndCanBeGivenAgain()
    {
        var key = await MakeKeyAsync();
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), """{"Passes": {"Patience": "00:00:02"}}""", Now);
        await using var server = await Server.StartAsync(_desk.Data);
        PassReply[] away;
        await using (var holder = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _desk.Database, Pooling = false }.ToString()))
        {
            await holder.OpenAsync(Now);
            await using var hold = holder.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE;";
            await hold.ExecuteNonQueryAsync(Now);
            away = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PostAsync(server, key, "application/json", "odata/Passes", Pass($"X-{i}", i))));
        }

        away.Should().OnlyContain(a => a.Status == 503 && a.RetryAfter == "5");
        away[0].Text.Should().Contain("Hand the same pass in again");
        for (var i = 0; i < 5; i++)
        {
            // As a kiosk does: again and again. A slow machine may take more than the two seconds once more.
            var id = i;
            await Eventually.IsTrueAsync(async () => (await PostAsync(server, key, "application/json", "odata/Passes", Pass($"X-{id}", id))).Status is 200 or 201, "the pass is taken");
        }
        _desk.Sql("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" LIKE 'X-%';""").Should().Be(5L);
        (await server.EndAsync("TERM")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Pass_IsAnswered503_WhenTheDiskIsFull_AndNothingIsStoredByHalf()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs ulimit.");
        var key = await MakeKeyAsync();
        // The limit on the size of files stands for the full disk.
        var limit = new FileInfo(_desk.Database).Length / 512 + 4000;
        var full = 0;
        var accepted = new List<string>();
        await using (var server = await Server.StartWithAsync(["/bin/sh", "-c", $"trap '' XFSZ; ulimit -f {limit}; exec \"$@\"", "sh"], _desk.Data))
        {
            for (var i = 0; i < 40 && full == 0; i++)
            {
                var rows = string.Concat(Enumerable.Range(i * 500, 500).Select(n => Pass($"X-{n}", n) + "\n"));
                var stream = await PostAsync(server, key, "application/x-ndjson", "ingest/passes", rows);
                full = stream.Status == 503 ? 503 : 0;
                accepted.AddRange(stream.Status == 200 ? stream.Lines.SkipLast(1).Select(l => l.GetProperty("passId").GetString()!) : []);
            }
            // What is too much for many rows may be room for a few single ones still.
            var post = await PostAsync(server, key, "application/json", "odata/Passes", Pass("X-s0", 1));
            for (var i = 1; i < 500 && post.Status == 201; i++)
            {
                accepted.Add(post["PassId"]!);
                post = await PostAsync(server, key, "application/json", "odata/Passes", Pass(string.Create(CultureInfo.InvariantCulture, $"X-s{i}"), i));
            }
            (full, post.Status, post.RetryAfter).Should().Be((503, 503, "5"), post.Text);
        }

        accepted.Should().NotBeEmpty();
        accepted.Should().OnlyHaveUniqueItems();
        var stored = (long)_desk.Sql("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" LIKE 'X-%';""")!;
        stored.Should().BeInRange(accepted.Count, accepted.Count + 1, "what was answered is stored; the last may be stored and have got 503, because of its entry in the audit there was no room for");
        await using var roomy = await Server.StartAsync(_desk.Data);
        (await PostAsync(roomy, key, "application/json", "odata/Passes", Pass("X-last", 1))).Status.Should().Be(201);
    }
}
