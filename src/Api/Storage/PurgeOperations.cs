using K12Sync.Data;
using K12Sync.Data.Audit;
using K12Sync.Data.Retention;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Storage;

/// <summary>What was let go of, or would be. Null: the district keeps it for ever.</summary>
/// <param name="Contents">Contents of files.</param>
/// <param name="SchoolDays">School-days with their passes, tardies and lines.</param>
/// <param name="ChildDays">Child-days with their check-ins, absences and lines.</param>
/// <param name="AuditEntries">Entries of the audit.</param>
internal sealed record Purged(int? Contents, LetGo? SchoolDays, LetGo? ChildDays, int? AuditEntries)
{
    /// <summary>Rows of all kinds.</summary>
    public int Rows => (Contents ?? 0) + Of(SchoolDays) + Of(ChildDays) + (AuditEntries ?? 0);

    private static int Of(LetGo? gone) => gone is null ? 0 : gone.Rows + gone.Records + gone.Lines;
}

/// <summary>
/// Lets go of what a district does not want to keep: contents of files that were delivered (or taken back unread) long ago, days with what was handed in, decided and told of
/// them, and entries of the audit. What is still owed, held, undecided or unconfirmed stays however old it is, and so do the numbers of all that goes.
/// </summary>
internal sealed class PurgeOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Deletes it, days in many small transactions, so that nobody waits for long. Stopped in between, it goes on the next time.</summary>
    /// <param name="dryRun">Counts only.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Purged> PurgeAsync(bool dryRun, CancellationToken cancellation)
    {
        var district = await db.Districts.AsNoTracking().SingleAsync(cancellation);
        var contents = Shorter(district.FileDays, district.RecordDays) is { } fileDays ? await PurgeContentsAsync(fileDays, dryRun, cancellation) : (int?)null;
        var (schoolDays, childDays) = district.RecordDays is { } recordDays ? await PurgeDaysAsync(recordDays, dryRun, cancellation) : (null, null);
        var entries = district.AuditDays is { } auditDays ? await new AuditBook(db, AuditBook.Here).LetGoAsync(clock.GetUtcNow().AddDays(-auditDays), dryRun, cancellation) : (int?)null;
        db.ChangeTracker.Clear();
        return new Purged(contents, schoolDays, childDays, entries);
    }

    // A file says what its records say.
    private static int? Shorter(int? files, int? records) => files is { } some && records is { } other ? Math.Min(some, other) : files ?? records;

    private async Task<int> PurgeContentsAsync(int days, bool dryRun, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow().AddDays(-days);
        var old = db.ExportContents.Where(c => db.ExportBatches.Any(b =>
            b.Id == c.BatchId && (b.Status == BatchStatus.Delivered || b.Status == BatchStatus.TakenBack) && b.FrozenAt < before && (b.DeliveredAt == null || b.DeliveredAt < before)));
        return dryRun ? await old.CountAsync(cancellation) : await old.ExecuteDeleteAsync(cancellation);
    }

    private async Task<(LetGo SchoolDays, LetGo ChildDays)> PurgeDaysAsync(int days, bool dryRun, CancellationToken cancellation)
    {
        var line = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-days);
        var district = await db.Districts.SingleAsync(cancellation);
        // Before anything goes: what comes in of these days from now on is refused. The line never goes back, so days that it has passed go by it.
        if (!dryRun && district.LetGoBefore(line))
            await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
        return (await new PastSchoolDays(db).PurgeAsync(line, dryRun, cancellation), await new PastChildDays(db).PurgeAsync(line, dryRun, cancellation));
    }
}
