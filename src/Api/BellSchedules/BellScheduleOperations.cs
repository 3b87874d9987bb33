using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.BellSchedules;
using K12Sync.Data.Passes;
using K12Sync.Domain.BellSchedules;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.BellSchedules;

/// <summary>Saves bell schedules. An edit makes a new version from a day on; earlier days keep the one they were judged by.</summary>
public sealed class BellScheduleOperations(K12SyncDb db)
{
    /// <summary>
    /// Adds a schedule, which then holds for every day that names it, or makes a new version of it from <paramref name="effectiveFrom"/>
    /// (inclusive) on. Days with passes from then on become pending. The text of the latest version is new too for days before that one started.
    /// </summary>
    public async Task<Saved> SaveAsync(long schoolId, BellSchedule schedule, DateOnly effectiveFrom, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await using var transaction = await db.TransactAsync(cancellation);
        var row = await db.BellSchedules.SingleOrDefaultAsync(s => s.SchoolId == schoolId && s.Name == schedule.Name, cancellation);
        if (row is null)
        {
            db.Add(row = new ScheduleRow(schoolId, schedule.Name));
            await db.SaveChangesAsync(cancellation);
        }
        var latest = await db.BellScheduleVersions.AsNoTracking().Where(v => v.ScheduleId == row.Id).OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancellation);
        if (latest is not null && latest.EffectiveFrom <= effectiveFrom && latest.Periods.SequenceEqual(schedule.Periods))
            return Saved.Unchanged;
        var starts = latest is null ? DateOnly.MinValue : effectiveFrom;
        db.Add(new ScheduleVersionRow(row.Id, (latest?.Number ?? 0) + 1, starts, schedule));
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkSchoolAsync(schoolId, starts, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return latest is null ? Saved.Added : Saved.Updated;
    }
}
