using K12Sync.Api.SchoolCalendar;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>Who says what a day is set to.</summary>
internal enum SchoolDaySource
{
    /// <summary>Nobody: passes of the day wait.</summary>
    Unset,

    /// <summary>The default week.</summary>
    Default,

    /// <summary>The calendar has this date, as a whole or from a time of day on.</summary>
    Explicit,
}

/// <summary>A date of a school: what it is set to, whoever says so, and its first change during the day.</summary>
internal sealed class SchoolDayView
{
    public long SchoolId { get; init; }
    public DateOnly Date { get; init; }
    public DayOfWeek Weekday { get; init; }
    public SchoolDaySource Source { get; init; }
    public DayChoiceKind Setting { get; init; }
    public string? ScheduleName { get; init; }
    public TimeOnly? From { get; init; }
    public DayChoiceKind? FromSetting { get; init; }
    public string? FromScheduleName { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>The stamps are the highest of all that decides about the day, so they move with any of it.</summary>
    public static IQueryable<SchoolDayView> Of(K12SyncDb db, SchoolSet schools, CalendarSpan span) =>
        from day in Rows(db, schools, span)
        join whole in db.DatedDays on day.WholeId equals (long?)whole.Id into wholes
        from whole in wholes.DefaultIfEmpty()
        join word in db.DefaultWeeks on day.WordId equals (long?)word.Id into words
        from word in words.DefaultIfEmpty()
        join part in db.DatedDays on day.PartId equals (long?)part.Id into parts
        from part in parts.DefaultIfEmpty()
        join schedule in db.BellSchedules on (whole != null ? whole.ScheduleId : word.ScheduleId) equals (long?)schedule.Id into schedules
        from schedule in schedules.DefaultIfEmpty()
        join partSchedule in db.BellSchedules on part.ScheduleId equals (long?)partSchedule.Id into partSchedules
        from partSchedule in partSchedules.DefaultIfEmpty()
        select new SchoolDayView
        {
            SchoolId = day.SchoolId,
            Date = day.Date,
            Weekday = day.Weekday,
            Source = whole != null || part != null ? SchoolDaySource.Explicit : word != null ? SchoolDaySource.Default : SchoolDaySource.Unset,
            Setting = whole != null ? whole.Kind : word != null ? word.Kind : DayChoiceKind.Unset,
            ScheduleName = schedule.Name,
            From = part.From,
            FromSetting = part.Kind,
            FromScheduleName = partSchedule.Name,
            Version = Math.Max(day.Version, Math.Max(
                Math.Max((long?)EF.Property<long>(word, Stamps.Version) ?? 0, (long?)EF.Property<long>(schedule, Stamps.Version) ?? 0),
                (long?)EF.Property<long>(partSchedule, Stamps.Version) ?? 0)),
            ChangeVersion = Math.Max(day.ChangeVersion, Math.Max(
                Math.Max((long?)EF.Property<long>(word, Stamps.ChangeVersion) ?? 0, (long?)EF.Property<long>(schedule, Stamps.ChangeVersion) ?? 0),
                (long?)EF.Property<long>(partSchedule, Stamps.ChangeVersion) ?? 0)),
        };

    /// <summary>The same days, with what is known of them before anybody has said anything: their keys and weekdays.</summary>
    public static IQueryable<SchoolDayView> Listed(K12SyncDb db, SchoolSet schools, CalendarSpan span)
    {
        var (first, last) = (span.First, span.Last);
        return
            from s in db.Schools.Only(schools, s => s.Id)
            from d in db.Dates
            where d.Date >= first && d.Date <= last
            select new SchoolDayView { SchoolId = s.Id, Date = d.Date, Weekday = d.Day };
    }

    /// <summary>Every date of every school, with the rows that decide about it. Each is found by its own index, so a page costs its days and no others.</summary>
    private static IQueryable<DecidedDay> Rows(K12SyncDb db, SchoolSet schools, CalendarSpan span)
    {
        var (first, last, midnight) = (span.First, span.Last, TimeOnly.MinValue);
        return
            from s in db.Schools.Only(schools, s => s.Id)
            from d in db.Dates
            where d.Date >= first && d.Date <= last
            select new DecidedDay
            {
                SchoolId = s.Id,
                Date = d.Date,
                Weekday = d.Day,
                WholeId = db.DatedDays.Where(x => x.SchoolId == s.Id && x.Date == d.Date && x.From == midnight && x.Kind != DayChoiceKind.Default)
                    .Select(x => (long?)x.Id).FirstOrDefault(),
                PartId = db.DatedDays.Where(x => x.SchoolId == s.Id && x.Date == d.Date && x.From > midnight && x.Kind != DayChoiceKind.Default)
                    .OrderBy(x => x.From).Select(x => (long?)x.Id).FirstOrDefault(),
                WordId = db.DefaultWeeks.Where(w => w.SchoolId == s.Id && w.Day == d.Day && w.EffectiveFrom <= d.Date)
                    .OrderByDescending(w => w.Number).Select(w => (long?)w.Id).FirstOrDefault(),
                Version = db.DatedDays.Where(x => x.SchoolId == s.Id && x.Date == d.Date).Max(x => (long?)EF.Property<long>(x, Stamps.Version)) ?? 0,
                ChangeVersion = db.DatedDays.Where(x => x.SchoolId == s.Id && x.Date == d.Date).Max(x => (long?)EF.Property<long>(x, Stamps.ChangeVersion)) ?? 0,
            };
    }

    private sealed class DecidedDay
    {
        public long SchoolId { get; init; }
        public DateOnly Date { get; init; }
        public DayOfWeek Weekday { get; init; }
        public long? WholeId { get; init; }
        public long? PartId { get; init; }
        public long? WordId { get; init; }
        public long Version { get; init; }
        public long ChangeVersion { get; init; }
    }
}

/// <summary>What a school's default week says of one weekday, as it was said last.</summary>
internal sealed class DefaultWeekView
{
    public long Id { get; init; }
    public long SchoolId { get; init; }
    public DayOfWeek Day { get; init; }
    public DateOnly EffectiveFrom { get; init; }
    public DayChoiceKind Setting { get; init; }
    public string? ScheduleName { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>A weekday keeps the id of the first word said on it.</summary>
    public static IQueryable<DefaultWeekView> Of(K12SyncDb db, SchoolSet schools) =>
        from first in db.DefaultWeeks.Only(schools, d => d.SchoolId)
        where first.Number == 1
        join word in db.DefaultWeeks on new { first.SchoolId, first.Day } equals new { word.SchoolId, word.Day }
        where !db.DefaultWeeks.Any(later => later.SchoolId == word.SchoolId && later.Day == word.Day && later.Number > word.Number)
        select new DefaultWeekView
        {
            Id = first.Id,
            SchoolId = word.SchoolId,
            Day = word.Day,
            EffectiveFrom = word.EffectiveFrom,
            Setting = word.Kind,
            ScheduleName = db.BellSchedules.Where(s => s.Id == word.ScheduleId).Select(s => s.Name).FirstOrDefault(),
            Version = EF.Property<long>(word, Stamps.Version),
            ChangeVersion = EF.Property<long>(word, Stamps.ChangeVersion),
        };
}
