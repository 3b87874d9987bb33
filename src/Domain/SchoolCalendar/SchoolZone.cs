namespace K12Sync.Domain.SchoolCalendar;

/// <summary>
/// A school's IANA time zone. The one place where an instant becomes a school's day and wall-clock time, and the other way round.
/// </summary>
/// <remarks>
/// Instant to wall clock is always defined. Wall clock to instant is not: a time skipped in spring never was (<see cref="LocalReading.Skipped"/>),
/// a time repeated in autumn was twice (<see cref="LocalReading.Repeated"/>). The caller names its policy by matching on the result.
/// </remarks>
public sealed class SchoolZone : IEquatable<SchoolZone>
{
    private readonly TimeZoneInfo _zone;

    private SchoolZone(TimeZoneInfo zone) => _zone = zone;

    /// <summary>The IANA identifier, such as <c>America/Indiana/Indianapolis</c>.</summary>
    public string Id => _zone.Id;

    /// <summary>The zone with this IANA identifier, or null. Windows names and abbreviations such as <c>EST</c> are no answer to where a school is.</summary>
    public static SchoolZone? Find(string ianaId)
    {
        ArgumentNullException.ThrowIfNull(ianaId);
        var named = ianaId == "UTC" || ianaId.Contains('/', StringComparison.Ordinal);
        return named && TimeZoneInfo.TryFindSystemTimeZoneById(ianaId, out var zone) && zone.HasIanaId ? new SchoolZone(zone) : null;
    }

    /// <summary>What the clock on the school's wall shows at an instant.</summary>
    public SchoolMoment At(DateTimeOffset instant)
    {
        var offset = _zone.GetUtcOffset(instant);
        var local = instant.UtcDateTime + offset;
        return new SchoolMoment(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local), offset);
    }

    /// <summary>When the clock on the school's wall showed this.</summary>
    public LocalReading Read(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        if (_zone.IsInvalidTime(local))
            return new LocalReading.Skipped(Resumes(local));
        if (!_zone.IsAmbiguousTime(local))
            return new LocalReading.Once(new DateTimeOffset(local, _zone.GetUtcOffset(local)));
        var offsets = _zone.GetAmbiguousTimeOffsets(local);
        return new LocalReading.Repeated(new DateTimeOffset(local, offsets.Max()), new DateTimeOffset(local, offsets.Min()));
    }

    /// <summary>The first instant at which the wall clock showed this time or, where it skipped it, a later one. Of a repeated time the earlier.</summary>
    public DateTimeOffset FirstAt(DateOnly day, TimeOnly time) => Read(day, time) switch
    {
        LocalReading.Once(var instant) => instant,
        LocalReading.Repeated(var earlier, _) => earlier,
        LocalReading.Skipped(var resumes) => resumes,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// The stretches of constant offset from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive), in order,
    /// without a hole. Offset changes are found to the second; two changes within six hours of each other would be missed, and no zone has them.
    /// </summary>
    public IEnumerable<OffsetStretch> Offsets(DateTimeOffset from, DateTimeOffset to)
    {
        var (start, offset) = (from, _zone.GetUtcOffset(from));
        for (var probe = from; probe < to; probe = Earlier(probe + TimeSpan.FromHours(6), to))
        {
            var next = Earlier(probe + TimeSpan.FromHours(6), to);
            if (_zone.GetUtcOffset(next) is var changed && changed == offset)
                continue;
            var change = Bisect(probe, next, offset);
            yield return new OffsetStretch(start, change, offset);
            (start, offset) = (change, changed);
        }
        if (start < to)
            yield return new OffsetStretch(start, to, offset);
    }

    /// <summary>The instant at which the clock was turned forward over a time. No zone is further from UTC than fourteen hours.</summary>
    private DateTimeOffset Resumes(DateTime skipped)
    {
        var asUtc = new DateTimeOffset(skipped, TimeSpan.Zero);
        var stretches = Offsets(asUtc.AddHours(-20), asUtc.AddHours(20)).ToList();
        return stretches.Skip(1).First(s => s.From.UtcDateTime + s.Offset > skipped).From;
    }

    /// <summary>The second after <paramref name="before"/>, at or before <paramref name="after"/>, at which the offset stops being what it was.</summary>
    private DateTimeOffset Bisect(DateTimeOffset before, DateTimeOffset after, TimeSpan offsetBefore)
    {
        var (low, high) = (before.ToUnixTimeSeconds(), after.ToUnixTimeSeconds());
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            (low, high) = _zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offsetBefore ? (middle, high) : (low, middle);
        }
        return DateTimeOffset.FromUnixTimeSeconds(high);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <inheritdoc/>
    public bool Equals(SchoolZone? other) => other is not null && string.Equals(Id, other.Id, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SchoolZone);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>A reading of the school's wall clock.</summary>
/// <param name="Day">The calendar day at the school.</param>
/// <param name="Time">The time of day at the school.</param>
/// <param name="Offset">How far the wall clock is ahead of UTC at that instant.</param>
public readonly record struct SchoolMoment(DateOnly Day, TimeOnly Time, TimeSpan Offset)
{
    /// <summary>The instant, with the school's offset.</summary>
    public DateTimeOffset Instant => new(Day.ToDateTime(Time), Offset);
}

/// <summary>A stretch of time in which a zone's offset does not change: from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive).</summary>
public readonly record struct OffsetStretch(DateTimeOffset From, DateTimeOffset To, TimeSpan Offset);

/// <summary>What instants a wall-clock time stands for.</summary>
public abstract record LocalReading
{
    private LocalReading()
    {
    }

    /// <summary>The usual case.</summary>
    public sealed record Once(DateTimeOffset Instant) : LocalReading;

    /// <summary>The clock was turned back over it.</summary>
    public sealed record Repeated(DateTimeOffset Earlier, DateTimeOffset Later) : LocalReading;

    /// <summary>The clock was turned forward over it: it never was. <paramref name="Resumes"/> is the first instant after the gap.</summary>
    public sealed record Skipped(DateTimeOffset Resumes) : LocalReading;
}
