using System.Globalization;

namespace K12Sync.Api.Imports;

/// <summary>Reads the dates and times of import files. One form each, so that nothing is ever guessed.</summary>
internal static class WallClock
{
    private const string Day = "yyyy-MM-dd";

    /// <summary><c>2026-09-15</c>.</summary>
    public static bool TryDay(ReadOnlySpan<char> text, out DateOnly day) =>
        DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary><c>08:05</c> or <c>08:05:30</c>, on the 24-hour clock.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>
    /// ISO 8601: <c>2026-09-15T08:05:30-04:00</c>, <c>...Z</c>, or without offset. Seconds and their fraction may be left out, and a
    /// blank may stand for the T. <paramref name="offset"/> is null where the text has none: it is then the school's wall clock.
    /// </summary>
    public static bool TryMoment(ReadOnlySpan<char> text, out DateTime wall, out TimeSpan? offset)
    {
        (wall, offset) = (default, null);
        if (text.Length < 16 || text[10] is not ('T' or 't' or ' '))
            return false;
        var clock = text[11..];
        if (clock[^1] is 'Z' or 'z')
        {
            clock = clock[..^1];
            offset = TimeSpan.Zero;
        }
        else if (clock.LastIndexOfAny('+', '-') is > 0 and var sign)
        {
            if (!TryOffset(clock[sign..], out var given))
                return false;
            clock = clock[..sign];
            offset = given;
        }
        if (!TryDay(text[..10], out var day) || !TimeOnly.TryParseExact(clock, ["HH:mm:ss", "HH:mm", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return false;
        wall = day.ToDateTime(time);
        return offset is not { } o || (wall.Ticks - o.Ticks >= DateTime.MinValue.Ticks && wall.Ticks - o.Ticks <= DateTime.MaxValue.Ticks);
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        var digits = text[1..];
        if (!TimeSpan.TryParseExact(digits, digits.Contains(':') ? "hh\\:mm" : "hhmm", CultureInfo.InvariantCulture, out var size) || size > TimeSpan.FromHours(14))
            return false;
        offset = text[0] == '-' ? -size : size;
        return true;
    }
}
