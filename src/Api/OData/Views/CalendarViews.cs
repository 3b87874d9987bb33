using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A date on which a school's calendar departs from its default week. Of a day in parts it is the first part that the calendar names.</summary>
internal sealed class SchoolDayView
{
    public long SchoolId { get; init; }
    public DateOnly Date { get; init; }
    public TimeOnly From { get; init; }
    public DayChoiceKind Source { get; init; }
    public string? ScheduleName { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<SchoolDayView> Of(K12SyncDb db, SchoolSet schools) => db.DatedDays
        .Only(schools, d => d.SchoolId)
        .Where(d => !db.DatedDays.Any(earlier => earlier.SchoolId == d.SchoolId && earlier.Date == d.Date && earlier.From < d.From))
        .Select(d => new SchoolDayView
        {
            SchoolId = d.SchoolId,
            Date = d.Date,
            From = d.From,
            Source = d.Kind,
            ScheduleName = db.BellSchedules.Where(s => s.Id == d.ScheduleId).Select(s => s.Name).FirstOrDefault(),
            Version = EF.Property<long>(d, Stamps.Version),
            ChangeVersion = EF.Property<long>(d, Stamps.ChangeVersion),
        });
}

/// <summary>What a school's default week says of one weekday, from a day on.</summary>
internal sealed class DefaultWeekView
{
    public long Id { get; init; }
    public long SchoolId { get; init; }
    public DayOfWeek Day { get; init; }
    public DateOnly EffectiveFrom { get; init; }
    public DayChoiceKind Source { get; init; }
    public string? ScheduleName { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<DefaultWeekView> Of(K12SyncDb db, SchoolSet schools) => db.DefaultWeeks.Only(schools, d => d.SchoolId).Select(d => new DefaultWeekView
    {
        Id = d.Id,
        SchoolId = d.SchoolId,
        Day = d.Day,
        EffectiveFrom = d.EffectiveFrom,
        Source = d.Kind,
        ScheduleName = db.BellSchedules.Where(s => s.Id == d.ScheduleId).Select(s => s.Name).FirstOrDefault(),
        Version = EF.Property<long>(d, Stamps.Version),
        ChangeVersion = EF.Property<long>(d, Stamps.ChangeVersion),
    });
}
