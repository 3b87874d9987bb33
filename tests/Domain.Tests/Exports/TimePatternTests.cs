using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Domain.Tests.Exports;

public sealed class TimePatternTests
{
    private static string Write(string pattern, DateTimeOffset moment)
    {
        var text = new char[TimePattern.MaxWritten];
        return new string(text, 0, TimePattern.Parse(pattern, isMoment: true, out var reason)?.Write(text, moment) ?? throw new FormatException(reason));
    }

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz")]
    [InlineData("M/d/yyyy h:mm:ss tt")]
    [InlineData("dd.MM.yy H:m:s")]
    [InlineData("MMM d, yyyy")]
    [InlineData("MMMM dd HHmm hhmm")]
    [InlineData("'day' dd zzz")]
    public void Pattern_WritesWhatDotNetWrites_ForThePartsItKnows(string pattern)
    {
        foreach (var moment in new[]
        {
            new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 31, 12, 0, 1, TimeSpan.FromHours(-10)),
            new DateTimeOffset(2026, 9, 30, 23, 59, 59, TimeSpan.FromMinutes(345)).AddTicks(1), new DateTimeOffset(1, 1, 1, 1, 1, 1, 120, TimeSpan.FromMinutes(-30)),
            new DateTimeOffset(9999, 11, 11, 13, 13, 13, TimeSpan.FromHours(14)).AddTicks(1_234_000),
        })
        {
            Write(pattern, moment).Should().Be(moment.ToString(pattern, CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("d'")]
    [InlineData("ddd")]
    [InlineData("yyy")]
    [InlineData("G")]
    [InlineData("yyyyy")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void Pattern_IsRefused_WithAReason(string pattern)
    {
        TimePattern.Parse(pattern, isMoment: true, out var reason).Should().BeNull();
        reason.Should().NotBeNullOrEmpty();
    }
}
