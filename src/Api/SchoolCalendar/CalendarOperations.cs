using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SchoolCalendar;

/// <summary>From a time of day on, this.</summary>
public sealed record MidDayChange(TimeOnly From, DayChoice Choice);

/// <summary>Sets days of a school. Days with passes become pending and are mapped again.</summary>
public sealed class CalendarOperations(K12SyncDb db)
{
    /// <summary>Sets days, from <paramref name="from"/> on (midnight: the whole day; a mid-day change already set for the day stays).</summary>
    public async Task<Saved> SetAsync(long schoolId, IReadOnlyList<DateOnly> days, TimeOnly from, DayChoice choice, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var there = await db.DatedDays.Where(d => d.SchoolId == schoolId && d.From == from && d.Date >= days.Min() && d.Date <= days.Max())
            .ToDictionaryAsync(d => d.Date, cancellation);
        var changed = new List<DateOnly>();
        foreach (var day in days)
        {
            if (!there.TryGetValue(day, out var row))
                db.Add(new DatedDayRow(schoolId, day, from, choice));
            else if (!row.Choose(choice))
                continue;
            changed.Add(day);
        }
        await SaveAsync(schoolId, changed, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return changed.Count == 0 ? Saved.Unchanged : there.Count == 0 ? Saved.Added : Saved.Updated;
    }

    /// <summary>Sets days as a whole, mid-day changes included.</summary>
    /// <param name="schoolId">Whose days.</param>
    /// <param name="days">Which.</param>
    /// <param name="wholeDay">What each day is set to from midnight on; null: that stays.</param>
    /// <param name="changes">All changes during the day; null: those there are stay.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task<Saved> SetAsync(
        long schoolId, IReadOnlyList<DateOnly> days, DayChoice? wholeDay, IReadOnlyList<MidDayChange>? changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var there = (await db.DatedDays.Where(d => d.SchoolId == schoolId && d.Date >= days.Min() && d.Date <= days.Max()).ToListAsync(cancellation)).ToLookup(d => d.Date);
        var wanted = new Dictionary<TimeOnly, DayChoice>();
        if (wholeDay is not null)
            wanted.Add(TimeOnly.MinValue, wholeDay);
        foreach (var change in changes ?? [])
            wanted[change.From] = change.Choice;
        var touched = days.Where(day => Set(schoolId, day, [.. there[day]], wanted, takesBack: changes is not null)).ToList();
        await SaveAsync(schoolId, touched, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return touched.Count == 0 ? Saved.Unchanged : Saved.Updated;
    }

    /// <summary>
    /// Sets a weekday of the default week. The first word holds for every week; a later one from <paramref name="effectiveFrom"/> (inclusive) on,
    /// whatever had been said for days after that. Days before keep the word they were judged by.
    /// </summary>
    public async Task<Saved> SetWeekdayAsync(long schoolId, DayOfWeek weekday, DayChoice choice, DateOnly effectiveFrom, CancellationToken cancellation)
    {
        await using var transaction = await db.TakeTurnAsync(cancellation);
        var latest = await db.DefaultWeeks.AsNoTracking().Where(d => d.SchoolId == schoolId && d.Day == weekday).OrderByDescending(d => d.Number).FirstOrDefaultAsync(cancellation);
        if (latest is not null && latest.EffectiveFrom <= effectiveFrom && latest.Choice == choice)
            return Saved.Unchanged;
        var starts = latest is null ? DateOnly.MinValue : effectiveFrom;
        db.Add(new WeekdayRow(schoolId, weekday, (latest?.Number ?? 0) + 1, starts, choice));
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkSchoolAsync(schoolId, starts, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return latest is null ? Saved.Added : Saved.Updated;
    }

    /// <summary>Where a wall-clock time of a day falls at a school, with the day as it is set now.</summary>
    public async Task<(SchoolDay Day, DayPosition Position)> AtAsync(long schoolId, DateOnly date, TimeOnly time, CancellationToken cancellation)
    {
        var day = (await new CalendarStore(db).LoadAsync(schoolId, cancellation)).On(date);
        return (day, day.At(time));
    }

    /// <summary>False if the day is as wanted already.</summary>
    private bool Set(long schoolId, DateOnly day, List<DatedDayRow> rows, Dictionary<TimeOnly, DayChoice> wanted, bool takesBack)
    {
        var touched = false;
        foreach (var (from, choice) in wanted)
        {
            if (rows.Find(r => r.From == from) is { } row)
                touched |= row.Choose(choice);
            else if (choice is not DayChoice.Default && (touched = true))
                db.Add(new DatedDayRow(schoolId, day, from, choice));
        }
        if (takesBack)
            foreach (var row in rows.Where(r => r.From != TimeOnly.MinValue && !wanted.ContainsKey(r.From)))
                touched |= row.Choose(new DayChoice.Default());
        return touched;
    }

    private async Task SaveAsync(long schoolId, List<DateOnly> days, CancellationToken cancellation)
    {
        await db.SaveChangesAsync(cancellation);
        if (days.Count > 0)
            await new PendingDays(db).MarkAsync([.. days.Select(d => (schoolId, d))], cancellation);
    }
}
