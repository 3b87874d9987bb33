using K12Sync.Domain.BehaviorCodes;

namespace K12Sync.Domain.Tests.BehaviorCodes;

public class BehaviorCodeTests
{
    private static BehaviorCodeText Text(string? externalCode, string? ladder = null, bool oddCharactersMeant = false) => new(
        "Tardy", "Late to class", "Go to class", BehaviorType.Tardy, externalCode,
        ladder is null ? null : LatenessLadder.Parse(ladder, out _), oddCharactersMeant);

    [Theory]
    [InlineData("T")]
    [InlineData("t")]
    [InlineData("Tardy Excused")]
    [InlineData(null)]
    public void BehaviorCode_KeepsTheExternalCodeByteForByte_WhenNothingIsHidden(string? externalCode) =>
        new BehaviorCode(null, "TDY", Text(externalCode)).ExternalCode.Should().Be(externalCode);

    [Theory]
    [InlineData(" T", null, "*a blank at the start at position 1*")]
    [InlineData("T ", null, "*a blank at the end at position 2*")]
    [InlineData("Т", null, "*only looks like a plain one at position 1 (U+0422)*")]
    [InlineData("T", "0:T;15:TL ", "*a blank at the end at position 3*")]
    public void BehaviorCode_RefusesAnExternalCode_WhenSomethingInItCannotBeSeen(string externalCode, string? ladder, string reason)
    {
        Text(externalCode, ladder).Check().Should().Match(reason);
        FluentActions.Invoking(() => new BehaviorCode(1, "TDY", Text(externalCode, ladder))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void BehaviorCode_TakesOddCharacters_WhenTheyAreMeant() =>
        new BehaviorCode(null, "TDY", Text("T ", oddCharactersMeant: true)).ExternalCode.Should().Be("T ");

    [Theory]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void BehaviorCode_TakesFortyCharacters_AndNotOneMore(int length, bool accepted)
    {
        var code = new string('T', length);
        (Text(code).Check() is null).Should().Be(accepted);
        (Text("T", $"0:{code}").Check() is null).Should().Be(accepted);
        (Text(code, oddCharactersMeant: true).Check() is null).Should().Be(accepted, "a length is no odd character");
    }

    [Fact]
    public void BehaviorCode_SaysWhetherAnEditChangedAnything_SoThatNothingIsStoredInVain()
    {
        var code = new BehaviorCode(null, "TDY", Text("T", "0:T;15:TL"));
        code.Edit(Text("T", "0:T;15:TL")).Should().BeFalse();
        code.Edit(Text("T", "0:T;20:TL")).Should().BeTrue();
        code.Ladder!.ToString().Should().Be("0:T;20:TL");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void BehaviorCode_NeedsACode_ToBeFoundBy(string code) =>
        FluentActions.Invoking(() => new BehaviorCode(null, code, Text("T"))).Should().Throw<ArgumentException>();
}
