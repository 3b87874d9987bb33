using K12Sync.Domain.BehaviorCodes;

namespace K12Sync.Domain.Tests.BehaviorCodes;

public class LatenessLadderTests
{
    [Theory]
    [InlineData(0, "T")]
    [InlineData(14, "T")]
    [InlineData(15, "TL")]
    [InlineData(29, "TL")]
    [InlineData(30, "UA")]
    [InlineData(1439, "UA")]
    public void LatenessLadder_GivesTheLastStepAtOrBelow_TheMinutesLate(int minutesLate, string code) =>
        LatenessLadder.Parse("0:T;15:TL;30:UA", out _)!.CodeAt(minutesLate).Should().Be(code);

    [Theory]
    [InlineData("0:T")]
    [InlineData("0:T;15:TL;30:UA")]
    [InlineData("0:a:b;7: x")]
    public void LatenessLadder_WritesWhatItRead_ByteForByte(string text) =>
        LatenessLadder.Parse(text, out _)!.ToString().Should().Be(text);

    [Theory]
    [InlineData("", "'' is no step of a lateness ladder.*")]
    [InlineData("T", "'T' is no step*")]
    [InlineData(":T", "':T' is no step*")]
    [InlineData("-1:T", "'-1:T' is no step*")]
    [InlineData("0 :T", "'0 :T' is no step*")]
    [InlineData("0:T;", "'' is no step*")]
    [InlineData("5:T", "A lateness ladder starts at 0 minutes*")]
    [InlineData("0:T;15:TL;15:UA", "The ladder's minutes must go up: 15 comes after 15.")]
    [InlineData("0:T;15:TL;10:UA", "The ladder's minutes must go up: 10 comes after 15.")]
    [InlineData("0:T;15:", "The ladder's step at 15 minutes has no external code.")]
    [InlineData("99999999999:T", "'99999999999:T' is no step*")]
    public void LatenessLadder_SaysWhy_WhenTextIsNone(string text, string expected)
    {
        LatenessLadder.Parse(text, out var reason).Should().BeNull();
        reason.Should().Match(expected);
    }

    [Fact]
    public void LatenessLadder_ComparesByItsSteps_NotByReference()
    {
        LatenessLadder.Parse("0:T;15:TL", out _).Should().Be(LatenessLadder.Parse("0:T;15:TL", out _));
        LatenessLadder.Parse("0:T;15:TL", out _).Should().NotBe(LatenessLadder.Parse("0:T;15:tl", out _));
    }

    [Fact]
    public void LatenessLadder_Throws_WhenCreatedFromStepsThatMakeNone() =>
        FluentActions.Invoking(() => LatenessLadder.Create([])).Should().Throw<ArgumentException>();
}
