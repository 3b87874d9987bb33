using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>A pay period of an Iowa centre at the keyboard, against the simulator as a process.</summary>
public sealed class SubmissionsTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PayPeriod_IsReviewedAndSubmittedAtTheKeyboard_Once()
    {
        using var desk = new Desk();
        var (port, state) = (FreePort(), desk.Write("state.json", """
            {"zone": "America/Chicago", "today": "2026-02-02", "accessKey": "iowa-key-2026", "payPeriods": [{"from": "2026-01-12", "to": "2026-01-25"}],
             "locations": [{"providerId": "04321", "locationName": "Prairie Kids", "children": [{"childId": "001204", "firstName": "Gus", "middleName": "", "lastName": "Hansen", "birthDate": "2022-02-11"}]}]}
            """));
        using var agency = Desk.Start("simulate", "kindertrack", "--port", $"{port}", "--state", state);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.IsTrueAsync(async () => agency.HasExited || await AnswersAsync(http), "it answers");
            await SetUpAsync(desk, port);

            var review = await desk.RunAsync("submissions", "review", "--connector", "iowa", "--from", "2026-01-12", "--to", "2026-01-25", "--format", "csv");
            review.Lines[0].Should().Be("Child,Site,Date,State,Minutes,Units,Status,Fate,Reason,ToDo\r");
            review.Lines.Should().Contain(l => l.StartsWith("0201,PRA,2026-01-13,Attended,240,1 Block,Approved,Goes,", StringComparison.Ordinal));
            review.Err.Should().Contain("04321 (Prairie Kids), 2026-01-12 to 2026-01-25, Due: 1 child-day of 1 child would be submitted, 0 block it");
            (await desk.RunAsync("submissions", "periods", "--connector", "iowa", "--format", "json")).ExitCode.Should().Be(2, "one is due");

            string[] submit = ["submissions", "submit", "--connector", "iowa", "--from", "2026-01-12", "--to", "2026-01-25", "--certified-by", "Pat Director"];
            var no = await desk.RunWithInputAsync("yes\n", submit);
            (no.ExitCode, no.Err).Should().Match<(int Code, string Err)>(r => r.Code == 1 && r.Err.Contains("You certify: I certify that", StringComparison.Ordinal) && r.Err.Contains("Nothing was submitted.", StringComparison.Ordinal));
            var yes = await desk.RunWithInputAsync("submit\n", submit);
            (yes.ExitCode, yes.Out).Should().Match<(int Code, string Out)>(r => r.Code == 0 && r.Out.Contains("1 of 1 child-day taken, 0 not. The agency's number: S0001", StringComparison.Ordinal));
            var again = await desk.RunAsync([.. submit, "--confirm"]);
            (again.ExitCode, again.Err).Should().Match<(int Code, string Err)>(r => r.Code == 1 && r.Err.Contains("866-448-4605", StringComparison.Ordinal));
            (await http.GetFromJsonAsync<JsonElement>(new Uri("_simulator/received", UriKind.Relative), Now)).GetProperty("submissions").GetInt32().Should().Be(1);

            (await desk.RunAsync("submissions", "list", "--format", "csv")).Lines[1].Should().Contain(",iowa,04321,2026-01-12,2026-01-25,Delivered,1,1,0,S0001,Pat Director,");
            (await desk.RunAsync("files", "show", "1")).Out.Should().Contain("\"childId\":\"001204\"");
            (await desk.RunAsync("files", "show", "1", "--answer")).Out.Should().Contain("S0001").And.Contain("Accepted");
            var report = await desk.RunAsync("transfers", "--connector", "iowa", "--site", "PRA", "--child", "0201", "--status", "Transferred", "--format", "csv");
            report.Lines.Should().HaveCount(2);
            report.Lines[1].Should().StartWith("0201,PRA,2026-01-13,Attended,Transferred,,,iowa,04321,");
            (await desk.RunAsync("transfers", "--site", "XXX")).Err.Should().Contain("There is no site 'XXX'.");
            (await desk.RunAsync("audit", "list")).Out.Should().Contain("submissions submit").And.Contain("--certified-by=Pat Director").And.NotContain("0201");
        }
        finally
        {
            agency.Kill();
            await agency.WaitForExitAsync(Now);
        }
    }

    private static async Task SetUpAsync(Desk desk, int port)
    {
        desk.Write("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "PRA,Prairie Kids,America/Chicago,IA,Mon-Fri 06:30-18:00,no");
        desk.Write("providers.csv", "State,ProviderId,Name,SiteCode", "IA,04321,Prairie Kids,PRA");
        desk.Write("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", "PRA,0201,Gus,,Hansen,2022-02-11,2026-01-12,2026-01-23,Mon-Fri,");
        desk.Write("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", "g1,PRA,0201,In,2026-01-13 08:00,,,", "g2,PRA,0201,Out,2026-01-13 12:00,,,");
        var connector = desk.Write("iowa.json", $$$"""{"name": "iowa", "destination": {"type": "kindertrack", "address": "http://127.0.0.1:{{{port}}}", "state": "IA"}}""");
        (await desk.RunAsync("import", desk.Import)).Err.Should().NotContain("rejected");
        (await desk.RunAsync("connector", "add", connector)).ExitCode.Should().Be(0);
        (await desk.RunWithInputAsync("iowa-key-2026\n", "connector", "secret", "iowa")).ExitCode.Should().Be(0);
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetFromJsonAsync<JsonElement>(new Uri("_simulator/received", UriKind.Relative), Now)).ValueKind == JsonValueKind.Object;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
