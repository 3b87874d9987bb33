using FsCheck;
using FsCheck.Fluent;
using K12Sync.Domain.Childcare;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

public class AttendanceEvaluatorTests
{
    private static AttendanceDay Day(string sites, string events = "", bool isKnown = true) => AttendanceEvaluator.Evaluate(
        CareRecord.Of(ChildDayNotation.Events(events), ChildDayNotation.Clocks(), new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)).On(new DateOnly(2025, 10, 1)),
        ChildDayNotation.Sites(sites), isKnown);

    [Theory]
    [InlineData("A scheduled opens authorized", "unknown NothingRecorded at A")]
    [InlineData("A scheduled opens authorized absent=Illness", "absent Illness at A")]
    [InlineData("A scheduled opens authorized absent=Unexplained", "absent Unexplained at A")]
    [InlineData("A scheduled opens authorized closed=Paid", "closed Paid at A")]
    [InlineData("A scheduled opens authorized closed=Unpaid", "closed Unpaid at A")]
    [InlineData("A opens authorized", "off at A")]
    [InlineData("A scheduled authorized", "off at A")]
    [InlineData("A not enrolled", "unknown NotEnrolled")]
    [InlineData("", "unknown NotEnrolled")]
    public void AttendanceEvaluator_GivesADayItsState_WhereNobodyWasThere(string sites, string expected) => ChildDayNotation.Text(Day(sites)).Should().Be(expected);

    [Theory]
    [InlineData("A opens authorized absent=Illness", "off at A ~ AbsenceRefused")]
    [InlineData("A scheduled authorized absent=Illness", "off at A ~ AbsenceRefused")]
    [InlineData("A scheduled opens absent=Illness", "unknown NotAuthorized at A ~ AbsenceRefused")]
    [InlineData("A scheduled opens authorized closed=Paid absent=Illness", "closed Paid at A ~ AbsenceRefused")]
    [InlineData("A not enrolled scheduled opens authorized absent=Illness", "unknown NotEnrolled ~ AbsenceRefused")]
    public void AttendanceEvaluator_RefusesAnAbsence_WhereThereCanBeNone(string sites, string expected) => ChildDayNotation.Text(Day(sites)).Should().Be(expected);

    [Theory]
    [InlineData("A opens closed=Paid", "closed Paid at A")]
    [InlineData("A scheduled closed=Paid", "off at A")]
    public void AttendanceEvaluator_TakesAClosureForOne_OnlyWhereTheSiteWouldOpen(string sites, string expected) => ChildDayNotation.Text(Day(sites)).Should().Be(expected);

    [Theory]
    [InlineData("A scheduled opens authorized absent=Illness", "A 08:00-17:00, 540 min ~ AbsenceOverruled")]
    [InlineData("A scheduled opens authorized closed=Paid", "A 08:00-17:00, 540 min ~ AttendedOnClosure")]
    [InlineData("A scheduled closed=Paid", "A 08:00-17:00, 540 min")]
    [InlineData("A opens", "A 08:00-17:00, 540 min")]
    [InlineData("A not enrolled", "A 08:00-17:00, 540 min ~ AttendedNotEnrolled")]
    [InlineData("B scheduled opens authorized absent=Illness", "A 08:00-17:00, 540 min ~ AbsenceOverruled, AttendedNotEnrolled")]
    public void AttendanceEvaluator_LetsAttendanceBeatAllElse(string sites, string expected) => ChildDayNotation.Text(Day(sites, "in 08:00; out 17:00")).Should().Be(expected);

    [Theory]
    [InlineData("A scheduled opens authorized; B opens", "unknown NothingRecorded at A")]
    [InlineData("A opens; B scheduled opens authorized absent=Illness", "absent Illness at B")]
    [InlineData("A scheduled opens authorized; B scheduled opens authorized absent=Illness", "absent Illness at B")]
    [InlineData("A scheduled opens authorized closed=Paid; B scheduled opens authorized", "unknown NothingRecorded at B")]
    [InlineData("A opens; B scheduled opens closed=Unpaid", "closed Unpaid at B")]
    [InlineData("A not enrolled; B opens", "off at B")]
    [InlineData("B scheduled opens closed=Unpaid; A scheduled opens closed=Paid", "closed Paid at A")]
    public void AttendanceEvaluator_GivesOneState_WhereAChildHasTwoSites(string sites, string expected) => ChildDayNotation.Text(Day(sites)).Should().Be(expected);

    [Theory]
    [InlineData("out 17:00", "unknown FaultyTimes at A ! NoCheckIn", DayReadiness.Error)]
    [InlineData("in 08:00", "A 08:00-?, 0 min", DayReadiness.NoCheckOutYet)]
    [InlineData("in 08:00; out 17:00", "A 08:00-17:00, 540 min", DayReadiness.Ready)]
    [InlineData("in 08:00; auto 18:00", "A 08:00-18:00 auto, 600 min ~ CheckedOutByClock", DayReadiness.Ready)]
    [InlineData("in 08:00; in 09:00", "A 08:00-?, A 09:00-?, 0 min ! SecondCheckIn", DayReadiness.Error)]
    [InlineData("", "unknown NothingRecorded at A", DayReadiness.NothingToSend)]
    public void AttendanceDay_SaysWhetherItCanGo(string events, string expected, DayReadiness readiness)
    {
        var day = Day("A scheduled opens authorized", events);
        (ChildDayNotation.Text(day), day.Readiness).Should().Be((expected, readiness));
    }

    [Fact]
    public void AttendanceEvaluator_NeverTakesAnAbsence_WhereThereAreEventsThatMakeNoStay() =>
        ChildDayNotation.Text(Day("A scheduled opens authorized absent=Illness", "out 17:00")).Should().Be("unknown FaultyTimes at A ! NoCheckIn");

    [Fact]
    public void AttendanceEvaluator_MakesAnErrorOfAnUnknownNumber()
    {
        var day = Day("", "in 08:00; out 17:00", isKnown: false);
        (ChildDayNotation.Text(day), day.Readiness).Should().Be(("A 08:00-17:00, 540 min ! UnknownChild", DayReadiness.Error));
    }

    private static Gen<SiteDay[]> AnySites { get; } = Gen.SubListOf(new long[] { 1, 2, 3 }).SelectMany(sites => Gen.CollectToList(sites, site =>
        from flags in Gen.ListOf(Gen.Elements(true, true, false), 4)
        from closure in Gen.Elements<ClosureCode?>(null, null, ClosureCode.Paid, ClosureCode.Unpaid)
        from absence in Gen.Elements<AbsenceCode?>(null, AbsenceCode.Illness, AbsenceCode.Unexplained)
        select new SiteDay(site, flags[0], flags[1], flags[2], closure, absence, flags[3]))).Select(all => all.ToArray());

    private static Gen<string> AnyEvents { get; } = Gen.Elements("", "", "in 08:00; out 17:00", "in 08:00", "out 17:00", "in 09:00; B in 09:30; B out 10:00");

    [Fact]
    public void AttendanceEvaluator_KeepsRule11_WhateverIsKnown() => Properties.Hold(AnySites.Zip(AnyEvents), known =>
    {
        var (sites, events) = known;
        var care = CareRecord.Of(ChildDayNotation.Events(events), ChildDayNotation.Clocks(), DateTimeOffset.MaxValue).On(new DateOnly(2025, 10, 1));
        var day = AttendanceEvaluator.Evaluate(care, sites);

        ChildDayNotation.Text(AttendanceEvaluator.Evaluate(care, [.. sites.Reverse()])).Should().Be(ChildDayNotation.Text(day), "the order of the sites says nothing");
        (day is AttendanceDay.Attended).Should().Be(!care.Care.IsEmpty, "attendance beats all else, and nothing else is attendance");
        if (day is AttendanceDay.Absence(var at, var code))
            sites.Single(s => s.SiteId == at).Should().Be(new SiteDay(at, true, true, true, null, code, true));
        if (day is AttendanceDay.Closure(var closedAt, var how))
            sites.Single(s => s.SiteId == closedAt).Should().Match<SiteDay>(s => s.IsEnrolled && s.Opens && s.Closure == how);
        if (day is AttendanceDay.OffDay(var offAt))
            sites.Single(s => s.SiteId == offAt).Should().Match<SiteDay>(s => s.IsEnrolled && (!s.IsScheduled || !s.Opens) && !(s.Opens && s.Closure != null));
        if (day.Readiness == DayReadiness.Ready)
            day.Should().NotBeOfType<AttendanceDay.Unknown>();
    }, runs: 2000);
}
