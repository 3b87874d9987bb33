namespace K12Sync.Domain.Childcare.States;

/// <summary>California: KinderConnect, for single agencies rather than the state.</summary>
internal static class California
{
    /// <summary>Where credentials come from. Source: seed.</summary>
    private const string Support = "support@kindersystems.com";

    /// <summary>How ids are written is not public; that a stay over midnight is carried is assumed.</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "CA", Name = "California", System = AgencySystem.KinderConnect, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        Support = Support,
    };
}
