using System.Globalization;

namespace K12Sync.Domain.Exports;

/// <summary>
/// How a day or a moment is written: <c>yyyy yy MMMM MMM MM M dd d HH H hh h mm m ss s tt zzz</c> as everywhere, <c>.FFFFFFF</c> for a fraction of a
/// second only if there is one; text in <c>'quotes'</c>, and anything that is not a letter, stands for itself. Names of months are English.
/// </summary>
public sealed class TimePattern
{
    /// <summary>The longest text that any pattern makes.</summary>
    public const int MaxWritten = 8 * MaxLength;

    private const int MaxLength = 64;
    private static readonly string[] OfDays = ["yyyy", "yy", "MMMM", "MMM", "MM", "M", "dd", "d"];
    private static readonly string[] OfTimes = ["HH", "H", "hh", "h", "mm", "m", "ss", "s", "tt", "zzz", ".FFFFFFF"];
    private readonly (string Text, bool IsPlace)[] _parts;

    private TimePattern((string Text, bool IsPlace)[] parts) => _parts = parts;

    /// <summary>ISO 8601 for a day.</summary>
    public static TimePattern IsoDay { get; } = Parse("yyyy-MM-dd", isMoment: false, out _)!;

    /// <summary>ISO 8601 with the school's offset, and a fraction of a second only if there is one.</summary>
    public static TimePattern IsoMoment { get; } = Parse("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", isMoment: true, out _)!;

    /// <summary>Reads a pattern. Null with a reason if it is none. Times of day belong to moments only.</summary>
    public static TimePattern? Parse(string pattern, bool isMoment, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        reason = pattern.Length is 0 or > MaxLength ? $"A pattern has 1 to {MaxLength} characters." : null;
        var parts = new List<(string, bool)>();
        for (var i = 0; i < pattern.Length && reason is null;)
        {
            var rest = pattern[i..];
            if (rest[0] == '\'')
            {
                var close = rest.IndexOf('\'', 1);
                reason = close < 0 ? "A quote in the pattern is not closed." : null;
                parts.Add((close < 0 ? "" : rest[1..close], false));
                i += close + 1;
            }
            else if (Place(rest) is { } place)
            {
                reason = !isMoment && OfTimes.Contains(place) ? $"A day has no '{place}'. Times of day belong to IssuedAt." : null;
                parts.Add((place, true));
                i += place.Length;
            }
            else if (char.IsLetter(rest[0]))
            {
                reason = $"'{rest[0]}' at position {i + 1} is no part of a pattern. Known are {string.Join(' ', OfDays.Concat(OfTimes))}; put other letters into 'quotes'.";
            }
            else
            {
                parts.Add((rest[..1], false));
                i++;
            }
        }
        return reason is null ? new TimePattern([.. parts]) : null;
    }

    /// <summary>The longest place that a text starts with and that is not the start of a longer run of the same letter.</summary>
    private static string? Place(string rest) =>
        OfDays.Concat(OfTimes).Where(p => rest.StartsWith(p, StringComparison.Ordinal)).MaxBy(p => p.Length) is { } place
        && (place[0] == '.' || rest.Length == place.Length || rest[place.Length] != place[0]) ? place : null;

    /// <summary>Writes a day. Returns the number of characters.</summary>
    /// <param name="destination">At least <see cref="MaxWritten"/> characters.</param>
    /// <param name="day">The day.</param>
    public int Write(Span<char> destination, DateOnly day) => Write(destination, new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    /// <summary>Writes a moment by its own offset. Returns the number of characters.</summary>
    /// <param name="destination">At least <see cref="MaxWritten"/> characters.</param>
    /// <param name="moment">The moment.</param>
    public int Write(Span<char> destination, DateTimeOffset moment)
    {
        var (clock, at) = (moment.DateTime, 0);
        var (year, month, day) = (clock.Year, clock.Month, clock.Day);
        var time = clock.TimeOfDay;
        foreach (var (text, isPlace) in _parts)
        {
            var into = destination[at..];
            at += (isPlace, text) switch
            {
                (false, _) => Put(into, text),
                (_, "yyyy") => Put(into, year, 4),
                (_, "yy") => Put(into, year % 100, 2),
                (_, "MMMM") => Put(into, CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month)),
                (_, "MMM") => Put(into, CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month)),
                (_, ['M', ..]) => Put(into, month, text.Length),
                (_, ['d', ..]) => Put(into, day, text.Length),
                (_, ['H', ..]) => Put(into, time.Hours, text.Length),
                (_, ['h', ..]) => Put(into, (time.Hours + 11) % 12 + 1, text.Length),
                (_, ['m', ..]) => Put(into, time.Minutes, text.Length),
                (_, ['s', ..]) => Put(into, time.Seconds, text.Length),
                (_, "tt") => Put(into, time.Hours < 12 ? "AM" : "PM"),
                (_, "zzz") => PutOffset(into, moment.TotalOffsetMinutes),
                _ => PutFraction(into, clock.Ticks % TimeSpan.TicksPerSecond),
            };
        }
        return at;
    }

    private static int Put(Span<char> into, string text)
    {
        text.CopyTo(into);
        return text.Length;
    }

    private static int Put(Span<char> into, int number, int digits)
    {
        if (digits == 1 && number >= 10)
            digits = 2;
        for (var i = digits - 1; i >= 0; i--, number /= 10)
            into[i] = (char)('0' + number % 10);
        return digits;
    }

    private static int PutOffset(Span<char> into, int minutes)
    {
        into[0] = minutes < 0 ? '-' : '+';
        Put(into[1..], Math.Abs(minutes) / 60, 2);
        into[3] = ':';
        Put(into[4..], Math.Abs(minutes) % 60, 2);
        return 6;
    }

    private static int PutFraction(Span<char> into, long ticks)
    {
        if (ticks == 0)
            return 0;
        into[0] = '.';
        var digits = 7;
        for (; ticks % 10 == 0; ticks /= 10)
            digits--;
        return 1 + Put(into[1..], (int)ticks, digits);
    }
}
