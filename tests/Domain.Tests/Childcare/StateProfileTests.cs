using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Tests.Childcare;

public class StateProfileTests
{
    [Theory]
    [InlineData("TX", AgencySystem.KinderConnect)]
    [InlineData("MO", AgencySystem.KinderConnect)]
    [InlineData("NY", AgencySystem.KinderConnect)]
    [InlineData("LA", AgencySystem.KinderConnect)]
    [InlineData("CA", AgencySystem.KinderConnect)]
    [InlineData("IA", AgencySystem.KinderTrack)]
    [InlineData("IN", AgencySystem.IndianaCcms)]
    public void StateProfiles_NameTheSystem(string state, AgencySystem system) => StateProfiles.Find(state)!.System.Should().Be(system);

    [Theory]
    [InlineData("tx")]
    [InlineData("Texas")]
    [InlineData("")]
    [InlineData("WA")]
    public void StateProfiles_AreFoundByPostalCodeOnly(string state) => StateProfiles.Find(state).Should().BeNull();

    [Theory]
    [InlineData("00123", true)]
    [InlineData("12345", true)]
    [InlineData("1234", false)]
    [InlineData("123456", false)]
    [InlineData("12345 ", false)]
    [InlineData("12345\n", false)]
    [InlineData("1234O", false)]
    [InlineData("١٢٣٤٥", false)]
    [InlineData("", false)]
    public void Iowa_HasProviderIdsOfFiveDigits(string id, bool isOne) => (StateProfiles.Find("IA")!.ProviderIds.FaultOf(id) is null).Should().Be(isOne);

    [Theory]
    [InlineData("000123", true)]
    [InlineData("12345", false)]
    [InlineData("1234567", false)]
    public void Iowa_HasChildIdsOfSixDigits(string id, bool isOne) => (StateProfiles.Find("IA")!.ChildIds.FaultOf(id) is null).Should().Be(isOne);

    [Theory]
    [InlineData("32-000123-A", true)]
    [InlineData("32000123", true)]
    [InlineData(" 32-1", false)]
    [InlineData("32–1", false)]
    [InlineData("", false)]
    public void Indiana_TakesLicenceNumbersAsTheyAre(string id, bool isOne) => (StateProfiles.Find("IN")!.ProviderIds.FaultOf(id) is null).Should().Be(isOne);

    [Fact]
    public void AgencyIdFormat_DoesNotRepeatTheId_WhereItRefusesIt() => StateProfiles.Find("IA")!.ChildIds.FaultOf("987").Should().NotContain("987");

    [Fact]
    public void Indiana_HasACodeForEveryDayWithoutAttendance()
    {
        var codes = StateProfiles.Find("IN")!.Codes!;
        Enum.GetValues<AbsenceCode>().Select(c => codes.Of(new AttendanceDay.Absence(1, c))).Should().OnlyContain(c => c == "AB");
        Enum.GetValues<ClosureCode>().Select(c => codes.Of(new AttendanceDay.Closure(1, c))).Should().Equal("PC", "NP");
        codes.Of(new AttendanceDay.OffDay(1)).Should().Be("OD");
        codes.Of(new AttendanceDay.Unknown(UnknownReason.NothingRecorded)).Should().BeNull();
        codes.Of(new AttendanceDay.Attended([])).Should().BeNull("Indiana is never sent times");
    }

    [Theory]
    [InlineData("TX", "UnexplainedAbsences", 40)]
    [InlineData("NY", "Absences", 24)]
    [InlineData("IN", "OccasionalAbsences", 40)]
    [InlineData("IN", "ConsecutiveAbsences", 20)]
    [InlineData("IN", "PaidClosures", 16)]
    public void StateProfiles_SetLimits(string state, string counter, int limit)
    {
        var rule = StateProfiles.Find(state)!.Counters.Single(c => c.Name == counter);
        rule.Limit.Should().Be(limit);
        rule.Notices.Should().BeInAscendingOrder().And.OnlyContain(n => n > 0 && n < limit);
    }

    [Fact]
    public void Provider_IsASite_WhereTheStateKnowsProvidersBySite()
    {
        FluentActions.Invoking(() => new Provider("IA", "00123", "", null)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new Provider("IA", "123", "", 1)).Should().Throw<ArgumentException>();
        new Provider("IA", "00123", "", 1).ProviderId.Should().Be("00123");
        new Provider("TX", "0042", "Dallas", null).SiteId.Should().BeNull();
    }

