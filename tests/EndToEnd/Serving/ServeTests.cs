using System.Net;
using System.Text.Json;
using K12Sync.EndToEnd.CommandLine;

namespace K12Sync.EndToEnd.Serving;

/// <summary>One process on SQLite, as a district has it.</summary>
public sealed class ServeTests(SampleDistrict sample) : IDisposable
{
    private const string EverySecond = """{"cron": "* * * * * ?"}""";
    private readonly Desk _desk = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => _desk.Dispose();

    private async Task AddAsync(string name, string path, string schedule)
    {
        var added = await _desk.RunAsync("connector", "add", _desk.Write($"{name}.json",
            $$"""{"name": "{{name}}", "layout": "k12sync-csv", "fileName": "{{name}}.csv", "destination": {"type": "folder", "path": "{{path}}"}, "schedule": {{schedule}}}"""));
        added.ExitCode.Should().Be(0, added.Err);
    }

    private long Count(string where) => (long)_desk.Sql($"SELECT count(*) FROM SyncRuns WHERE {where}")!;

    [Fact]
    public async Task Serve_DeliversByItself_AndTellsHowItStands()
    {
        _desk.WithSample(sample);
        await using var server = await Server.StartAsync(_desk.Data, "--log-format", "json");
        var second = await _desk.RunAsync("serve", "--port", "1");
        second.ExitCode.Should().Be(1);
        second.Err.Should().Contain("Another 'k12sync serve' works in");

        await AddAsync("auto", "auto", EverySecond);
        await Eventually.IsTrueAsync(() => Count("ConnectorName = 'auto' AND Status = 'Succeeded'") >= 2, "a connector that another process added runs by itself");

        (await File.ReadAllBytesAsync(Path.Combine(_desk.Data, "auto", "auto.csv"), Now)).Should().Equal(_desk.Sent("tardies_0001.csv"));
        (await server.StatusAsync("/health/live")).Should().Be(HttpStatusCode.OK);
        (await server.ReadAsync("/health/ready")).Should().Be("""{"ready":true,"checks":{"database":"ok","scheduler":"ok","folder":"ok"}}""");
        (await server.ReadAsync("/metrics")).Should().Contain("k12sync_files_delivered_total{district=\"Riverbend Unified (sample)\",connector=\"auto\"} 1\n").And.NotContain("0004417");
        (await server.ReadAsync("/")).Should().Contain("Riverbend Unified").And.Contain("auto");

        (await _desk.RunAsync("connector", "remove", "auto")).ExitCode.Should().Be(0);
        await Eventually.IsTrueAsync(() => (long)_desk.Sql("SELECT count(*) FROM QRTZ_JOB_DETAILS WHERE JOB_NAME LIKE '%-2'")! == 0, "a removed connector has no job");
        var ran = await server.EndAsync("TERM");
        ran.ExitCode.Should().Be(0, ran.Err);
        ran.Out.Should().Contain("on this machine only");
        ran.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().NotBeEmpty()
            .And.OnlyContain(line => JsonDocument.Parse(line, default).RootElement.GetProperty("Message").GetString()!.Length > 0);
        (await _desk.RunAsync("connector", "list")).ExitCode.Should().Be(0, "the scheduler's tables are no stranger's");
    }

    [Fact]
    public async Task Serve_CatchesUpOnce_AfterItWasDown()
    {
        _desk.WithSample(sample);
        await AddAsync("auto", "auto", """{"everyMinutes": 15, "from": "00:00", "to": "23:59", "on": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]}""");
        _desk.Sql($"UPDATE Connectors SET AddedAt = {TimeProvider.System.GetUtcNow().AddDays(-3).Ticks} WHERE Name = 'auto'");

        await using var server = await Server.StartAsync(_desk.Data);
        await Eventually.IsTrueAsync(() => Count("ConnectorName = 'auto' AND Status = 'Succeeded'") > 0, "it catches up");
        await Task.Delay(3000, Now);

        Count("ConnectorName = 'auto'").Should().BeLessThanOrEqualTo(2, "one run for all that was missed, and at most one that fell due meanwhile");
        var ran = await server.EndAsync("INT");
        ran.Err.Should().Contain("stands for 28", "288 quarters of an hour were missed");
    }

    [Fact]
    public async Task Serve_EndsCleanly_WhenItIsToldToInARun()
    {
        _desk.WithSample(sample);
        // The destination is a file, so the run tries again for a minute.
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "blocked"), "", Now);
        await AddAsync("stuck", "blocked/in", EverySecond);
        await AddAsync("other", "other", EverySecond);
        await using var server = await Server.StartAsync(_desk.Data);
        await Eventually.IsTrueAsync(() => Count("ConnectorName = 'stuck' AND Status = 'Running'") == 1 && File.Exists(Path.Combine(_desk.Data, "other", "other.csv")), "one is stuck and the other delivers");

        var ran = await server.EndAsync("TERM");

        ran.ExitCode.Should().Be(0, ran.Err);
        Count("Status = 'Running'").Should().Be(0, "the run was closed");
        File.Delete(Path.Combine(_desk.Data, "blocked"));
        await using var again = await Server.StartAsync(_desk.Data);
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(_desk.Data, "blocked", "in", "stuck.csv")), "the same bytes go with the next run");
        File.ReadAllBytes(Path.Combine(_desk.Data, "blocked", "in", "stuck.csv")).Should().Equal(_desk.Sent("tardies_0001.csv"));
    }

    [Fact]
    public async Task Serve_TakesUpTheSlot_WhenItWasKilledInARun()
    {
        _desk.WithSample(sample);
        await File.WriteAllTextAsync(Path.Combine(_desk.Data, "blocked"), "", Now);
        await AddAsync("stuck", "blocked/in", """{"everyMinutes": 1440, "from": "00:00", "to": "23:59", "on": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]}""");
        _desk.Sql($"UPDATE Connectors SET AddedAt = {TimeProvider.System.GetUtcNow().AddDays(-3).Ticks} WHERE Name = 'stuck'");
        await using (var first = await Server.StartAsync(_desk.Data))
        {
            await Eventually.IsTrueAsync(() => Count("ConnectorName = 'stuck' AND Status = 'Running'") == 1, "the run is under way");
            await first.EndAsync("KILL");
        }
        File.Delete(Path.Combine(_desk.Data, "blocked"));

        await using var second = await Server.StartAsync(_desk.Data);
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(_desk.Data, "blocked", "in", "stuck.csv")), "it is delivered");
        await Eventually.IsTrueAsync(() => Count("ConnectorName = 'stuck' AND Status = 'Succeeded'") == 1, "the run came to its end");

        Count("ConnectorName = 'stuck'").Should().Be(1, "the slot had one run, taken up");
        (await second.ReadAsync("/metrics")).Should().MatchRegex("k12sync_lease_takeovers_total\\{.*\\} 1\n");
    }

    [Fact]
    public async Task Serve_IsRefused_WhereThereIsNoDatabase()
    {
        var ran = await _desk.RunAsync("serve");
        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain("There is no K12Sync database");
    }
}
