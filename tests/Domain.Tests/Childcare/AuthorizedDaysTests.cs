using System.Globalization;
using K12Sync.Domain.Childcare;

namespace K12Sync.Domain.Tests.Childcare;

/// <summary>Authorizations as <c>09-01..09-30 Mon Wed</c>, <c>09-01.. Mon-Fri</c>; several behind semicolons. 2026-09-14 is a Monday.</summary>
public sealed class AuthorizedDaysTests
{
    private const string Everything = "Mon Tue Wed Thu Fri Sat Sun";

    [Theory]
    // It says what is known.
    [InlineData("09-01.. Mon-Fri", "09-01.. Mon-Fri", "09-01.. Mon Tue Wed Thu Fri")]
    [InlineData("09-01.. Mon-Fri", "09-14..09-20 Mon-Fri", "09-01.. Mon Tue Wed Thu Fri")]
    [InlineData("09-14..09-20 Mon Wed; 09-15..09-20 Tue", "09-14..09-20 Mon-Wed", "09-14..09-20 Mon Wed; 09-15..09-20 Tue")]
    // It is new.
    [InlineData("", "09-01..12-31 Mon-Fri", "09-01..12-31 Mon Tue Wed Thu Fri")]
    [InlineData("", "09-14.. Mon; 09-14..09-30 Tue", "09-14.. Mon; 09-15..09-30 Tue")]
    [InlineData("09-15..10-31 Thu", "09-15..09-30 Tue Thu", "09-15..09-30 Tue Thu; 10-01..10-31 Thu")]
    [InlineData("09-15..10-31 Thu", "09-15.. Tue Thu", "09-15..10-31 Tue Thu; 11-03.. Tue Thu")]
    [InlineData("09-15.. Thu", "09-15..09-30 Tue Thu", "09-15..09-30 Tue Thu; 10-01.. Thu")]
    [InlineData("08-01..08-31 Mon-Fri", "08-01..12-31 Mon-Fri", "08-01..08-31 Mon Tue Wed Thu Fri; 09-01..12-31 Mon Tue Wed Thu Fri")]
    // It is not there any more: what is outside the days asked about stays.
    [InlineData("09-01.. Mon-Fri", "", "09-01..09-13 Mon Tue Wed Thu Fri; 09-21.. Mon Tue Wed Thu Fri")]
    [InlineData("09-14..09-20 Mon-Fri", "", "")]
    [InlineData("09-16..09-30 Mon-Fri", "", "09-21..09-30 Mon Tue Wed Thu Fri")]
    [InlineData("08-01..08-31 Mon-Fri; 09-01..09-13 Tue; 09-21.. Fri", "", "08-01..08-31 Mon Tue Wed Thu Fri; 09-01..09-13 Tue; 09-21.. Fri")]
    // It is another one.
    [InlineData("09-14.. Mon", "09-14.. Wed", "09-16.. Wed; 09-21.. Mon")]
    [InlineData("09-01.. Mon-Fri", "09-01.. Mon Wed", "09-01..09-13 Mon Tue Wed Thu Fri; 09-14.. Mon Wed; 09-21.. Mon Tue Wed Thu Fri")]
    [InlineData("09-01.. Mon-Fri", "09-14..09-16 Mon-Fri", "09-01..09-13 Mon Tue Wed Thu Fri; 09-14..09-16 Mon Tue Wed Thu Fri; 09-21.. Mon Tue Wed Thu Fri")]
    public void Tell_BringsTheDaysAskedAboutInLine_AndLeavesTheOthers(string stored, string told, string expected)
    {
        var (days, rows) = Known(stored);
        var before = rows.ToDictionary(r => r, r => (r.To, r.Days));
        var inLine = Told(told);
        days.Tell(inLine, Day("09-14"), Day("09-20"));
        rows.AddRange(days.Changed.Except(rows));

        for (var day = Day("07-01"); day < Day("12-31"); day = day.AddDays(1))
        {
            var (was, says) = (before.Any(b => b.Key.From <= day && !(b.Value.To < day) && b.Value.Days.Contains(day.DayOfWeek)), inLine.Any(t => t.Covers(day)));
            rows.Any(r => r.Covers(day)).Should().Be(day >= Day("09-14") && day <= Day("09-20") ? says : was || says, $"{day:MM-dd} is asked about, or not");
        }
        days.Changed.Where(r => before.TryGetValue(r, out var was) && was == (r.To, r.Days)).Should().BeEmpty("nothing is touched that stays as it is");
        if (before.Count > 0 && expected == Text(stored))
            days.Changed.Should().BeEmpty();
        string.Join("; ", Notation(rows)).Should().Be(expected);
    }

    [Theory]
    [InlineData("09-01.. Mon-Fri", "")]
    [InlineData("09-14.. Mon", "09-14.. Wed; 09-14..09-30 Fri")]
    [InlineData("09-01.. Mon-Fri", "09-01.. Mon Wed")]
    public void Tell_ChangesNothing_WhenItIsToldAgain(string stored, string told)
    {
        var (days, rows) = Known(stored);
        days.Tell(Told(told), Day("09-14"), Day("09-20"));
        rows.AddRange(days.Changed.Except(rows));

        var again = new AuthorizedDays((_, _, _) => throw new InvalidOperationException("made anew"));
        rows.ForEach(again.Know);
        again.Tell(Told(told), Day("09-14"), Day("09-20"));
        again.Changed.Should().BeEmpty();
    }

    [Fact]
    public void Tell_TakesTheLastDayThereIsForNoEnd()
    {
        var (days, _) = Known("");
        days.Tell([new AgencyAuthorization(null, Day("09-14"), DateOnly.MaxValue, Weekdays.All)], Day("09-14"), DateOnly.MaxValue);
        days.Changed.Should().ContainSingle().Which.To.Should().BeNull();
        var (known, row) = Known($"09-14.. {Everything}");
        known.Tell([], Day("09-14"), DateOnly.MaxValue);
        row.Should().ContainSingle().Which.To.Should().Be(Day("09-13"));
    }

    private static (AuthorizedDays Days, List<Authorization> Rows) Known(string stored)
    {
        var rows = Told(stored).Select(t => new Authorization(1, 1, "0001", t.From, t.To, t.Days)).ToList();
        var days = new AuthorizedDays((from, to, weekdays) => new Authorization(1, 1, "0001", from, to, weekdays));
        rows.ForEach(days.Know);
        return (days, rows);
    }

    private static List<AgencyAuthorization> Told(string notation) => [.. notation.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
    {
        var (span, days) = (part.Split(' ', 2)[0].Split(".."), Weekdays.None);
        Weekdays.TryParse(part.Split(' ', 2)[1], out days).Should().BeTrue();
        return new AgencyAuthorization(null, Day(span[0]), span[1].Length == 0 ? null : Day(span[1]), days);
    })];

    private static string Text(string notation) => string.Join("; ", Notation(Known(notation).Rows));

    private static IEnumerable<string> Notation(IEnumerable<Authorization> rows) => rows.Where(r => !(r.To < r.From)).OrderBy(r => r.From)
        .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.From:MM-dd}..{r.To:MM-dd} {r.Days}"));

    private static DateOnly Day(string text) => DateOnly.ParseExact("2026-" + text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
