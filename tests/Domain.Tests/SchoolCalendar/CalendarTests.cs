using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.SchoolCalendar;

public class CalendarTests
{
    private static readonly DateOnly Monday = Bells.Date("2025-09-01");

    private static ScheduleVersion Version(long id, int number, string from, string name) =>
        new(id, number, Bells.Date(from), Bells.Schedule("1 08:00-09:00", name));

    private static WeekdaySetting Mondays(DayChoice choice, string from = "2025-01-01", int number = 1) => new(DayOfWeek.Monday, number, Bells.Date(from), choice);

    private static DatedSetting Dated(DayChoice choice, string from = "00:00") => new(Monday, Bells.Time(from), choice);

    private static DayChoice.Schedule Schedule(long id) => new(id);

    private static readonly ScheduleVersion[] Versions = [Version(1, 1, "2025-01-01", "Regular"), Version(2, 1, "2025-01-01", "Early")];

    private static string Text(SchoolDay day) => string.Join(" | ", day.Segments.Select(s => $"{Bells.Text(s.From)} " + s.Setting switch
    {
        DaySetting.InForce(var schedule) => schedule.Name,
        DaySetting.NoSchool => "no school",
        _ => "unset",
    }));

    private static string On(IEnumerable<WeekdaySetting> week, IEnumerable<DatedSetting> dated)
    {
        var day = new Calendar(Versions, week, dated).On(Monday);
        return $"{day.Source}: {Text(day)}";
    }

    [Fact]
    public void Calendar_TakesTheDefaultWeek_WhenTheDateIsNotSet() =>
        On([Mondays(Schedule(1))], []).Should().Be("DefaultWeek: 00:00 Regular");

    [Fact]
    public void Calendar_TakesTheDate_WhenTheDefaultWeekSaysOtherwise() =>
        On([Mondays(Schedule(1))], [Dated(Schedule(2))]).Should().Be("DatedDay: 00:00 Early");

    [Fact]
    public void Calendar_LeavesTheDayUnset_WhenNobodyHasSaid() =>
        On([new(DayOfWeek.Tuesday, 1, Monday, Schedule(1))], []).Should().Be("Nothing: 00:00 unset");

    [Fact]
    public void Calendar_KeepsUnsetAndNoSchoolApart_BecauseOnlyOneOfThemIsAnAnswer()
    {
        On([Mondays(Schedule(1))], [Dated(new DayChoice.NoSchool())]).Should().Be("DatedDay: 00:00 no school");
        On([Mondays(Schedule(1))], [Dated(new DayChoice.Unset())]).Should().Be("DatedDay: 00:00 unset");
        On([Mondays(new DayChoice.NoSchool())], []).Should().Be("DefaultWeek: 00:00 no school");
    }

    [Fact]
    public void Calendar_PutsAMidDayChangeOnTopOfTheDefaultWeek_WhenTheDateIsNotSetFromMidnight() =>
        On([Mondays(Schedule(1))], [Dated(Schedule(2), "11:05")]).Should().Be("DatedDay: 00:00 Regular | 11:05 Early");

    [Fact]
    public void Calendar_PutsAMidDayChangeOnTopOfTheDate_WhenTheDateIsSetFromMidnight() =>
        On([Mondays(Schedule(1))], [Dated(new DayChoice.NoSchool(), "12:00"), Dated(Schedule(2))])
            .Should().Be("DatedDay: 00:00 Early | 12:00 no school");

    [Fact]
    public void Calendar_LeavesTheMorningUnset_WhenOnlyAMidDayChangeIsKnown() =>
        On([], [Dated(Schedule(2), "11:05")]).Should().Be("DatedDay: 00:00 unset | 11:05 Early");

    [Theory]
    [InlineData("2024-12-01", "v1")]
    [InlineData("2025-01-31", "v1")]
    [InlineData("2025-02-01", "v2")]
    [InlineData("2025-03-01", "v4")]
    [InlineData("2025-05-01", "v4")]
    public void Calendar_TakesTheHighestVersion_ThatHadStartedByTheDay(string date, string version)
    {
        ScheduleVersion[] versions =
            [Version(1, 2, "2025-02-01", "v2"), Version(1, 1, "2025-01-01", "v1"), Version(1, 4, "2025-03-01", "v4"), Version(1, 3, "2025-04-01", "v3")];
        var calendar = new Calendar(versions, [], [new(Bells.Date(date), TimeOnly.MinValue, Schedule(1))]);
        Text(calendar.On(Bells.Date(date))).Should().Be($"00:00 {version}");
    }

    [Theory]
    [InlineData("2025-08-25", "unset")]
    [InlineData("2025-09-01", "Regular")]
    [InlineData("2025-09-08", "Early")]
    public void Calendar_TakesTheDefaultWeek_ThatHadStartedByTheDay(string date, string expected)
    {
        var calendar = new Calendar(Versions, [Mondays(Schedule(2), "2025-09-02", 2), Mondays(Schedule(1), "2025-09-01")], []);
        Text(calendar.On(Bells.Date(date))).Should().Be($"00:00 {expected}");
    }

    [Theory]
    [InlineData("2025-09-01", "Regular")]
    [InlineData("2025-09-08", "Early")]
    [InlineData("2026-01-12", "Early")]
    public void Calendar_TakesWhatWasSaidLast_WhenSomethingElseHadBeenPlannedForLater(string date, string expected)
    {
        var plannedThenChanged = new[] { Mondays(Schedule(1)), Mondays(new DayChoice.NoSchool(), "2026-01-05", 2), Mondays(Schedule(2), "2025-09-08", 3) };

        Text(new Calendar(Versions, plannedThenChanged, []).On(Bells.Date(date))).Should().Be($"00:00 {expected}");
    }

    [Fact]
    public void Calendar_TakesTheDefaultWeek_WhenTheDateWasTakenBack()
    {
        On([Mondays(Schedule(1))], [Dated(new DayChoice.Default())]).Should().Be("DefaultWeek: 00:00 Regular");
        On([Mondays(Schedule(1))], [Dated(Schedule(2)), Dated(new DayChoice.Default(), "11:05")]).Should().Be("DatedDay: 00:00 Early");
    }

    [Fact]
    public void Calendar_Throws_WhenItNamesAScheduleThatDoesNotExist()
    {
        FluentActions.Invoking(() => On([], [Dated(Schedule(9))])).Should().Throw<ArgumentException>().WithMessage("*schedule 9*");
        FluentActions.Invoking(() => On([Mondays(Schedule(9))], [])).Should().Throw<ArgumentException>().WithMessage("*schedule 9*");
    }
}
