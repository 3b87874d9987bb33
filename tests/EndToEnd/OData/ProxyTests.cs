using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.OData;

/// <summary>What a machine in front says counts if it is known, and only then.</summary>
public sealed class ProxyTests(SampleDistrict sample) : IDisposable
{
    private static readonly (string, string)[] Said = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "k12sync.district.example")];
    private readonly Desk _desk = new Desk().WithSample(sample);
    private readonly HttpClient _http = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _desk.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1", "::1")]
    [InlineData("127.0.0.0/8", "::1/128")]
    public async Task KnownProxy_IsBelieved(params string[] proxies)
    {
        var key = await PrepareAsync(proxies);
        await using var server = await Server.StartAsync(_desk.Data);

        var page = await PageAsync(server, key, Said);

        page.GetProperty("@odata.nextLink").GetString().Should().StartWith("https://k12sync.district.example/odata/Students?");
        page.GetProperty("@odata.context").GetString().Should().StartWith("https://k12sync.district.example/odata/$metadata");
        for (var i = 0; i < 3; i++)
            (await StatusAsync(server, "odata/", null, Said)).Should().Be(i < 2 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, "an address is refused twice");
        (await StatusAsync(server, "odata/", null, [("X-Forwarded-For", "203.0.113.10")])).Should().Be(HttpStatusCode.Unauthorized, "another address has its own count");
        (await StatusAsync(server, "odata/", null, [("X-Forwarded-For", "203.0.113.10, 203.0.113.9")])).Should().Be(HttpStatusCode.TooManyRequests, "what the client itself has said before is not believed");
        foreach (var here in new[] { "127.0.0.1", "203.0.113.9" })
            (await StatusAsync(server, "metrics", null, [("X-Forwarded-For", here)])).Should().Be(HttpStatusCode.NotFound, "who is passed on is not at this machine");
        (await server.EndAsync("TERM")).ExitCode.Should().Be(0);
        _desk.Sql("SELECT Address FROM AuditEntries WHERE Target = 'Students'").Should().Be("203.0.113.9");
    }

    [Theory]
    [InlineData]
    [InlineData("10.0.0.0/24", "10.1.2.3")]
    public async Task UnknownProxy_IsNotBelieved(params string[] proxies)
    {
        var key = await PrepareAsync(proxies);
        await using var server = await Server.StartAsync(_desk.Data);

        var page = await PageAsync(server, key, Said);

        page.GetProperty("@odata.nextLink").GetString().Should().StartWith($"{server.Root}odata/Students?");
        for (var i = 0; i < 3; i++)
            (await StatusAsync(server, "odata/", null, [("X-Forwarded-For", $"203.0.113.{i}")])).Should().Be(i < 2 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests);
        await server.EndAsync("TERM");
        IPAddress.IsLoopback(IPAddress.Parse((string)_desk.Sql("SELECT Address FROM AuditEntries WHERE Target = 'Students'")!)).Should().BeTrue();
    }

    [Fact]
    public async Task AddressThatIsNone_IsRefusedAtTheStart()
    {
        await PrepareAsync(["nginx"]);

        var ran = await _desk.RunAsync("serve");

        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain("'nginx' in Access:Proxies is no address and no network");
    }

    private async Task<string> PrepareAsync(string[] proxies)
    {
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "settings.json"), JsonSerializer.Serialize(new { Access = new { Proxies = proxies, RefusalsPerMinute = 2 } }), Now);
        return (await _desk.RunAsync("keys", "create", "--name", "excel", "--role", "Reporter")).Out.Trim();
    }

    private async Task<JsonElement> PageAsync(Server server, string key, (string, string)[] headers)
    {
        using var answer = await SendAsync(server, "odata/Students", key, [.. headers, ("Prefer", "odata.maxpagesize=1")]);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Now)).RootElement;
    }

    private async Task<HttpStatusCode> StatusAsync(Server server, string path, string? key, (string, string)[] headers)
    {
        using var answer = await SendAsync(server, path, key, headers);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(Server server, string path, string? key, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Root, path));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, Now);
    }
}
