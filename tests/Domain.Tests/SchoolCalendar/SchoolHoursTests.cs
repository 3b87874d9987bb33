using System.Globalization;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;
using Calendar = K12Sync.Domain.SchoolCalendar.Calendar;

namespace K12Sync.Domain.Tests.SchoolCalendar;

public sealed class SchoolHoursTests
{
    private const string Bells8To15 = "1 08:00-12:00, 2 12:00-15:00";

    /// <summary>Monday to Friday by one schedule; dated days as given.</summary>
    private static SchoolYear School(string zone, string bells = Bells8To15, params (string Date, string From, DayChoice Choice)[] dated) => new(
        new Calendar(
            [new ScheduleVersion(1, 1, DateOnly.MinValue, Bells.Schedule(bells)), new ScheduleVersion(2, 1, DateOnly.MinValue, Bells.Schedule("1 08:00-11:00"))],
            Enumerable.Range(1, 5).Select(d => new WeekdaySetting((DayOfWeek)d, 1, DateOnly.MinValue, new DayChoice.Schedule(1))),
            dated.Select(d => new DatedSetting(Bells.Date(d.Date), Bells.Time(d.From), d.Choice))),
        SchoolZone.Find(zone)!);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mmK", CultureInfo.InvariantCulture, DateTimeStyles.None);

    private static double Hours(string from, string to, params SchoolYear[] schools) => SchoolHours.Between(schools, Instant(from), Instant(to)).TotalHours;

    [Theory]
    [InlineData("2025-09-15 04:00Z", "2025-09-16 04:00Z", 7)]
    [InlineData("2025-09-15 13:00Z", "2025-09-15 14:30Z", 1.5)]
    [InlineData("2025-09-15 18:30Z", "2025-09-16 12:30Z", 1)]
    [InlineData("2025-09-12 19:00Z", "2025-09-15 12:00Z", 0)]
    [InlineData("2025-09-08 04:00Z", "2025-09-22 04:00Z", 70)]
    [InlineData("2025-09-16 04:00Z", "2025-09-15 04:00Z", 0)]
    public void SchoolHours_AreCounted_OnlyWhileSchoolIsHeld(string from, string to, double hours) =>
        Hours(from, to, School("America/New_York")).Should().Be(hours);

    [Fact]
    public void SchoolHours_FollowTheCalendar_WhenADayIsOffOrEndsEarly()
    {
        var school = School("America/New_York", Bells8To15,
            ("2025-09-15", "00:00", new DayChoice.NoSchool()), ("2025-09-16", "00:00", new DayChoice.Schedule(2)), ("2025-09-17", "10:30", new DayChoice.NoSchool()),
            ("2025-09-18", "00:00", new DayChoice.Unset()));
        Hours("2025-09-15 04:00Z", "2025-09-16 04:00Z", school).Should().Be(0);
        Hours("2025-09-16 04:00Z", "2025-09-17 04:00Z", school).Should().Be(3);
        Hours("2025-09-17 04:00Z", "2025-09-18 04:00Z", school).Should().Be(2.5);
        SchoolHours.IsSchoolDay([school], Bells.Date("2025-09-18")).Should().BeFalse("nobody has set it");
    }

    [Fact]
    public void SchoolHours_CountOnce_WhereTwoSchoolsAreInSession() =>
        Hours("2025-09-15 04:00Z", "2025-09-16 04:00Z", School("America/New_York"), School("America/Chicago")).Should().Be(8);

    [Fact]
    public void SchoolHours_AreThoseThatPass_WhenTheClockChangesInThem() =>
        Hours("2025-03-09 04:00Z", "2025-03-10 04:00Z",
            School("America/New_York", "1 01:00-04:00", ("2025-03-09", "00:00", new DayChoice.Schedule(1)))).Should().Be(2);

    [Theory]
    [InlineData("2025-09-15 18:59Z", "2025-09-12")]
    [InlineData("2025-09-15 19:00Z", "2025-09-15")]
    [InlineData("2025-09-20 19:00Z", "2025-09-19")]
    public void SchoolHours_KnowTheLastDayThatEnded(string by, string day) =>
        SchoolHours.LastEnded([School("America/New_York")], Instant(by))!.Value.Day.Should().Be(Bells.Date(day));
}
