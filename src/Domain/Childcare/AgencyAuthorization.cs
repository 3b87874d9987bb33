namespace K12Sync.Domain.Childcare;

/// <summary>An authorization as an agency tells it. Both days are inclusive; <paramref name="To"/> null: open.</summary>
/// <param name="SiteId">At which site; null: at every site of the provider where the child has or had a place.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Days">On which weekdays.</param>
public sealed record AgencyAuthorization(long? SiteId, DateOnly From, DateOnly? To, Weekdays Days)
{
    /// <summary>Whether the agency pays for a day.</summary>
    public bool Covers(DateOnly day) => From <= day && !(To < day) && Days.Contains(day.DayOfWeek);
}

/// <summary>A child as an agency lists it.</summary>
/// <param name="ChildId">The agency's id, byte for byte.</param>
/// <param name="Facts">Names and birth date.</param>
/// <param name="Authorizations">What the agency pays for; null: it does not tell.</param>
public sealed record AgencyRosterChild(string ChildId, ChildFacts Facts, IReadOnlyList<AgencyAuthorization>? Authorizations);
