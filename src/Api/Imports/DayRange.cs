namespace K12Sync.Api.Imports;

/// <summary>Reads a day, or days as <c>first..last</c>, both inclusive.</summary>
internal static class DayRange
{
    private const int LongestRange = 400;

    /// <summary>The days that a column of the present row names; null, with the row rejected, if it names none.</summary>
    public static List<DateOnly>? Read(CsvTable table, string column)
    {
        var text = table.Text(column);
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var (firstText, lastText) = dots < 0 ? (text, text) : (text[..dots], text[(dots + 2)..]);
        if (!WallClock.TryDay(firstText, out var first) || !WallClock.TryDay(lastText, out var last))
            table.Reject($"{column} is '{text}'. Write a day like 2026-09-15, or a range like 2026-12-21..2027-01-01.");
        else if (last < first || last.DayNumber - first.DayNumber >= LongestRange)
            table.Reject($"The range {text} must run forwards and have at most {LongestRange} days.");
        else
            return [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays)];
        return null;
    }
}
