using System.Diagnostics;
using K12Sync.Domain.Childcare.Counters;

namespace K12Sync.Domain.Childcare.States;

/// <summary>Indiana: OECOSL, by way of a CCMS. The state pays by enrolment, so what it takes are absences and closures.</summary>
internal static class Indiana
{
    /// <summary>
    /// 40 occasional absences in an enrolment year, with notices at 10, 20, 30 and 35; a statement of a chronic condition pauses the count.
    /// Source: public (OECOSL to providers). That the year begins on the anniversary of the first place is assumed.
    /// </summary>
    private static readonly CounterRule OccasionalAbsences =
        new("OccasionalAbsences", Counted.OccasionalAbsences, CounterPeriod.FromAnchor, 40) { Notices = [10, 20, 30, 35] };

    /// <summary>20 absences in a row. Source: public. The notice is assumed.</summary>
    private static readonly CounterRule ConsecutiveAbsences = new("ConsecutiveAbsences", Counted.Absences, CounterPeriod.InARow, 20) { Notices = [15] };

    /// <summary>16 paid closures in a calendar year. Source: public. The notice is assumed.</summary>
    private static readonly CounterRule PaidClosures = new("PaidClosures", Counted.PaidClosures, CounterPeriod.CalendarYear, 16) { Notices = [14] };

    /// <summary>AB absence, PC paid closure, NP non-paid closure, OD off day. Source: public.</summary>
    private static readonly DayCodes Codes = new(
        code => code switch
        {
            AbsenceCode.Unexplained or AbsenceCode.Explained or AbsenceCode.Illness or AbsenceCode.ChronicCondition or AbsenceCode.CourtOrderedVisit => "AB",
            _ => throw new UnreachableException(),
        },
        code => code switch
        {
            ClosureCode.Paid => "PC",
            ClosureCode.Unpaid => "NP",
            _ => throw new UnreachableException(),
        },
        "OD");

    /// <summary>The provider is the licence, one for each site, its hyphens significant. Source: seed. How child ids are written is not public.</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "IN", Name = "Indiana", System = AgencySystem.IndianaCcms, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        IsOneProviderOneSite = true, Counters = [OccasionalAbsences, ConsecutiveAbsences, PaidClosures], Codes = Codes,
    };
}
