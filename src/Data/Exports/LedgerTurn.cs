using K12Sync.Data.Storage;

namespace K12Sync.Data.Exports;

/// <summary>How the ledger is written.</summary>
internal static class LedgerTurn
{
    /// <summary>A transaction that writes: it waits for its turn, and ends at once if another process has taken the connector.</summary>
    /// <exception cref="LeaseLostException">Another process has taken it.</exception>
    public static async Task<Transaction> TakeAsync(K12SyncDb db, RunLease? lease, CancellationToken cancellation)
    {
        var transaction = await db.TransactAsync(cancellation);
        try
        {
            await ChangeClock.TakeAsync(db, 0, cancellation);
            if (lease is not null)
                await lease.CheckAsync(db, cancellation);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }
}
