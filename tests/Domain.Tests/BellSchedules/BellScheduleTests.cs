using K12Sync.Domain.BellSchedules;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.BellSchedules;

public class BellScheduleTests
{
    private static BellScheduleCheck.Refused Refusal(string name, string periods) =>
        BellSchedule.Check(name, Bells.Periods(periods)).Should().BeOfType<BellScheduleCheck.Refused>().Subject;

    [Fact]
    public void BellSchedule_OrdersPeriodsByTime_WhateverTheirNumbers() =>
        Bells.Text(BellSchedule.Create("Early", Bells.Periods("4 11:00-12:00, 1 08:00-09:00, 6 09:00-10:00, 2 10:00-11:00")).Periods)
            .Should().Be("1 08:00-09:00, 6 09:00-10:00, 2 10:00-11:00, 4 11:00-12:00");

    [Theory]
    [InlineData("1 08:00-08:50, 2 08:55-09:45", "5 min gap between 1 (ends 08:50) and 2 (opens 08:55).")]
    [InlineData("1 08:00-08:50, 2 08:50:30-09:45", "0.5 min gap between 1 (ends 08:50) and 2 (opens 08:50).")]
    [InlineData("A 08:00-09:30, B 09:00-10:00", "A (ends 09:30) and B (opens 09:00) overlap. One bell schedule holds for the whole school: lunch waves or grades at the same time cannot be written back.")]
    [InlineData("", "It has no periods. For a day without classes set the calendar to no school.")]
    public void BellSchedule_NamesTheFault_WhenPeriodsMakeNone(string periods, string fault) =>
        Refusal("Regular", periods).Describe().Should().Be($"Schedule Regular: {fault}");

    [Fact]
    public void BellSchedule_NamesEveryFault_InOrderOfTime()
    {
        var refused = Refusal(" ", "1 08:00-08:50, 2 08:55-09:45, 3 09:40-10:30, 4 10:31-11:00");
        refused.Faults.Select(f => f.GetType().Name).Should().Equal("BadName", "Gap", "Overlap", "Gap");
        refused.OnlyGaps.Should().BeFalse();
    }

    [Fact]
    public void BellSchedule_SaysThatClosingGapsIsEnough_WhenOnlyGapsAreWrong() =>
        Refusal("Regular", "1 08:00-08:50, 2 08:55-09:45, 3 09:50-10:30").OnlyGaps.Should().BeTrue();

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void BellSchedule_HoldsSixtyPeriods_AndNotOneMore(int count, bool valid)
    {
        var periods = Enumerable.Range(0, count).Select(i => new ClassPeriod(
            $"{i}", $"{i}", new TimeOnly(8, 0).AddMinutes(i), new TimeOnly(8, 0).AddMinutes(i), new TimeOnly(8, 0).AddMinutes(i + 1), true));
        (BellSchedule.Check("Full", periods) is BellScheduleCheck.Valid).Should().Be(valid);
    }

    [Theory]
    [InlineData(80, true)]
    [InlineData(81, false)]
    public void BellSchedule_TakesANameOfEightyCharacters_AndNotOneMore(int length, bool valid) =>
        (BellSchedule.Check(new string('x', length), Bells.Periods("1 08:00-09:00")) is BellScheduleCheck.Valid).Should().Be(valid);

    [Fact]
    public void BellSchedule_Throws_WhenCreatedFromPeriodsThatMakeNone() =>
        FluentActions.Invoking(() => BellSchedule.Create("Regular", Bells.Periods("1 08:00-08:50, 2 08:55-09:45")))
            .Should().Throw<ArgumentException>().WithMessage("*5 min gap*");

    [Theory]
    [InlineData("07:59:59.9999999", "before, opens 08:00")]
    [InlineData("08:00", "1")]
    [InlineData("08:49:59.9999999", "1")]
    [InlineData("08:50", "2")]
    [InlineData("09:44:59", "2")]
    [InlineData("09:45", "after, ended 09:45")]
    public void BellSchedule_FindsThePeriod_AtEveryEdge(string time, string expected) =>
        Answer(Bells.Schedule("1 08:00-08:50, 2 08:55-09:45").PeriodAt(Bells.Time(time))).Should().Be(expected);

    [Fact]
    public void BellSchedule_HasExactlyOnePeriod_ForEveryMomentOfSchoolHours() =>
        Properties.Hold(Schedules.Any, schedule =>
        {
            var edges = schedule.Periods.SelectMany(p => new[] { p.Opens.Ticks, p.Bell.Ticks, p.Ends.Ticks });
            var moments = edges.SelectMany(t => new[] { t - 1, t, t + 1, t + TimeSpan.TicksPerMinute }).Where(t => t >= 0 && t < TimeSpan.TicksPerDay);
            foreach (var time in moments.Select(t => new TimeOnly(t)))
            {
                var windows = schedule.Periods.Where(p => p.Contains(time)).ToList();
                if (time < schedule.Opens || time >= schedule.Ends)
                    windows.Should().BeEmpty($"{Bells.Text(time)} in {Bells.Text(schedule.Periods)}");
                else
                    schedule.PeriodAt(time).Should().Be(new PeriodAnswer.In(windows.Should().ContainSingle().Subject), Bells.Text(time));
            }
        });

    private static string Answer(PeriodAnswer answer) => answer switch
    {
        PeriodAnswer.In(var period) => period.Name,
        PeriodAnswer.BeforeFirst(var first) => $"before, opens {Bells.Text(first.Opens)}",
        PeriodAnswer.AfterLast(var last) => $"after, ended {Bells.Text(last.Ends)}",
        _ => "?",
    };
}
