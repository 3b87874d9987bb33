using System.Globalization;

namespace K12Sync.Domain.Childcare;

/// <summary>When a site is open on a weekday, by the clock on its wall: from <paramref name="Opens"/> (inclusive) to <paramref name="Closes"/> (exclusive).</summary>
/// <param name="Opens">Before <paramref name="Closes"/>.</param>
/// <param name="Closes">Since midnight; at most 24 hours, which is the end of the day.</param>
public readonly record struct OpenHours(TimeOnly Opens, TimeSpan Closes)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Opens:HH:mm}-{(int)Closes.TotalHours:00}:{Closes.Minutes:00}");
}

/// <summary>
/// A site's week. A weekday without hours is one on which the site does not open. Hours do not reach over midnight: a site that cares for children
/// at night gives 24-hour care, see <see cref="SiteFacts.IsTwentyFourHours"/>.
/// </summary>
public sealed class SiteHours : IEquatable<SiteHours>
{
    private readonly OpenHours?[] _days;

    private SiteHours(OpenHours?[] days) => _days = days;

    /// <summary>The hours of a weekday; null: not open.</summary>
    public OpenHours? On(DayOfWeek day) => _days[(int)day];

    /// <summary>
    /// Reads <c>Mon-Fri 06:30-18:00; Sat 08:00-12:00</c>. A weekday is given once; <c>24:00</c> is the end of the day. Null, with the reason in a
    /// clerk's words, if it is anything else. Blank is a site that opens on no day.
    /// </summary>
    public static SiteHours? Parse(string text, out string reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        var days = new OpenHours?[7];
        reason = "";
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var blank = part.LastIndexOf(' ');
            if (blank < 0 || !Weekdays.TryParse(part[..blank], out var which) || which.IsEmpty || Hours(part[(blank + 1)..]) is not { } hours)
                reason = $"'{part}' cannot be read. Write hours like Mon-Fri 06:30-18:00; Sat 08:00-12:00. A site closes after it opens, at 24:00 at the latest.";
            else
                foreach (var day in Enum.GetValues<DayOfWeek>().Where(which.Contains))
                {
                    if (days[(int)day] is not null)
                        reason = $"{day} is given twice. Give each weekday its hours once.";
                    days[(int)day] = hours;
                }
            if (reason.Length > 0)
                return null;
        }
        return new SiteHours(days);
    }

    private static OpenHours? Hours(string text)
    {
        var ends = text.Split('-');
        return ends.Length == 2 && Time(ends[0]) is { } opens && Time(ends[1]) is { } closes && opens < closes
            ? new OpenHours(TimeOnly.FromTimeSpan(opens), closes)
            : null;
    }

    private static TimeSpan? Time(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1)
        : TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan() : null;

    /// <summary>Day by day from Monday on; what <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join("; ", Enumerable.Range(1, 7).Select(d => (DayOfWeek)(d % 7))
        .Where(d => On(d) is not null).Select(d => $"{d.ToString()[..3]} {On(d)}"));

    /// <inheritdoc/>
    public bool Equals(SiteHours? other) => other is not null && _days.AsSpan().SequenceEqual(other._days);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SiteHours);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
