using System.Globalization;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Exporters.EdFi;
using static K12Sync.Exporters.Tests.EdFi.EdFiStage;

namespace K12Sync.Exporters.Tests.EdFi;

public sealed class ChildDayEventsTests
{
    private static string Map(string events, string date = "2025-10-01", MidnightRule midnight = MidnightRule.Carry, string site = "A", string sites = "A scheduled opens authorized", string from = "2025-10-01", DateTimeOffset? now = null)
    {
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        AttendanceDay On(int daysBefore) => Day(events, day.AddDays(-daysBefore), midnight, sites, now, from);
        return Text(ChildDayEvents.Of(new ChildDate("604822", day, On(0), [On(2), On(1)]), Site(site), Categories));
    }

    [Theory]
    [InlineData("in 08:00; out 17:30", "2025-10-01 In Attendance 08:00:00-17:30:00, 570 min")]
    [InlineData("in 08:00; out 11:00; in 13:00; out 17:30", "2025-10-01 In Attendance 08:00:00-17:30:00, 450 min")]
    [InlineData("A/Ants in 13:00; A/Ants out 17:30; A/Bees in 08:00; A/Bees out 13:00", "2025-10-01 In Attendance 08:00:00-17:30:00, 570 min")]
    [InlineData("in 00:00; out 23:59", "2025-10-01 In Attendance 00:00:00-23:59:00, 1439 min")]
    [InlineData("in 00:00; out +1 00:00", "2025-10-01 In Attendance 00:00:00-23:59:59, 1440 min")]
    public void Care_BecomesOneEvent_OfFirstInLastOutAndTheMinutesBetween(string events, string expected) => Map(events).Should().Be(expected);

    [Theory]
    [InlineData(MidnightRule.Carry)]
    [InlineData(MidnightRule.Split)]
    public void Stay_OverMidnight_IsCut_WhateverTheStatesRuleIs(MidnightRule midnight)
    {
        const string night = "in 22:00; out +1 06:00; in +1 18:00; out +1 19:00";

        Map(night, "2025-10-01", midnight).Should().Be("2025-10-01 In Attendance 22:00:00-23:59:59, 120 min");
        Map(night, "2025-10-02", midnight).Should().Be("2025-10-02 In Attendance 00:00:00-19:00:00, 420 min");
        Map(night, "2025-10-03", midnight).Should().StartWith("none: ");
    }

