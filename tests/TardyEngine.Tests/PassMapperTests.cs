using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.TardyEngine.Tests;

public class PassMapperTests
{
    private static readonly SchoolZone Zone = SchoolZone.Find("America/New_York")!;
    private static readonly DateOnly Wednesday = Bells.Date("2025-10-01");

    private sealed class Facts(int? grace = null) : ISchoolFacts
    {
        public int? GraceMinutes => grace;

        public StudentStanding Standing(string studentNumber, DateOnly day) => studentNumber switch
        {
            "nobody" => StudentStanding.Unknown,
            "elsewhere" => StudentStanding.NotEnrolled,
            "leaver" => day > Wednesday ? StudentStanding.NotEnrolled : StudentStanding.Enrolled,
            _ => StudentStanding.Enrolled,
        };

        public BehaviorCode? Code(string code) => code switch
        {
            "TDY" => TardyNotation.Code("0:T;15:TL"),
            "HP" => TardyNotation.Code("HallPass", "HP"),
            _ => null,
        };
    }

    private static Calendar CalendarOf(string day, int days)
    {
        ScheduleVersion[] versions = Bells.Setting(day) is DaySetting.InForce(var schedule) ? [new(1, 1, Wednesday, schedule)] : [];
        return new Calendar(versions, [], Enumerable.Range(0, versions.Length * days).Select(i =>
            new DatedSetting(Wednesday.AddDays(i), TimeOnly.MinValue, new DayChoice.Schedule(1))));
    }

    private static MappedPass[] Map(string day, IReadOnlyList<HallPass> passes, int? grace = null, int days = 1) =>
        PassMapper.Map(SchoolYearMap.Build(Zone, CalendarOf(day, days), Wednesday, Wednesday.AddDays(days - 1)), new Facts(grace), passes);

    private static string Outcomes(string day, string passes, int? grace = null) =>
        string.Join("; ", Map(day, TardyNotation.Passes(passes, Zone, Wednesday), grace).Select(m => $"{m.Pass.PassId} {TardyNotation.Text(m.Outcome)}"));

    private const string Regular = "1 08:00-08:50, 2 08:55-09:45, (Lunch) 09:45-10:15, 3 10:15-11:00";

    [Theory]
    [InlineData("p1 ana 08:57", "p1 Tardy T: 2, 2 min late")]
    [InlineData("p1 ana 08:57; p2 ana 09:11", "p1 Tardy T: 2, 2 min late; p2 Duplicate of p1: 2, 16 min late")]
    [InlineData("p1 ana 09:11; p2 ana 08:57", "p1 Duplicate of p2: 2, 16 min late; p2 Tardy T: 2, 2 min late")]
    [InlineData("p1 ana 09:11; p2 ana 08:57; p3 ana 08:56", "p1 Duplicate of p3: 2, 16 min late; p2 Duplicate of p3: 2, 2 min late; p3 Tardy T: 2, 1 min late")]
    [InlineData("p1 ana 08:57; p2 bo 08:58", "p1 Tardy T: 2, 2 min late; p2 Tardy T: 2, 3 min late")]
    [InlineData("p1 ana 08:10; p2 ana 08:57", "p1 Tardy T: 1, 10 min late; p2 Tardy T: 2, 2 min late")]
    public void PassMapper_LetsTheEarliestPassWin_InTheOrderGiven(string passes, string expected) =>
        Outcomes(Regular, passes).Should().Be(expected);

    [Theory]
    [InlineData("p2 ana 08:57; p1 ana 08:57", "p2 Duplicate of p1: 2, 2 min late; p1 Tardy T: 2, 2 min late")]
    [InlineData("p9 ana 08:57; p10 ana 08:57", "p9 Duplicate of p10: 2, 2 min late; p10 Tardy T: 2, 2 min late")]
    [InlineData("a ana 08:57; B ana 08:57", "a Duplicate of B: 2, 2 min late; B Tardy T: 2, 2 min late")]
    public void PassMapper_LetsTheOrdinallyLowerIdWin_WhenPassesAreOfTheSameInstant(string passes, string expected) =>
        Outcomes(Regular, passes).Should().Be(expected);

