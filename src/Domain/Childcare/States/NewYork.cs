using K12Sync.Domain.Childcare.Counters;

namespace K12Sync.Domain.Childcare.States;

/// <summary>New York outside the city: KinderConnect (CCTA).</summary>
internal static class NewYork
{
    /// <summary>
    /// 24 absences a year are paid; a district may allow 80. Source: public (18 NYCRR 415.6). That the year is the calendar's is assumed, and so is the notice.
    /// </summary>
    private static readonly CounterRule Absences = new("Absences", Counted.Absences, CounterPeriod.CalendarYear, 24) { MayBeAllowed = 80, Notices = [20] };

    /// <summary>Where credentials come from. Source: seed.</summary>
    private const string Support = "support@kindersystems.com";

    /// <summary>How ids are written is not public; that a stay over midnight is carried is assumed.</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "NY", Name = "New York", System = AgencySystem.KinderConnect, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        Counters = [Absences], Support = Support,
    };
}
