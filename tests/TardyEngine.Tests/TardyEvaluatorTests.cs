using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Tardies;
using K12Sync.Notation;

namespace K12Sync.TardyEngine.Tests;

public class TardyEvaluatorTests
{
    private const string Regular = "1 08:00-08:50, 2 08:55-09:45, (Lunch) 09:45-10:15, 3 10:15-11:00";

    private static string Outcome(
        string time, int? grace = null, string? code = "T", string day = Regular,
        bool voided = false, StudentStanding standing = StudentStanding.Enrolled) =>
        TardyNotation.Text(TardyEvaluator.Evaluate(
            new PassFacts(voided, standing, code is null ? null : TardyNotation.Code(code), grace), Bells.Day(day).At(Bells.Time(time))));

    [Theory]
    [InlineData("07:59:59.9999999", "BeforeSchool")]
    [InlineData("08:00", "Tardy T: 1, 0 min late")]
    [InlineData("08:00:59.9999999", "Tardy T: 1, 0 min late")]
    [InlineData("08:01", "Tardy T: 1, 1 min late")]
    [InlineData("08:49:59.9999999", "Tardy T: 1, 49 min late")]
    [InlineData("08:50", "Tardy T: 2, 0 min late")]
    [InlineData("08:57", "Tardy T: 2, 2 min late")]
    [InlineData("09:44:59", "Tardy T: 2, 49 min late")]
    [InlineData("09:45", "PeriodTakesNoAttendance: Lunch, 0 min late")]
    [InlineData("10:14:59", "PeriodTakesNoAttendance: Lunch, 29 min late")]
    [InlineData("10:59:59.9999999", "Tardy T: 3, 44 min late")]
    [InlineData("11:00", "AfterSchool")]
    public void TardyEvaluator_LetsThePassDecide_WhenGraceIsBlank(string time, string expected) => Outcome(time).Should().Be(expected);

    [Theory]
    [InlineData(0, "08:50", "OnTime within 0: 2, 0 min late")]
    [InlineData(0, "08:55", "OnTime within 0: 2, 0 min late")]
    [InlineData(0, "08:55:00.0000001", "Tardy T: 2, 0 min late")]
    [InlineData(0, "08:55:01", "Tardy T: 2, 0 min late")]
    [InlineData(0, "08:56", "Tardy T: 2, 1 min late")]
    [InlineData(5, "08:50", "OnTime within 5: 2, 0 min late")]
    [InlineData(5, "08:59:59", "OnTime within 5: 2, 4 min late")]
    [InlineData(5, "09:00", "OnTime within 5: 2, 5 min late")]
    [InlineData(5, "09:00:00.0000001", "Tardy T: 2, 5 min late")]
    [InlineData(5, "09:00:59", "Tardy T: 2, 5 min late")]
    [InlineData(120, "09:44:59", "OnTime within 120: 2, 49 min late")]
    public void TardyEvaluator_LetsTheClockDecideToTheTick_WhenGraceIsANumber(int grace, string time, string expected) =>
        Outcome(time, grace).Should().Be(expected);

    [Theory]
    [InlineData("08:52", "Tardy T: 2, 0 min late")]
    [InlineData("09:09:59", "Tardy T: 2, 14 min late")]
    [InlineData("09:10", "Tardy TL: 2, 15 min late")]
    [InlineData("09:24:59", "Tardy TL: 2, 29 min late")]
    [InlineData("09:25", "Tardy UA: 2, 30 min late")]
    public void TardyEvaluator_TakesTheCodeFromTheLadder_WhenThereIsOne(string time, string expected) =>
        Outcome(time, code: "0:T;15:TL;30:UA").Should().Be(expected);

    [Fact]
    public void TardyEvaluator_CountsALadderAsExternalCodes_WhenThereIsNoOther()
    {
        var text = new BehaviorCodeText("Tardy", "", "", BehaviorType.Tardy, null, LatenessLadder.Parse("0:T", out _));
        var facts = new PassFacts(false, StudentStanding.Enrolled, new BehaviorCode(null, "TDY", text), null);
        TardyNotation.Text(TardyEvaluator.Evaluate(facts, Bells.Day(Regular).At(Bells.Time("08:03")))).Should().Be("Tardy T: 1, 3 min late");
    }

