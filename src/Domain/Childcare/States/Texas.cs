using K12Sync.Domain.Childcare.Counters;

namespace K12Sync.Domain.Childcare.States;

/// <summary>Texas: KinderConnect (TX3C), for the Texas Workforce Commission.</summary>
internal static class Texas
{
    /// <summary>Corrections reach six days back. Source: seed (childcare rule 18); so published for TX3C.</summary>
    private const int CorrectionDays = 6;

    /// <summary>Where credentials come from. Source: seed.</summary>
    private const string Support = "supporttx@kindersystems.com";

    /// <summary>40 unexplained absences in the twelve months of an eligibility. Source: public (40 TAC 809.78). The notices are assumed: nothing is published.</summary>
    private static readonly CounterRule UnexplainedAbsences = new("UnexplainedAbsences", Counted.UnexplainedAbsences, CounterPeriod.FromAnchor, 40) { Notices = [30, 35] };

    /// <summary>Provider IDs are one for each agency or county (seed); how they are written is not public, nor what becomes of a stay over midnight (assumed: it is carried).</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "TX", Name = "Texas", System = AgencySystem.KinderConnect, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        CorrectionDays = CorrectionDays, Counters = [UnexplainedAbsences], Support = Support,
    };
}
