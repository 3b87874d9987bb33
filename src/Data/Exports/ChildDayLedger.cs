using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>The ledger of what agencies were told, in the tables of <see cref="ExportLedger"/>.</summary>
/// <param name="db">The district.</param>
/// <param name="clock">The time that is written down.</param>
/// <param name="lease">As for <see cref="ExportLedger"/>.</param>
public sealed class ChildDayLedger(K12SyncDb db, TimeProvider clock, RunLease? lease = null) : IChildDayLedger
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<ChildDayLine>> DaysAsync(Connector connector, DayRange days, CancellationToken cancellation) =>
        new ChildDayLines(db, connector).ReadAsync(days, cancellation);

    /// <inheritdoc/>
    public async Task<long?> LookedAsync(Connector connector, DateTime slot, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        await using var transaction = await LedgerTurn.TakeAsync(db, lease, cancellation);
        var runs = db.SyncRuns.Where(r => r.ConnectorId == connector.Id);
        if (await runs.AnyAsync(r => r.Slot == slot || r.Status == SyncRunStatus.Running, cancellation))
            return null;
        var look = await runs.OrderByDescending(r => r.Number).FirstOrDefaultAsync(cancellation);
        if (look is not { IsLook: true })
            db.Add(look = new SyncRunRow(connector, (look?.Number ?? 0) + 1, new RunRequest(RunTrigger.Schedule, slot), clock.GetUtcNow()));
        look.Look(slot, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return look.Number;
    }

    /// <inheritdoc/>
    public async Task<DateOnly?> EarliestChangedAsync(Connector connector, DateOnly before, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return await (from day in db.AttendanceDays
                      where day.Date < before
                          && db.SyncEntries.Any(e => e.ChildDayId == day.Id && e.ConnectorId == connector.Id && e.SettlesVersion != null)
                          && (day.Readiness == DayReadiness.Error || !db.SyncEntries.Any(e => e.ChildDayId == day.Id && e.ConnectorId == connector.Id && e.SettlesVersion == day.RecordVersion))
                      select (DateOnly?)day.Date).MinAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SubmittedChild>> SubmittedAsync(Connector connector, DayRange days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var (first, last, layout) = (days.From, days.To, connector.Layout.Name);
        return await (from entry in db.SyncEntries.AsNoTracking()
                      join batch in db.ExportBatches on entry.BatchId equals batch.Id
                      join run in db.SyncRuns on batch.SyncRunId equals run.Id
                      where entry.ChildDayId != null && batch.ProviderId != null && run.LayoutName == layout && batch.PeriodFrom <= last && batch.PeriodTo >= first
                          && (entry.Status == SyncEntryStatus.Delivered || entry.Status == SyncEntryStatus.Closed || entry.Status == SyncEntryStatus.Frozen || entry.Status == SyncEntryStatus.Unconfirmed)
                      select new { batch.ProviderId, entry.StudentNumber, entry.AgencyChildId, batch.PeriodFrom, batch.PeriodTo }).Distinct()
            .Select(e => new SubmittedChild(e.ProviderId!, e.StudentNumber, e.AgencyChildId ?? "", new DayRange(e.PeriodFrom!.Value, e.PeriodTo!.Value))).ToListAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OpenSubmission>> OpenAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return await db.ExportBatches.AsNoTracking()
            .Where(b => b.ConnectorId == connector.Id && b.ProviderId != null && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Publishing)).OrderBy(b => b.Id)
            .Select(b => new OpenSubmission(b.Id, b.Status, b.FileName, b.ProviderId!, new DayRange(b.PeriodFrom!.Value, b.PeriodTo!.Value), b.Rows, b.Length, b.Sha256) { Attempts = b.Attempts }).ToListAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string ProviderId, DayRange Days)>> UnsettledAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return [.. (await db.ExportBatches.AsNoTracking()
            .Where(b => b.ConnectorId == connector.Id && b.ProviderId != null && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Publishing || b.Status == BatchStatus.DeliveredUnconfirmed))
            .Select(b => new { b.ProviderId, b.PeriodFrom, b.PeriodTo }).ToListAsync(cancellation)).Select(b => (b.ProviderId!, new DayRange(b.PeriodFrom!.Value, b.PeriodTo!.Value)))];
    }

    /// <inheritdoc/>
    public async Task<FreezeResult> FreezeAsync(
        Connector connector, long runId, DayRange looked, IReadOnlyList<SubmissionDraft> drafts, IReadOnlyList<HeldDay> held, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(drafts);
        ArgumentNullException.ThrowIfNull(held);
        await using var transaction = await LedgerTurn.TakeAsync(db, lease, cancellation);
        var run = await db.SyncRuns.SingleAsync(r => r.Id == runId, cancellation);
        var batches = drafts.Select((draft, i) => new ExportBatchRow(connector.Id, runId, NameOf(connector, run.Number, i + 1, draft), draft, Convert.ToHexString(SHA256.HashData(draft.Content)), clock.GetUtcNow())).ToList();
        db.AddRange(batches);
        run.Froze(drafts.Sum(d => d.Lines.Length), held.Count);
        await db.SaveChangesAsync(cancellation);
        db.AddRange(batches.Zip(drafts, (batch, draft) => new ExportContentRow(batch.Id, draft.Content)));
        db.AddRange(batches.Zip(drafts).SelectMany(b => b.Second.Lines.Select(line => new SyncEntryRow(b.First, line))));
        await HoldAsync(run, looked, held, cancellation);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is DbException inner && inner.IsUniqueViolation())
        {
            await transaction.RollbackAsync(cancellation);
            db.ChangeTracker.Clear();
            return new FreezeResult.AlreadyFrozen();
        }
        await StampAsync([.. drafts.SelectMany(d => d.Lines).Select(l => l.Line.DayId).Concat(held.Select(h => h.Line.DayId))], cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return new FreezeResult.Frozen([.. batches.Select(b => b.Id)]);
    }

    /// <inheritdoc/>
    public async Task SendingAsync(long batchId, string destination, CancellationToken cancellation)
    {
        await using var transaction = await LedgerTurn.TakeAsync(db, lease, cancellation);
        (await db.ExportBatches.SingleAsync(b => b.Id == batchId, cancellation)).Send(destination);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <inheritdoc/>
    public async Task<(int Accepted, int Rejected)> EndAsync(long batchId, SubmissionEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        var (accepted, rejected) = (0, 0);
        await MoveAsync(batchId, (batch, entries) =>
        {
            batch.Answer(end, clock.GetUtcNow());
            var byDay = end.Days.ToLookup(d => d.AgencyChildId, StringComparer.Ordinal);
            foreach (var entry in entries)
            {
                var named = byDay[entry.AgencyChildId ?? ""].FirstOrDefault(d => d.Date is null || d.Date == entry.Date);
                var fate = named ?? (end.IsTaken ? new DayEnd("", null, DayEndKind.Accepted, null, null) : end.Otherwise ?? throw new InvalidOperationException("A line of a submission that was not taken has no fate."));
                entry.End(fate);
                _ = fate.Kind == DayEndKind.Accepted ? accepted++ : rejected++;
            }
        }, end.Response.ToArray(), () => rejected, cancellation);
        return (accepted, rejected);
    }

    /// <inheritdoc/>
    public Task NotSentAsync(long batchId, string reason, CancellationToken cancellation) => MoveAsync(batchId, (batch, _) => batch.NotSent(reason), null, null, cancellation);

    /// <inheritdoc/>
    public Task GiveUpAsync(long batchId, string reason, CancellationToken cancellation) => MoveAsync(batchId, (batch, entries) =>
    {
        batch.GiveUp(reason);
        entries.ForEach(e => e.TakeBack(reason));
    }, null, null, cancellation);

    /// <inheritdoc/>
    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) => MoveAsync(batchId, (batch, entries) =>
    {
        batch.LeaveUnconfirmed(reason);
        entries.ForEach(e => e.LeaveUnconfirmed());
    }, null, null, cancellation);

    /// <summary>For people; unique in the connector.</summary>
    private static string NameOf(Connector connector, long run, int number, SubmissionDraft draft) => string.Create(CultureInfo.InvariantCulture,
        $"{connector.Layout.Name}_{draft.ProviderId}_{draft.Days.From:yyyyMMdd}-{draft.Days.To:yyyyMMdd}_{run}-{number}.json");

    private async Task MoveAsync(long batchId, Action<ExportBatchRow, List<SyncEntryRow>> verb, byte[]? response, Func<int>? rejected, CancellationToken cancellation)
    {
        await using var transaction = await LedgerTurn.TakeAsync(db, lease, cancellation);
        var batch = await db.ExportBatches.SingleAsync(b => b.Id == batchId, cancellation);
        var entries = await db.SyncEntries.Where(e => e.BatchId == batchId).ToListAsync(cancellation);
        verb(batch, entries);
        if (response is not null)
            (await db.ExportContents.SingleAsync(c => c.BatchId == batchId, cancellation)).Answer(response);
        if (rejected is not null)
            (await db.SyncRuns.SingleAsync(r => r.Id == batch.SyncRunId, cancellation)).Rejected(rejected());
        await db.SaveChangesAsync(cancellation);
        await StampAsync([.. entries.Select(e => e.ChildDayId!.Value)], cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <summary>Brings the list of held child-days in line, for the dates that were looked at and for what is held beyond them.</summary>
    private async Task HoldAsync(SyncRunRow run, DayRange looked, IReadOnlyList<HeldDay> held, CancellationToken cancellation)
    {
        var there = await db.HeldRecords.Where(h => h.ConnectorId == run.ConnectorId && h.ChildDayId != null).ToDictionaryAsync(h => h.ChildDayId!.Value, cancellation);
        foreach (var day in held)
        {
            if (!there.Remove(day.Line.DayId, out var row))
                db.Add(row = new HeldRecordRow(run.ConnectorId, day.Line.DayId, clock.GetUtcNow()));
            if (row.Hold(day, run.Id, clock.GetUtcNow()))
                db.Add(new SyncEntryRow(run.Id, run.ConnectorId, day));
        }
        var (ids, settled) = (there.Keys.ToList(), new HashSet<long>());
        foreach (var part in ids.Chunk(500))
            settled.UnionWith(await db.AttendanceDays.Where(d => part.Contains(d.Id) && d.Date >= looked.From && d.Date <= looked.To).Select(d => d.Id).ToListAsync(cancellation));
        db.RemoveRange(there.Where(h => settled.Contains(h.Key)).Select(h => h.Value));
        await StampAsync([.. settled], cancellation);
    }

    /// <summary>For whoever follows changes of child-days: what became of one is another state of it. Its version stays.</summary>
    private async Task StampAsync(IReadOnlyCollection<long> days, CancellationToken cancellation)
    {
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        foreach (var part in days.Chunk(500))
            await db.AttendanceDays.Where(d => part.Contains(d.Id)).ExecuteUpdateAsync(day => day.SetProperty(d => EF.Property<long>(d, Columns.ChangeVersion), stamp), cancellation);
    }
}
