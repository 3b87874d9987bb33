using K12Sync.Domain.BellSchedules;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.BellSchedules;

public class ClassPeriodTests
{
    private static string? Check(string name, string code, string opens, string bell, string ends, bool takesAttendance = true) =>
        ClassPeriod.Check(name, code, Bells.Time(opens), Bells.Time(bell), Bells.Time(ends), takesAttendance);

    [Theory]
    [InlineData("Period 3", "03", "08:50", "08:55", "09:45")]
    [InlineData("Zero", "0", "06:00", "06:00", "06:00:01")]
    [InlineData("A/B Advisory", "ADV 1", "00:00", "08:55", "23:59:59")]
    public void ClassPeriod_IsAccepted_WhenItsWindowRunsForward(string name, string code, string opens, string bell, string ends) =>
        Check(name, code, opens, bell, ends).Should().BeNull();

    [Theory]
    [InlineData("", "1", "08:00", "08:00", "09:00", "The period has no name.")]
    [InlineData("1", "", "08:00", "08:00", "09:00", "1 takes attendance but has no SIS period code.*")]
    [InlineData("1", "1 ", "08:00", "08:00", "09:00", "The SIS period code of 1 has a blank at the end at position 2*")]
    [InlineData("1", " ", "08:00", "08:00", "09:00", "The SIS period code of 1 has a blank at the start*")]
    [InlineData("1", "1", "08:00", "08:00", "08:00", "1 has no length: its bell is at 08:00 and it ends at 08:00.")]
    [InlineData("1", "1", "07:50", "08:00", "08:00", "1 has no length*")]
    [InlineData("1", "1", "09:00", "09:00", "08:00", "1 ends (08:00) before its bell (09:00). A period cannot run backwards or past midnight.")]
    [InlineData("Night", "N", "23:30", "23:30", "00:30", "Night ends (00:30) before its bell (23:30).*")]
    [InlineData("1", "1", "08:05", "08:00", "09:00", "1 opens (08:05) after its bell (08:00).*")]
    public void ClassPeriod_SaysWhy_WhenItIsRefused(string name, string code, string opens, string bell, string ends, string reason) =>
        Check(name, code, opens, bell, ends).Should().Match(reason);

    [Fact]
    public void ClassPeriod_NeedsNoSisCode_WhenItTakesNoAttendance() =>
        Check("Lunch", "", "12:00", "12:00", "12:30", takesAttendance: false).Should().BeNull();

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void ClassPeriod_TakesSixtyCharacters_AndNotOneMore(int length, bool accepted)
    {
        (Check(new string('x', length), "1", "08:00", "08:00", "09:00") is null).Should().Be(accepted);
        (Check("1", new string('x', length), "08:00", "08:00", "09:00") is null).Should().Be(accepted);
    }

    [Fact]
    public void ClassPeriod_Throws_WhenConstructedFromValuesThatMakeNone() =>
        FluentActions.Invoking(() => Bells.Periods("1 09:00-08:00")).Should().Throw<ArgumentException>().WithMessage("*run backwards*");

    [Theory]
    [InlineData("08:49:59.9999999", false)]
    [InlineData("08:50", true)]
    [InlineData("09:44:59.9999999", true)]
    [InlineData("09:45", false)]
    public void ClassPeriod_ContainsItsFirstMomentButNotItsEnd_OfAHalfOpenWindow(string time, bool inside) =>
        Bells.Periods("2 08:50>08:55-09:45")[0].Contains(Bells.Time(time)).Should().Be(inside);
}
