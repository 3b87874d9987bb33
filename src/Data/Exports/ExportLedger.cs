using System.Data.Common;
using System.Linq.Expressions;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>The ledger in the database. "Was it sent?" is answered by the lines of <see cref="SyncEntryRow"/>, never by a flag on a record.</summary>
/// <param name="db">The district.</param>
/// <param name="clock">The time that is written down.</param>
/// <param name="lease">
/// What entitles the caller to write: every write checks that nobody else has taken the connector since. Null: the caller runs alone, or only reads.
/// </param>
public sealed class ExportLedger(K12SyncDb db, TimeProvider clock, RunLease? lease = null) : IExportLedger
{
    private const int MedianOfRuns = 20;
    private const int FewestRuns = 5;

    /// <inheritdoc/>
    public async Task<RunStart> BeginRunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(request);
        await using var transaction = await WriteAsync(cancellation);
        var sameSlot = request.Slot is null ? null : await db.SyncRuns.SingleOrDefaultAsync(r => r.ConnectorId == connector.Id && r.Slot == request.Slot, cancellation);
        var takenUp = sameSlot?.Status == SyncRunStatus.Running ? sameSlot : null;
        foreach (var left in await db.SyncRuns.Where(r => r.ConnectorId == connector.Id && r.Status == SyncRunStatus.Running).ToListAsync(cancellation))
            if (left != takenUp)
                left.Finish(new RunEnd(SyncRunStatus.Failed, left.Attempts, null, "The run did not come to its end. The next one takes up what it left."), left.RowsSent, clock.GetUtcNow());
        var run = takenUp ?? new SyncRunRow(connector, await NextRunNumberAsync(connector, cancellation), request, clock.GetUtcNow());
        if (takenUp is null)
            db.Add(run);
        var slotTaken = sameSlot is not null && takenUp is null;
        if (slotTaken)
        {
            run.LoseSlot();
            run.Finish(new RunEnd(SyncRunStatus.Skipped, 0, null, $"Already claimed: run {sameSlot!.Number} was made for {request.Slot:yyyy-MM-dd HH:mm}."), 0, clock.GetUtcNow());
        }
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return slotTaken ? new RunStart.SlotTaken(run.Number) : new RunStart.Started(run.Id, run.Number, run.StartedAt);
    }

    /// <summary>Remembers that a run was not made, and why. Needs no lease. Its slot, if it had one, counts as run.</summary>
    public async Task<long> RefuseRunAsync(Connector connector, RunRequest request, RunEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(end);
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        var run = new SyncRunRow(connector, await NextRunNumberAsync(connector, cancellation), request, clock.GetUtcNow());
        if (request.Slot is not null && await db.SyncRuns.AnyAsync(r => r.ConnectorId == connector.Id && r.Slot == request.Slot, cancellation))
            run.LoseSlot();
        run.Finish(end, 0, clock.GetUtcNow());
        db.Add(run);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return run.Number;
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
            .Where(b => b.ConnectorId == connector.Id && b.ProviderId == null && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Uploading
                || b.Status == BatchStatus.Publishing || b.Status == BatchStatus.TakingBack))
            .OrderBy(b => b.Id).Select(AsUnfinished).ToListAsync(cancellation);
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
        await using var transaction = await WriteAsync(cancellation);
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
        await db.GrewAsync(debt.Files.Sum(f => f.Lines.Length) + debt.WithoutRow.Length, cancellation, "SyncEntries");
        return new FreezeResult.Frozen([.. batches.Select(b => b.Id)]);
    }

    /// <inheritdoc/>
    public Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation) =>
        db.ExportContents.AsNoTracking().Where(c => c.BatchId == batchId).Select(c => c.Bytes).SingleAsync(cancellation);

    /// <inheritdoc/>
    public Task UploadingAsync(IReadOnlyList<UploadStart> uploads, string destination, CancellationToken cancellation)
    {
        var byBatch = uploads.ToDictionary(u => u.BatchId);
        return MoveAsync([.. byBatch.Keys], b => b.Upload(byBatch[b.Id].Attempt, byBatch[b.Id].TemporaryName, destination), null, cancellation);
    }

    /// <inheritdoc/>
    public Task PublishingAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation) => MoveAsync(batchIds, b => b.Publish(), null, cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation) =>
        MoveAsync(batchIds, b => b.Deliver(clock.GetUtcNow()), SyncEntryStatus.Delivered, cancellation);

    /// <inheritdoc/>
    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) =>
        MoveAsync([batchId], b => b.LeaveUnconfirmed(reason), SyncEntryStatus.Unconfirmed, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UnfinishedBatch>> LastDeliveredAsync(Connector connector, IReadOnlyCollection<string> fileNames, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var last = await db.ExportBatches.Where(b => b.ConnectorId == connector.Id && fileNames.Contains(b.FileName) && b.Status == BatchStatus.Delivered)
            .GroupBy(b => b.FileName).Select(g => g.Max(b => b.Id)).ToListAsync(cancellation);
        return await db.ExportBatches.AsNoTracking().Where(b => last.Contains(b.Id)).OrderBy(b => b.Id).Select(AsUnfinished).ToListAsync(cancellation);
    }

    /// <inheritdoc/>
    public Task TakingBackAsync(long batchId, string temporaryName, CancellationToken cancellation) =>
        MoveAsync([batchId], b => b.TakeBack(temporaryName), null, cancellation);

    /// <inheritdoc/>
    public Task TakenBackAsync(long batchId, CancellationToken cancellation) => MoveAsync([batchId], b => b.TookBack(), SyncEntryStatus.TakenBack, cancellation);

    /// <inheritdoc/>
    public Task NotTakenBackAsync(long batchId, CancellationToken cancellation) => MoveAsync([batchId], b => b.NotTakenBack(), null, cancellation);

    /// <summary>A person has found an unconfirmed file: it is delivered. False if it is not unconfirmed.</summary>
    public Task<bool> ConfirmAsync(long batchId, CancellationToken cancellation) =>
        DecideAsync(batchId, b => b.Deliver(clock.GetUtcNow()), SyncEntryStatus.Delivered, cancellation);

    /// <summary>A person has not found an unconfirmed file: the next run sends the same bytes under the same name. False if it is not unconfirmed.</summary>
    public Task<bool> SendAgainAsync(long batchId, CancellationToken cancellation) =>
        DecideAsync(batchId, b => b.SendAgain(), SyncEntryStatus.Frozen, cancellation);

    /// <inheritdoc/>
    public async Task<int?> UsualRowsAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var rows = await db.SyncRuns.Where(r => r.ConnectorId == connector.Id && r.RowsSent > 0)
            .OrderByDescending(r => r.Id).Take(MedianOfRuns).Select(r => r.RowsSent).ToListAsync(cancellation);
        return rows.Count < FewestRuns ? null : rows.Order().ElementAt(rows.Count / 2);
    }

    /// <inheritdoc/>
    public async Task FinishRunAsync(long runId, RunEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        await using var transaction = await WriteAsync(cancellation);
        var run = await db.SyncRuns.SingleAsync(r => r.Id == runId, cancellation);
        var sent = await db.SyncEntries.CountAsync(e => e.SyncRunId == runId && e.Status == SyncEntryStatus.Delivered, cancellation);
        run.Finish(end, sent, clock.GetUtcNow());
        if (end.IsStopped)
            run.LoseSlot();
        await db.SaveChangesAsync(cancellation);
        if (end.Status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds)
            await SyncEntryWriter.ReleaseAsync(db, run, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <summary>The connector was removed: it holds nothing for anybody any more. To be called in a transaction of the caller's.</summary>
    public Task ReleaseAllAsync(long connectorId, CancellationToken cancellation) => SyncEntryWriter.ReleaseAsync(db, connectorId, 0, cancellation);

    private static Expression<Func<ExportBatchRow, UnfinishedBatch>> AsUnfinished => b => new UnfinishedBatch(
        b.Id, b.Status, b.FileName, b.TemporaryName, b.Attempts, b.Length, b.Sha256, b.Rows, b.OwedLines, b.RepeatedLines, b.Destination);

    private Task<Transaction> WriteAsync(CancellationToken cancellation) => LedgerTurn.TakeAsync(db, lease, cancellation);

    private async Task MoveAsync(IReadOnlyList<long> batchIds, Action<ExportBatchRow> verb, SyncEntryStatus? settled, CancellationToken cancellation)
    {
        await using var transaction = await WriteAsync(cancellation);
        await MoveAsync(transaction, batchIds, verb, settled, cancellation);
    }

    private async Task MoveAsync(Transaction transaction, IReadOnlyList<long> batchIds, Action<ExportBatchRow> verb, SyncEntryStatus? settled, CancellationToken cancellation)
    {
        var batches = await db.ExportBatches.Where(b => batchIds.Contains(b.Id)).ToListAsync(cancellation);
        if (batches.Count != batchIds.Count)
            throw new InvalidOperationException("A batch that is to be moved is not there.");
        batches.ForEach(verb);
        await db.SaveChangesAsync(cancellation);
        if (settled is { } status)
        {
            foreach (var batch in batches)
                await SyncEntryWriter.SettleAsync(db, batch.Id, status, cancellation);
            // A run's files are part of what its readers see.
            var (runs, stamp) = (batches.Select(b => b.SyncRunId).Distinct().ToList(), await ChangeClock.TakeAsync(db, 1, cancellation));
            await db.SyncRuns.Where(r => runs.Contains(r.Id)).ExecuteUpdateAsync(run => run.SetProperty(r => EF.Property<long>(r, Columns.ChangeVersion), stamp), cancellation);
        }
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    private async Task<bool> DecideAsync(long batchId, Action<ExportBatchRow> verb, SyncEntryStatus status, CancellationToken cancellation)
    {
        // Looked at in the same turn in which it is decided: of two people at once, one decides.
        await using var transaction = await WriteAsync(cancellation);
        if (!await db.ExportBatches.AnyAsync(b => b.Id == batchId && b.Status == BatchStatus.DeliveredUnconfirmed, cancellation))
            return false;
        await MoveAsync(transaction, [batchId], verb, status, cancellation);
        return true;
    }
}
