using K12Sync.Data.Exports;
using K12Sync.Data.Tardies;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Roster;
using K12Sync.Domain.Tardies;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Retention;

/// <summary>
/// Lets go of school-days that are older than the district keeps them: passes, tardy records, the lines of runs about them, corrections that were ticked off, and what is
/// known of them at APIs. A day goes as a whole or stays as a whole, because what an SIS is told follows from all passes of a day; how many came to what is kept.
/// </summary>
/// <remarks>The district's <see cref="Access.District.KeptFrom"/> must say so before: from then on no pass of such a day is taken, so what went is never mapped, and sent, once more.</remarks>
public sealed class PastSchoolDays(K12SyncDb db)
{
    // Who hands passes in waits for each of these transactions.
    private const int DaysAtOnce = 10;

    /// <summary>Lets go of the days before <paramref name="line"/>.</summary>
    /// <param name="line">The first day that is kept.</param>
    /// <param name="dryRun">Counts only.</param>
    /// <param name="cancellation">Stops between transactions.</param>
    public async Task<LetGo> PurgeAsync(DateOnly line, bool dryRun, CancellationToken cancellation)
    {
        var gone = LetGo.Nothing;
        foreach (var school in await db.Schools.AsNoTracking().OrderBy(s => s.Id).ToListAsync(cancellation))
        {
            var dates = await db.Passes.Where(p => p.SchoolId == school.Id && p.Date < line).Select(p => p.Date)
                .Union(db.TardyRecords.Where(r => r.SchoolId == school.Id && r.Date < line).Select(r => r.Date)).OrderBy(d => d).ToListAsync(cancellation);
            foreach (var part in dates.Chunk(DaysAtOnce))
            {
                await using var turn = await db.TakeTurnAsync(cancellation);
                gone = gone.And(await PurgeAsync(school, [.. part], dryRun, cancellation));
                await turn.CommitAsync(cancellation);
                db.ChangeTracker.Clear();
            }
        }
        return gone;
    }

    private async Task<LetGo> PurgeAsync(School school, List<DateOnly> dates, bool dryRun, CancellationToken cancellation)
    {
        var kept = await KeptAsync(school, dates, cancellation);
        var gone = dates.Where(d => !kept.ContainsKey(d)).ToList();
        var passes = db.Passes.Where(p => p.SchoolId == school.Id && gone.Contains(p.Date));
        var records = db.TardyRecords.Where(r => r.SchoolId == school.Id && gone.Contains(r.Date));
        var lines = db.SyncEntries.Where(e => records.Any(r => r.Id == e.RecordId));
        var reasons = kept.Values.GroupBy(k => k).ToDictionary(g => g.Key, g => g.Count());
        if (dryRun)
            return new LetGo(gone.Count, await passes.CountAsync(cancellation), await records.CountAsync(cancellation), await lines.CountAsync(cancellation), reasons);
        await CountAsync(school.Id, gone, cancellation);
        var lineCount = await lines.ExecuteDeleteAsync(cancellation);
        await db.ManualCorrections.Where(c => records.Any(r => r.Id == c.RecordId)).ExecuteDeleteAsync(cancellation);
        await db.HeldEvents.Where(h => h.SchoolId == school.Id && gone.Contains(h.Date)).ExecuteDeleteAsync(cancellation);
        var recordCount = await records.ExecuteDeleteAsync(cancellation);
        return new LetGo(gone.Count, await passes.ExecuteDeleteAsync(cancellation), recordCount, lineCount, reasons);
    }

