using K12Sync.Data.BellSchedules;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.SchoolCalendar;

/// <summary>Reads what decides which schedule is in force at a school.</summary>
public sealed class CalendarStore(K12SyncDb db)
{
    /// <summary>The school's calendar as it is set now.</summary>
    public async Task<Calendar> LoadAsync(long schoolId, CancellationToken cancellation)
    {
        // What names comes before what is named: nothing is ever deleted, so a schedule made in between is read too many, never too few.
        var dated = await db.DatedDays.AsNoTracking().Where(d => d.SchoolId == schoolId).ToListAsync(cancellation);
        var week = await db.DefaultWeeks.AsNoTracking().Where(d => d.SchoolId == schoolId).ToListAsync(cancellation);
        var versions = await db.BellScheduleVersions.AsNoTracking()
            .Where(v => db.BellSchedules.Any(s => s.SchoolId == schoolId && s.Id == v.ScheduleId)).ToListAsync(cancellation);
        var schedules = await db.BellSchedules.AsNoTracking().Where(s => s.SchoolId == schoolId).ToDictionaryAsync(s => s.Id, s => s.Name, cancellation);
        return new Calendar(
            versions.Select(v => Version(v, schedules[v.ScheduleId])),
            week.Select(w => new WeekdaySetting(w.Day, w.Number, w.EffectiveFrom, w.Choice)),
            dated.Select(d => new DatedSetting(d.Date, d.From, d.Choice)));
    }

    private static ScheduleVersion Version(ScheduleVersionRow row, string name) =>
        new(row.ScheduleId, row.Number, row.EffectiveFrom, BellSchedule.Create(name, row.Periods));
}
