using System.Globalization;
using FsCheck.Fluent;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using K12Sync.Notation;
using static K12Sync.Domain.Tests.Exports.Schedules.Timetable;

namespace K12Sync.Domain.Tests.Exports.Schedules;

public sealed class DueSlotTests
{
    private const string Nothing = "nothing";

    private static SlotPlan Plan(string schedule, string since = "2025-09-01 04:00Z", DayRange[]? blackOuts = null, params Pause[] pauses) =>
        new(Schedule(schedule), Zone("America/New_York"), new SlotLimits(Instant(since), [.. blackOuts ?? []], [.. pauses]), Slots);

    private static string Due(SlotPlan plan, string now, params string[] claimed) =>
        plan.Due(Instant(now), claimed.Select(Local).ToHashSet()) is { } due
            ? string.Create(CultureInfo.InvariantCulture, $"{due.Slot.Local:yyyy-MM-dd HH:mm} for {due.StandsFor}")
            : Nothing;

    [Theory]
    [InlineData("2025-09-15 10:29:59Z", "2025-09-12 06:30", Nothing)]
    [InlineData("2025-09-15 10:30Z", "2025-09-12 06:30", "2025-09-15 06:30 for 1")]
    [InlineData("2025-09-15 10:31Z", "2025-09-15 06:30", Nothing)]
    [InlineData("2025-09-19 12:00Z", "2025-09-15 06:30", "2025-09-19 06:30 for 4")]
    public void DueSlot_IsTheLatestThatWasNotRun_AndStandsForAllThatWereMissed(string now, string claimed, string expected) =>
        Due(Plan("06:30"), now, claimed).Should().Be(expected);

    [Fact]
    public void DueSlot_IsOne_AfterAWeekendDown() =>
        Due(Plan("daily every 15 00:00-23:59"), "2025-09-15 11:07Z", "2025-09-12 18:00").Should().Be("2025-09-15 07:00 for 244");

    [Fact]
    public void DueSlot_IsNone_ForAConnectorThatWasAddedAfterIt()
    {
        Due(Plan("06:30", since: "2025-09-15 10:30Z"), "2025-09-15 12:00Z").Should().Be(Nothing);
        Due(Plan("06:30", since: "2025-09-15 10:30Z"), "2025-09-16 10:30Z").Should().Be("2025-09-16 06:30 for 1");
    }

    [Fact]
    public void DueSlot_IsNone_OnABlackOut_AndNotCaughtUpOnAfterwards()
    {
        var plan = Plan("06:30", blackOuts: [new DayRange(new DateOnly(2025, 9, 16), new DateOnly(2025, 9, 17))]);
        Due(plan, "2025-09-17 12:00Z", "2025-09-15 06:30").Should().Be(Nothing);
        Due(plan, "2025-09-18 09:00Z", "2025-09-15 06:30").Should().Be(Nothing);
        Due(plan, "2025-09-18 12:00Z", "2025-09-15 06:30").Should().Be("2025-09-18 06:30 for 1");
    }

    [Fact]
    public void DueSlot_IsNone_WhilePaused_AndNotCaughtUpOnAfterwards()
    {
        var plan = Plan("06:30", pauses: new Pause(Instant("2025-09-16 00:00Z"), Instant("2025-09-18 00:00Z")));
        Due(plan, "2025-09-17 12:00Z", "2025-09-15 06:30").Should().Be(Nothing);
        Due(plan, "2025-09-18 09:00Z", "2025-09-15 06:30").Should().Be(Nothing);
        Due(Plan("06:30", pauses: new Pause(Instant("2025-09-16 00:00Z"), null)), "2025-12-17 12:00Z", "2025-09-15 06:30").Should().Be(Nothing);
    }

