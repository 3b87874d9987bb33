namespace K12Sync.Domain.Childcare;

/// <summary>Which check-out ends which check-in. One child at a time.</summary>
/// <remarks>
/// A check-out ends the last open check-in at its site and in its room; one without a room, in any room. It must come after it, and not more than
/// <see cref="Stay.Longest"/> after it. At the same minute a child goes out before it comes in, so stays may touch. What becomes of
/// a check-in depends on nothing later than a day after it: the events around a day are enough to know the day.
/// </remarks>
internal static class StayPairing
{
    /// <summary>The stays in order of their check-ins, and the check-outs that end none.</summary>
    public static (List<Stay> Stays, List<AttendanceEvent> Lone) Pair(IEnumerable<AttendanceEvent> events)
    {
        var present = events.Where(e => !e.IsDeleted).ToList();
        var automatic = present.Where(e => e.IsAutomatic).ToDictionary(e => e.EventId, StringComparer.Ordinal);
        var (open, stays, lone) = (new List<AttendanceEvent>(), new List<Stay>(), new List<AttendanceEvent>());
        foreach (var punch in InOrder(present.Where(e => !e.IsAutomatic)))
            if (punch.Kind == PunchKind.CheckIn)
                open.Add(punch);
            else if (open.FindLastIndex(i => Ends(punch, i)) is >= 0 and var i)
            {
                stays.Add(new Stay(open[i], punch));
                open.RemoveAt(i);
            }
            else
                lone.Add(punch);
        stays.AddRange(open.Select(i => new Stay(i, Forgotten(i, automatic))));
        stays.Sort((a, b) => InOrder(a.CheckIn, b.CheckIn));
        return (stays, lone);
    }

    /// <summary>A double tap is one punch: same site, room, direction and minute, and none in the other direction with which it might belong.</summary>
    private static List<AttendanceEvent> InOrder(IEnumerable<AttendanceEvent> punches)
    {
        var ordered = punches.ToList();
        ordered.Sort(InOrder);
        var both = ordered.GroupBy(e => (e.At, e.SiteId, e.Room)).Where(g => g.Select(e => e.Kind).Distinct().Count() == 2).Select(g => g.Key).ToHashSet();
        return [.. ordered.DistinctBy(e => both.Contains((e.At, e.SiteId, e.Room)) ? e.EventId : (object)(e.At, e.Kind, e.SiteId, e.Room))];
    }

    private static int InOrder(AttendanceEvent a, AttendanceEvent b) =>
        a.At != b.At ? a.At.CompareTo(b.At) : a.Kind != b.Kind ? b.Kind.CompareTo(a.Kind) : string.CompareOrdinal(a.EventId, b.EventId);

    /// <summary>Whether a check-out and a check-in are of the same place; either way round, so that a wrong order can be told from a wrong place.</summary>
    public static bool AreOfOnePlace(AttendanceEvent checkOut, AttendanceEvent checkIn) =>
        checkOut.SiteId == checkIn.SiteId && (checkOut.Room.Length == 0 || string.Equals(checkOut.Room, checkIn.Room, StringComparison.Ordinal));

    private static bool Ends(AttendanceEvent checkOut, AttendanceEvent checkIn) =>
        AreOfOnePlace(checkOut, checkIn) && checkIn.At < checkOut.At && checkOut.At - checkIn.At <= Stay.Longest;

    /// <summary>The check-out that the clock made for a check-in, if it is still of any use.</summary>
    private static AttendanceEvent? Forgotten(AttendanceEvent checkIn, Dictionary<string, AttendanceEvent> automatic) =>
        automatic.GetValueOrDefault(AttendanceEvent.AutomaticIdOf(checkIn.EventId)) is { } made && Ends(made with { Room = "" }, checkIn) ? made : null;
}
