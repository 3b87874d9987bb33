using K12Sync.Exporters.Childcare.KinderConnect;

namespace K12Sync.Api.Simulators;

/// <summary>What a simulated KinderConnect starts with.</summary>
/// <param name="Zone">IANA; decides what today is.</param>
/// <param name="Providers">One for each Provider ID.</param>
/// <param name="Today">Null: the real day.</param>
internal sealed record KinderConnectState(string Zone, IReadOnlyList<KinderConnectProvider> Providers, DateOnly? Today = null);

/// <summary>A Provider ID: one agency or county of one owner.</summary>
/// <param name="ProviderId">As the agency writes it.</param>
/// <param name="GroupPassword">The owner's.</param>
/// <param name="Customers">First call.</param>
/// <param name="Locations">First call.</param>
/// <param name="Agencies">First call.</param>
/// <param name="Children">Second call.</param>
/// <param name="IsActive">Whether the agency still takes anything of it.</param>
/// <param name="SubmittedThrough">The last day that the agency has passed to the state; null: none yet.</param>
internal sealed record KinderConnectProvider(
    string ProviderId, string GroupPassword, IReadOnlyList<KinderConnectCustomer> Customers, IReadOnlyList<KinderConnectLocation> Locations,
    IReadOnlyList<KinderConnectAgency> Agencies, IReadOnlyList<KinderConnectChild> Children, bool IsActive = true, DateOnly? SubmittedThrough = null);
