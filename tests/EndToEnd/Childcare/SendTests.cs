using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.EndToEnd.Serving;

namespace K12Sync.EndToEnd.Childcare;

/// <summary>One child's day, sent from its row by a director: at the keyboard and over the network, against the simulator as a process.</summary>
public sealed class SendTests
{
    private static readonly string Day = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneDay_IsSentAtOnce_AtTheKeyboardAndOverTheNetwork()
    {
        using var desk = new Desk();
        var port = FreePort();
        using var agency = Desk.Start("simulate", "kinderconnect", "--port", $"{port}", "--state", desk.Write("state.json", State));
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.IsTrueAsync(async () => agency.HasExited || (await ReceivedAsync(http)).Length == 0, "it answers");
            await SetUpAsync(desk, port);

            var sent = await desk.RunAsync("transfers", "send", "--child", "0102", "--date", Day);
            (sent.ExitCode, sent.Lines[0]).Should().Be((0, $"0102 {Day} Attended: Transferred under P1, by run 1 of texas."));
            var again = await desk.RunAsync("transfers", "send", "--child", "0102", "--date", Day, "--connector", "texas");
            (again.ExitCode, again.Err).Should().Be((1, "k12sync: The agency has the day as it is: nothing has changed since it was told, so there is nothing to send.\n"));
            (await ReceivedAsync(http)).Should().Equal($"T2 {Day} 16:00");

            await SendOverTheNetworkAsync(desk);
            (await ReceivedAsync(http)).Should().Equal($"T1 {Day} 12:30", $"T2 {Day} 16:00");
            (await desk.RunAsync("audit", "list")).Out.Should().Contain("transfers send").And.Contain("Send").And.NotContain("0102");
        }
        finally
        {
            agency.Kill();
            await agency.WaitForExitAsync(Now);
        }
    }

    /// <summary>From the row of the day, which no run has looked at; edited; and from the row of the transfer.</summary>
    private static async Task SendOverTheNetworkAsync(Desk desk)
    {
        var director = (await desk.RunAsync("keys", "create", "--name", "director", "--role", "ChildcareDirector")).Out.Trim();
        var reporter = (await desk.RunAsync("keys", "create", "--name", "reporter", "--role", "Reporter")).Out.Trim();
        await using var server = await Server.StartAsync(desk.Data);
        using var http = new HttpClient { BaseAddress = new Uri(server.Root, "odata/") };
        async Task<(int Status, JsonElement Body)> AskAsync(string key, HttpMethod method, string url, object? body = null)
        {
            using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Default) };
            if (method == HttpMethod.Patch)
                request.Headers.TryAddWithoutValidation("If-Match", "*");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await http.SendAsync(request, Now);
            return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Now));
        }

        var fromDay = $"AttendanceDays(ChildNumber='0101',Date={Day})/K12Sync.Send";
        (await AskAsync(reporter, HttpMethod.Post, fromDay, new { })).Status.Should().Be(403);
        var (status, row) = await AskAsync(director, HttpMethod.Post, fromDay, new { });
        status.Should().Be(200, $"{row}");
        (row.GetProperty("Status").GetString(), row.GetProperty("ProviderId").GetString()).Should().Be(("Transferred", "P1"));
        row.GetProperty("SyncRunId").GetInt64().Should().BePositive();

        (await AskAsync(director, HttpMethod.Patch, "AttendanceEvents(EventId='a2')", new { At = $"{Day}T12:30:00-06:00" })).Status.Should().Be(200);
        var fromRow = $"Transfers(ConnectorId={row.GetProperty("ConnectorId")},AttendanceDayId={row.GetProperty("AttendanceDayId")})/K12Sync.Send";
        (await AskAsync(director, HttpMethod.Post, fromRow, new { })).Body.GetProperty("Status").GetString().Should().Be("Transferred");
        var unchanged = await AskAsync(director, HttpMethod.Post, fromRow, new { });
        (unchanged.Status, unchanged.Body.GetProperty("error").GetProperty("message").GetString()).Should().Be((409, "The agency has the day as it is: nothing has changed since it was told, so there is nothing to send."));
    }

    private static string State => $$"""
        {"zone": "America/Chicago", "providers": [{"providerId": "P1", "groupPassword": "group-2026", "customers": [{"customerId": "C", "name": "The company"}],
         "locations": [{"locationId": "L-1", "customerId": "C", "name": "Sunrise"}], "agencies": [{"agencyId": "A1", "state": "TX", "name": "County"}],
         "children": [{{string.Join(',', new[] { 1, 2 }.Select(i => $$"""
         {"childId": "T{{i}}", "firstName": "Kid", "middleName": "", "lastName": "Number{{i}}", "birthDate": "2022-01-01", "authorizations": [{"agencyId": "A1", "locationId": "L-1", "from": "2025-01-01",
           "weekdays": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]}]}
         """))}}]}]}
        """;

    private static async Task SetUpAsync(Desk desk, int port)
    {
        desk.Write("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "SUN,Sunrise,America/Chicago,TX,,yes");
        desk.Write("providers.csv", "State,ProviderId,Name,SiteCode", "TX,P1,County,");
        desk.Write("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", $"SUN,0101,Kid,,Number1,2022-01-01,{Day},,,", $"SUN,0102,Kid,,Number2,2022-01-01,{Day},,,");
        desk.Write("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted",
            $"a1,SUN,0101,In,{Day} 08:00,,,", $"a2,SUN,0101,Out,{Day} 12:00,,,", $"b1,SUN,0102,In,{Day} 08:05,,,", $"b2,SUN,0102,Out,{Day} 16:00,,,");
        var connector = desk.Write("texas.json", $$$"""{"name": "texas", "destination": {"type": "kinderconnect", "address": "http://127.0.0.1:{{{port}}}", "state": "TX"}}""");
        (await desk.RunAsync("import", desk.Import)).Err.Should().NotContain("rejected");
        (await desk.RunAsync("connector", "add", connector)).ExitCode.Should().Be(0);
        (await desk.RunWithInputAsync("group-2026\n", "connector", "secret", "texas")).ExitCode.Should().Be(0);
    }

    /// <summary>What the agency holds, as <c>T1 2026-09-21 12:00</c>.</summary>
    private static async Task<string[]> ReceivedAsync(HttpClient http)
    {
        try
        {
            var received = await http.GetFromJsonAsync<JsonElement>(new Uri("_simulator/received", UriKind.Relative), Now);
            return [.. received.GetProperty("providers")[0].GetProperty("days").EnumerateArray().OrderBy(d => d.GetProperty("childId").GetString(), StringComparer.Ordinal)
                .Select(d => $"{d.GetProperty("childId").GetString()} {d.GetProperty("date").GetString()} {d.GetProperty("times")[0].GetProperty("out").GetDateTimeOffset().ToString("HH:mm", CultureInfo.InvariantCulture)}")];
        }
        catch (HttpRequestException)
        {
            return ["it does not answer"];
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
