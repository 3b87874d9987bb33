using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What saving a provider came to.</summary>
public abstract record ProviderSaved
{
    private ProviderSaved()
    {
    }

    public sealed record Done(Saved Saved) : ProviderSaved;

    /// <summary>The state knows one provider for each site, and the site has another one.</summary>
    public sealed record SiteHasAnother(string ProviderId) : ProviderSaved;
}

/// <summary>Adds and updates sites, their closed days, and providers. Nothing here deletes. Child-days that are affected become pending.</summary>
public sealed class SiteOperations(K12SyncDb db)
{
    /// <summary>Adds a site or takes its new facts.</summary>
    public async Task<Saved> SaveSiteAsync(string code, SiteFacts facts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(facts);
        await using var transaction = await db.TransactAsync(cancellation);
        var site = await db.Sites.SingleOrDefaultAsync(s => s.Code == code, cancellation);
        var moved = site is not null && !site.Zone.Equals(facts.Zone);
        if (site is not null && !site.Edit(facts))
            return Saved.Unchanged;
        if (site is null)
            db.Add(new Site(code, facts));
        await db.SaveChangesAsync(cancellation);
        if (site is not null)
        {
            var days = new PendingChildDays(db);
            await days.MarkSiteAsync(site.Id, DateOnly.MinValue, DateOnly.MaxValue, cancellation);
            if (moved)
                await days.MoveToZoneAsync(site.Id, facts.Zone, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return site is null ? Saved.Added : Saved.Updated;
    }

    /// <summary>Adds a provider or takes its new facts. What is said must be fit for the state, see <see cref="Provider"/>.</summary>
    public async Task<ProviderSaved> SaveProviderAsync(string state, string providerId, string name, long? siteId, int? allowedAbsences, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        if (siteId is not null && StateProfiles.Find(state) is { IsOneProviderOneSite: true }
            && await db.Providers.AsNoTracking().FirstOrDefaultAsync(p => p.State == state && p.SiteId == siteId && p.ProviderId != providerId, cancellation) is { } other)
            return new ProviderSaved.SiteHasAnother(other.ProviderId);
        var provider = await db.Providers.SingleOrDefaultAsync(p => p.State == state && p.ProviderId == providerId, cancellation);
        if (provider is not null && !provider.Edit(name, siteId, allowedAbsences))
            return new ProviderSaved.Done(Saved.Unchanged);
        if (provider is null)
            db.Add(new Provider(state, providerId, name, siteId, allowedAbsences));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return new ProviderSaved.Done(provider is null ? Saved.Added : Saved.Updated);
    }

    /// <summary>Says that a site was closed on days, or (with null) that it was not.</summary>
    public async Task<Saved> SetClosedAsync(long siteId, IReadOnlyList<DateOnly> days, ClosureCode? code, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TransactAsync(cancellation);
        var (first, last) = (days.Min(), days.Max());
        var there = await db.Closures.Where(c => c.SiteId == siteId && c.Date >= first && c.Date <= last).ToDictionaryAsync(c => c.Date, cancellation);
        var changed = 0;
        foreach (var day in days)
            if (!there.TryGetValue(day, out var row))
            {
                db.Add(new ClosureRow(siteId, day, code));
                changed++;
            }
            else if (row.Record(code))
                changed++;
        if (changed == 0)
            return Saved.Unchanged;
        await db.SaveChangesAsync(cancellation);
        await new PendingChildDays(db).MarkSiteAsync(siteId, first, last, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return there.Count == 0 ? Saved.Added : Saved.Updated;
    }
}
