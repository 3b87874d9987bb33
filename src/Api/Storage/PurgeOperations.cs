using K12Sync.Data;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Storage;

/// <summary>
/// Lets go of what a district does not want to keep: the contents of files that were delivered (or taken back unread) long ago. Their rows stay, with name, size,
/// hash and numbers. A file that is still to be sent, or about which a person has to decide, keeps its content however old it is.
/// </summary>
internal sealed class PurgeOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Deletes them.</summary>
    /// <param name="dryRun">Counts them only.</param>
    /// <param name="cancellation">Nothing is deleted.</param>
    /// <returns>How many contents; null: the district keeps them for ever.</returns>
    public async Task<int?> PurgeAsync(bool dryRun, CancellationToken cancellation)
    {
        if (await db.Districts.Select(d => d.FileDays).SingleAsync(cancellation) is not { } days)
            return null;
        var before = clock.GetUtcNow().AddDays(-days);
        var old = db.ExportContents.Where(c => db.ExportBatches.Any(b =>
            b.Id == c.BatchId && (b.Status == BatchStatus.Delivered || b.Status == BatchStatus.TakenBack) && b.FrozenAt < before && (b.DeliveredAt == null || b.DeliveredAt < before)));
        return dryRun ? await old.CountAsync(cancellation) : await old.ExecuteDeleteAsync(cancellation);
    }
}
