using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>The ledger in the database. "Was it sent?" is answered by the lines of <see cref="SyncEntryRow"/>, never by a flag on a record.</summary>
public sealed class ExportLedger(K12SyncDb db, TimeProvider clock) : IExportLedger
{
    /// <inheritdoc/>
    public async Task<SyncRunStart> BeginRunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        foreach (var left in await db.SyncRuns.Where(r => r.ConnectorId == connector.Id && r.Status == SyncRunStatus.Running).ToListAsync(cancellation))
            left.Finish(SyncRunStatus.Failed, left.RowsSent, "The run did not come to its end. The next one takes up what it left.", clock.GetUtcNow());
        var run = new SyncRunRow(connector, await NextRunNumberAsync(connector, cancellation), request, clock.GetUtcNow());
        db.Add(run);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return new SyncRunStart(run.Id, run.Number, run.StartedAt);
    }

    /// <inheritdoc/>
    public async Task<long> NextRunNumberAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return 1 + (await db.SyncRuns.Where(r => r.ConnectorId == connector.Id).MaxAsync(r => (long?)r.Number, cancellation) ?? 0);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UnfinishedBatch>> UnfinishedAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return await db.ExportBatches.AsNoTracking()
            .Where(b => b.ConnectorId == connector.Id && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Uploading || b.Status == BatchStatus.Publishing))
            .OrderBy(b => b.Id)
            .Select(b => new UnfinishedBatch(
                b.Id, b.Status, b.FileName, b.TemporaryName, b.Attempts, b.Length, b.Sha256, b.Rows, b.OwedLines, b.RepeatedLines))
            .ToListAsync(cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TardyLine> OwedAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return new OwedLines(db, connector).ReadAsync(cancellation);
    }

    /// <summary>The present tardies of the latest date that has any, at the connector's schools, sent or not; in the order of <see cref="OwedAsync"/>.</summary>
    public IAsyncEnumerable<TardyLine> LatestDayAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return new OwedLines(db, connector).ReadLatestDayAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<FreezeResult> FreezeAsync(long runId, RenderedDebt debt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(debt);
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        var run = await db.SyncRuns.SingleAsync(r => r.Id == runId, cancellation);
        var batches = debt.Files.Select(f => new ExportBatchRow(run.ConnectorId, runId, f, clock.GetUtcNow())).ToList();
        db.AddRange(batches);
        run.Froze(debt.Files.Sum(f => f.Lines.Count(l => l.Role == LineRole.Sent)) + debt.WithoutRow.Length, debt.Held.Length);
        await db.SaveChangesAsync(cancellation);
        db.AddRange(batches.Zip(debt.Files, (batch, file) => new ExportContentRow(batch.Id, file.Content)));
        await db.SaveChangesAsync(cancellation);
        try
        {
            await new SyncEntryWriter(db, run, clock).WriteAsync(batches, debt, cancellation);
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            await transaction.RollbackAsync(cancellation);
            db.ChangeTracker.Clear();
            return new FreezeResult.AlreadyFrozen();
        }
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return new FreezeResult.Frozen([.. batches.Select(b => b.Id)]);
    }

    /// <inheritdoc/>
    public Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation) =>
        db.ExportContents.AsNoTracking().Where(c => c.BatchId == batchId).Select(c => c.Bytes).SingleAsync(cancellation);

    /// <inheritdoc/>
    public Task UploadingAsync(long batchId, int attempt, string temporaryName, CancellationToken cancellation) =>
        MoveAsync(batchId, b => b.Upload(attempt, temporaryName), null, cancellation);

    /// <inheritdoc/>
    public Task PublishingAsync(long batchId, CancellationToken cancellation) => MoveAsync(batchId, b => b.Publish(), null, cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(long batchId, CancellationToken cancellation) =>
        MoveAsync(batchId, b => b.Deliver(clock.GetUtcNow()), SyncEntryStatus.Delivered, cancellation);

    /// <inheritdoc/>
    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) =>
        MoveAsync(batchId, b => b.LeaveUnconfirmed(reason), SyncEntryStatus.Unconfirmed, cancellation);

    /// <inheritdoc/>
    public async Task FinishRunAsync(long runId, SyncRunStatus status, string? error, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        var run = await db.SyncRuns.SingleAsync(r => r.Id == runId, cancellation);
        var sent = await db.SyncEntries.CountAsync(e => e.SyncRunId == runId && e.Status == SyncEntryStatus.Delivered, cancellation);
        run.Finish(status, sent, error, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        if (status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds)
            await SyncEntryWriter.ReleaseAsync(db, run, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    private async Task MoveAsync(long batchId, Action<ExportBatchRow> verb, SyncEntryStatus? settled, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        var batch = await db.ExportBatches.SingleAsync(b => b.Id == batchId, cancellation);
        verb(batch);
        await db.SaveChangesAsync(cancellation);
        if (settled is { } status)
            await SyncEntryWriter.SettleAsync(db, batchId, status, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }
}
