using K12Sync.Domain.Childcare;

namespace K12Sync.Data.Childcare;

/// <summary>A check-in or check-out as its source last gave it.</summary>
public sealed class AttendanceEventRow
{
    private AttendanceEventRow()
    {
    }

    public long Id { get; private set; }

    /// <summary>The source's name for it; unique in the district.</summary>
    public string EventId { get; private set; } = "";

    public long SiteId { get; private set; }
    public string ChildNumber { get; private set; } = "";
    public PunchKind Kind { get; private set; }

    /// <summary>On the minute.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>The calendar day of <see cref="At"/> in the site's zone.</summary>
    public DateOnly Date { get; private set; }

    public string Room { get; private set; } = "";
    public long Revision { get; private set; }
    public bool IsAutomatic { get; private set; }

    /// <summary>Taken back; the row stays so that a late copy is known for one.</summary>
    public bool IsDeleted { get; private set; }

    public DateTimeOffset RecordedAt { get; private set; }
}

/// <summary>An absence that a site recorded for a child's day.</summary>
public sealed class AbsenceRow
{
    private AbsenceRow()
    {
    }

    public AbsenceRow(long siteId, string childNumber, DateOnly date, AbsenceCode? code) => (SiteId, ChildNumber, Date, Code) = (siteId, childNumber, date, code);

    public long Id { get; private set; }
    public long SiteId { get; private set; }
    public string ChildNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }

    /// <summary>Null: taken back.</summary>
    public AbsenceCode? Code { get; private set; }

    /// <summary>Takes a new code, or null to take it back. Returns false if it is the one it has.</summary>
    public bool Record(AbsenceCode? code)
    {
        var before = Code;
        Code = code;
        return before != code;
    }
}

/// <summary>A day on which a site was closed.</summary>
public sealed class ClosureRow
{
    private ClosureRow()
    {
    }

    public ClosureRow(long siteId, DateOnly date, ClosureCode? code) => (SiteId, Date, Code) = (siteId, date, code);

    public long Id { get; private set; }
    public long SiteId { get; private set; }
    public DateOnly Date { get; private set; }

    /// <summary>Null: taken back.</summary>
    public ClosureCode? Code { get; private set; }

    /// <summary>Takes a new code, or null to take it back. Returns false if it is the one it has.</summary>
    public bool Record(ClosureCode? code)
    {
        var before = Code;
        Code = code;
        return before != code;
    }
}

/// <summary>
/// One child's day: what its agency should hold. It has versions; whether a version was sent is a question to the ledger.
/// </summary>
public sealed class AttendanceDayRow
{
    private AttendanceDayRow()
    {
    }

    public long Id { get; private set; }
    public string ChildNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }

    /// <summary>The site that the day is about; null where nobody can say.</summary>
    public long? SiteId { get; private set; }

    public AttendanceKind Kind { get; private set; }

    /// <summary>The name of the <see cref="AbsenceCode"/> or <see cref="ClosureCode"/>; null for the other states.</summary>
    public string? Code { get; private set; }

    /// <summary>Why the state is unknown; null for the other states.</summary>
    public UnknownReason? Unknown { get; private set; }

    /// <summary>The care of the day as <see cref="CareText"/> writes it; blank where there was none.</summary>
    public string Care { get; private set; } = "";

    public int Minutes { get; private set; }

    /// <summary>The child has not been checked out yet.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The clock ended some of the care.</summary>
    public bool IsAutomatic { get; private set; }

    public DayReadiness Readiness { get; private set; }
    public string Reason { get; private set; } = "";

    /// <summary>The findings as <see cref="CareText"/> writes them; blank where there are none.</summary>
    public string Findings { get; private set; } = "";

    /// <summary>Counts up from 1 whenever what the agency should hold changes: state, site, code or times. What is only to be known does not move it.</summary>
    public long RecordVersion { get; private set; }

    /// <summary>The agency should hold nothing of the day, because nobody can say what it was. The row stays, because the agency may have been told.</summary>
    public bool Withdrawn { get; private set; }

    /// <summary>The state, as it was judged; who ended care (a person or the clock) is only in <see cref="IsAutomatic"/>.</summary>
    public AttendanceDay ToDay()
    {
        AttendanceDay day = Kind switch
        {
            AttendanceKind.Attended => new AttendanceDay.Attended(CareText.ReadCare(Care)),
            AttendanceKind.Absence => new AttendanceDay.Absence(SiteId!.Value, Enum.Parse<AbsenceCode>(Code!)),
            AttendanceKind.Closure => new AttendanceDay.Closure(SiteId!.Value, Enum.Parse<ClosureCode>(Code!)),
            AttendanceKind.OffDay => new AttendanceDay.OffDay(SiteId!.Value),
            _ => new AttendanceDay.Unknown(Unknown!.Value, SiteId),
        };
        return day with { Findings = CareText.ReadFindings(Findings) };
    }
}

/// <summary>A child-day that is to be judged again.</summary>
public sealed class PendingChildDayRow
{
    private PendingChildDayRow()
    {
    }

    public string ChildNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }

    /// <summary>Moves with every new reason to judge the day, so that one arriving while the day is being judged is not lost.</summary>
    public long Mark { get; private set; }
}

/// <summary>Who said that a child of ours is a child of an agency's.</summary>
public enum LinkOrigin
{
    /// <summary>All names and the birth date are equal, on both sides once.</summary>
    Automatic,

    /// <summary>A person.</summary>
    ByHand,
}

/// <summary>A child of ours is a child of a state's agency. One external id for each child, both ways: two unique indexes say so.</summary>
public sealed class ChildLinkRow
{
    private ChildLinkRow()
    {
    }

    public long Id { get; private set; }
    public string ChildNumber { get; private set; } = "";

    /// <summary>Postal code.</summary>
    public string State { get; private set; } = "";

    /// <summary>Byte for byte.</summary>
    public string AgencyChildId { get; private set; } = "";

    public LinkOrigin Origin { get; private set; }
    public DateTimeOffset LinkedAt { get; private set; }
}
