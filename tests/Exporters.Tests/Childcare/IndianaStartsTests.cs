using K12Sync.Exporters.Childcare.Indiana;

namespace K12Sync.Exporters.Tests.Childcare;

public sealed class IndianaStartsTests
{
    private static readonly IndianaPeriod[] Periods = [Period("2026-09-13"), Period("2026-09-27")];

    [Theory]
    [InlineData("2026-10-05", "2026-10-11 2026-10-25")]
    [InlineData("2026-10-10", "2026-10-11 2026-10-25")]
    [InlineData("2026-10-11", "2026-10-25 2026-11-08")]
    public void Starts_AreTheNextPeriods_AfterToday(string today, string expected) =>
        IndianaStarts.After(Periods, Day(today), 2).Should().Equal(expected.Split(' ').Select(Day));

    [Theory]
    [InlineData("2026-10-11", true)]
    [InlineData("2027-10-10", true)]
    [InlineData("2026-10-18", false)]
    [InlineData("2026-10-12", false)]
    [InlineData("2026-09-27", false)]
    public void Start_IsPossible_WithAPeriodInTheFuture(string day, bool possible) => IndianaStarts.IsPossible(Periods, Day("2026-10-05"), Day(day)).Should().Be(possible);

    [Fact]
    public void WithoutPeriods_NoStartIsKnown()
    {
        IndianaStarts.After([], Day("2026-10-05"), 2).Should().BeEmpty();
        IndianaStarts.IsPossible([], Day("2026-10-05"), Day("2026-10-11")).Should().BeFalse();
    }

    private static IndianaPeriod Period(string from) => new(Day(from), Day(from).AddDays(13), Day(from).AddDays(27), IndianaPeriodStatus.OpenInPortal);

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);
}
