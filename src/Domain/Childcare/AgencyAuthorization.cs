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
