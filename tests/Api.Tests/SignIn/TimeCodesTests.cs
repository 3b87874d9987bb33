using K12Sync.Api.SignIn;

namespace K12Sync.Api.Tests.SignIn;

public sealed class TimeCodesTests
{
    /// <summary>Of RFC 6238, appendix B: "12345678901234567890" in Base32. The codes there have eight digits, of which these are the last six.</summary>
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Code_IsTheOneOfTheStandard(long second, string code)
    {
        TimeCodes.At(Secret, second / 30).Should().Be(code);
        TimeCodes.StepOf(Secret, code, DateTimeOffset.FromUnixTimeSeconds(second)).Should().Be(second / 30);
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(59, true)]
    [InlineData(-31, false)]
    [InlineData(60, false)]
    public void Code_IsTaken_WhenThePhonesClockIsAStepOff(int seconds, bool isTaken)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        TimeCodes.StepOf(Secret, TimeCodes.At(Secret, 1_234_567_890 / 30), at.AddSeconds(seconds)).HasValue.Should().Be(isTaken);
    }

    [Theory]
    [InlineData("005 924", true)]
    [InlineData(" 005-924 ", true)]
    [InlineData("5924", false)]
    [InlineData("", false)]
    [InlineData("00592４", false)]
    [InlineData("0059240", false)]
    public void Code_IsReadAsItIsTyped(string typed, bool isTaken) =>
        TimeCodes.StepOf(Secret, typed, DateTimeOffset.FromUnixTimeSeconds(1_234_567_890)).HasValue.Should().Be(isTaken);

    [Fact]
    public void Secrets_AreLongAndNeverTheSame()
    {
        Enumerable.Range(0, 50).Select(_ => TimeCodes.NewSecret()).Should().OnlyHaveUniqueItems().And.OnlyContain(s => s.Length == 32);
        TimeCodes.Uri(Secret, "dana+it@district.example").Should().Be($"otpauth://totp/K12Sync:dana%2Bit%40district.example?secret={Secret}&issuer=K12Sync");
    }

    [Fact]
    public void RecoveryCode_IsTheSame_HoweverItIsTyped()
    {
        var code = TimeCodes.NewRecoveryCodes()[0];

        code.Should().MatchRegex("^([a-z2-7]{4}-){3}[a-z2-7]{4}$");
        foreach (var typed in new[] { code.ToUpperInvariant(), code.Replace("-", "", StringComparison.Ordinal), $"  {code.Replace('-', ' ')} " })
            TimeCodes.AsGivenOut(typed).Should().Be(code);
    }
}
