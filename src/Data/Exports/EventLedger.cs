using System.Collections.Immutable;
using System.Text;
using K12Sync.Data.Childcare;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>The ledger of events at an API, in the tables of <see cref="ExportLedger"/> and <see cref="HeldEventRow"/>.</summary>
/// <param name="db">The district.</param>
/// <param name="clock">The time that is written down.</param>
/// <param name="lease">As for <see cref="ExportLedger"/>.</param>
public sealed class EventLedger(K12SyncDb db, TimeProvider clock, RunLease? lease = null) : IEventLedger
{
    private const int InOneStatement = 500;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OwedChildDay>> ChildDaysAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var codes = ((EdFiDestinationDefinition)connector.Definition.Destination).SchoolIds.Keys.ToList();
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, cancellation);
        var about = await AboutAsync(connector.Id, [.. sites.Values.Where(s => codes.Contains(s.Code, StringComparer.Ordinal)).Select(s => (long?)s.Id)], cancellation);
        if (about.Count == 0)
            return [];
        var days = about.Keys;
        var rows = await RowsAsync([.. days.Select(d => d.Child).Distinct(StringComparer.Ordinal)], days.Min(d => d.Date).AddDays(-2), days.Max(d => d.Date).AddDays(2), cancellation);
        var links = (await db.ChildLinks.AsNoTracking().ToListAsync(cancellation)).ToDictionary(l => (l.ChildNumber, l.State), l => l.AgencyChildId);
        return
        [
            .. days.SelectMany(o => Enumerable.Range(0, 3).Select(i => (o.Child, Date: o.Date.AddDays(i)))).Distinct()
                .Where(rows.ContainsKey).OrderBy(d => d.Date).ThenBy(d => d.Child, StringComparer.Ordinal)
                .Select(d => new OwedChildDay(Line(rows[d]), about.GetValueOrDefault(d), [.. Before(d, 2), .. Before(d, 1)])),
        ];

        IEnumerable<AttendanceDay> Before((string Child, DateOnly Date) day, int days) => rows.TryGetValue((day.Child, day.Date.AddDays(-days)), out var row) ? [row.ToDay()] : [];

        ChildDayLine Line(AttendanceDayRow row)
        {
            var site = row.SiteId is { } id ? sites[id] : null;
            return new ChildDayLine(row.Id, row.RecordVersion, row.ChildNumber, null, site is null ? null : links.GetValueOrDefault((row.ChildNumber, site.State)), site, row.Date, row.ToDay(), [], null);
        }
    }

    /// <summary>
    /// Days whose present version is not told, of those that say something or of which something was told: those are owed. And days that were told and are in error by now, or are held: what was
    /// told stands, and people are to know.
    /// </summary>
    private async Task<Dictionary<(string Child, DateOnly Date), bool>> AboutAsync(long connector, List<long?> sites, CancellationToken cancellation)
    {
        var days = await (from day in db.AttendanceDays.AsNoTracking()
                          let isTold = db.SyncEntries.Any(e => e.ChildDayId == day.Id && e.ConnectorId == connector && e.SettlesVersion == day.RecordVersion)
                          let isThere = db.HeldEvents.Any(h => h.ChildDayId == day.Id && h.ConnectorId == connector)
                          let isHeld = db.HeldRecords.Any(h => h.ChildDayId == day.Id && h.ConnectorId == connector)
                          where (!isTold && (isThere || (sites.Contains(day.SiteId) && (day.Kind == AttendanceKind.Attended || day.Kind == AttendanceKind.Absence || day.Readiness == DayReadiness.Error))))
                              || (isTold && isThere && day.Readiness == DayReadiness.Error) || isHeld
                          select new { day.ChildNumber, day.Date, IsOwed = !isTold }).ToListAsync(cancellation);
        return days.ToDictionary(d => (d.ChildNumber, d.Date), d => d.IsOwed);
    }

    private async Task<Dictionary<(string Child, DateOnly Date), AttendanceDayRow>> RowsAsync(List<string> children, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        var rows = new Dictionary<(string, DateOnly), AttendanceDayRow>();
        foreach (var part in children.Chunk(InOneStatement))
            foreach (var row in await db.AttendanceDays.AsNoTracking().Where(d => part.Contains(d.ChildNumber) && d.Date >= first && d.Date <= last).ToListAsync(cancellation))
                rows.Add((row.ChildNumber, row.Date), row);
        return rows;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldEvent>> HeldAsync(Connector connector, DayRange days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var (first, last) = (days.From, days.To);
        return [.. (await db.HeldEvents.AsNoTracking().Where(h => h.ConnectorId == connector.Id && h.Date >= first && h.Date <= last).OrderBy(h => h.Id).ToListAsync(cancellation)).Select(h => h.ToHeld())];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldEvent>> UncertainAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return [.. (await db.HeldEvents.AsNoTracking().Where(h => h.ConnectorId == connector.Id && h.EventId == null).OrderBy(h => h.Id).ToListAsync(cancellation)).Select(h => h.ToHeld())];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OpenCalls>> OpenAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var batches = await db.ExportBatches.AsNoTracking().Where(b => b.ConnectorId == connector.Id && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Publishing)).OrderBy(b => b.Id).ToListAsync(cancellation);
        var open = new List<OpenCalls>();
        foreach (var batch in batches)
        {
            var waiting = await db.SyncEntries.AsNoTracking().Where(e => e.BatchId == batch.Id && e.Status == SyncEntryStatus.Frozen).Select(e => e.ChildDayId ?? e.RecordId).ToListAsync(cancellation);
            var content = await db.ExportContents.AsNoTracking().Where(c => c.BatchId == batch.Id).Select(c => c.Bytes).SingleAsync(cancellation);
            open.Add(new OpenCalls(batch.Id, batch.FileName, content, batch.Sha256, [.. waiting.Select(w => w!.Value)]));
        }
        return open;
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(Connector connector, IReadOnlyList<HeldEvent> held, IReadOnlyList<ChildDayLine> again, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(again);
        await using var transaction = await LedgerTurn.TakeAsync(db, lease, cancellation);
        foreach (var part in again.Select(l => (long?)l.DayId).Chunk(InOneStatement))
            await db.SyncEntries.Where(e => e.ConnectorId == connector.Id && part.Contains(e.ChildDayId) && db.AttendanceDays.Any(d => d.Id == e.ChildDayId && d.RecordVersion == e.SettlesVersion))
                .ExecuteUpdateAsync(e => e.SetProperty(x => x.SettlesVersion, (long?)null), cancellation);
        await KeepAsync(connector.Id, held, removesOthers: false, [], cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
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
    public async Task SettleAsync(Connector connector, long batchId, IReadOnlyList<CallEnd> ends, bool isWhole, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(ends);
        await using var transaction = await LedgerTurn.TakeAsync(db, lease, cancellation);
        await KeepAsync(connector.Id, [.. ends.SelectMany(e => e.Held)], removesOthers: true, [.. ends.Select(e => e.Subject)], cancellation);
        var entries = await db.SyncEntries.Where(e => e.BatchId == batchId).ToListAsync(cancellation);
        var fates = ends.Where(e => e.Kind is not null).SelectMany(e => e.Records.Select(r => (Record: r, End: e))).ToDictionary(f => f.Record, f => f.End);
        var rejected = 0;
        foreach (var entry in entries.Where(e => e.Status == SyncEntryStatus.Frozen))
            if (fates.GetValueOrDefault((entry.ChildDayId ?? entry.RecordId)!.Value) is { Kind: { } kind } end)
            {
                entry.End(new DayEnd("", null, kind, end.Reason, null));
                rejected += kind == DayEndKind.Rejected ? 1 : 0;
            }
        var batch = await db.ExportBatches.SingleAsync(b => b.Id == batchId, cancellation);
        if (isWhole && entries.TrueForAll(e => e.Status != SyncEntryStatus.Frozen))
            batch.Answer(new SubmissionEnd(entries.Count == 0 || entries.Exists(e => e.Status == SyncEntryStatus.Delivered), [], new DayEnd("", null, DayEndKind.Rejected, "The API took nothing of it.", null)), clock.GetUtcNow());
        var content = await db.ExportContents.SingleAsync(c => c.BatchId == batchId, cancellation);
        content.Answer([.. content.Response ?? [], .. Encoding.UTF8.GetBytes(string.Concat(ends.Select(e => $"{e.Subject}: {e.Says}\n")))]);
        if (rejected > 0)
            (await db.SyncRuns.SingleAsync(r => r.Id == batch.SyncRunId, cancellation)).Rejected(rejected);
        await db.SaveChangesAsync(cancellation);
        await StampAsync([.. fates.Keys], connector.Definition.Destination.Sends, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <summary>Brings what is held in line; with <paramref name="removesOthers"/> nothing else is held of the subjects.</summary>
    private async Task KeepAsync(long connector, IReadOnlyList<HeldEvent> held, bool removesOthers, HashSet<EventSubject> subjects, CancellationToken cancellation)
    {
        var all = held.Select(h => h.Subject).Concat(subjects).Distinct().ToList();
        if (all.Count == 0)
            return;
        var (first, last) = (all.Min(s => s.Date), all.Max(s => s.Date));
        var there = new Dictionary<(string, DateOnly, string), HeldEventRow>();
        foreach (var part in all.Select(s => s.StudentNumber).Distinct(StringComparer.Ordinal).Chunk(InOneStatement))
            foreach (var row in await db.HeldEvents.Where(h => h.ConnectorId == connector && part.Contains(h.StudentNumber) && h.Date >= first && h.Date <= last).ToListAsync(cancellation))
                there.Add((row.StudentNumber, row.Date, row.Key), row);
        foreach (var one in held)
            if (there.Remove((one.Subject.StudentNumber, one.Subject.Date, one.Key), out var row))
                row.Learn(one);
            else
                db.Add(new HeldEventRow(connector, one));
        if (removesOthers)
            db.RemoveRange(there.Values.Where(row => subjects.Contains(row.Subject)));
    }

    /// <summary>For whoever follows changes of records: what became of one is another state of it. Its version stays.</summary>
    private async Task StampAsync(IReadOnlyCollection<long> records, RecordKind kind, CancellationToken cancellation)
    {
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        foreach (var part in records.Chunk(InOneStatement))
            _ = kind == RecordKind.ChildDay
                ? await db.AttendanceDays.Where(d => part.Contains(d.Id)).ExecuteUpdateAsync(day => day.SetProperty(d => EF.Property<long>(d, Columns.ChangeVersion), stamp), cancellation)
                : await db.TardyRecords.Where(r => part.Contains(r.Id)).ExecuteUpdateAsync(record => record.SetProperty(r => EF.Property<long>(r, Columns.ChangeVersion), stamp), cancellation);
    }
}
