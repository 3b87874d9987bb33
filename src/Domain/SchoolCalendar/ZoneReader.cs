namespace K12Sync.Domain.SchoolCalendar;

/// <summary>
/// Reads many instants on one school's wall clock: remembers the stretches of constant offset, year by year, and says exactly what
/// <see cref="SchoolZone.At"/> says, which asks the zone's rules every time. For one thread.
/// </summary>
public sealed class ZoneReader(SchoolZone zone)
{
    private readonly Dictionary<int, OffsetStretch[]> _years = [];
    private OffsetStretch _latest;

    /// <summary>The zone that is read.</summary>
    public SchoolZone Zone => zone;

    /// <summary>As <see cref="SchoolZone.At"/>.</summary>
    public SchoolMoment At(DateTimeOffset instant)
    {
        if (instant < _latest.From || instant >= _latest.To)
            _latest = Find(instant.ToUniversalTime());
        var local = new DateTime(instant.UtcTicks + _latest.Offset.Ticks);
        return new SchoolMoment(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local), _latest.Offset);
    }

    private OffsetStretch Find(DateTimeOffset utc)
    {
        if (!_years.TryGetValue(utc.Year, out var stretches))
        {
            var (start, lastDay) = (new DateTimeOffset(utc.Year, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(utc.Year, 12, 31, 0, 0, 0, TimeSpan.Zero));
            // The last day of all has no end that could be written; what is on it is asked of the zone each time.
            _years[utc.Year] = stretches = [.. zone.Offsets(start, utc.Year < 9999 ? lastDay.AddDays(1) : lastDay)];
        }
        return Array.Find(stretches, s => s.From <= utc && utc < s.To) is { To.Ticks: > 0 } found
            ? found
            : new OffsetStretch(utc, utc, zone.At(utc).Offset);
    }
}
