using K12Sync.Domain.Childcare;

namespace K12Sync.Data.Childcare;

/// <summary>A child as an agency lists it under one of the owner's Provider IDs. Rows stay when the agency lists the child no more.</summary>
public sealed class AgencyChildRow
{
    private AgencyChildRow() => Facts = null!;

    /// <summary>A child that the agency lists for the first time.</summary>
    public AgencyChildRow(Provider provider, string agencyChildId, ChildFacts facts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(provider);
        (ProviderId, State, AgencyChildId, Facts, LastSeen, IsListed) = (provider.Id, provider.State, agencyChildId, facts, now, true);
    }

    public long Id { get; private set; }

    /// <summary>The row of the <see cref="Provider"/>, not the agency's id.</summary>
    public long ProviderId { get; private set; }

    /// <summary>Postal code; the provider's.</summary>
    public string State { get; private set; } = "";

    /// <summary>Byte for byte. With the provider, the key; under two providers of a state it is one child.</summary>
    public string AgencyChildId { get; private set; } = "";

    /// <summary>As the agency last gave them.</summary>
    public ChildFacts Facts { get; private set; }

    /// <summary>When the agency last listed the child. Moves with every list and is no change: <c>Version</c> stays.</summary>
    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>The child was in the list that was taken last.</summary>
    public bool IsListed { get; private set; }

    /// <summary>The agency lists the child. Returns false if it says what it said before.</summary>
    public bool List(ChildFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (IsListed && Facts == facts)
            return false;
        (Facts, IsListed) = (facts, true);
        return true;
    }

    /// <summary>The agency does not list the child any more.</summary>
    public void Drop() => IsListed = false;
}