    [Theory]
    [InlineData("p1 ana 08:56 void; p2 ana 08:57; p3 ana 08:58", "p1 Voided: 2, 1 min late; p2 Tardy T: 2, 2 min late; p3 Duplicate of p2: 2, 3 min late")]
    [InlineData("p1 ana 08:56 HP; p2 ana 08:57", "p1 NotTardyCode: 2, 1 min late; p2 Tardy T: 2, 2 min late")]
    [InlineData("p1 ana 08:56 ?; p2 ana 08:57", "p1 UnknownCode: 2, 1 min late; p2 Tardy T: 2, 2 min late")]
    [InlineData("p1 nobody 08:56; p2 nobody 08:57", "p1 UnknownStudent: 2, 1 min late; p2 UnknownStudent: 2, 2 min late")]
    [InlineData("p1 ana 09:50; p2 ana 09:51", "p1 PeriodTakesNoAttendance: Lunch, 5 min late; p2 PeriodTakesNoAttendance: Lunch, 6 min late")]
    public void PassMapper_LetsOnlyTardiesCompete_SoThatAVoidPromotesTheNext(string passes, string expected) =>
        Outcomes(Regular, passes).Should().Be(expected);

    [Fact]
    public void PassMapper_GivesNoKeyToAnOnTimePass_SoThatALaterOneIsTardy() =>
        Outcomes(Regular, "p1 ana 08:59; p2 ana 09:01; p3 ana 09:02", grace: 5)
            .Should().Be("p1 OnTime within 5: 2, 4 min late; p2 Tardy T: 2, 6 min late; p3 Duplicate of p2: 2, 7 min late");

    [Theory]
    [InlineData("p1 ana 10:05; p2 ana 10:45", "p1 Tardy T: 4, 5 min late; p2 Duplicate of p1: 4, 5 min late")]
    public void PassMapper_GivesOneTardy_WhenLunchSplitsAPeriodInTwoWindows(string passes, string expected) =>
        Outcomes("4 10:00-10:30, (Lunch) 10:30-10:40, 4 10:40-11:10", passes).Should().Be(expected);

    [Fact]
    public void PassMapper_GoesByTheSisCodeToTheByte_WhenNamesAreTheSameOrCaseDiffers() =>
        Outcomes("A=a 08:00-09:00, A=A 09:00-10:00, B=a 10:00-11:00", "p1 ana 08:01; p2 ana 09:01; p3 ana 10:01")
            .Should().Be("p1 Tardy T: A, 1 min late; p2 Tardy T: A, 1 min late; p3 Duplicate of p1: B, 1 min late");

    [Fact]
    public void PassMapper_LetsEveryDayStandAlone_WhenAStudentIsLateTwiceInARow()
    {
        HallPass[] passes = [.. new[] { 0, 1 }.SelectMany(i => TardyNotation.Passes($"p{i} ana 08:57; q{i} leaver 08:57", Zone, Wednesday.AddDays(i)))];
        Map(Regular, passes, days: 2).Select(m => $"{m.Date:MM-dd} {m.Outcome.Kind}")
            .Should().Equal("10-01 Tardy", "10-01 Tardy", "10-02 Tardy", "10-02 NotEnrolled");
    }

    [Theory]
    [InlineData("unset", "p1 NoScheduleSet; p2 NoScheduleSet")]
    [InlineData(Regular, "p1 BeforeSchool; p2 Tardy T: 3, 0 min late")]
    public void PassMapper_GuessesNothing_WhenThePassHitsNoWindow(string day, string expected) =>
        Outcomes(day, "p1 ana 07:00; p2 ana 10:15").Should().Be(expected);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void PassMapper_ThrowsAndNamesThePass_WhenItIsOutsideTheDays(int daysAway)
    {
        var passes = TardyNotation.Passes("p1 ana 08:57; p2 ana 08:58", Zone, Wednesday);
        passes[1] = passes[1] with { IssuedAt = passes[1].IssuedAt.AddDays(daysAway) };
        FluentActions.Invoking(() => Map(Regular, passes))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("Pass p2 is on no day from 2025-10-01 to 2025-10-01*");
    }

    [Fact]
    public void PassMapper_Throws_WhenPassesAreOfTwoSchools()
    {
        var passes = TardyNotation.Passes("p1 ana 08:57; p2 ana 08:58", Zone, Wednesday);
        passes[1] = passes[1] with { SchoolId = 8 };
        FluentActions.Invoking(() => Map(Regular, passes)).Should().Throw<ArgumentException>().WithMessage("Passes p1 and p2 are of different schools.*");
    }

    [Fact]
    public void PassMapper_ReturnsNothing_ForNothing() => Map(Regular, []).Should().BeEmpty();
}
