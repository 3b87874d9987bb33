using K12Sync.Domain.Childcare.Counters;

namespace K12Sync.Domain.Childcare.States;

/// <summary>Texas: KinderConnect (TX3C), for the Texas Workforce Commission.</summary>
internal static class Texas
{
    /// <summary>Corrections reach six days back. Source: assumed: it is told of TX3C second-hand (childcare rule 18), and no page of the agency's has been read. A connector's own number of days goes before it.</summary>
    private const int CorrectionDays = 6;

    /// <summary>Where credentials come from. Source: seed.</summary>
    private const string Support = "supporttx@kindersystems.com";

    /// <summary>40 unexplained absences in the twelve months of an eligibility. Source: public (40 TAC 809.78). That they begin on the anniversary of the first place, and the notices, are assumed: nothing is published.</summary>
    private static readonly CounterRule UnexplainedAbsences = new("UnexplainedAbsences", Counted.UnexplainedAbsences, CounterPeriod.FromAnchor, 40) { Notices = [30, 35] };

    /// <summary>Provider IDs are one for each agency or county (seed); how they are written is not public, nor what becomes of a stay over midnight (assumed: it is carried).</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "TX", Name = "Texas", System = AgencySystem.KinderConnect, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        CorrectionDays = CorrectionDays, Counters = [UnexplainedAbsences], Support = Support,
    };
}
