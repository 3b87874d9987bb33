namespace K12Sync.Domain.Childcare.States;

/// <summary>Missouri: KinderConnect (CCBIS).</summary>
internal static class Missouri
{
    /// <summary>Under 0:30 none, to 2:59 part, to 4:59 half, from 5:00 on full. Source: public (Missouri DSS, units of care). Above the hours that it names (10 or 12, by the page) full is assumed.</summary>
    private static readonly UnitRule Units = new UnitRule.Bands(new UnitBand(30, CareUnit.Part), new UnitBand(180, CareUnit.Half), new UnitBand(300, CareUnit.Full));

    /// <summary>Where credentials come from. Source: seed.</summary>
    private const string Support = "supportMO@kindersystems.com";

    /// <summary>How ids are written is not public; that a stay over midnight is carried is assumed.</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "MO", Name = "Missouri", System = AgencySystem.KinderConnect, ProviderIds = AgencyIdFormat.Verbatim, ChildIds = AgencyIdFormat.Verbatim,
        Units = Units, Support = Support,
    };
}
