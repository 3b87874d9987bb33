namespace K12Sync.Domain.Childcare;

/// <summary>An agency pays for a child's care at a site, under one of the owner's Provider IDs, on some weekdays of a period.</summary>
public sealed class Authorization
{
    private Authorization()
    {
    }

    /// <summary>From <paramref name="from"/> (inclusive) to <paramref name="to"/> (inclusive; null: open), on <paramref name="days"/>.</summary>
    public Authorization(long providerId, long siteId, string childNumber, DateOnly from, DateOnly? to, Weekdays days)
    {
        (ProviderId, SiteId, ChildNumber, From) = (providerId, siteId, childNumber, from);
        Edit(to, days);
    }

    public long Id { get; private set; }

    /// <summary>The row of the <see cref="Provider"/>, not the agency's id.</summary>
    public long ProviderId { get; private set; }

    public long SiteId { get; private set; }
    public string ChildNumber { get; private set; } = "";

    /// <summary>First day, inclusive. With provider, site and child, the key.</summary>
    public DateOnly From { get; private set; }

    /// <summary>Last day, inclusive; null: open. Before <see cref="From"/>: taken back.</summary>
    public DateOnly? To { get; private set; }

    public Weekdays Days { get; private set; }

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    public bool Edit(DateOnly? to, Weekdays days)
    {
        var before = (To, Days);
        (To, Days) = (to, days);
        return before != (To, Days);
    }

    /// <summary>Whether the agency pays for a day. Bounds are inclusive.</summary>
    public bool Covers(DateOnly day) => From <= day && !(To < day) && Days.Contains(day.DayOfWeek);
}
