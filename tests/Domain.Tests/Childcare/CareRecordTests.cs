using K12Sync.Domain.Childcare;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

public class CareRecordTests
{
    private static readonly DateTimeOffset Later = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static CareRecord Record(string events, string day = "2025-10-01", MidnightRule midnight = MidnightRule.Carry, DateTimeOffset? now = null) =>
        CareRecord.Of(ChildDayNotation.Events(events, day), ChildDayNotation.Clocks(midnight), now ?? Later);

    private static string Day(string events, int after = 0, string day = "2025-10-01", MidnightRule midnight = MidnightRule.Carry) =>
        ChildDayNotation.Text(Record(events, day, midnight).On(Bells.Date(day).AddDays(after)));

    [Theory]
    [InlineData("in 08:00; out 17:30", "A 08:00-17:30, 570 min")]
    [InlineData("out 17:30; in 08:00", "A 08:00-17:30, 570 min")]
    [InlineData("in 08:00; out 08:01", "A 08:00-08:01, 1 min")]
    [InlineData("in 08:00", "A 08:00-?, 0 min")]
    [InlineData("in 08:00; out 12:00; in 13:00", "A 08:00-12:00, A 13:00-?, 240 min")]
    [InlineData("in 08:00; out 12:00; in 12:00; out 17:00", "A 08:00-12:00, A 12:00-17:00, 540 min")]
    [InlineData("A/Blue in 08:00; A/Blue out 10:00; A/Red in 10:00; A/Red out 17:00", "A/Blue 08:00-10:00, A/Red 10:00-17:00, 540 min")]
    [InlineData("A/Blue in 08:00; out 10:00; B in 10:00; B out 17:00", "A/Blue 08:00-10:00, B 10:00-17:00, 540 min")]
    [InlineData("N in 08:00; N out 09:00; A in 08:00; A out 10:00", "N 08:00-09:00, A 08:00-10:00, 180 min")]
    [InlineData("in 08:00; in 08:00; out 17:00; out 17:00", "A 08:00-17:00, 540 min")]
    public void CareRecord_PairsCheckInsWithCheckOuts(string events, string expected) => Day(events).Should().Be(expected);

    [Theory]
    [InlineData("out 17:00", "nothing ! NoCheckIn")]
    [InlineData("in 22:00; out 06:00", "A 22:00-?, 0 min ! NotAfterCheckIn")]
    [InlineData("in 08:00; out 08:00", "A 08:00-?, 0 min ! NotAfterCheckIn")]
    [InlineData("in 08:00; out 12:00; in 12:00; out 12:00", "A 08:00-12:00, A 12:00-?, 240 min ! NotAfterCheckIn")]
    [InlineData("in 08:00; in 09:00; out 17:00", "A 08:00-?, A 09:00-17:00, 480 min ! SecondCheckIn")]
    [InlineData("in 08:00; in 09:00", "A 08:00-?, A 09:00-?, 0 min ! SecondCheckIn")]
    [InlineData("in 08:00; B in 09:00; B out 17:00", "A 08:00-?, B 09:00-17:00, 480 min ! SecondCheckIn")]
    [InlineData("A/Blue in 08:00; A/Blue out 10:01; A/Red in 10:00; A/Red out 17:00", "A/Blue 08:00-10:01, A/Red 10:00-17:00, 541 min ! Overlap")]
    [InlineData("in 08:00; out 12:00; B in 11:00; B out 17:00", "A 08:00-12:00, B 11:00-17:00, 600 min ! Overlap")]
    [InlineData("N in 09:00; N out 10:00; A in 08:30; A out 10:00", "N 09:00-10:00, A 08:30-10:00, 150 min ! Overlap")]
    [InlineData("A/Blue in 08:00; A/Red out 17:00", "A/Blue 08:00-?, 0 min ! NoCheckIn")]
    [InlineData("in 08:00; B out 17:00", "A 08:00-?, 0 min ! NoCheckIn")]
    public void CareRecord_SaysWhatIsWrong_AndGuessesNothing(string events, string expected) => Day(events).Should().Be(expected);

    [Theory]
    [InlineData("in 22:00; out +1 06:00", "A 22:00-+1 06:00, 480 min", "nothing")]
    [InlineData("in 08:00; out +1 08:00", "A 08:00-+1 08:00, 1440 min", "nothing")]
    [InlineData("in 08:00; out +1 08:01", "A 08:00-?, 0 min", "nothing ! NoCheckIn")]
    [InlineData("in 08:00; in +1 07:59; out +1 17:00", "A 08:00-?, 0 min ! SecondCheckIn", "A 07:59-17:00, 541 min ! SecondCheckIn")]
    [InlineData("in 08:00; in +1 08:00; out +1 17:00", "A 08:00-?, 0 min", "A 08:00-17:00, 540 min")]
    [InlineData("in 22:00; out +1 06:00; in +1 05:59; out +1 06:30", "A 22:00-+1 06:30, 510 min ! Overlap", "A 05:59-06:00, 1 min ! Overlap")]
    [InlineData("in 22:00; out +1 06:00; B in +1 05:59; B out +1 06:30", "A 22:00-+1 06:00, 480 min ! Overlap", "B 05:59-06:30, 31 min ! Overlap")]
    public void CareRecord_TakesAStayForADayAtMost(string events, string first, string second)
    {
        Day(events).Should().Be(first);
        Day(events, after: 1).Should().Be(second);
    }

