using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.Childcare;

/// <summary><c>k12sync simulate</c> with a file of one's own. That it starts with the sample and needs no database is seen in <see cref="SampleReadmeTests"/>.</summary>
public sealed class SimulateTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"zone\": \"America/Chicago\"}", "is not what this agency starts with")]
    [InlineData("{\"zone\": \"CST\", \"providers\": []}", "is no IANA time zone")]
    [InlineData("{\"zone\": \"America/Chicago\", \"provider\": [], \"providers\": []}", "is not what this agency starts with")]
    [InlineData(null, "There is no file")]
    public async Task Simulate_RefusesAFileThatIsNone_AndSaysWhy(string? content, string why)
    {
        using var folder = new Desk();
        var file = Path.Combine(Directory.CreateDirectory(folder.Data).FullName, "state.json");
        if (content is not null)
            await File.WriteAllTextAsync(file, content, Now);

        var ran = await Desk.RunBareAsync("simulate", "kinderconnect", "--state", file, "--port", $"{FreePort()}");

        ran.ExitCode.Should().Be(1);
        ran.Err.Should().StartWith("k12sync: ").And.Contain(why);
    }

    [Fact]
    public async Task Simulate_MisbehavesFromTheStart_AndItsHelpSaysHow()
    {
        var help = (await Desk.RunBareAsync("simulate", "--help")).Out;
        foreach (var kind in new[] { "WrongCredentials", "InactiveProvider", "NamesDoNotMatch", "AuthorizationsChange", "AlreadySubmitted", "LockedByState", "TimeOutAfterAccepting", "Slow", "Garbled" })
            help.Should().Contain(kind);
        (await Desk.RunBareAsync("simulate", "kindertrack", "--fault", "NamesDoNotMatch", "--port", $"{FreePort()}")).Should().Match<Ran>(r => r.ExitCode == 1 && r.Err.Contains("is sent no names"));
        (await Desk.RunBareAsync("simulate", "kindertrack", "--fault", "Sulk", "--port", $"{FreePort()}")).Should().Match<Ran>(r => r.ExitCode == 1 && r.Err.Contains("'Sulk' is none of"));

        var port = FreePort();
        using var process = Desk.Start("simulate", "kindertrack", "--port", $"{port}", "--fault", "unavailable/pay-periods", "--fault", "Garbled");
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.IsTrueAsync(async () => process.HasExited || (await LookAsync(http)).ValueKind == JsonValueKind.Object, "it answers");
            (await http.GetFromJsonAsync<JsonElement>(new Uri("_simulator/faults", UriKind.Relative), Now)).EnumerateArray().Select(f => $"{f.GetProperty("kind")} {f.GetProperty("call")}").Should().Equal("Unavailable pay-periods", "Garbled ");
            (await http.GetAsync(new Uri("v1/providers/04321/pay-periods", UriKind.Relative), Now)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Now);
        }
    }

    private static async Task<JsonElement> LookAsync(HttpClient http)
    {
        try
        {
            return await http.GetFromJsonAsync<JsonElement>(new Uri("_simulator/received", UriKind.Relative), Now);
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
