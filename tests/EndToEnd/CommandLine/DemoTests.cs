using System.Globalization;
using System.Net;
using System.Net.Sockets;
using K12Sync.Domain.Tardies;

namespace K12Sync.EndToEnd.CommandLine;

public sealed class DemoTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Demo_DeliversTheExpectedBytes_WhenTheFolderIsNew()
    {
        _desk.WithSample(sample);
        (sample.Demo.ExitCode, sample.Demo.Out).Should().Be((0, sample.Demo.Out));
        _desk.Delivered.Should().Equal("tardies_0001.csv");
        _desk.SentLines("tardies_0001.csv").Should().Equal(ExpectedLines(), "a difference is easier to read line by line");
        _desk.Sent("tardies_0001.csv").Should().Equal(File.ReadAllBytes(Expected));
    }

    [Fact]
    public void Demo_ShowsThreeTablesAndEveryOutcome_WhenItEnds()
    {
        sample.Demo.Out.Should().Contain("Tardies for the SIS: 26").And.Contain("Held, waiting for a person: 6").And.Contain("Not for the SIS: 18");
        foreach (var kind in Enum.GetValues<OutcomeKind>().Where(k => k != OutcomeKind.Tardy))
            sample.Demo.Out.Should().Contain($"| {kind} ");
        sample.Demo.Out.Should().NotContain("\u001b", "nobody reads colours in a file");
    }

    [Fact]
    public async Task Demo_SendsTheSampleCentresWeekToASimulatedAgency_AndNothingTheSecondTime()
    {
        sample.Demo.Out.Should().Contain("Child-days that the agency has: 7").And.Contain("Child-days that wait: 3").And.Contain("Sent 7 child-days in 2 submissions, one for each Provider ID.");

        _desk.WithSample(sample);
        var again = await _desk.RunAsync("demo", "--once");

        again.Out.Should().Contain("Child-days that the agency has: 7").And.Contain("Child-days that wait: 3").And.Contain("Nothing new was owed to the agency, so nothing was sent.");
        _desk.Sql("SELECT COUNT(*) FROM \"ExportBatches\" WHERE \"ProviderId\" IS NOT NULL").Should().Be(2L);
        var list = await _desk.RunAsync("connector", "list", "--json");
        list.Out.Should().Contain("\"name\": \"texas\"").And.Contain("\"state\": \"paused\"", "nothing listens at its address by itself");
        (await _desk.RunAsync("connector", "add", Path.Combine(Desk.Sample, "childcare", "texas.json"))).Out.Should().Contain("is there already, just so");
    }

    [Fact]
    public void SampleDistrict_ShowsEveryOutcome_WhenItIsMapped()
    {
        _desk.WithSample(sample);
        var shown = (string)_desk.Sql("SELECT group_concat(DISTINCT \"Outcome\") FROM \"Passes\"")!;
        shown.Split(',').Should().BeEquivalentTo(Enum.GetNames<OutcomeKind>());
    }

    [Fact]
    public async Task Demo_SendsNothingAndSaysSo_WhenItRunsAgain()
    {
        _desk.WithSample(sample);
        var again = await _desk.RunAsync("demo", "--once");
        again.ExitCode.Should().Be(0, again.Err);
        again.Out.Should().Contain("Nothing new is owed, so nothing was sent.");
        again.Err.Should().NotContain("rejected");
        _desk.Delivered.Should().Equal("tardies_0001.csv");
        _desk.Sent("tardies_0001.csv").Should().Equal(File.ReadAllBytes(Expected));
    }

    [Fact]
    public async Task Demo_Refuses_WhenTheFolderHoldsAnotherDistrict()
    {
        await _desk.RunAsync("import", Desk.Sample, "--close-gaps", "Split", "--district", "Elsewhere");
        var ran = await _desk.RunAsync("demo", "--once");
        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain("holds Elsewhere, not the sample district");
    }

    [Fact]
    public async Task Demo_ServesThePageOnLoopback_UntilItIsInterrupted()
    {
        _desk.WithSample(sample);
        var port = FreePort();
        using var process = Desk.Start("demo", "--port", $"{port}", "--data", _desk.Data);
        var ending = Desk.EndAsync(process);
        using var http = new HttpClient();
        using var page = await WaitAsync(http, port, ending);
        page.StatusCode.Should().Be(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should()
            .Contain("Riverbend Unified").And.Contain("Passes by outcome").And.Contain("NoScheduleSet");
        page.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'");
        ListensBeyondLoopback(port).Should().BeFalse();

        await InterruptAsync(process.Id);
        var ran = await ending;
        ran.ExitCode.Should().Be(0, ran.Err);
        ran.Out.Should().Contain($"Serving at http://localhost:{port}").And.Contain("_simulator/received");
    }

    [Fact]
    public async Task Demo_SaysWhichOptionHelps_WhenThePortIsTaken()
    {
        _desk.WithSample(sample);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var ran = await _desk.RunAsync("demo", "--port", $"{port}");
        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain($"Cannot serve at http://localhost:{port}").And.Contain("--port").And.NotContain("   at ");
    }

    private static string Expected => Path.Combine(Desk.Sample, "expected", "tardies_0001.csv");

    private static string[] ExpectedLines() => File.ReadAllText(Expected).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<HttpResponseMessage> WaitAsync(HttpClient http, int port, Task<Ran> ending)
    {
        while (true)
            try
            {
                return await http.GetAsync(new Uri($"http://localhost:{port}/"), TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException) when (!ending.IsCompleted)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
    }

    private static bool ListensBeyondLoopback(int port) =>
        System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Any(e => e.Port == port && !IPAddress.IsLoopback(e.Address));

    private static async Task InterruptAsync(int process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
