namespace K12Sync.Domain.Childcare.States;

/// <summary>Iowa: KinderTrack, for Iowa HHS.</summary>
internal static class Iowa
{
    /// <summary>A unit is a block of five hours. Source: public (IAC 441-170). That a block counts once it has begun is assumed.</summary>
    private static readonly UnitRule Units = new UnitRule.StartedBlocks(300);

    /// <summary>What was submitted once is corrected by a claim. Source: seed (childcare rule 15).</summary>
    private const string CorrectionRoute = "Ask HHS CCA Payments and Registration for a corrected claim: 866-448-4605.";

    /// <summary>Assumed, the words being ours: that the agency wants an attestation (childcare rule 19), and which, is to be confirmed.</summary>
    private const string AttestationWording =
        "I certify that the attendance of this pay period is complete and true, that I may certify it for the provider, and that I know that it is submitted once and cannot be edited afterwards.";

    /// <summary>Five digits, six digits, and the provider is the location beside whose name the id is shown. Source: seed. That a stay over midnight is carried is assumed.</summary>
    public static StateProfile Profile { get; } = new()
    {
        State = "IA", Name = "Iowa", System = AgencySystem.KinderTrack, ProviderIds = AgencyIdFormat.FiveDigits, ChildIds = AgencyIdFormat.SixDigits,
        IsOneProviderOneSite = true, Units = Units, CorrectionRoute = CorrectionRoute, AttestationWording = AttestationWording,
    };
}
