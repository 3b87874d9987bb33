namespace K12Sync.Domain.Childcare;

/// <summary>A child in care. Numbers are the owner's own, and text: leading zeros are part of them.</summary>
public sealed class Child
{
    /// <summary>The longest number, in UTF-16 code units.</summary>
    public const int MaxNumberLength = 100;

    private Child() => Facts = null!;

    /// <summary>A new child; <paramref name="number"/> never changes.</summary>
    public Child(string number, ChildFacts facts)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(number);
        (Number, Facts) = (number, facts);
    }

    public long Id { get; private set; }

    /// <summary>Unique in the district, compared ordinally.</summary>
    public string Number { get; private set; } = "";

    public ChildFacts Facts { get; private set; }

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    public bool Edit(ChildFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (Facts == facts)
            return false;
        Facts = facts;
        return true;
    }
}

/// <summary>Who a child is: what an agency compares. Names are kept as written, in any script; a child without birth date is never linked by itself.</summary>
public sealed record ChildFacts(string FirstName, string MiddleName, string LastName, DateOnly? BirthDate);

/// <summary>
/// A child has a place at a site on some weekdays. A change of the weekdays is a new placement with a later <see cref="From"/>: of those that have
/// begun, the one that began last is in force, so that days of the past keep the week they were judged by.
/// </summary>
public sealed class Placement
{
    private Placement()
    {
    }

    /// <summary>A place from <paramref name="from"/> (inclusive) to <paramref name="to"/> (inclusive; null: open).</summary>
    /// <exception cref="ArgumentException">No weekday is scheduled.</exception>
    public Placement(long siteId, string childNumber, DateOnly from, DateOnly? to, Weekdays scheduled)
    {
        (SiteId, ChildNumber, From) = (siteId, childNumber, from);
        Edit(to, scheduled);
    }

    public long Id { get; private set; }
    public long SiteId { get; private set; }
    public string ChildNumber { get; private set; } = "";

    /// <summary>First day, inclusive. With child and site, the key.</summary>
    public DateOnly From { get; private set; }

    /// <summary>Last day, inclusive: the child is disenrolled after it. Null: still there. Before <see cref="From"/>: the child never came.</summary>
    public DateOnly? To { get; private set; }

    /// <summary>Never empty.</summary>
    public Weekdays Scheduled { get; private set; }

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    /// <exception cref="ArgumentException">No weekday is scheduled: such a child would be off every day of the week.</exception>
    public bool Edit(DateOnly? to, Weekdays scheduled)
    {
        if (scheduled.IsEmpty)
            throw new ArgumentException("A placement has at least one scheduled weekday.", nameof(scheduled));
        var before = (To, Scheduled);
        (To, Scheduled) = (to, scheduled);
        return before != (To, Scheduled);
    }

    /// <summary>The placement in force on a day, of one child at one site; null: not enrolled then.</summary>
    public static Placement? InForce(IEnumerable<Placement> placements, DateOnly day) =>
        placements.Where(p => p.From <= day).MaxBy(p => p.From) is { } last && !(last.To < day) ? last : null;
}
