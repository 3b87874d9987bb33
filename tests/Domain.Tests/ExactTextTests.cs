namespace K12Sync.Domain.Tests;

public class ExactTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("T")]
    [InlineData("Tardy - 15 min")]
    [InlineData("É")]
    [InlineData("遅刻")]
    public void ExactText_FindsNothing_WhenEveryCharacterIsWhatItSeems(string text) => ExactText.FindFault(text).Should().BeNull();

    [Theory]
    [InlineData(" T", "a blank at the start at position 1 (U+0020)")]
    [InlineData("T ", "a blank at the end at position 2 (U+0020)")]
    [InlineData(" ", "a blank at the start at position 1 (U+0020)")]
    [InlineData("T\u00A0L", "a blank that is not an ordinary space at position 2 (U+00A0)")]
    [InlineData("T\t", "a tab at position 2 (U+0009)")]
    [InlineData("T\r\n", "a line break at position 2 (U+000D)")]
    [InlineData("T\0", "a control character at position 2 (U+0000)")]
    [InlineData("T\u200B", "an invisible character at position 2 (U+200B)")]
    [InlineData("\uFEFFT", "an invisible character at position 1 (U+FEFF)")]
    [InlineData("T\u202E", "an invisible character at position 2 (U+202E)")]
    [InlineData("T\u3164", "an invisible character at position 2 (U+3164)")]
    [InlineData("T\u2800", "an invisible character at position 2 (U+2800)")]
    [InlineData("\u0422", "a character that only looks like a plain one at position 1 (U+0422)")]
    [InlineData("\uFF34", "a character that only looks like a plain one at position 1 (U+FF34)")]
    [InlineData("T\u201315", "a character that only looks like a plain one at position 2 (U+2013)")]
    [InlineData("T\uFFFD", "a character that could not be decoded at position 2 (U+FFFD)")]
    public void ExactText_NamesWhatCannotBeSeen_AndWhere(string text, string fault) =>
        ExactText.FindFault(text)!.ToString().Should().Be(fault);

    [Fact]
    public void ExactText_RefusesHalfACharacter_ThatNoFileCanHold() =>
        ExactText.FindFault("T" + (char)0xD83D)!.What.Should().Be("a character that could not be decoded");

    [Fact]
    public void ExactText_CountsPositionsAsAPersonDoes_WhenACharacterTakesTwoUnits() =>
        ExactText.FindFault("😀T ")!.Position.Should().Be(3);
}
