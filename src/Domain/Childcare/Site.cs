using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Childcare;

/// <summary>A childcare centre or home: one zone, one week of hours, one state whose rules hold there.</summary>
public sealed class Site
{
    /// <summary>The longest code, in UTF-16 code units.</summary>
    public const int MaxCodeLength = 100;

    private Site() => (Zone, Hours) = (null!, null!);

    /// <summary>A new site; <paramref name="code"/> never changes.</summary>
    public Site(string code, SiteFacts facts)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentNullException.ThrowIfNull(facts);
        (Code, Zone, Hours) = (code, facts.Zone, facts.Hours);
        Edit(facts);
    }

    public long Id { get; private set; }

    /// <summary>Unique in the district, compared ordinally.</summary>
    public string Code { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>Decides on which day a child was there, and when the site closes.</summary>
    public SchoolZone Zone { get; private set; }

    /// <summary>The postal code of a state that has a profile, see <see cref="States.StateProfiles"/>.</summary>
    public string State { get; private set; } = "";

    public SiteHours Hours { get; private set; }

    /// <summary>Children may stay over night, so nobody is ever checked out by the clock.</summary>
    public bool IsTwentyFourHours { get; private set; }

    public SiteFacts Facts => new(Name, Zone, State, Hours, IsTwentyFourHours);

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    /// <exception cref="ArgumentException">The state has no profile.</exception>
    public bool Edit(SiteFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (States.StateProfiles.Find(facts.State) is null)
            throw new ArgumentException($"There is no profile of {facts.State}.", nameof(facts));
        var before = Facts;
        (Name, Zone, State, Hours, IsTwentyFourHours) = (facts.Name, facts.Zone, facts.State, facts.Hours, facts.IsTwentyFourHours);
        return before != facts;
    }

    /// <summary>Whether the site opens on a weekday at all. 24-hour care is open every day, unless its hours name days.</summary>
    public bool OpensOn(DayOfWeek day) => Hours.On(day) is not null || (IsTwentyFourHours && Hours.ToString().Length == 0);

    /// <summary>The instant at which the site closes on a day; null where it does not open that weekday, or gives 24-hour care.</summary>
    public DateTimeOffset? ClosesOn(DateOnly day) => IsTwentyFourHours || Hours.On(day.DayOfWeek) is not { } hours ? null
        : hours.Closes == TimeSpan.FromDays(1) ? Zone.FirstAt(day.AddDays(1), TimeOnly.MinValue)
        : Zone.FirstAt(day, TimeOnly.FromTimeSpan(hours.Closes));
}

/// <summary>Everything about a site but its code.</summary>
public sealed record SiteFacts(string Name, SchoolZone Zone, string State, SiteHours Hours, bool IsTwentyFourHours);