    private async Task CountAsync(long school, List<DateOnly> dates, CancellationToken cancellation)
    {
        var counts = await db.Passes.Where(p => p.SchoolId == school && dates.Contains(p.Date)).GroupBy(p => new { p.Date, p.Outcome })
            .Select(g => new { g.Key.Date, g.Key.Outcome, Number = g.Count() }).ToListAsync(cancellation);
        var there = await db.DayCounts.Where(c => c.SchoolId == school && dates.Contains(c.Date)).ToDictionaryAsync(c => (c.Date, c.Outcome), cancellation);
        foreach (var count in counts)
            if (there.TryGetValue((count.Date, $"{count.Outcome}"), out var row))
                row.Add(count.Number);
            else
                db.Add(DayCountRow.OfPasses(school, count.Date, $"{count.Outcome}", count.Number));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The days of these that stay, each with the first reason there is.</summary>
    private async Task<Dictionary<DateOnly, KeptBecause>> KeptAsync(School school, List<DateOnly> dates, CancellationToken cancellation)
    {
        var kept = new Dictionary<DateOnly, KeptBecause>();
        var records = db.TardyRecords.Where(r => r.SchoolId == school.Id && dates.Contains(r.Date));
        await KeepAsync(KeptBecause.NotDecided, db.PendingDays.Where(d => d.SchoolId == school.Id && dates.Contains(d.Date)).Select(d => d.Date));
        await KeepAsync(KeptBecause.NotDecided, db.Passes
            .Where(p => p.SchoolId == school.Id && dates.Contains(p.Date) && (p.Outcome == null || p.Outcome == OutcomeKind.NoScheduleSet)).Select(p => p.Date));
        await KeepAsync(KeptBecause.WaitsForAPerson, records.Where(r => db.HeldRecords.Any(h => h.RecordId == r.Id) || db.ManualCorrections.Any(c => c.OpenRecordId == r.Id)).Select(r => r.Date));
        await KeepAsync(KeptBecause.Unconfirmed, records
            .Where(r => db.SyncEntries.Any(e => e.RecordId == r.Id && (e.Status == SyncEntryStatus.Frozen || e.Status == SyncEntryStatus.Unconfirmed))).Select(r => r.Date));
        await KeepAsync(KeptBecause.Unconfirmed, db.HeldEvents.Where(h => h.SchoolId == school.Id && dates.Contains(h.Date) && h.EventId == null).Select(h => h.Date));
        foreach (var connector in await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).ToListAsync(cancellation))
            if (connector.Definition is { Destination.Sends: RecordKind.Tardy } definition && (definition.Schools.IsEmpty || definition.Schools.Contains(school.Code, StringComparer.Ordinal)))
            {
                await KeepAsync(KeptBecause.Owed, Owed(records, connector).Select(r => r.Date));
                if (definition.ExistingFile == OnExistingFile.Cumulative)
                    await KeepAsync(KeptBecause.InTheLastFile, records.Where(r => db.SyncEntries.Any(e => e.RecordId == r.Id && LastFiles(connector.Id).Any(b => b.Id == e.BatchId))).Select(r => r.Date));
            }
        return kept;

        async Task KeepAsync(KeptBecause reason, IQueryable<DateOnly> which)
        {
            foreach (var date in await which.Distinct().ToListAsync(cancellation))
                kept.TryAdd(date, reason);
        }
    }

    /// <summary>As the ledger says what is owed: no line settles the present version, and the SIS should hold it or was told of it.</summary>
    private IQueryable<TardyRecordRow> Owed(IQueryable<TardyRecordRow> records, ConnectorRow connector)
    {
        var (id, all, codes) = (connector.Id, connector.Definition.Codes.IsEmpty, connector.Definition.Codes.ToList());
        return records.Where(r => !db.SyncEntries.Any(e => e.RecordId == r.Id && e.ConnectorId == id && e.SettlesVersion == r.RecordVersion)
            && ((!r.Withdrawn && (all || codes.Contains(r.Code)))
                || db.SyncEntries.Any(e => e.RecordId == r.Id && e.ConnectorId == id
                    && (e.SettlesVersion != null || e.Status == SyncEntryStatus.Repeated || e.Status == SyncEntryStatus.LeftOut))));
    }

    /// <summary>Files that the connector may still take back: the last of each name it used more than once, and those of the last run that delivered any.</summary>
    private IQueryable<ExportBatchRow> LastFiles(long connector)
    {
        var delivered = db.ExportBatches.Where(b => b.ConnectorId == connector && b.Status == BatchStatus.Delivered);
        return delivered.Where(b => !delivered.Any(later => later.SyncRunId > b.SyncRunId)
            || (!delivered.Any(later => later.FileName == b.FileName && later.Id > b.Id) && delivered.Any(earlier => earlier.FileName == b.FileName && earlier.Id < b.Id)));
    }
}