    [Theory]
    [InlineData("2025-11-01", "2025-11-01 In Attendance 22:00:00-23:59:59, 120 min", "2025-11-02 In Attendance 00:00:00-06:00:00, 420 min")]
    [InlineData("2026-03-07", "2026-03-07 In Attendance 22:00:00-23:59:59, 120 min", "2026-03-08 In Attendance 00:00:00-06:00:00, 300 min")]
    public void Minutes_AreThoseThatPassed_WhenClocksChange(string night, string first, string second)
    {
        var next = DateOnly.ParseExact(night, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        Map("in 22:00; out +1 06:00", night, from: night).Should().Be(first);
        Map("in 22:00; out +1 06:00", next, from: night).Should().Be(second);
    }

    [Fact]
    public void Stay_ReachesIntoAThirdDate_InTheNightWhenClocksGoForward()
    {
        const string longest = "in 23:30; out +2 00:30";

        Map(longest, "2026-03-07", from: "2026-03-07").Should().Be("2026-03-07 In Attendance 23:30:00-23:59:59, 30 min");
        Map(longest, "2026-03-08", from: "2026-03-07").Should().Be("2026-03-08 In Attendance 00:00:00-23:59:59, 1380 min");
        Map(longest, "2026-03-09", from: "2026-03-07").Should().Be("2026-03-09 In Attendance 00:00:00-00:30:00, 30 min");
    }

    [Fact]
    public void Minutes_AreLeftOut_WhereADateOf25HoursHasMoreThanTheStandardTakes() =>
        Map("in 00:00; out 12:00; in 12:00; out +1 00:00", "2025-11-02", from: "2025-11-02").Should().Be("2025-11-02 In Attendance 00:00:00-23:59:59");

    [Theory]
    [InlineData("Unexplained", "2025-10-01 Unexcused Absence, 1 day")]
    [InlineData("Explained", "2025-10-01 Excused Absence, 1 day, Explained by the family")]
    [InlineData("Illness", "2025-10-01 Excused Absence, 1 day, Illness")]
    [InlineData("ChronicCondition", "2025-10-01 Excused Absence, 1 day, Chronic condition")]
    [InlineData("CourtOrderedVisit", "2025-10-01 Excused Absence, 1 day, Court-ordered visit")]
    public void Absence_BecomesAnEventOfAWholeDay(string code, string expected) =>
        Map("", sites: $"A scheduled opens authorized absent={code}").Should().Be(expected);

    [Fact]
    public void Care_BeatsAnAbsence_OnTheDateItReachesIntoToo() =>
        Map("in 22:00; out +1 06:00", "2025-10-02", sites: "A scheduled opens authorized absent=Illness").Should().Be("2025-10-02 In Attendance 00:00:00-06:00:00, 360 min");

    [Theory]
    [InlineData("A scheduled opens authorized closed=Paid", "none: The site was closed: Paid.")]
    [InlineData("A opens authorized", "none: Not a day of care: the child is not scheduled on this weekday, or the site does not open on it.")]
    [InlineData("A scheduled opens authorized", "none: The child was expected, and nothing is recorded. Record a check-in or an absence.")]
    [InlineData("A scheduled opens absent=Illness", "none: An absence is recorded, but no authorization covers the day, so there is nothing to claim.")]
    [InlineData("A scheduled opens not enrolled", "none: The child is not enrolled at any site on this day.")]
    public void Nothing_IsNoEvent_AndSaysWhy(string sites, string expected) => Map("", sites: sites).Should().Be(expected);

    [Fact]
    public void ChildAtTwoSites_HasAnEventAtEach()
    {
        const string both = "A in 08:00; A out 11:00; B in 12:00; B out 17:00";
        const string sites = "A scheduled opens authorized; B scheduled opens authorized";

        Map(both, site: "A", sites: sites).Should().Be("2025-10-01 In Attendance 08:00:00-11:00:00, 180 min");
        Map(both, site: "B", sites: sites).Should().Be("2025-10-01 In Attendance 12:00:00-17:00:00, 300 min");
        Map("A in 08:00; A out 11:00", site: "B", sites: sites).Should().Be("none: The day is another site's.");
        Map("", site: "B", sites: "A scheduled opens authorized absent=Illness; B not enrolled").Should().Be("none: The day is another site's.");
    }

    [Fact]
    public void Day_WithoutACheckOut_Waits_AndSoDoesTheDateItMayReachInto()
    {
        var noon = new DateTimeOffset(2025, 10, 2, 17, 0, 0, TimeSpan.Zero);

        Map("in 08:00", now: noon).Should().Be("waits: Checked in, and not checked out yet.");
        Map("in 08:00", "2025-10-02", now: noon).Should().Be("waits: A stay of the day before has no check-out yet.");
        Map("in 08:00", "2025-10-03", now: noon).Should().StartWith("none: ");
    }

    [Fact]
    public void Day_WithAnError_Stops_AndSoDoesTheDateItReachesInto()
    {
        const string twice = "A in 20:00; B in 22:00; A out +1 06:00; B out 23:00";

        Map(twice).Should().StartWith("stopped: The check-in at 22:00 on 2025-10-01 falls into the stay");
        Map(twice, "2025-10-02").Should().StartWith("stopped: ");
    }

    [Theory]
    [InlineData(null, "2025-10-01", "stopped: There is no Ed-Fi student id (StudentUniqueId). Enter the id that the Ed-Fi system has.")]
    [InlineData("123456789012345678901234567890123", "2025-10-01", "stopped: The Ed-Fi student id has 33 characters; Ed-Fi takes at most 32. Correct it.")]
    [InlineData("60\u00A04822", "2025-10-01", "stopped: The Ed-Fi student id has a blank that is not an ordinary space at position 3 (U+00A0). It is sent byte for byte; retype it.")]
    [InlineData("604822", "2025-07-31", "stopped: No session of Ed-Fi school 255901001 has the date 2025-07-31. Enter the session with its first and last day.")]
    public void Row_Stops_WhereSomethingIsMissingThatAPersonCanEnter(string? student, string date, string expected)
    {
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var child = new ChildDate(student, day, Day("in 08:00; out 17:00", day, from: date), []);

        Text(ChildDayEvents.Of(child, Site(), Categories)).Should().Be(expected);
    }

    [Fact]
    public void AbsenceCode_ThatIsNotInTheMap_StopsTheRow()
    {
        var child = new ChildDate("604822", new DateOnly(2025, 10, 1), new AttendanceDay.Absence(Site().SiteId, (AbsenceCode)99), []);

        Text(ChildDayEvents.Of(child, Site(), Categories)).Should().Be("stopped: The absence code 99 has no Ed-Fi category. Add it to the connector's categories.");
    }

    [Fact]
    public void Categories_AreRefused_WhereAnAbsenceCodeIsMissingOrADescriptorIsNone()
    {
        var all = Enum.GetValues<AbsenceCode>().ToDictionary(c => c, _ => EdFiCategories.InEdFi("Excused Absence"));
        var present = EdFiCategories.InEdFi("Present");
        var none = new Dictionary<string, EdFiCategory>();

        EdFiCategories.Check(present, all, none).Should().BeNull();
        EdFiCategories.Check(present, all.Where(c => c.Key != AbsenceCode.Illness).ToDictionary(), none).Should().Be("The absence code Illness has no Ed-Fi category. Give every absence code one.");
        EdFiCategories.Check(new EdFiCategory("Present"), all, none).Should().StartWith("'Present' is no attendance event category.");
        EdFiCategories.Check(new EdFiCategory("uri://tea.texas.gov/AttendanceEventCategoryDescriptor#P"), all, none).Should().BeNull();
        EdFiCategories.Check(new EdFiCategory(present.Descriptor + " "), all, none).Should().Contain("a blank at the end");
        EdFiCategories.Check(present, all, new Dictionary<string, EdFiCategory> { ["T "] = present }).Should().StartWith("The tardy code 'T '");
    }

    [Fact]
    public void School_IsRefused_WhereADateWouldHaveTwoSessions()
    {
        EdFiSession Session(string name, int month, int until, int year = 2026) => new(new EdFiTerm(name, year), new DateOnly(2026, month, 1), new DateOnly(2026, until, 1));

        EdFiSchool.Check(1, [Session("Spring", 1, 5), Session("Fall", 8, 12)]).Should().BeNull();
        EdFiSchool.Check(1, [Session("Fall", 5, 12), Session("Spring", 1, 5)]).Should().Be("The sessions Spring and Fall have days in common. A date must have one session.");
        EdFiSchool.Check(1, [Session("Spring", 5, 1)]).Should().Be("The session Spring ends before it begins.");
        EdFiSchool.Check(1, [Session("Spring", 1, 5, 2051)]).Should().StartWith("The school year of Spring is 2051;");
        EdFiSchool.Check(0, []).Should().StartWith("The Ed-Fi school id is a positive number.");
        FluentActions.Invoking(() => new EdFiSchool(0, SchoolZone.Find("UTC")!)).Should().Throw<ArgumentException>();
    }
}
