using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>
/// Brings the stored authorizations of one provider in line with what the agency tells. Only of children that are linked: of the others it cannot be known whom the agency
/// means. A child that the agency does not list, where it tells authorizations at all, has none. Runs in the caller's turn.
/// </summary>
internal sealed class AuthorizationUpdate(K12SyncDb db, Provider provider, StateMatch match)
{
    private readonly Dictionary<(string Child, long Site), AuthorizedDays> _days = [];

    /// <summary>Returns how many authorizations were added or changed.</summary>
    public async Task<int> TakeAsync(IReadOnlyList<AgencyRosterChild> children, DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        if (!Tells(children))
            return 0;
        var told = await ToldAsync(children, cancellation);
        var silent = children.Where(c => c.Authorizations is null).Select(c => c.ChildId).ToHashSet(StringComparer.Ordinal);
        var linked = match.Result.Links.Where(l => !silent.Contains(l.AgencyChildId)).Select(l => l.ChildNumber).ToHashSet(StringComparer.Ordinal);
        foreach (var row in await db.Authorizations.Where(a => a.ProviderId == provider.Id).ToListAsync(cancellation))
            if (linked.Contains(row.ChildNumber))
                DaysOf(row.ChildNumber, row.SiteId).Know(row);
        foreach (var (child, site) in told.Select(t => t.Key))
            DaysOf(child, site);
        foreach (var (key, days) in _days)
            days.Tell([.. told[key]], from, to);
        return await SaveAsync(cancellation);
    }

    /// <summary>An empty list of a system that lists authorized children says that nobody is authorized; elsewhere it says nothing.</summary>
    private bool Tells(IReadOnlyList<AgencyRosterChild> children) =>
        children.Any(c => c.Authorizations is not null) || (children.Count == 0 && StateProfiles.Find(provider.State) is { System: AgencySystem.KinderConnect });

    private async Task<ILookup<(string Child, long Site), AgencyAuthorization>> ToldAsync(IReadOnlyList<AgencyRosterChild> children, CancellationToken cancellation)
    {
        var sites = await db.Sites.AsNoTracking().Where(s => s.State == provider.State).Select(s => s.Id).ToHashSetAsync(cancellation);
        if (children.SelectMany(c => c.Authorizations ?? []).Any(a => a.SiteId is { } id && !sites.Contains(id)))
            throw new ArgumentException("An authorization names a site that there is not in the provider's state.", nameof(children));
        var places = (await db.Placements.AsNoTracking().Where(p => p.To == null || p.To >= p.From).Select(p => new { p.ChildNumber, p.SiteId }).Distinct().ToListAsync(cancellation))
            .Where(p => sites.Contains(p.SiteId)).ToLookup(p => p.ChildNumber, p => p.SiteId, StringComparer.Ordinal);
        var numbers = match.Result.Links.ToDictionary(l => l.AgencyChildId, l => l.ChildNumber, StringComparer.Ordinal);
        return (from child in children
                where numbers.ContainsKey(child.ChildId)
                let number = numbers[child.ChildId]
                from authorization in child.Authorizations ?? []
                from site in authorization.SiteId is { } one ? [one] : provider.SiteId is { } only ? [only] : places[number]
                select (Key: (number, site), authorization)).ToLookup(a => a.Key, a => a.authorization);
    }

    private AuthorizedDays DaysOf(string child, long site)
    {
        if (!_days.TryGetValue((child, site), out var days))
            _days.Add((child, site), days = new AuthorizedDays((from, to, weekdays) => new Authorization(provider.Id, site, child, from, to, weekdays)));
        return days;
    }

    private async Task<int> SaveAsync(CancellationToken cancellation)
    {
        var changed = _days.Values.SelectMany(d => d.Changed).ToList();
        foreach (var row in changed.Where(r => r.Id == 0))
            db.Add(row);
        await db.SaveChangesAsync(cancellation);
        await new PendingChildDays(db).MarkChildrenAsync(changed.Select(r => r.ChildNumber).ToHashSet(StringComparer.Ordinal), cancellation);
        return changed.Count;
    }
}
