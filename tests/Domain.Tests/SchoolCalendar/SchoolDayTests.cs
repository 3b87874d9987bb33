using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.SchoolCalendar;

public class SchoolDayTests
{
    [Theory]
    [InlineData("07:59:59", "before school, opens 08:00")]
    [InlineData("08:00", "1, 0 min late")]
    [InlineData("08:00:59", "1, 0 min late")]
    [InlineData("08:01", "1, 1 min late")]
    [InlineData("08:50", "2, 0 min late")]
    [InlineData("08:57", "2, 2 min late")]
    [InlineData("09:45", "after school, ended 09:45")]
    public void SchoolDay_PlacesATime_InItsOneSchedule(string time, string expected) =>
        Bells.Text(Bells.Day("1 08:00-08:50, 2 08:55-09:45").At(Bells.Time(time))).Should().Be(expected);

    [Theory]
    [InlineData("unset", "unset")]
    [InlineData("no school", "no school")]
    public void SchoolDay_KeepsUnsetAndNoSchoolApart_AtAnyTime(string day, string expected) =>
        Bells.Text(Bells.Day(day).At(Bells.Time("10:00"))).Should().Be(expected);

    [Theory]
    [InlineData("11:04:59", "2, 64 min late")]
    [InlineData("11:05", "B, 5 min late")]
    [InlineData("11:30", "after school, ended 11:30")]
    public void SchoolDay_LetsEachSegmentDecideAlone_WhenTheScheduleChangesDuringTheDay(string time, string expected) =>
        Bells.Text(Bells.Day("1 08:00-10:00, 2 10:00-12:00 | 11:05 A 09:00-11:00, B 11:00-11:30").At(Bells.Time(time))).Should().Be(expected);

    [Theory]
    [InlineData("11:05", "before school, opens 13:00")]
    [InlineData("13:02", "X, 2 min late")]
    public void SchoolDay_IsBeforeSchoolAgain_WhenTheNewScheduleHasNotOpened(string time, string expected) =>
        Bells.Text(Bells.Day("1 08:00-12:00 | 11:05 X 13:00-14:00").At(Bells.Time(time))).Should().Be(expected);

    [Fact]
    public void SchoolDay_Throws_WhenItsSegmentsAreNotADay()
    {
        var setting = new DaySetting.NoSchool();
        SchoolDay Of(params string[] from) =>
            new(Bells.Date("2025-10-01"), DaySource.DatedDay, from.Select(f => new DaySegment(Bells.Time(f), setting)));
        FluentActions.Invoking(() => Of()).Should().Throw<ArgumentException>().WithMessage("*midnight*");
        FluentActions.Invoking(() => Of("08:00")).Should().Throw<ArgumentException>().WithMessage("*midnight*");
        FluentActions.Invoking(() => Of("00:00", "11:00", "11:00")).Should().Throw<ArgumentException>().WithMessage("*follow*");
    }
}
