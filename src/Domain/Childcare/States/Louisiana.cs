namespace K12Sync.Domain.Childcare.States;

/// <summary>Louisiana: KinderConnect, by way of EdLink.</summary>
internal static class Louisiana
{
    /// <summary>Where credentials come from. Source: seed.</summary>
    private const string Support = "supportla@kindersystems.com";

    /// <summary>How ids are written is not public; that a stay over midnight is carried is assumed. The present limit of absences is not known, so none is counted.</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "LA", Name = "Louisiana", System = AgencySystem.KinderConnect, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        Support = Support,
    };
}
