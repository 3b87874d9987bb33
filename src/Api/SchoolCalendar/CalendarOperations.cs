using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SchoolCalendar;

/// <summary>Sets days of a school. Days with passes become pending and are mapped again.</summary>
public sealed class CalendarOperations(K12SyncDb db)
{
    /// <summary>Sets days, from <paramref name="from"/> on (midnight: the whole day; a mid-day change already set for the day stays).</summary>
    public async Task<Saved> SetAsync(long schoolId, IReadOnlyList<DateOnly> days, TimeOnly from, DayChoice choice, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TransactAsync(cancellation);
        var there = await db.DatedDays.Where(d => d.SchoolId == schoolId && d.From == from && d.Date >= days.Min() && d.Date <= days.Max())
            .ToDictionaryAsync(d => d.Date, cancellation);
        var changed = new List<(long, DateOnly)>();
        foreach (var day in days)
        {
            if (!there.TryGetValue(day, out var row))
                db.Add(new DatedDayRow(schoolId, day, from, choice));
            else if (!row.Choose(choice))
                continue;
            changed.Add((schoolId, day));
        }
        await db.SaveChangesAsync(cancellation);
        if (changed.Count > 0)
            await new PendingDays(db).MarkAsync(changed, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return changed.Count == 0 ? Saved.Unchanged : there.Count == 0 ? Saved.Added : Saved.Updated;
    }

    /// <summary>Sets a weekday of the default week. The first word holds for every week; a later one from <paramref name="effectiveFrom"/> (inclusive) on.</summary>
    public async Task<Saved> SetWeekdayAsync(long schoolId, DayOfWeek weekday, DayChoice choice, DateOnly effectiveFrom, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        var words = await db.DefaultWeeks.Where(d => d.SchoolId == schoolId && d.Day == weekday).OrderByDescending(d => d.EffectiveFrom).ToListAsync(cancellation);
        var starts = words.Count == 0 ? DateOnly.MinValue : effectiveFrom;
        if (words.Find(w => w.EffectiveFrom <= starts) is { } inForce && inForce.Choice == choice && inForce == words[0])
            return Saved.Unchanged;
        if (words.Find(w => w.EffectiveFrom == starts) is { } sameDay)
            sameDay.Choose(choice);
        else
            db.Add(new WeekdayRow(schoolId, weekday, starts, choice));
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkSchoolAsync(schoolId, starts, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return words.Count == 0 ? Saved.Added : Saved.Updated;
    }
}
