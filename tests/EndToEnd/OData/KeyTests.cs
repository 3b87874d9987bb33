using System.Net;
using System.Text;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.OData;

/// <summary>The life of a key, as a district's IT and its programs see it.</summary>
public sealed class KeyTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);
    private readonly HttpClient _http = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _desk.Dispose();
    }

    [Fact]
    public async Task Key_IsGoodFromMakingToRevoking()
    {
        var made = await _desk.RunAsync("keys", "create", "--name", "excel", "--role", "Reporter", "--days", "30");
        var key = made.Out.Trim();
        key.Should().MatchRegex("^k12_1_[0-9a-f]{64}$");
        (await _desk.RunAsync("keys", "create", "--name", "excel", "--role", "Kiosk")).Err.Should().Contain("is in use");
        (await _desk.RunAsync("keys", "create", "--name", "front desk", "--role", "Office")).Err.Should().Contain("--school");
        (await _desk.RunAsync("keys", "create", "--name", "front desk", "--role", "Office", "--school", "XXX")).Err.Should().Contain("no school 'XXX'");
        (await _desk.RunAsync("keys", "create", "--name", "x", "--role", "Reporter", "--days", "0")).ExitCode.Should().Be(64);
        File.ReadAllBytes(_desk.Database).AsSpan().IndexOf(Encoding.UTF8.GetBytes(key)).Should().Be(-1, "only its hash is stored");
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), """{"Access": {"RequestsPerMinute": 6}}""", Now);
        await using var server = await Server.StartAsync(_desk.Data);
        var odata = new Uri(server.Root, "odata/Schools");

        foreach (var good in new[] { "Bearer " + key, "bearer " + key, Basic("anybody:" + key), Basic(":" + key) })
            (await StatusAsync(odata, good)).Should().Be(HttpStatusCode.OK, good[..6]);
        string[] bad =
        [
            "Bearer", "Bearer x", "Bearer " + key + "0", "Bearer " + key.Replace("k12_1_", "k12_2_", StringComparison.Ordinal), "Bearer k12_1_" + new string('0', 64),
            "Basic " + key, Basic(key), Basic(key + ":"), "Digest " + key, "Bearer " + new string('k', 5000), "Bearer k12_-1_" + new string('0', 64), "Bearer k12_99999999999999999999_" + new string('0', 64),
        ];
        var refusals = new HashSet<string>();
        foreach (var wrong in bad.Append(null))
            refusals.Add(await RefusalAsync(odata, wrong));
        refusals.Add(await RefusalAsync(new Uri(server.Root, $"odata/Schools?key={key}&access_token={key}"), null));
        refusals.Add(await RefusalAsync(new Uri(server.Root, "openapi.json"), null));
        (await StatusAsync(odata, "Bearer " + key)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(odata, "Bearer " + key)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(odata, "Bearer " + key)).Should().Be(HttpStatusCode.TooManyRequests, "six in a minute are enough");
        _desk.Sql("SELECT LastUsedAt FROM ApiKeys WHERE Name = 'excel'").Should().BeOfType<long>();
        _desk.Sql("SELECT Version = ChangeVersion FROM ApiKeys WHERE Name = 'excel'").Should().Be(1L, "being used is no change");

        _desk.Sql("UPDATE ApiKeys SET ExpiresAt = 5");
        await Task.Delay(TimeSpan.FromSeconds(1.1), Now);
        refusals.Add(await RefusalAsync(odata, "Bearer " + key));
        (await _desk.RunAsync("keys", "list")).Out.Should().Contain("expired").And.NotContain(key);
        _desk.Sql("UPDATE ApiKeys SET ExpiresAt = NULL");
        (await _desk.RunAsync("keys", "revoke", "excel")).ExitCode.Should().Be(0);
        refusals.Add(await RefusalAsync(odata, "Bearer " + key));
        refusals.Should().ContainSingle("no answer tells why");
        (await _desk.RunAsync("keys", "revoke", "excel")).ExitCode.Should().Be(1);
        JsonDocument.Parse((await _desk.RunAsync("keys", "list", "--json")).Out).RootElement[0].GetProperty("state").GetString().Should().Be("revoked");
        var ran = await server.EndAsync("TERM");
        (ran.Err + ran.Out).Should().NotContain("k12_");
    }

    [Fact]
    public async Task EachRequestOfABatch_CountsForTheLimit()
    {
        var key = (await _desk.RunAsync("keys", "create", "--name", "batches", "--role", "Reporter")).Out.Trim();
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), """{"Access": {"RequestsPerMinute": 6}}""", Now);
        await using var server = await Server.StartAsync(_desk.Data);
        using var http = new HttpClient { BaseAddress = new Uri(server.Root, "odata/"), DefaultRequestHeaders = { Authorization = System.Net.Http.Headers.AuthenticationHeaderValue.Parse("Bearer " + key) } };
        Task<HttpResponseMessage> BatchAsync(int count) => http.PostAsync("$batch", new StringContent(
            $$"""{"requests":[{{string.Join(",", Enumerable.Range(1, count).Select(id => $$"""{"id":"{{id}}","method":"GET","url":"Schools"}"""))}}]}""", Encoding.UTF8, "application/json"), Now);

        (await BatchAsync(4)).StatusCode.Should().Be(HttpStatusCode.OK);
        using var held = await BatchAsync(3);

        held.StatusCode.Should().Be(HttpStatusCode.TooManyRequests, "two of six are left");
        held.Headers.RetryAfter!.Delta.Should().BePositive();
        (await StatusAsync(new Uri(http.BaseAddress!, "Schools"), "Bearer " + key)).Should().Be(HttpStatusCode.OK, "of a batch that is held back only the batch itself counts");
        (await StatusAsync(new Uri(http.BaseAddress!, "Schools"), "Bearer " + key)).Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Serve_ListensOnThisMachineOnly_UntilThereIsAKey()
    {
        var refused = await _desk.RunAsync("serve", "--listen", "any");
        refused.ExitCode.Should().Be(1);
        refused.Err.Should().Contain("Without a key or a person it listens on this machine only");
        (await _desk.RunAsync("serve", "--listen", "everywhere")).ExitCode.Should().Be(64);
        await using (var alone = await Server.StartAsync(_desk.Data))
        {
            (await alone.StatusAsync("/odata/Schools")).Should().Be(HttpStatusCode.Unauthorized);
            (await alone.EndAsync("TERM")).Out.Should().Contain("on this machine only: there is neither a key nor a person yet");
        }
        var key = (await _desk.RunAsync("keys", "create", "--name", "it", "--role", "DistrictIT")).Out.Trim();

        await using var server = await Server.StartAsync(_desk.Data, "--listen", "any");

        // As somebody at another machine names it, or a proxy passes on.
        foreach (var mark in new[] { ("Host", "k12sync.district.example"), ("X-Forwarded-For", "10.0.0.1") })
        {
            foreach (var page in new[] { "", "metrics" })
                (await StatusAsync(new Uri(server.Root, page), null, mark)).Should().Be(HttpStatusCode.NotFound, page);
            (await ReadAsync(new Uri(server.Root, "health/ready"), mark)).Should().Be("""{"ready":true}""");
            (await StatusAsync(new Uri(server.Root, "odata/Schools"), "Bearer " + key, mark)).Should().Be(HttpStatusCode.OK);
            (await StatusAsync(new Uri(server.Root, "odata/Schools"), null, mark)).Should().Be(HttpStatusCode.Unauthorized);
        }
        (await server.StatusAsync("/metrics")).Should().Be(HttpStatusCode.OK);
        (await server.EndAsync("TERM")).Out.Should().Contain("plain HTTP");
    }

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private async Task<HttpResponseMessage> SendAsync(Uri url, string? authorization, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (header is { } more)
            request.Headers.TryAddWithoutValidation(more.Name, more.Value);
        return await _http.SendAsync(request, Now);
    }

    private async Task<HttpStatusCode> StatusAsync(Uri url, string? authorization, (string Name, string Value)? header = null)
    {
        using var answer = await SendAsync(url, authorization, header);
        return answer.StatusCode;
    }

    private async Task<string> ReadAsync(Uri url, (string Name, string Value) header)
    {
        using var answer = await SendAsync(url, null, header);
        return await answer.Content.ReadAsStringAsync(Now);
    }

    /// <summary>Everything about a refusal but its time.</summary>
    private async Task<string> RefusalAsync(Uri url, string? authorization)
    {
        using var answer = await SendAsync(url, authorization);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized, authorization is { Length: > 20 } ? authorization[..20] : authorization);
        answer.Headers.WwwAuthenticate.ToString().Should().StartWith("Basic ");
        answer.Headers.Date = null;
        return answer.Headers + await answer.Content.ReadAsStringAsync(Now);
    }
}
