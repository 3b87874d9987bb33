using K12Sync.Api.Jobs;
using K12Sync.Api.Serving;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Tests.Jobs;

/// <summary>Who is told what, and that one connector's trouble stays its own.</summary>
public sealed class TroubleTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alert_IsToldOnce_AndAgainWhenItIsOver()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();
        stage.Instead = _ => throw new InvalidOperationException("0042 is not to be told");
        foreach (var day in (string[])["15", "16", "17"])
        {
            stage.Clock.Set($"2026-09-{day} 06:30-04:00");
            await stage.WakeAsync(connector);
        }
        stage.Alerts.Heard.Should().Equal("RunFailed");
        stage.Alerts.Last.Text.Should().Contain(nameof(InvalidOperationException)).And.NotContain("0042");

        stage.Instead = null;
        stage.Clock.Set("2026-09-18 06:30-04:00");
        (await stage.WakeAsync(connector)).Should().Be("2026-09-18 06:30 for 4", "a run that broke before it began has no slot");

        stage.Alerts.Heard.Should().Equal("RunFailed", "RunFailed over");
    }

    [Fact]
    public async Task Run_IsGivenUp_WhenItHangs_AndOthersRunMeanwhile()
    {
        await using var stage = await JobStage.MakeAsync(new JobSettings { Deadline = TimeSpan.FromMilliseconds(200), Grace = TimeSpan.FromMilliseconds(100) });
        var (hanging, other) = (await stage.AddAsync("hanging"), await stage.AddAsync("other"));
        var never = new TaskCompletionSource();
        stage.Instead = _ => never.Task;
        stage.Clock.Set("2026-09-15 06:30-04:00");

        (await stage.WakeAsync(hanging)).Should().Be("2026-09-15 06:30 for 1");
        (stage.Instead, stage.Settings) = (null, new JobSettings());
        (await stage.WakeAsync(other)).Should().Be("2026-09-15 06:30 for 1");

        stage.Alerts.Heard.Should().Equal("RunOverran");
        Directory.GetFiles(Path.Combine(stage.Folder, "other")).Should().ContainSingle();
        never.SetCanceled(Now);
    }

    [Fact]
    public async Task Run_IsEnded_WhenItIsSlowButListens()
    {
        await using var stage = await JobStage.MakeAsync(new JobSettings { Deadline = TimeSpan.FromMilliseconds(100) });
        var connector = await stage.AddAsync();
        stage.Instead = stop => Task.Delay(Timeout.Infinite, stop);
        stage.Clock.Set("2026-09-15 06:30-04:00");

        await stage.WakeAsync(connector);

        stage.Alerts.Heard.Should().Equal("RunOverran");
    }

    [Fact]
    public async Task Silence_IsTold_AfterSoManyHoursOfSchool()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync(with: d => d with { AlertAfterSchoolHours = 10 });
        stage.Clock.Set("2026-09-15 14:59-04:00");
        await stage.WatchAsync(connector);
        stage.Alerts.Heard.Should().BeEmpty("3 hours of Monday and 7 of Tuesday are not over");

        stage.Clock.Set("2026-09-15 15:00-04:00");
        await stage.WatchAsync(connector);
        await stage.WatchAsync(connector);
        stage.Alerts.Heard.Should().Equal("NoSuccess");

        await stage.WakeAsync(connector);
        stage.Alerts.Heard.Should().Equal("NoSuccess", "NoSuccess over");
    }

    [Fact]
    public async Task DeliverBy_IsTold_WhenTheRunBeforeItDidNotSucceed_OnSchoolDaysOnly()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync(with: d => d with { DeliverBy = new TimeOnly(7, 0) });
        stage.Clock.Set("2026-09-15 06:30-04:00");
        await stage.WakeAsync(connector);
        foreach (var time in (string[])["2026-09-15 07:01-04:00", "2026-09-16 06:59-04:00", "2026-09-19 07:01-04:00"])
        {
            stage.Clock.Set(time);
            await stage.WatchAsync(connector);
        }
        stage.Alerts.Heard.Should().BeEmpty("Tuesday's went in time, Wednesday's time was not over, and Saturday has no school");

        stage.Clock.Set("2026-09-21 07:00-04:00");
        await stage.WatchAsync(connector);
        await stage.WakeAsync(connector);
        await stage.WatchAsync(connector);
        stage.Alerts.Heard.Should().Equal(["DeliverByMissed", "DeliverByMissed over"], "it is not told twice in a day");
    }

    [Fact]
    public async Task SchoolDayWithoutATardy_IsTold_WhereRowsAreExpected()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync(with: d => d with { ExpectsRows = true });
        stage.Clock.Set("2026-09-16 06:30-04:00");
        await stage.WakeAsync(connector);
        stage.Alerts.Heard.Should().BeEmpty("Tuesday had one");
        stage.Clock.Set("2026-09-17 06:30-04:00");
        await stage.WakeAsync(connector);
        stage.Alerts.Heard.Should().Equal("NoRowsOnSchoolDay");
        stage.Alerts.Last.Text.Should().Contain("2026-09-16");
    }

    [Fact]
    public async Task Hold_IsTold_AsLongAsItLasts()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();
        stage.Work.Db.Connectors.Single().HoldBack(new ConnectorHold(ConnectorHoldKind.AuthenticationRefused, "The server refused us."), stage.Clock.Now);
        await stage.Work.Db.SaveChangesAsync(Now);
        await stage.WatchAsync(connector);
        await stage.WatchAsync(connector);
        stage.Alerts.Heard.Should().Equal("AuthenticationStopped");

        await stage.Work.Connectors.ReleaseAsync("sis", null, Now);
        await stage.WatchAsync(connector);
        stage.Alerts.Heard.Should().Equal("AuthenticationStopped", "AuthenticationStopped over");
    }

    [Fact]
    public async Task Metrics_SayWhatRunsDid_InPrometheusText()
    {
        await using var stage = await JobStage.MakeAsync();
        using var text = new PrometheusText(stage.Meters.Meter);
        var connector = await stage.AddAsync("a \"quoted\\name");
        stage.Clock.Set("2026-09-15 06:30-04:00");
        await stage.WakeAsync(connector);
        stage.Meters.Stand([new Standing("Riverbend", connector.Name, stage.Clock.Now.AddSeconds(-5), 7, null)], new Dictionary<AlertKind, int> { [AlertKind.RunFailed] = 2 });

        var samples = Prometheus.Parse(text.Write());

        const string Mine = "connector=a \"quoted\\name,district=Riverbend";
        samples[$"k12sync_runs_total{{{Mine},status=Succeeded}}"].Should().Be(1);
        samples[$"k12sync_files_delivered_total{{{Mine}}}"].Should().Be(1);
        samples[$"k12sync_rows_sent_total{{{Mine}}}"].Should().Be(1);
        samples[$"k12sync_run_duration_seconds_count{{{Mine}}}"].Should().Be(1);
        samples[$"k12sync_rows_waiting{{{Mine}}}"].Should().Be(7);
        samples[$"k12sync_last_success_age_seconds{{{Mine}}}"].Should().Be(5);
        samples["k12sync_alerts_open{kind=RunFailed}"].Should().Be(2);
        stage.Meters.Stand([], new Dictionary<AlertKind, int>());
        Prometheus.Parse(text.Write()).Keys.Should().NotContain(k => k.StartsWith("k12sync_rows_waiting", StringComparison.Ordinal), "a connector that is gone has no series");
    }
}
