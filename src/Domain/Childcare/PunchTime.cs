using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Childcare;

/// <summary>What a written time of a check-in or check-out stands for. Minutes are money here, so nothing is guessed.</summary>
public abstract record PunchTime
{
    private PunchTime()
    {
    }

    /// <summary>The instant.</summary>
    public sealed record At(DateTimeOffset Instant) : PunchTime;

    /// <summary>The clocks went forward over it: it never was.</summary>
    public sealed record NeverWas : PunchTime;

    /// <summary>The clocks went back over it: it was twice, an hour apart, and only an offset says which is meant.</summary>
    public sealed record NeedsOffset(TimeSpan EarlierOffset, TimeSpan LaterOffset) : PunchTime;

    /// <summary>Reads a date and time as written, with an offset or, where it has none, by the clock on the site's wall.</summary>
    public static PunchTime Read(SchoolZone zone, DateTime written, TimeSpan? offset)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (offset is { } known)
            return new At(new DateTimeOffset(DateTime.SpecifyKind(written, DateTimeKind.Unspecified), known));
        return zone.Read(DateOnly.FromDateTime(written), TimeOnly.FromDateTime(written)) switch
        {
            LocalReading.Once(var instant) => new At(instant),
            LocalReading.Repeated(var earlier, var later) => new NeedsOffset(earlier.Offset, later.Offset),
            _ => new NeverWas(),
        };
    }
}
