using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>Remembers which troubles are known, so that each is told once, whichever process notices it.</summary>
public sealed class AlertBook(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Opens an episode. False if one of this kind is open already: somebody was told.</summary>
    public async Task<bool> OpenAsync(long connectorId, AlertKind kind, string text, CancellationToken cancellation)
    {
        if (await db.Alerts.AnyAsync(a => a.ConnectorId == connectorId && a.OpenKind == kind, cancellation))
            return false;
        db.ChangeTracker.Clear();
        db.Add(new AlertRow(connectorId, kind, text, clock.GetUtcNow()));
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException e) when (e.InnerException is DbException refused && refused.IsUniqueViolation())
        {
            // Another process was faster.
            return false;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Ends the open episodes of these kinds, and returns those that it ended.</summary>
    public async Task<IReadOnlyList<AlertRow>> ClearAsync(long connectorId, IReadOnlyCollection<AlertKind> kinds, CancellationToken cancellation)
    {
        var open = await db.Alerts.Where(a => a.ConnectorId == connectorId && a.OpenKind != null && kinds.Contains(a.OpenKind.Value)).ToListAsync(cancellation);
        foreach (var episode in open)
            episode.Clear(clock.GetUtcNow());
        try
        {
            await db.SaveChangesAsync(cancellation);
            return open;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another process did the same at the same time; it says so.
            return [];
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>True if an episode of this kind began at or after an instant, whether or not it is over.</summary>
    public Task<bool> BeganSinceAsync(long connectorId, AlertKind kind, DateTimeOffset since, CancellationToken cancellation) =>
        db.Alerts.AnyAsync(a => a.ConnectorId == connectorId && a.Kind == kind && a.OpenedAt >= since, cancellation);

    /// <summary>How many episodes are open, by kind.</summary>
    public async Task<IReadOnlyDictionary<AlertKind, int>> OpenAsync(CancellationToken cancellation)
    {
        var counts = await db.Alerts.Where(a => a.OpenKind != null).GroupBy(a => a.Kind).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        return counts.ToDictionary(c => c.Key, c => c.Count);
    }
}
