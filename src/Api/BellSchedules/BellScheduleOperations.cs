using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.BellSchedules;
using K12Sync.Data.Passes;
using K12Sync.Domain.BellSchedules;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.BellSchedules;

/// <summary>What came of saving a schedule.</summary>
public abstract record SaveScheduleResult
{
    private SaveScheduleResult()
    {
    }

    /// <summary>It is stored as asked for.</summary>
    public sealed record Done(long Id, Saved What) : SaveScheduleResult;

    /// <summary>The school has a schedule of that name; nothing was stored.</summary>
    public sealed record Duplicate : SaveScheduleResult;
}

/// <summary>Saves bell schedules. An edit makes a new version from a day on; earlier days keep the one they were judged by.</summary>
public sealed class BellScheduleOperations(K12SyncDb db)
{
    /// <summary>
    /// Adds a schedule, which then holds for every day that names it, or makes a new version of it from <paramref name="effectiveFrom"/>
    /// (inclusive) on. Days with passes from then on become pending. The text of the latest version is new too for days before that one started.
    /// </summary>
    /// <param name="schoolId">Whose it is.</param>
    /// <param name="schedule">Its name says which.</param>
    /// <param name="given">The periods as they were before gaps were closed; empty if there were none.</param>
    /// <param name="effectiveFrom">Of no account for a schedule that is new.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task<Saved> SaveAsync(long schoolId, BellSchedule schedule, IEnumerable<ClassPeriod> given, DateOnly effectiveFrom, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var row = await db.BellSchedules.SingleOrDefaultAsync(s => s.SchoolId == schoolId && s.Name == schedule.Name, cancellation);
        if (row is null)
        {
            db.Add(row = new ScheduleRow(schoolId, schedule.Name));
            await db.SaveChangesAsync(cancellation);
        }
        var saved = await AddVersionAsync(row, schedule, given, effectiveFrom, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return saved;
    }

    /// <summary>As the other, of periods that had no gaps.</summary>
    public Task<Saved> SaveAsync(long schoolId, BellSchedule schedule, DateOnly effectiveFrom, CancellationToken cancellation) =>
        SaveAsync(schoolId, schedule, [], effectiveFrom, cancellation);

    /// <summary>Adds a schedule, which then holds for every day that names it.</summary>
    public async Task<SaveScheduleResult> AddAsync(long schoolId, BellSchedule schedule, IEnumerable<ClassPeriod> given, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var row = new ScheduleRow(schoolId, schedule.Name);
        db.Add(row);
        if (!await db.TrySaveAsync(cancellation))
            return new SaveScheduleResult.Duplicate();
        var saved = await AddVersionAsync(row, schedule, given, DateOnly.MinValue, cancellation);
        await transaction.CommitAsync(cancellation);
        return new SaveScheduleResult.Done(row.Id, saved);
    }

    /// <summary>Gives a schedule that exists another name, for all days, or other periods, from <paramref name="effectiveFrom"/> (inclusive) on, or both.</summary>
    public async Task<SaveScheduleResult> EditAsync(long id, BellSchedule schedule, IEnumerable<ClassPeriod> given, DateOnly effectiveFrom, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var row = await db.BellSchedules.SingleAsync(s => s.Id == id, cancellation);
        var renamed = row.Name != schedule.Name;
        row.Rename(schedule.Name);
        if (!await db.TrySaveAsync(cancellation))
            return new SaveScheduleResult.Duplicate();
        var saved = await AddVersionAsync(row, schedule, given, effectiveFrom, cancellation);
        await transaction.CommitAsync(cancellation);
        return new SaveScheduleResult.Done(id, renamed ? Saved.Updated : saved);
    }

    /// <summary>The version saved last.</summary>
    public Task<ScheduleVersionRow> LatestAsync(long id, CancellationToken cancellation) =>
        db.BellScheduleVersions.AsNoTracking().Where(v => v.ScheduleId == id).OrderByDescending(v => v.Number).FirstAsync(cancellation);

    /// <summary>
    /// Takes back the closing of gaps that was saved last: from the day it began, the periods of the version before hold again. False if the version saved
    /// last closed no gaps, or is the first.
    /// </summary>
    public async Task<bool> UndoClosingAsync(long id, CancellationToken cancellation)
    {
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var latest = await LatestAsync(id, cancellation);
        if (latest is not { Given.Count: > 0, Number: > 1 })
            return false;
        var row = await db.BellSchedules.SingleAsync(s => s.Id == id, cancellation);
        var before = await db.BellScheduleVersions.AsNoTracking().SingleAsync(v => v.ScheduleId == id && v.Number == latest.Number - 1, cancellation);
        await AddVersionAsync(row, BellSchedule.Create(row.Name, before.Periods), before.Given, latest.EffectiveFrom, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task<Saved> AddVersionAsync(ScheduleRow row, BellSchedule schedule, IEnumerable<ClassPeriod> given, DateOnly effectiveFrom, CancellationToken cancellation)
    {
        var latest = await db.BellScheduleVersions.AsNoTracking().Where(v => v.ScheduleId == row.Id).OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancellation);
        if (latest is not null && latest.EffectiveFrom <= effectiveFrom && latest.Periods.SequenceEqual(schedule.Periods))
            return Saved.Unchanged;
        var starts = latest is null ? DateOnly.MinValue : effectiveFrom;
        db.Add(new ScheduleVersionRow(row.Id, (latest?.Number ?? 0) + 1, starts, schedule, given.OrderBy(p => p.Opens).ThenBy(p => p.Ends)));
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkSchoolAsync(row.SchoolId, starts, cancellation);
        return latest is null ? Saved.Added : Saved.Updated;
    }
}
