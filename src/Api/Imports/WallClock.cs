using System.Globalization;
using System.Text;

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

    /// <summary>
    /// As <see cref="TryMoment(ReadOnlySpan{char},out DateTime,out TimeSpan?)"/>. The usual forms, to the second and with <c>Z</c>, <c>-04:00</c> or nothing
    /// after it, are read digit by digit; whatever is not plainly one of them goes the long way.
    /// </summary>
    public static bool TryMoment(ReadOnlySpan<byte> utf8, out DateTime wall, out TimeSpan? offset)
    {
        if (TryUsualMoment(utf8, out wall, out offset))
            return true;
        return TryMoment(Encoding.UTF8.GetString(utf8), out wall, out offset);
    }

    private static bool TryUsualMoment(ReadOnlySpan<byte> utf8, out DateTime wall, out TimeSpan? offset)
    {
        (wall, offset) = (default, null);
        if (utf8.Length is not (19 or 20 or 25) || utf8[4] != '-' || utf8[7] != '-' || utf8[10] != 'T' || utf8[13] != ':' || utf8[16] != ':')
            return false;
        var (year, month, day) = (Two(utf8) * 100 + Two(utf8[2..]), Two(utf8[5..]), Two(utf8[8..]));
        var (hour, minute, second) = (Two(utf8[11..]), Two(utf8[14..]), Two(utf8[17..]));
        // A year from 2 on leaves room for any offset.
        if (year is < 2 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        if (utf8.Length == 20 && utf8[19] == 'Z')
            offset = TimeSpan.Zero;
        else if (utf8.Length == 25 && utf8[19] is (byte)'+' or (byte)'-' && utf8[22] == ':' && Two(utf8[20..]) is >= 0 and < 14 and var hours && Two(utf8[23..]) is >= 0 and < 60 and var minutes)
            offset = new TimeSpan(utf8[19] == '-' ? -hours : hours, utf8[19] == '-' ? -minutes : minutes, 0);
        else if (utf8.Length != 19)
            return false;
        wall = new DateTime(year, month, day, hour, minute, second);
        return true;
    }

    /// <summary>The number that two digits write; far below 0 if they are not digits.</summary>
    private static int Two(ReadOnlySpan<byte> utf8)
    {
        var (tens, ones) = ((uint)(utf8[0] - '0'), (uint)(utf8[1] - '0'));
        return tens > 9 || ones > 9 ? -10_000 : (int)(tens * 10 + ones);
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