    /// <summary>
    /// Each row is wrong in its own way and in every later way, so each outcome is seen to win over its neighbour.
    /// </summary>
    [Theory]
    [InlineData(OutcomeKind.Voided, true, StudentStanding.Unknown, null)]
    [InlineData(OutcomeKind.UnknownStudent, false, StudentStanding.Unknown, null)]
    [InlineData(OutcomeKind.NotEnrolled, false, StudentStanding.NotEnrolled, null)]
    [InlineData(OutcomeKind.UnknownCode, false, StudentStanding.Enrolled, null)]
    [InlineData(OutcomeKind.NotTardyCode, false, StudentStanding.Enrolled, "HallPass")]
    [InlineData(OutcomeKind.NotTardyCode, false, StudentStanding.Enrolled, "Positive")]
    [InlineData(OutcomeKind.NoExternalCode, false, StudentStanding.Enrolled, "-")]
    [InlineData(OutcomeKind.NoExternalCode, false, StudentStanding.Enrolled, "")]
    public void TardyEvaluator_NamesTheFirstThingWrongWithThePass_WhateverTheDayIs(
        OutcomeKind kind, bool voided, StudentStanding standing, string? code)
    {
        Outcome("08:10", null, code, "no school", voided, standing).Should().Be($"{kind}");
        Outcome("08:10", null, code, "unset", voided, standing).Should().Be($"{kind}");
        Outcome("07:00", null, code, Regular, voided, standing).Should().Be($"{kind}");
        Outcome("12:00", null, code, Regular, voided, standing).Should().Be($"{kind}");
        Outcome("09:50", 10, code, Regular, voided, standing).Should().Be($"{kind}: Lunch, 5 min late");
        Outcome("08:10", 10, code, Regular, voided, standing).Should().Be($"{kind}: 1, 10 min late");
    }

    [Theory]
    [InlineData("no school", "08:10", "NoSchool")]
    [InlineData("unset", "08:10", "NoScheduleSet")]
    [InlineData(Regular, "07:00", "BeforeSchool")]
    [InlineData(Regular, "12:00", "AfterSchool")]
    [InlineData(Regular, "09:50", "PeriodTakesNoAttendance: Lunch, 5 min late")]
    [InlineData(Regular, "08:10", "OnTime within 120: 1, 10 min late")]
    public void TardyEvaluator_NamesWhatTheDaySays_WhenThePassIsInOrder(string day, string time, string expected) =>
        Outcome(time, grace: 120, day: day).Should().Be(expected);

    [Theory]
    [InlineData("06:50", "Tardy T: 0, 0 min late")]
    [InlineData("07:44", "Tardy T: 1, 0 min late")]
    [InlineData("09:00", "Tardy T: 5, 12 min late")]
    [InlineData("09:35", "Tardy T: A/B, 5 min late")]
    [InlineData("10:05", "Tardy T: 4, 0 min late")]
    public void TardyEvaluator_GoesByTheClock_WhenPeriodsAreOutOfOrderOrHaveNoNumber(string time, string expected) =>
        Outcome(time, day: "0 06:50-07:40, 1 07:45-08:43, 5 08:48-09:25, A/B 09:30-10:00, 4 10:05-10:40").Should().Be(expected);

    [Theory]
    [InlineData("11:04:59", "Tardy T: 2, 64 min late")]
    [InlineData("11:05", "Tardy T: B, 5 min late")]
    [InlineData("11:29:59", "Tardy T: B, 29 min late")]
    [InlineData("11:30", "AfterSchool")]
    public void TardyEvaluator_CountsFromABellThatRangBeforeTheChange_OnACompositeDay(string time, string expected) =>
        Outcome(time, day: "1 08:00-10:00, 2 10:00-12:00 | 11:05 A 09:00-11:00, B 11:00-11:30").Should().Be(expected);

    [Fact]
    public void TardyEvaluator_SaysWhySomethingIsNotInTheSis_InASentence() =>
        TardyEvaluator.Evaluate(new PassFacts(false, StudentStanding.Enrolled, TardyNotation.Code("T"), 5), Bells.Day(Regular).At(Bells.Time("08:03")))
            .Reason.Should().Be("On time: issued no later than 5 min after the bell of 1, which is the school's grace.");
}