    [Fact]
    public void DueSlot_MissedBeforeAPauseOrABlackOut_WaitsForItsEnd()
    {
        var plan = Plan("06:30", blackOuts: [new DayRange(new DateOnly(2025, 9, 17), new DateOnly(2025, 9, 17))],
            pauses: new Pause(Instant("2025-09-16 12:00Z"), Instant("2025-09-17 04:00Z")));
        Due(plan, "2025-09-16 13:00Z", "2025-09-15 06:30").Should().Be(Nothing);
        Due(plan, "2025-09-17 13:00Z", "2025-09-15 06:30").Should().Be(Nothing);
        Due(plan, "2025-09-18 04:00Z", "2025-09-15 06:30").Should().Be("2025-09-16 06:30 for 1");
    }

    [Theory]
    [InlineData("2025-09-15 12:00Z", "2025-09-16 06:30", "2025-09-26 06:30")]
    [InlineData("2025-09-18 12:00Z", "2025-09-26 06:30", "2025-09-29 06:30")]
    public void Coming_JumpsOverPausesAndBlackOuts(string now, string first, string second) =>
        Plan("06:30", blackOuts: [new DayRange(new DateOnly(2025, 9, 22), new DateOnly(2025, 9, 25))], pauses: new Pause(Instant("2025-09-17 00:00Z"), Instant("2025-09-23 00:00Z")))
            .Coming(Instant(now)).Take(2).Select(s => s.Local).Should().Equal(Local(first), Local(second));

    [Fact]
    public void Coming_EndsAtOnce_WhereAPauseHasNoEnd() =>
        Plan("daily every 1 00:00-23:59", pauses: new Pause(Instant("2025-09-16 00:00Z"), null)).Coming(Instant("2025-09-17 00:00Z")).Should().BeEmpty();

    [Theory]
    // Three days forward: one run. What was run then says nothing about the time before it once the clock is right again.
    [InlineData("2025-09-18 12:00Z", "2025-09-15 06:30", "2025-09-18 06:30 for 3")]
    [InlineData("2025-09-15 12:05Z", "2025-09-15 06:30, 2025-09-18 06:30", Nothing)]
    [InlineData("2025-09-16 10:30Z", "2025-09-15 06:30, 2025-09-18 06:30", "2025-09-16 06:30 for 1")]
    [InlineData("2025-09-18 10:30Z", "2025-09-17 06:30, 2025-09-18 06:30", Nothing)]
    [InlineData("2025-09-19 10:30Z", "2025-09-17 06:30, 2025-09-18 06:30", "2025-09-19 06:30 for 1")]
    // An hour back: what was run is not run again.
    [InlineData("2025-09-15 10:31Z", "2025-09-15 06:30", Nothing)]
    public void DueSlot_NeitherRepeatsNorFallsSilent_WhenTheClockJumps(string now, string claimed, string expected) =>
        Due(Plan("06:30"), now, claimed.Split(", ")).Should().Be(expected);

    [Fact]
    public void DueSlot_NeverRepeatsAndNeverFallsSilent_WhateverTheClockDoes() => Properties.Hold(
        Gen.ListOf(Gen.Choose(0, 9).SelectMany(kind => Gen.Elements(kind switch { 0 => 60, 1 => -60, 2 => 3 * 24 * 60, 3 => -3 * 24 * 60, _ => 1 }))).Select(jumps => jumps.ToArray()), jumps =>
        {
            var plan = Plan("daily every 15 00:00-23:59");
            var (now, claimed) = (Instant("2025-09-15 12:00Z"), new HashSet<DateTime>());
            foreach (var jump in jumps)
            {
                now = now.AddMinutes(jump * 7);
                var runs = 0;
                while (plan.Due(now, claimed) is { } due)
                {
                    claimed.Add(due.Slot.Local).Should().BeTrue("a slot is run once");
                    (++runs).Should().Be(1, "one run makes up for all");
                    due.Slot.Instant.Should().BeAfter(now.AddMinutes(-15), "it is the latest");
                }
                var latest = Slots.Between(plan.Schedule, plan.Zone, now.AddHours(-1), now).Last();
                (claimed.Contains(latest.Local) || latest.Instant <= plan.Limits.Since).Should().BeTrue("what is due has been run");
            }
        }, runs: 50);
}
