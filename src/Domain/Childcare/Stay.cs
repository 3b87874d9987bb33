using System.Collections.Immutable;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Childcare;

/// <summary>What becomes of a stay over midnight. Which of the two holds is the state's; no minute is lost or won by either.</summary>
public enum MidnightRule
{
    /// <summary>All of it belongs to the day of the check-in.</summary>
    Carry,

    /// <summary>It is cut at 24:00, and each day has its own part.</summary>
    Split,
}

/// <summary>How a site tells days apart.</summary>
public sealed record SiteClock(SchoolZone Zone, MidnightRule Midnight);

/// <summary>From a check-in to its check-out; <paramref name="CheckOut"/> null: there is none yet.</summary>
public sealed record Stay(AttendanceEvent CheckIn, AttendanceEvent? CheckOut)
{
    /// <summary>A check-out later than this after its check-in is not its check-out. Exactly this long is allowed.</summary>
    /// <remarks>Source: public (Louisiana TOTS, messages A8 and DD).</remarks>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>When the child was surely gone: the check-out or, where there is none, when one would come too late.</summary>
    internal DateTimeOffset EndsAtTheLatest => CheckOut?.At ?? CheckIn.At + Longest;

    /// <summary>
    /// The stay by days at the site. A part that a midnight cut off begins or ends exactly at that midnight. An open stay is all on the day of its check-in.
    /// </summary>
    public IEnumerable<(DateOnly Day, CareSpan Care)> ByDay(SiteClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var whole = new CareSpan(CheckIn.SiteId, CheckIn.Room, CheckIn.At, CheckOut?.At, CheckOut is { IsAutomatic: true });
        var day = clock.Zone.At(whole.From).Day;
        if (clock.Midnight == MidnightRule.Split && whole.To is { } end)
            for (var midnight = MidnightAfter(day); midnight < end; midnight = MidnightAfter(day))
            {
                yield return (day, whole with { To = midnight, IsAutomatic = false });
                (whole, day) = (whole with { From = midnight }, day.AddDays(1));
            }
        yield return (day, whole);

        DateTimeOffset MidnightAfter(DateOnly of) => clock.Zone.FirstAt(of.AddDays(1), TimeOnly.MinValue).ToUniversalTime();
    }
}

/// <summary>A stretch of care that belongs to one day, from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive; null: not ended yet).</summary>
/// <param name="SiteId">Where.</param>
/// <param name="Room">Blank: not said.</param>
/// <param name="From">UTC, on the minute.</param>
/// <param name="To">UTC, on the minute, after <paramref name="From"/>.</param>
/// <param name="IsAutomatic">The clock ended it, because nobody had.</param>
public sealed record CareSpan(long SiteId, string Room, DateTimeOffset From, DateTimeOffset? To, bool IsAutomatic)
{
    /// <summary>The minutes that passed, whatever the clock on the wall did meanwhile; 0 while it has not ended.</summary>
    public int Minutes => To is { } to ? (int)((to.UtcTicks - From.UtcTicks) / TimeSpan.TicksPerMinute) : 0;
}

/// <summary>What a child's events say of one day.</summary>
/// <param name="Care">In order of time. Empty: the child was not there, as far as the events go.</param>
/// <param name="Findings">What is wrong with the events, or to be known about them.</param>
public sealed record CareDay(ImmutableArray<CareSpan> Care, ImmutableArray<DayFinding> Findings)
{
    /// <summary>No event says anything.</summary>
    public static CareDay Nothing { get; } = new([], []);
}
