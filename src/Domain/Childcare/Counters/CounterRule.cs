using System.Collections.Immutable;

namespace K12Sync.Domain.Childcare.Counters;

/// <summary>Which days a limit counts.</summary>
public enum Counted
{
    /// <summary>Every absence.</summary>
    Absences,

    /// <summary>Absences for which nobody gave a reason.</summary>
    UnexplainedAbsences,

    /// <summary>Absences but those for a chronic condition.</summary>
    OccasionalAbsences,

    /// <summary>Days on which the site was closed and is paid.</summary>
    PaidClosures,
}

/// <summary>When a count begins again at 0.</summary>
public enum CounterPeriod
{
    /// <summary>On 1 January.</summary>
    CalendarYear,

    /// <summary>On each anniversary of a day of the child's own: the enrolment, or the start of an eligibility. Of 29 February, on the 28th in other years.</summary>
    FromAnchor,

    /// <summary>On the first day on which the child was there. Closures, off days and days of which nothing is known neither count nor end the row (assumed).</summary>
    InARow,
}

/// <summary>A limit that a state sets. It is counted and warned of; it never changes a record.</summary>
/// <param name="Name">For people and programs.</param>
/// <param name="Counted">Which days.</param>
/// <param name="Period">When it begins again.</param>
/// <param name="Limit">The most that is allowed, inclusive.</param>
public sealed record CounterRule(string Name, Counted Counted, CounterPeriod Period, int Limit)
{
    /// <summary>Counts at which somebody is to be told, ascending, below the limit.</summary>
    public ImmutableArray<int> Notices { get; init; } = [];

    /// <summary>A higher limit that a district may choose; null: the limit is the limit.</summary>
    public int? MayBeAllowed { get; init; }

    /// <summary>Whether a day is one of those counted.</summary>
    public bool Counts(AttendanceDay day) => (Counted, day) switch
    {
        (Counted.Absences, AttendanceDay.Absence) => true,
        (Counted.UnexplainedAbsences, AttendanceDay.Absence { Code: AbsenceCode.Unexplained }) => true,
        (Counted.OccasionalAbsences, AttendanceDay.Absence { Code: not AbsenceCode.ChronicCondition }) => true,
        (Counted.PaidClosures, AttendanceDay.Closure { Code: ClosureCode.Paid }) => true,
        _ => false,
    };
}
