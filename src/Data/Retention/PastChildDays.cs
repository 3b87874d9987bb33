using K12Sync.Data.Childcare;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Retention;

/// <summary>
/// Lets go of child-days that are older than the district keeps them, one by one: the day, the lines of runs about it with the agency's words, what is known of it at APIs,
/// and the check-ins, check-outs and absences that no day is left of. How many were what is kept, and how many of a submission the agency took.
/// </summary>
/// <remarks>The district's <see cref="Access.District.KeptFrom"/> must say so before: from then on no event of such a day is taken, and no child-day is made of what may be left.</remarks>
public sealed class PastChildDays(K12SyncDb db)
{
    private const int DatesAtOnce = 10;
    private const int RowsAtOnce = 500;

    /// <summary>Lets go of the days before <paramref name="line"/>.</summary>
    /// <param name="line">The first day that is kept.</param>
    /// <param name="dryRun">Counts only.</param>
    /// <param name="cancellation">Stops between transactions.</param>
    public async Task<LetGo> PurgeAsync(DateOnly line, bool dryRun, CancellationToken cancellation)
    {
        var gone = LetGo.Nothing;
        foreach (var dates in (await db.AttendanceDays.Where(d => d.Date < line).Select(d => d.Date).Distinct().OrderBy(d => d).ToListAsync(cancellation)).Chunk(DatesAtOnce))
        {
            await using var turn = await db.TakeTurnAsync(cancellation);
            gone = gone.And(await PurgeDaysAsync([.. dates], dryRun, cancellation));
            await turn.CommitAsync(cancellation);
            db.ChangeTracker.Clear();
        }
        return dryRun ? gone : gone.And(await PurgeEventsAsync(line, cancellation));
    }

    private async Task<LetGo> PurgeDaysAsync(List<DateOnly> dates, bool dryRun, CancellationToken cancellation)
    {
        var all = await db.AttendanceDays.Where(d => dates.Contains(d.Date)).Select(d => new { d.Id, d.Date, d.SiteId, d.Kind }).ToListAsync(cancellation);
        var kept = await KeptAsync(db.AttendanceDays.Where(d => dates.Contains(d.Date)), cancellation);
        var gone = all.Where(d => !kept.ContainsKey(d.Id)).ToList();
        var lines = 0;
        foreach (var part in gone.Select(d => (long?)d.Id).Chunk(RowsAtOnce))
        {
            var entries = db.SyncEntries.Where(e => part.Contains(e.ChildDayId));
            if (!dryRun)
                await KeepNumbersAsync(entries, cancellation);
            lines += dryRun ? await entries.CountAsync(cancellation) : await entries.ExecuteDeleteAsync(cancellation);
            if (dryRun)
                continue;
            await db.HeldEvents.Where(h => part.Contains(h.ChildDayId)).ExecuteDeleteAsync(cancellation);
            await db.AttendanceDays.Where(d => part.Contains(d.Id)).ExecuteDeleteAsync(cancellation);
        }
        if (!dryRun)
            await CountAsync(gone.GroupBy(d => (d.SiteId, d.Date, State: $"{d.Kind}")).ToDictionary(g => g.Key, g => g.Count()), dates, cancellation);
        return new LetGo(gone.Count, 0, 0, lines, kept.Values.GroupBy(k => k).ToDictionary(g => g.Key, g => g.Count()));
    }

