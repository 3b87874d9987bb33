using K12Sync.Data;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What decides about the child-days of a district beside the events, as it is set now. Loaded once for a run.</summary>
internal sealed class ChildcareFacts
{
    private readonly HashSet<string> _children;
    private readonly ILookup<string, Placement> _placements;
    private readonly ILookup<string, Authorization> _authorizations;
    private readonly ILookup<(string Child, DateOnly Date), (long Site, AbsenceCode Code)> _absences;
    private readonly Dictionary<(long Site, DateOnly Date), ClosureCode> _closures;

    private ChildcareFacts(
        Dictionary<long, Site> sites, HashSet<string> children, IEnumerable<Placement> placements, IEnumerable<Authorization> authorizations,
        (ILookup<(string, DateOnly), (long, AbsenceCode)> Absences, Dictionary<(long, DateOnly), ClosureCode> Closures) days, IReadOnlyDictionary<string, MidnightRule> midnight)
    {
        (Sites, _children, _absences, _closures) = (sites, children, days.Absences, days.Closures);
        _placements = placements.ToLookup(p => p.ChildNumber, StringComparer.Ordinal);
        _authorizations = authorizations.ToLookup(a => a.ChildNumber, StringComparer.Ordinal);
        Clocks = sites.ToDictionary(s => s.Key, s => new SiteClock(s.Value.Zone, midnight[s.Value.State]));
    }

    public IReadOnlyDictionary<long, Site> Sites { get; }

    public IReadOnlyDictionary<long, SiteClock> Clocks { get; }

    public static async Task<ChildcareFacts> LoadAsync(K12SyncDb db, CancellationToken cancellation)
    {
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, cancellation);
        var children = await db.Children.AsNoTracking().Select(c => c.Number).ToHashSetAsync(StringComparer.Ordinal, cancellation);
        var placements = await db.Placements.AsNoTracking().ToListAsync(cancellation);
        var authorizations = await db.Authorizations.AsNoTracking().ToListAsync(cancellation);
        var absences = await db.Absences.AsNoTracking().Where(a => a.Code != null).ToListAsync(cancellation);
        var closures = await db.Closures.AsNoTracking().Where(c => c.Code != null).ToListAsync(cancellation);
        return new ChildcareFacts(sites, children, placements, authorizations,
            (absences.ToLookup(a => (a.ChildNumber, a.Date), a => (a.SiteId, a.Code!.Value)), closures.ToDictionary(c => (c.SiteId, c.Date), c => c.Code!.Value)), await new OverMidnight(db).RulesAsync(cancellation));
    }

    /// <summary>Judges a child-day. <paramref name="care"/> is what the child's events say of it.</summary>
    public AttendanceDay Judge(string child, DateOnly date, CareDay care) => AttendanceEvaluator.Evaluate(care, SiteDays(child, date), _children.Contains(child));

    /// <summary>Whether there is anything to say of a day: an event or an absence is recorded, or the child had a place and the day is over.</summary>
    public bool IsWorthARow(string child, DateOnly date, CareDay care, DateTimeOffset now) =>
        care != CareDay.Nothing || _absences[(child, date)].Any()
        || _placements[child].GroupBy(p => p.SiteId).Any(p => date < Today(p.Key, now) && Placement.InForce(p, date) is not null);

    /// <summary>The days that are over and on which a child had a place, from <paramref name="first"/> on, by child.</summary>
    public Dictionary<string, HashSet<DateOnly>> DaysThatAreOver(DateOnly first, DateTimeOffset now) =>
        _placements.ToDictionary(child => child.Key, child => child.GroupBy(p => p.SiteId).SelectMany(site => Days(site, first, Today(site.Key, now))).ToHashSet(), StringComparer.Ordinal);

    private static IEnumerable<DateOnly> Days(IEnumerable<Placement> placements, DateOnly first, DateOnly today)
    {
        var all = placements.ToList();
        var start = all.Min(p => p.From);
        for (var day = start > first ? start : first; day < today; day = day.AddDays(1))
            if (Placement.InForce(all, day) is not null)
                yield return day;
    }

    private DateOnly Today(long site, DateTimeOffset now) => Sites[site].Zone.At(now).Day;

    private List<SiteDay> SiteDays(string child, DateOnly date)
    {
        var days = new List<SiteDay>();
        foreach (var site in _placements[child].Select(p => p.SiteId).Concat(_absences[(child, date)].Select(a => a.Site)).Distinct())
        {
            var placement = Placement.InForce(_placements[child].Where(p => p.SiteId == site), date);
            days.Add(new SiteDay(site, placement is not null, placement?.Scheduled.Contains(date.DayOfWeek) ?? false, Sites[site].OpensOn(date.DayOfWeek),
                _closures.TryGetValue((site, date), out var closure) ? closure : null,
                _absences[(child, date)].Where(a => a.Site == site).Select(a => (AbsenceCode?)a.Code).SingleOrDefault(),
                _authorizations[child].Any(a => a.SiteId == site && a.Covers(date))));
        }
        return days;
    }
}