    [Theory]
    [InlineData("Mon-Fri", "Mon Tue Wed Thu Fri")]
    [InlineData("Monday, wed FRI", "Mon Wed Fri")]
    [InlineData("Sat-Mon", "Mon Sat Sun")]
    [InlineData("Mon-Mon", "Mon")]
    [InlineData("Mon-Sun", "Mon Tue Wed Thu Fri Sat Sun")]
    [InlineData("", "")]
    [InlineData("Mon-", null)]
    [InlineData("Mo", null)]
    [InlineData("Mon-Tue-Wed", null)]
    [InlineData("Mon Xyz", null)]
    public void Weekdays_AreReadAndWritten(string text, string? expected)
    {
        Weekdays.TryParse(text, out var days).Should().Be(expected is not null);
        days.ToString().Should().Be(expected ?? "");
        Weekdays.TryParse(days.ToString(), out var again).Should().BeTrue();
        again.Should().Be(days);
    }

    [Theory]
    [InlineData("Mon-Fri 06:30-18:00; Sat 8:00-12:00", "Mon 06:30-18:00; Tue 06:30-18:00; Wed 06:30-18:00; Thu 06:30-18:00; Fri 06:30-18:00; Sat 08:00-12:00")]
    [InlineData("Mon, Wed 00:00-24:00", "Mon 00:00-24:00; Wed 00:00-24:00")]
    [InlineData("", "")]
    [InlineData("Mon 18:00-06:30", null)]
    [InlineData("Mon 08:00-08:00", null)]
    [InlineData("Mon 24:00-24:00", null)]
    [InlineData("Mon 08:00", null)]
    [InlineData("08:00-18:00", null)]
    [InlineData("Mon 08:00-12:00; Mon 13:00-18:00", null)]
    public void SiteHours_AreReadAndWritten(string text, string? expected)
    {
        var hours = SiteHours.Parse(text, out var reason);
        hours?.ToString().Should().Be(expected);
        if (hours is null)
            (expected, reason.Length > 0).Should().Be((null, true));
        else
            SiteHours.Parse(hours.ToString(), out _).Should().Be(hours);
    }

    [Theory]
    [InlineData("Mon-Sun 06:30-18:00", false, "2025-10-01", "2025-10-01 23:00Z")]
    [InlineData("Mon-Sun 06:30-24:00", false, "2025-10-01", "2025-10-02 05:00Z")]
    [InlineData("Mon-Sun 00:00-02:30", false, "2025-03-09", "2025-03-09 08:00Z")]
    [InlineData("Mon-Fri 06:30-18:00", false, "2025-10-04", "never")]
    [InlineData("Mon-Sun 06:30-18:00", true, "2025-10-01", "never")]
    public void Site_ClosesByTheClockOnItsWall(string hours, bool isTwentyFourHours, string day, string expected)
    {
        var site = new Site("S", new SiteFacts("Site", SchoolZone.Find("America/Chicago")!, "TX", SiteHours.Parse(hours, out _)!, isTwentyFourHours));
        (site.ClosesOn(Notation.Bells.Date(day))?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? "never").Should().Be(expected);
    }

    [Fact]
    public void Placement_IsTheLastThatBegan_SoThatPastDaysKeepTheirWeek()
    {
        Placement[] placements = [new(1, "0001", new(2025, 9, 1), null, Weekdays.All), new(1, "0001", new(2025, 10, 1), new(2025, 10, 31), Weekdays.MondayToFriday)];
        string Scheduled(int month, int day) => Placement.InForce(placements, new DateOnly(2025, month, day))?.Scheduled.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
        (Scheduled(8, 31), Scheduled(9, 1), Scheduled(9, 30), Scheduled(10, 1), Scheduled(10, 31), Scheduled(11, 1)).Should().Be(("none", "7", "7", "5", "5", "none"));
    }

    [Theory]
    [InlineData("2025-09-30", false)]
    [InlineData("2025-10-01", true)]
    [InlineData("2025-10-04", false)]
    [InlineData("2025-10-31", true)]
    [InlineData("2025-11-03", false)]
    public void Authorization_CoversItsPeriodAndDays_BothEndsIncluded(string day, bool covers) =>
        new Authorization(1, 1, "0001", new(2025, 10, 1), new(2025, 10, 31), Weekdays.MondayToFriday).Covers(Notation.Bells.Date(day)).Should().Be(covers);
}
