using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Tests.Jobs;

/// <summary>What a connector does when it is woken, by the clock and by what the ledger remembers.</summary>
public sealed class DeliveryTurnTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connector_RunsEachSlotOnce_AndCatchesUpOnAWeekendWithOneRun()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();

        (await stage.WakeAsync(connector)).Should().Be("nothing", "the slot of this morning was before it was added");
        stage.Clock.Set("2026-09-15 06:30-04:00");
        (await stage.WakeAsync(connector)).Should().Be("2026-09-15 06:30 for 1");
        (await stage.WakeAsync(connector)).Should().Be("nothing");
        stage.Clock.Set("2026-09-21 10:00-04:00");
        (await stage.WakeAsync(connector)).Should().Be("2026-09-21 06:30 for 4");
        (await stage.WakeAsync(connector)).Should().Be("nothing");

        (await stage.RunsAsync()).Should().Equal("2026-09-15 06:30 Succeeded", "2026-09-21 06:30 Succeeded");
        Directory.GetFiles(Path.Combine(stage.Folder, "sis")).Should().ContainSingle("the tardy is sent once");
    }

    [Fact]
    public async Task Connector_NeitherStormsNorRepeatsNorFallsSilent_WhenTheClockJumps()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();
        async Task<string> At(string time)
        {
            stage.Clock.Set(time);
            return await stage.WakeAsync(connector);
        }

        (await At("2026-09-15 06:30-04:00")).Should().Be("2026-09-15 06:30 for 1");
        (await At("2026-09-15 05:31-04:00")).Should().Be("nothing", "an hour back, that slot was run");
        (await At("2026-09-15 06:30-04:00")).Should().Be("nothing");
        (await At("2026-09-18 06:40-04:00")).Should().Be("2026-09-18 06:30 for 3", "three days on, one run");
        (await At("2026-09-15 06:41-04:00")).Should().Be("nothing", "the clock is right again");
        (await At("2026-09-16 06:30-04:00")).Should().Be("2026-09-16 06:30 for 1", "and the days that really come are run");
        (await At("2026-09-17 06:30-04:00")).Should().Be("2026-09-17 06:30 for 1");
        (await At("2026-09-18 06:30-04:00")).Should().Be("nothing", "that one was");
        (await At("2026-09-21 06:30-04:00")).Should().Be("2026-09-21 06:30 for 1");
    }

    [Fact]
    public async Task Connector_WaitsItsTurn_WhileSomebodyElseRunsIt()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();
        stage.Clock.Set("2026-09-15 06:30-04:00");
        var district = (await new Data.Access.DistrictDirectory(new DataFolder(stage.Folder, stage.Clock)).ListAsync(Now))[0].Id;

        await using (await new RunLeases(new DataFolder(stage.Folder, stage.Clock), district, stage.Clock).TakeAsync(connector.Id, Now))
        {
            var turn = await stage.Plans.TurnAsync(stage.Work.Db, connector, Now);
            turn.Due.Should().BeNull();
            turn.Next.Should().Be(stage.Clock.Now.AddSeconds(5));
        }

        (await stage.WakeAsync(connector)).Should().Be("2026-09-15 06:30 for 1", "the slot is not lost");
    }

    [Fact]
    public async Task Connector_TakesUpASlot_WhoseProcessDied()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();
        stage.Clock.Set("2026-09-15 06:30-04:00");
        await new ExportLedger(stage.Work.Db, stage.Clock).BeginRunAsync(connector, new RunRequest(RunTrigger.Schedule, new DateTime(2026, 9, 15, 6, 30, 0)), Now);

        var turn = await stage.Plans.TurnAsync(stage.Work.Db, connector, Now);
        turn.TakesOver.Should().BeTrue();
        (await stage.WakeAsync(connector)).Should().Be("2026-09-15 06:30 for 1");

        (await stage.RunsAsync()).Should().Equal("2026-09-15 06:30 Succeeded");
    }

    [Fact]
    public async Task Connector_DoesNotRun_WhilePausedOrHeld()
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync();
        await stage.Work.Connectors.PauseAsync("sis", new DateOnly(2026, 9, 16), Now);

        stage.Clock.Set("2026-09-16 07:00-04:00");
        (await stage.WakeAsync(connector)).Should().Be("nothing");
        stage.Clock.Set("2026-09-17 06:00-04:00");
        (await stage.WakeAsync(connector)).Should().Be("nothing", "a pause is not caught up on");
        stage.Work.Db.Connectors.Single().HoldBack(new ConnectorHold(ConnectorHoldKind.Restored, "Restored."), stage.Clock.Now);
        await stage.Work.Db.SaveChangesAsync(Now);
        stage.Clock.Set("2026-09-17 06:30-04:00");
        (await stage.WakeAsync(connector)).Should().Be("nothing");
        await stage.Work.Connectors.ReleaseAsync("sis", null, Now);
        (await stage.WakeAsync(connector)).Should().Be("2026-09-17 06:30 for 1", "once released it makes up for what is due");
    }

    [Theory]
    [InlineData("0 30 2 * * ?", "2027-03-13 12:00-05:00", "2027-03-14 03:00:00", "2027-03-15 02:30:00")]
    [InlineData("0 0/30 1-2 * * ?", "2027-11-07 00:00-04:00", "2027-11-07 01:00:00", "2027-11-07 01:30:00", "2027-11-07 02:00:00")]
    [InlineData("0 0 18 L * ?", "2026-09-14 12:00-04:00", "2026-09-30 18:00:00", "2026-10-31 18:00:00")]
    [InlineData("0 0 6 ? * MON-FRI", "2026-09-18 12:00-04:00", "2026-09-21 06:00:00", "2026-09-22 06:00:00")]
    public async Task Cron_FollowsTheWall_WithTheSamePolicyAsOtherSchedules(string cron, string now, params string[] expected)
    {
        await using var stage = await JobStage.MakeAsync();
        var connector = await stage.AddAsync(with: d => d with { Schedule = new DeliverySchedule.Cron(cron) });
        stage.Clock.Set(now);

        var coming = await stage.Plans.ComingAsync(stage.Work.Db, connector, expected.Length, Now);

        coming.Select(s => $"{connector.Zone.At(s.Instant).Instant:yyyy-MM-dd HH:mm:ss}").Should().Equal(expected);
    }
}