    [Theory]
    [InlineData("in 22:00; out +1 06:00", "A 22:00-+1 00:00, 120 min", "A 00:00-06:00, 360 min")]
    [InlineData("in 08:00; out +1 00:00", "A 08:00-+1 00:00, 960 min", "nothing")]
    [InlineData("in 00:00; out +1 00:00", "A 00:00-+1 00:00, 1440 min", "nothing")]
    [InlineData("in 22:00", "A 22:00-?, 0 min", "nothing")]
    [InlineData("in 22:00; out +1 06:00; B in +1 05:00; B out +1 07:00", "A 22:00-+1 00:00, 120 min ! Overlap", "A 00:00-06:00, B 05:00-07:00, 480 min ! Overlap")]
    [InlineData("in 22:00; out +1 06:00; B in 23:00; B out 23:30", "A 22:00-+1 00:00, B 23:00-23:30, 150 min ! Overlap", "A 00:00-06:00, 360 min ! Overlap")]
    public void CareRecord_CutsAStayAtMidnight_WhereTheProfileSplits(string events, string first, string second)
    {
        Day(events, midnight: MidnightRule.Split).Should().Be(first);
        Day(events, after: 1, midnight: MidnightRule.Split).Should().Be(second);
    }

    [Theory]
    [InlineData("2025-03-08", MidnightRule.Carry, "A 22:00-+1 06:00, 420 min", "nothing")]
    [InlineData("2025-03-08", MidnightRule.Split, "A 22:00-+1 00:00, 120 min", "A 00:00-06:00, 300 min")]
    [InlineData("2025-11-01", MidnightRule.Carry, "A 22:00-+1 06:00, 540 min", "nothing")]
    [InlineData("2025-11-01", MidnightRule.Split, "A 22:00-+1 00:00, 120 min", "A 00:00-06:00, 420 min")]
    [InlineData("2025-10-01", MidnightRule.Carry, "A 22:00-+1 06:00, 480 min", "nothing")]
    public void CareRecord_CountsTheTimeThatPassed_OnTheNightsWhenTheClocksChange(string day, MidnightRule midnight, string first, string second)
    {
        Day("in 22:00; out +1 06:00", day: day, midnight: midnight).Should().Be(first);
        Day("in 22:00; out +1 06:00", after: 1, day: day, midnight: midnight).Should().Be(second);
    }

    [Theory]
    [InlineData("in 01:10-05:00; out 01:10-06:00", "A 01:10-01:10, 60 min")]
    [InlineData("in 01:50-05:00; out 01:10-06:00", "A 01:50-01:10, 20 min")]
    [InlineData("in 01:10-06:00; out 01:50-05:00", "A 01:10-?, 0 min ! NotAfterCheckIn")]
    public void CareRecord_TellsTheTwoHoursOfAnAutumnNightApart(string events, string expected) => Day(events, day: "2025-11-02").Should().Be(expected);

    [Theory]
    [InlineData("in 08:00; auto 18:00", "A 08:00-18:00 auto, 600 min ~ CheckedOutByClock")]
    [InlineData("in 08:00; auto 18:00; out 17:30", "A 08:00-17:30, 570 min")]
    [InlineData("in 08:00; auto 18:00; out 18:20", "A 08:00-18:20, 620 min")]
    [InlineData("in 08:00; auto 18:00; out 12:00; in 13:00; out 17:00", "A 08:00-12:00, A 13:00-17:00, 480 min")]
    [InlineData("A/Blue in 08:00; auto 18:00", "A/Blue 08:00-18:00 auto, 600 min ~ CheckedOutByClock")]
    [InlineData("in 08:00; auto 18:00; out 07:50", "A 08:00-18:00 auto, 600 min ! NotAfterCheckIn ~ CheckedOutByClock")]
    [InlineData("in 18:30; auto 18:00", "A 18:30-?, 0 min")]
    [InlineData("in 08:00; auto 18:00; in 09:00; out 17:00", "A 08:00-18:00 auto, A 09:00-17:00, 1080 min ! Overlap ~ CheckedOutByClock")]
    public void CareRecord_TakesTheClocksCheckOut_OnlyWhereNobodyGaveOne(string events, string expected) => Day(events).Should().Be(expected);

    [Fact]
    public void CareRecord_PassesOverTheClocksCheckOut_WhoseCheckInIsGone()
    {
        var events = ChildDayNotation.Events("in 08:00; auto 18:00");
        events[0] = events[0] with { IsDeleted = true };
        ChildDayNotation.Text(CareRecord.Of(events, ChildDayNotation.Clocks(), Later).On(new DateOnly(2025, 10, 1))).Should().Be("nothing");
    }

    [Fact]
    public void CareRecord_SaysThatAnEventLiesInTheFuture_AndCountsItForNothing()
    {
        var events = ChildDayNotation.Events("in 08:00; out 17:00");
        ChildDayNotation.Text(CareRecord.Of(events, ChildDayNotation.Clocks(), events[1].At.AddTicks(-1)).On(new DateOnly(2025, 10, 1)))
            .Should().Be("A 08:00-?, 0 min ! InTheFuture");
        ChildDayNotation.Text(CareRecord.Of(events, ChildDayNotation.Clocks(), events[1].At).On(new DateOnly(2025, 10, 1)))
            .Should().Be("A 08:00-17:00, 540 min");
    }

    [Fact]
    public void CareRecord_NamesTheTimesOfTheSitesWall_InWhatItSays() =>
        Record("N in 08:00; N in 09:10").On(new DateOnly(2025, 10, 1)).Findings.Single().Sentence
            .Should().StartWith("The child was checked in at 08:00 on 2025-10-01 and, without a check-out, again at 09:10 on 2025-10-01.");

    [Fact]
    public void CareRecord_IsOfOneChild()
    {
        var events = ChildDayNotation.Events("in 08:00; out 17:00");
        events[1] = events[1] with { ChildNumber = "0002" };
        FluentActions.Invoking(() => CareRecord.Of(events, ChildDayNotation.Clocks(), Later)).Should().Throw<ArgumentException>();
    }
}
