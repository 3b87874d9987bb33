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

    /// <summary>What a part of a pattern writes. In the order of <see cref="Places"/>; <see cref="Part.Text"/> is none of them.</summary>
    private enum Part : byte
    {
        Year4, Year2, MonthName, MonthShort, Month2, Month1, Day2, Day1,
        Hour2, Hour1, HalfHour2, HalfHour1, Minute2, Minute1, Second2, Second1, AmPm, Offset, Fraction,
        Text,
    }

    private static readonly string[] Places =
        ["yyyy", "yy", "MMMM", "MMM", "MM", "M", "dd", "d", "HH", "H", "hh", "h", "mm", "m", "ss", "s", "tt", "zzz", ".FFFFFFF"];

    private readonly (Part Part, string Text)[] _parts;

    private TimePattern((Part, string)[] parts) => _parts = parts;

    /// <summary>ISO 8601 for a day.</summary>
    public static TimePattern IsoDay { get; } = Parse("yyyy-MM-dd", isMoment: false, out _)!;

    /// <summary>ISO 8601 with the school's offset, and a fraction of a second only if there is one.</summary>
    public static TimePattern IsoMoment { get; } = Parse("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", isMoment: true, out _)!;

    /// <summary>Reads a pattern. Null with a reason if it is none. Times of day belong to moments only.</summary>
    public static TimePattern? Parse(string pattern, bool isMoment, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        reason = pattern.Length is 0 or > MaxLength ? $"A pattern has 1 to {MaxLength} characters." : null;
        var parts = new List<(Part, string)>();
        for (var i = 0; i < pattern.Length && reason is null;)
        {
            var rest = pattern[i..];
            if (rest[0] == '\'')
            {
                var close = rest.IndexOf('\'', 1);
                reason = close < 0 ? "A quote in the pattern is not closed." : null;
                parts.Add((Part.Text, close < 0 ? "" : rest[1..close]));
                i += close + 1;
            }
            else if (Place(rest) is >= 0 and var place)
            {
                reason = !isMoment && place >= (int)Part.Hour2 ? $"A day has no '{Places[place]}'. Times of day belong to IssuedAt." : null;
                parts.Add(((Part)place, ""));
                i += Places[place].Length;
            }
            else if (char.IsLetter(rest[0]))
            {
                reason = $"'{rest[0]}' at position {i + 1} is no part of a pattern. Known are {string.Join(' ', Places)}; put other letters into 'quotes'.";
            }
            else
            {
                parts.Add((Part.Text, rest[..1]));
                i++;
            }
        }
        return reason is null ? new TimePattern([.. parts]) : null;
    }

    /// <summary>The longest place that a text starts with, if it is not the start of a longer run of the same letter; or -1.</summary>
    private static int Place(string rest)
    {
        // A longer place stands before its shorter one.
        var place = Array.FindIndex(Places, p => rest.StartsWith(p, StringComparison.Ordinal));
        if (place < 0 || place == (int)Part.Fraction)
            return place;
        var length = Places[place].Length;
        return rest.Length == length || rest[length] != rest[0] ? place : -1;
    }

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
        var (year, month, day) = DateOnly.FromDateTime(clock);
        var second = (int)(clock.Ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerSecond);
        var hour = second / 3600;
        foreach (var (part, text) in _parts)
        {
            var into = destination[at..];
            at += part switch
            {
                Part.Year4 => Put4(into, year),
                Part.Year2 => Put2(into, year % 100),
                Part.MonthName => Put(into, CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month)),
                Part.MonthShort => Put(into, CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month)),
                Part.Month2 => Put2(into, month),
                Part.Month1 => Put1(into, month),
                Part.Day2 => Put2(into, day),
                Part.Day1 => Put1(into, day),
                Part.Hour2 => Put2(into, hour),
                Part.Hour1 => Put1(into, hour),
                Part.HalfHour2 => Put2(into, (hour + 11) % 12 + 1),
                Part.HalfHour1 => Put1(into, (hour + 11) % 12 + 1),
                Part.Minute2 => Put2(into, second / 60 % 60),
                Part.Minute1 => Put1(into, second / 60 % 60),
                Part.Second2 => Put2(into, second % 60),
                Part.Second1 => Put1(into, second % 60),
                Part.AmPm => Put(into, hour < 12 ? "AM" : "PM"),
                Part.Offset => PutOffset(into, moment.TotalOffsetMinutes),
                Part.Fraction => PutFraction(into, (int)(clock.Ticks % TimeSpan.TicksPerSecond)),
                _ => Put(into, text),
            };
        }
        return at;
    }

    private static int Put(Span<char> into, string text)
    {
        text.CopyTo(into);
        return text.Length;
    }

    private static int Put1(Span<char> into, int number)
    {
        if (number >= 10)
            return Put2(into, number);
        into[0] = (char)('0' + number);
        return 1;
    }

    private static int Put2(Span<char> into, int number)
    {
        into[1] = (char)('0' + number % 10);
        into[0] = (char)('0' + number / 10);
        return 2;
    }

    private static int Put4(Span<char> into, int number)
    {
        Put2(into[2..], number % 100);
        Put2(into, number / 100);
        return 4;
    }

    private static int PutOffset(Span<char> into, int minutes)
    {
        into[0] = minutes < 0 ? '-' : '+';
        Put2(into[1..], Math.Abs(minutes) / 60);
        into[3] = ':';
        Put2(into[4..], Math.Abs(minutes) % 60);
        return 6;
    }

    private static int PutFraction(Span<char> into, int ticks)
    {
        if (ticks == 0)
            return 0;
        into[0] = '.';
        var digits = 7;
        for (; ticks % 10 == 0; ticks /= 10)
            digits--;
        for (var i = digits; i > 0; i--, ticks /= 10)
            into[i] = (char)('0' + ticks % 10);
        return 1 + digits;
    }
}
