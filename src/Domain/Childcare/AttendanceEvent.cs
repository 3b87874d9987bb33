namespace K12Sync.Domain.Childcare;

/// <summary>Which way a child went through the door.</summary>
public enum PunchKind
{
    CheckIn,
    CheckOut,
}

/// <summary>What handing in an event did to what is stored under its id.</summary>
public enum EventEffect
{
    /// <summary>Nothing is stored under the id yet.</summary>
    Adds,

    /// <summary>It says what is stored: nothing happens.</summary>
    Repeats,

    /// <summary>It takes the place of what is stored.</summary>
    Replaces,

    /// <summary>It takes back what is stored. The id stays known, so that a late copy of the event does not bring it back.</summary>
    Removes,

    /// <summary>What is stored is newer, or is a person's word against the clock's: nothing happens.</summary>
    Outdated,

    /// <summary>Its day has been let go of: nothing happens, because the agency may have been told of the day before.</summary>
    NotKept,
}

/// <summary>
/// A check-in or check-out as a kiosk, an app or a person gave it. The source names it by <see cref="EventId"/>: the same event handed in again is
/// nothing new, a changed one replaces it, a deleted one is removed.
/// </summary>
/// <param name="EventId">Unique in the district, compared ordinally.</param>
/// <param name="SiteId">Where.</param>
/// <param name="ChildNumber">As the source has it; the child need not be known yet.</param>
/// <param name="Kind">In or out.</param>
/// <param name="At">When. Seconds are cut off here, once; nothing after the door rounds times.</param>
public sealed record AttendanceEvent(string EventId, long SiteId, string ChildNumber, PunchKind Kind, DateTimeOffset At)
{
    /// <summary>The longest id, number or room that is accepted, in UTF-16 code units.</summary>
    public const int MaxTextLength = 100;

    private const string AutomaticPrefix = "auto:";

    public DateTimeOffset At { get; init; } = ToTheMinute(At);

    /// <summary>Blank: the site has none, or the source does not say.</summary>
    public string Room { get; init; } = "";

    /// <summary>The source's count of its own edits; higher is newer, whatever the order in which they arrive. 0 throughout: what arrives later is newer.</summary>
    public long Revision { get; init; }

    /// <summary>Made by the clock for a forgotten check-out. A person's edit of it is no longer automatic.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Taken back.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The id of the automatic check-out of a check-in. To correct one, hand in an event with this id.</summary>
    public static string AutomaticIdOf(string checkInId) => AutomaticPrefix + checkInId;

    /// <summary>The start of the minute that an instant is in.</summary>
    public static DateTimeOffset ToTheMinute(DateTimeOffset instant) => new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);

    /// <summary>
    /// What <paramref name="given"/> does where this is stored under the same id. A higher revision wins; at the same revision a deletion is
    /// final, and of two contents the one that arrives later wins.
    /// </summary>
    public EventEffect Meet(AttendanceEvent given)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (given == this || (given.IsDeleted && IsDeleted && given.Revision == Revision))
            return EventEffect.Repeats;
        if (given.Revision < Revision || (given.Revision == Revision && IsDeleted) || (given.IsAutomatic && !IsAutomatic))
            return EventEffect.Outdated;
        return given.IsDeleted ? EventEffect.Removes : EventEffect.Replaces;
    }
}
