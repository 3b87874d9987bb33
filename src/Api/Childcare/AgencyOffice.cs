using K12Sync.Data;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>Keeps what agencies say of providers and children.</summary>
internal sealed class AgencyOffice(K12SyncDb db, TimeProvider clock) : IAgencyOffice
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<AgencyProvider>> ProvidersAsync(Connector connector, CancellationToken cancellation)
    {
        var agency = (AgencyDestinationDefinition)connector.Definition.Destination;
        var ours = (await db.Providers.AsNoTracking().Where(p => p.State == agency.State).ToListAsync(cancellation)).OrderBy(p => p.ProviderId, StringComparer.Ordinal).ToList();
        return [.. (agency.Providers.IsEmpty ? ours : agency.Providers.Distinct(StringComparer.Ordinal).SelectMany(id => ours.Where(p => p.ProviderId == id)))
            .Select(p => new AgencyProvider(p.Id, p.ProviderId, p.Name, p.SiteId, connector.Secrets.Of(p.ProviderId), p.StopReason))];
    }

    /// <inheritdoc/>
    public Task RegisteredAsync(AgencyProvider provider, CancellationToken cancellation) => DoAsync(provider, p => p.Register(clock.GetUtcNow()), cancellation);

    /// <inheritdoc/>
    public Task StoppedAsync(AgencyProvider provider, string reason, CancellationToken cancellation) => DoAsync(provider, p =>
    {
        p.Stop(reason, clock.GetUtcNow());
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public async Task TakeAsync(AgencyProvider provider, AgencyLook.Known look, CancellationToken cancellation)
    {
        var row = await db.Providers.AsNoTracking().SingleAsync(p => p.Id == provider.Id, cancellation);
        await new AgencyRosterOperations(db, clock).TakeAsync(row, look.Children, look.Days.From, look.Days.To, cancellation);
        await new AttendanceOperations(db, clock).EvaluatePendingAsync(cancellation);
    }

    private async Task DoAsync(AgencyProvider provider, Func<Provider, bool> verb, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (!verb(await db.Providers.SingleAsync(p => p.Id == provider.Id, cancellation)))
            return;
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }
}
