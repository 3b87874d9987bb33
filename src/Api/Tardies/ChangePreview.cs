using K12Sync.Data;
using K12Sync.Data.Tardies;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tardies;

/// <summary>What the SIS should hold about a tardy.</summary>
public sealed record TardyState(string PeriodName, string SisPeriodCode, string ExternalCode, int MinutesLate, string PassId);

/// <summary>A tardy that a change would touch.</summary>
/// <param name="SchoolCode">Where.</param>
/// <param name="StudentNumber">Whose.</param>
/// <param name="Date">In the school's zone.</param>
/// <param name="Before">As it is now; null: there is none.</param>
/// <param name="After">As it would be; null: there would be none.</param>
/// <param name="SentBy">The connectors that have told the SIS of it, by name: they would owe a correction.</param>
public sealed record TardyChange(string SchoolCode, string StudentNumber, DateOnly Date, TardyState? Before, TardyState? After, IReadOnlyList<string> SentBy);

/// <summary>Shows what a change would do to tardies, by doing it, looking, and undoing it: there is no second copy of the rule that could be wrong.</summary>
/// <param name="db">Where the change is done and undone.</param>
/// <param name="untouched">A second view of the same district, which sees what is committed.</param>
public sealed class ChangePreview(K12SyncDb db, K12SyncDb untouched)
{
    /// <summary>The tardies that <paramref name="change"/> would touch, by school, date and student. Passes that were already pending are mapped first, and stay mapped.</summary>
    public async Task<IReadOnlyList<TardyChange>> OfAsync(Func<CancellationToken, Task> change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        var tardies = new TardyOperations(db);
        await tardies.MapPendingAsync(cancellation);
        await using var transaction = await db.TransactAsync(cancellation);
        var mark = await db.Districts.Select(d => d.Clock).SingleAsync(cancellation);
        await change(cancellation);
        await tardies.MapPendingAsync(cancellation);
        var touched = await db.TardyRecords.AsNoTracking().Where(r => EF.Property<long>(r, "Version") > mark).ToListAsync(cancellation);
        var changes = await CompareAsync(touched, cancellation);
        await transaction.RollbackAsync(cancellation);
        db.ChangeTracker.Clear();
        return changes;
    }

    private async Task<IReadOnlyList<TardyChange>> CompareAsync(List<TardyRecordRow> touched, CancellationToken cancellation)
    {
        var ids = touched.Select(r => r.Id).ToList();
        var before = await untouched.TardyRecords.AsNoTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellation);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Code, cancellation);
        var connectors = await untouched.Connectors.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellation);
        var sent = (await untouched.SyncEntries.AsNoTracking().Where(e => e.SettlesVersion != null && e.RecordId != null && ids.Contains(e.RecordId.Value))
            .Select(e => new { RecordId = e.RecordId!.Value, e.ConnectorId }).Distinct().ToListAsync(cancellation)).ToLookup(e => e.RecordId, e => e.ConnectorId);
        return [.. touched
            .Select(r => new TardyChange(schools[r.SchoolId], r.StudentNumber, r.Date, State(before.GetValueOrDefault(r.Id)), State(r),
                [.. sent[r.Id].Select(c => connectors.GetValueOrDefault(c, "a deleted connector")).Order(StringComparer.Ordinal)]))
            .Where(c => c.Before != c.After)
            .OrderBy(c => c.SchoolCode, StringComparer.Ordinal).ThenBy(c => c.Date)
            .ThenBy(c => c.StudentNumber, StringComparer.Ordinal).ThenBy(c => (c.Before ?? c.After)!.SisPeriodCode, StringComparer.Ordinal)];
    }

    private static TardyState? State(TardyRecordRow? record) => record is null or { Withdrawn: true }
        ? null
        : new TardyState(record.PeriodName, record.SisPeriodCode, record.ExternalCode, record.MinutesLate, record.PassId);
}
