using K12Sync.Domain.Childcare.States;

namespace K12Sync.Domain.Childcare;

/// <summary>
/// The owner of sites as one agency knows it. A KinderConnect owner has one for each agency or county, whatever its sites; in Iowa and
/// Indiana a provider is one site.
/// </summary>
public sealed class Provider
{
    private Provider()
    {
    }

    /// <summary>A new provider; state and id never change.</summary>
    /// <exception cref="ArgumentException">The state has no profile, the id has not its format, or the facts are not fit for the state, see <see cref="Edit"/>.</exception>
    public Provider(string state, string providerId, string name, long? siteId, int? allowedAbsences = null)
    {
        var profile = StateProfiles.Find(state) ?? throw new ArgumentException($"There is no profile of {state}.", nameof(state));
        if (profile.ProviderIds.FaultOf(providerId) is { } fault)
            throw new ArgumentException(fault, nameof(providerId));
        (State, ProviderId) = (profile.State, providerId);
        Edit(name, siteId, allowedAbsences);
    }

    public long Id { get; private set; }

    /// <summary>The postal code of the state whose agency it is.</summary>
    public string State { get; private set; } = "";

    /// <summary>The agency's id, byte for byte: leading zeros and hyphens are part of it. Unique in the district and state.</summary>
    public string ProviderId { get; private set; } = "";

    /// <summary>For people: the agency or county.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The only site it stands for; null: any site of the owner.</summary>
    public long? SiteId { get; private set; }

    /// <summary>
    /// How many absences the agency's district pays for, where the state lets its districts choose (<see cref="States.StateProfile.ChosenByDistrict"/>); null: as many as the state's rule says.
    /// </summary>
    public int? AllowedAbsences { get; private set; }

    /// <summary>Since when the agency has known it; null: it has not been registered.</summary>
    public DateTimeOffset? RegisteredAt { get; private set; }

    /// <summary>Why nothing is sent for it until a person has done something, in words; null: it may be.</summary>
    public string? StopReason { get; private set; }

    public DateTimeOffset? StoppedAt { get; private set; }

    /// <summary>The agency has let it in. What stopped it is over. Returns false if that was known.</summary>
    /// <remarks>Source: seed (childcare rule 2).</remarks>
    public bool Register(DateTimeOffset at)
    {
        if (RegisteredAt is not null && StopReason is null)
            return false;
        (RegisteredAt, StopReason, StoppedAt) = (RegisteredAt ?? at, null, null);
        return true;
    }

    /// <summary>The agency does not let it in. It is not asked again until <see cref="Release"/>: agencies lock accounts.</summary>
    public void Stop(string reason, DateTimeOffset at) => (StopReason, StoppedAt) = (reason, StoppedAt ?? at);

    /// <summary>A person has entered another password, or asked the agency. Returns false if it was not stopped.</summary>
    public bool Release()
    {
        if (StopReason is null)
            return false;
        (StopReason, StoppedAt) = (null, null);
        return true;
    }

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    /// <exception cref="ArgumentException">The state knows providers by site, and there is none; or no district of it may allow so many absences.</exception>
    public bool Edit(string name, long? siteId, int? allowedAbsences)
    {
        if (StateProfiles.Find(State)!.WhyNotAllowed(allowedAbsences) is { } fault)
            throw new ArgumentException(fault, nameof(allowedAbsences));
        if (siteId is null && StateProfiles.Find(State)!.IsOneProviderOneSite)
            throw new ArgumentException($"A provider of {State} is one site.", nameof(siteId));
        var before = (Name, SiteId, AllowedAbsences);
        (Name, SiteId, AllowedAbsences) = (name, siteId, allowedAbsences);
        return before != (Name, SiteId, AllowedAbsences);
    }
}