    private async Task CountAsync(Dictionary<(long? Site, DateOnly Date, string State), int> counts, List<DateOnly> dates, CancellationToken cancellation)
    {
        var there = await db.DayCounts.Where(c => c.SchoolId == null && dates.Contains(c.Date)).ToDictionaryAsync(c => (c.SiteId, c.Date, c.Outcome), cancellation);
        foreach (var (key, number) in counts)
            if (there.TryGetValue(key, out var row))
                row.Add(number);
            else
                db.Add(DayCountRow.OfChildDays(key.Site, key.Date, key.State, number));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>What a submission says of its lines is counted from them; of those that go, the count is written down.</summary>
    private async Task KeepNumbersAsync(IQueryable<SyncEntryRow> entries, CancellationToken cancellation)
    {
        var counts = await entries.Where(e => e.BatchId != null).GroupBy(e => new { e.BatchId, e.Status }).Select(g => new { g.Key.BatchId, g.Key.Status, Number = g.Count() }).ToListAsync(cancellation);
        foreach (var batch in counts.GroupBy(c => c.BatchId!.Value))
        {
            var accepted = batch.Where(c => c.Status == SyncEntryStatus.Delivered).Sum(c => c.Number);
            var rejected = batch.Where(c => c.Status is SyncEntryStatus.Rejected or SyncEntryStatus.Closed).Sum(c => c.Number);
            await db.ExportBatches.Where(b => b.Id == batch.Key).ExecuteUpdateAsync(set => set
                .SetProperty(b => b.AcceptedBefore, b => b.AcceptedBefore + accepted).SetProperty(b => b.RejectedBefore, b => b.RejectedBefore + rejected), cancellation);
        }
    }

    /// <summary>Check-ins, check-outs and absences of days before the line, near which the child has no day left.</summary>
    private async Task<LetGo> PurgeEventsAsync(DateOnly line, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        var safe = line.AddDays(-CareRecord.ReachInDays);
        var left = (await db.AttendanceDays.Where(d => d.Date < line).Select(d => new { d.ChildNumber, d.Date }).ToListAsync(cancellation))
            .SelectMany(d => Enumerable.Range(-CareRecord.ReachInDays, 2 * CareRecord.ReachInDays + 1).Select(i => (d.ChildNumber, d.Date.AddDays(i)))).ToHashSet();
        var events = await db.AttendanceEvents.Where(e => e.Date < safe).Select(e => new { e.Id, e.ChildNumber, e.Date }).ToListAsync(cancellation);
        var absences = await db.Absences.Where(a => a.Date < safe).Select(a => new { a.Id, a.ChildNumber, a.Date }).ToListAsync(cancellation);
        var (eventCount, absenceCount) = (0, 0);
        foreach (var part in events.Where(e => !left.Contains((e.ChildNumber, e.Date))).Select(e => e.Id).Chunk(RowsAtOnce))
            eventCount += await db.AttendanceEvents.Where(e => part.Contains(e.Id)).ExecuteDeleteAsync(cancellation);
        foreach (var part in absences.Where(a => !left.Contains((a.ChildNumber, a.Date))).Select(a => a.Id).Chunk(RowsAtOnce))
            absenceCount += await db.Absences.Where(a => part.Contains(a.Id)).ExecuteDeleteAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return LetGo.Nothing with { Rows = eventCount, Records = absenceCount };
    }

    /// <summary>Of these days those that stay, each with the first reason there is.</summary>
    private async Task<Dictionary<long, KeptBecause>> KeptAsync(IQueryable<AttendanceDayRow> days, CancellationToken cancellation)
    {
        var kept = new Dictionary<long, KeptBecause>();
        await KeepAsync(KeptBecause.NotDecided, days.Where(d => d.IsOpen || db.PendingChildDays.Any(p => p.ChildNumber == d.ChildNumber && p.Date == d.Date)));
        await KeepAsync(KeptBecause.WaitsForAPerson, days.Where(d => db.HeldRecords.Any(h => h.ChildDayId == d.Id)));
        await KeepAsync(KeptBecause.Unconfirmed, days.Where(d => db.SyncEntries.Any(e => e.ChildDayId == d.Id && (e.Status == SyncEntryStatus.Frozen || e.Status == SyncEntryStatus.Unconfirmed))));
        await KeepAsync(KeptBecause.Unconfirmed, days.Where(d => db.HeldEvents.Any(h => h.ChildDayId == d.Id && h.EventId == null)));
        foreach (var connector in await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).ToListAsync(cancellation))
            if (connector.Definition.Destination is AgencyDestinationDefinition agency)
                await KeepAsync(KeptBecause.Owed, OwedTo(agency, connector.Id, days));
            else if (connector.Definition.Destination is EdFiDestinationDefinition { Records: RecordKind.ChildDay } edFi)
                await KeepAsync(KeptBecause.Owed, OwedTo(edFi, connector.Id, days));
        return kept;

        async Task KeepAsync(KeptBecause reason, IQueryable<AttendanceDayRow> which)
        {
            foreach (var id in await which.Select(d => d.Id).ToListAsync(cancellation))
                kept.TryAdd(id, reason);
        }
    }

    /// <summary>Told in another version than it has now; or never told, although the agency knows the child.</summary>
    private IQueryable<AttendanceDayRow> OwedTo(AgencyDestinationDefinition agency, long connector, IQueryable<AttendanceDayRow> days) => days.Where(d =>
        !db.SyncEntries.Any(e => e.ChildDayId == d.Id && e.ConnectorId == connector && (e.SettlesVersion == d.RecordVersion || e.Status == SyncEntryStatus.Closed))
        && (db.SyncEntries.Any(e => e.ChildDayId == d.Id && e.ConnectorId == connector && e.SettlesVersion != null)
            || ((d.Kind == AttendanceKind.Attended || d.Kind == AttendanceKind.Absence) && db.Sites.Any(s => s.Id == d.SiteId && s.State == agency.State)
                && db.ChildLinks.Any(l => l.ChildNumber == d.ChildNumber && l.State == agency.State))));

    /// <summary>As the ledger of the API says what is owed.</summary>
    private IQueryable<AttendanceDayRow> OwedTo(EdFiDestinationDefinition edFi, long connector, IQueryable<AttendanceDayRow> days)
    {
        var codes = edFi.SchoolIds.Keys.ToList();
        return days.Where(d => !db.SyncEntries.Any(e => e.ChildDayId == d.Id && e.ConnectorId == connector && e.SettlesVersion == d.RecordVersion)
            && (db.HeldEvents.Any(h => h.ChildDayId == d.Id && h.ConnectorId == connector)
                || (db.Sites.Any(s => s.Id == d.SiteId && codes.Contains(s.Code)) && (d.Kind == AttendanceKind.Attended || d.Kind == AttendanceKind.Absence || d.Readiness == DayReadiness.Error))));
    }
}
