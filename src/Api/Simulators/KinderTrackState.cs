using K12Sync.Exporters.Childcare.KinderTrack;

namespace K12Sync.Api.Simulators;

/// <summary>What a simulated KinderTrack starts with.</summary>
/// <param name="Zone">IANA; decides what today is.</param>
/// <param name="AccessKey">The key of the program that asks.</param>
/// <param name="PayPeriods">Oldest first.</param>
/// <param name="Locations">One for each Provider ID.</param>
/// <param name="Today">Null: the real day.</param>
internal sealed record KinderTrackState(
    string Zone, string AccessKey, IReadOnlyList<KinderTrackPayPeriod> PayPeriods, IReadOnlyList<KinderTrackLocation> Locations, DateOnly? Today = null);

/// <summary>A location with its subsidized children.</summary>
internal sealed record KinderTrackLocation(string ProviderId, string LocationName, IReadOnlyList<KinderTrackChild> Children, bool IsActive = true, bool IsRegistered = false);
