using System.Collections.Immutable;
using System.Globalization;

namespace K12Sync.Domain.Childcare;

/// <summary>One child's care as its events tell it, day by day. Pure: the order of the events does not matter, only what they say.</summary>
public sealed class CareRecord
{
    private readonly ILookup<DateOnly, CareSpan> _care;
    private readonly ILookup<DateOnly, DayFinding> _findings;

    private CareRecord(IReadOnlyList<Stay> stays, IEnumerable<(DateOnly Day, CareSpan Care)> care, IEnumerable<(DateOnly Day, DayFinding Finding)> findings)
    {
        Stays = [.. stays];
        _care = care.ToLookup(c => c.Day, c => c.Care);
        _findings = findings.Distinct().ToLookup(f => f.Day, f => f.Finding);
    }

    /// <summary>
    /// How far around a day events decide about it: a stay has at most 24 hours and may meet another one, and sites of one owner may lie in two
    /// zones. With the events of so many days before and after, a day is known.
    /// </summary>
    public const int ReachInDays = 3;

    /// <summary>In order of their check-ins.</summary>
    public ImmutableArray<Stay> Stays { get; }

    /// <summary>The days that the events say anything about, in order.</summary>
    public IEnumerable<DateOnly> Days => _care.Select(c => c.Key).Union(_findings.Select(f => f.Key)).Order();

    /// <summary>What the events say of a day. Days are those of the site that an event was at.</summary>
    public CareDay On(DateOnly day) =>
        _care.Contains(day) || _findings.Contains(day)
            ? new CareDay([.. _care[day].OrderBy(c => c.From).ThenBy(c => c.SiteId)], [.. _findings[day].OrderBy(f => f.Kind)])
            : CareDay.Nothing;

    /// <summary>Reads a child's events.</summary>
    /// <param name="events">Of one child, in any order, deleted ones included.</param>
    /// <param name="clocks">Of every site that an event names.</param>
    /// <param name="now">An event after this minute is an error and counts for nothing.</param>
    /// <exception cref="ArgumentException">The events are of more than one child.</exception>
    public static CareRecord Of(IEnumerable<AttendanceEvent> events, IReadOnlyDictionary<long, SiteClock> clocks, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(clocks);
        var all = events.ToList();
        if (all.Select(e => e.ChildNumber).Distinct(StringComparer.Ordinal).Skip(1).Any())
            throw new ArgumentException("The events are of more than one child.", nameof(events));
        var (stays, lone) = StayPairing.Pair(all.Where(e => e.At <= now));
        var wall = new Wall(clocks);
        var findings = all.Where(e => e.At > now && !e.IsDeleted).Select(e => (wall.Day(e), Future(e, wall)))
            .Concat(lone.SelectMany(o => Lone(o, stays, wall)))
            .Concat(Conflicts(stays, wall))
            .Concat(stays.Where(s => s.CheckOut is { IsAutomatic: true }).Select(s => (wall.Day(s.CheckIn), ByClock(s, wall))));
        return new CareRecord(stays, stays.SelectMany(s => s.ByDay(clocks[s.CheckIn.SiteId])), findings);
    }

    private static DayFinding Future(AttendanceEvent e, Wall wall) =>
        new(FindingKind.InTheFuture, $"The {(e.Kind == PunchKind.CheckIn ? "check-in" : "check-out")} at {wall.Time(e)} lies in the future. Correct its time.");

    private static DayFinding ByClock(Stay stay, Wall wall) =>
        new(FindingKind.CheckedOutByClock, $"Nobody was checked out after the check-in at {wall.Time(stay.CheckIn)}; the site's closing time, {wall.Time(stay.CheckOut!)}, was taken. Correct it if the child left at another time.");

    private static IEnumerable<(DateOnly, DayFinding)> Lone(AttendanceEvent checkOut, List<Stay> stays, Wall wall)
    {
        var day = wall.Day(checkOut);
        var later = stays.Find(s => s.CheckOut is null or { IsAutomatic: true } && s.CheckIn.At >= checkOut.At && wall.Day(s.CheckIn) == day && StayPairing.AreOfOnePlace(checkOut, s.CheckIn));
        yield return (day, later is null
            ? new DayFinding(FindingKind.NoCheckIn, $"The check-out at {wall.Time(checkOut)} has no check-in in the 24 hours before it. Add the check-in, or delete the check-out.")
            : new DayFinding(FindingKind.NotAfterCheckIn, $"The check-out at {wall.Time(checkOut)} is not after the check-in at {wall.Time(later.CheckIn)}. If the child stayed over midnight, give the check-out the next day's date."));
    }

    /// <summary>Every two stays of which one begins before the other has ended; every day that has a part of them is told.</summary>
    private static IEnumerable<(DateOnly, DayFinding)> Conflicts(List<Stay> stays, Wall wall)
    {
        for (var i = 0; i < stays.Count; i++)
            for (var j = i + 1; j < stays.Count && stays[j].CheckIn.At < stays[i].EndsAtTheLatest; j++)
            {
                var finding = Conflict(stays[i], stays[j].CheckIn, wall);
                foreach (var day in wall.Days(stays[i]).Union(wall.Days(stays[j])))
                    yield return (day, finding);
            }
    }

    private static DayFinding Conflict(Stay first, AttendanceEvent second, Wall wall) => first.CheckOut is null
        ? new(FindingKind.SecondCheckIn, $"The child was checked in at {wall.Time(first.CheckIn)} and, without a check-out, again at {wall.Time(second)}. Add the check-out between them, or delete one check-in.")
        : new(FindingKind.Overlap, $"The check-in at {wall.Time(second)} falls into the stay from {wall.Time(first.CheckIn)} to {wall.Time(first.CheckOut)}. A child is in one place at a time; correct one of the times.");

    /// <summary>The clocks on the walls of the sites.</summary>
    private sealed class Wall(IReadOnlyDictionary<long, SiteClock> clocks)
    {
        public DateOnly Day(AttendanceEvent e) => clocks[e.SiteId].Zone.At(e.At).Day;

        public IEnumerable<DateOnly> Days(Stay stay) => stay.ByDay(clocks[stay.CheckIn.SiteId]).Select(part => part.Day);

        public string Time(AttendanceEvent e)
        {
            var moment = clocks[e.SiteId].Zone.At(e.At);
            return string.Create(CultureInfo.InvariantCulture, $"{moment.Time:HH:mm} on {moment.Day:yyyy-MM-dd}");
        }
    }
}
