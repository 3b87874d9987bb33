using K12Sync.Data.BellSchedules;
using K12Sync.Data.Storage;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.SchoolCalendar;

/// <summary>What kind of choice a day's row holds.</summary>
public enum DayChoiceKind
{
    Schedule,
    NoSchool,
    Unset,
}

/// <summary>The default week's word on one weekday, from a day on.</summary>
public sealed class WeekdayRow
{
    private WeekdayRow()
    {
    }

    public WeekdayRow(long schoolId, DayOfWeek day, DateOnly effectiveFrom, DayChoice choice)
    {
        (SchoolId, Day, EffectiveFrom) = (schoolId, day, effectiveFrom);
        Choose(choice);
    }

    public long Id { get; private set; }
    public long SchoolId { get; private set; }
    public DayOfWeek Day { get; private set; }
    public DateOnly EffectiveFrom { get; private set; }
    public DayChoiceKind Kind { get; private set; }
    public long? ScheduleId { get; private set; }

    public DayChoice Choice => DayRows.Choice(Kind, ScheduleId);

    /// <summary>Takes a new choice. Returns false if it is the one it has.</summary>
    public bool Choose(DayChoice choice)
    {
        var before = (Kind, ScheduleId);
        (Kind, ScheduleId) = DayRows.Parts(choice);
        return before != (Kind, ScheduleId);
    }
}

/// <summary>The calendar's word on one date, from a time of day on; midnight is the whole day.</summary>
public sealed class DatedDayRow
{
    private DatedDayRow()
    {
    }

    public DatedDayRow(long schoolId, DateOnly date, TimeOnly from, DayChoice choice)
    {
        (SchoolId, Date, From) = (schoolId, date, from);
        Choose(choice);
    }

    public long Id { get; private set; }
    public long SchoolId { get; private set; }
    public DateOnly Date { get; private set; }
    public TimeOnly From { get; private set; }
    public DayChoiceKind Kind { get; private set; }
    public long? ScheduleId { get; private set; }

    public DayChoice Choice => DayRows.Choice(Kind, ScheduleId);

    /// <summary>Takes a new choice. Returns false if it is the one it has.</summary>
    public bool Choose(DayChoice choice)
    {
        var before = (Kind, ScheduleId);
        (Kind, ScheduleId) = DayRows.Parts(choice);
        return before != (Kind, ScheduleId);
    }
}

internal static class DayRows
{
    public static DayChoice Choice(DayChoiceKind kind, long? scheduleId) => (kind, scheduleId) switch
    {
        (DayChoiceKind.Schedule, { } id) => new DayChoice.Schedule(id),
        (DayChoiceKind.NoSchool, _) => new DayChoice.NoSchool(),
        _ => new DayChoice.Unset(),
    };

    public static (DayChoiceKind Kind, long? ScheduleId) Parts(DayChoice choice) => choice switch
    {
        DayChoice.Schedule(var id) => (DayChoiceKind.Schedule, id),
        DayChoice.NoSchool => (DayChoiceKind.NoSchool, null),
        _ => (DayChoiceKind.Unset, null),
    };
}

internal sealed class DayTables : IEntityTypeConfiguration<WeekdayRow>, IEntityTypeConfiguration<DatedDayRow>
{
    public void Configure(EntityTypeBuilder<WeekdayRow> builder)
    {
        builder.ToTable("DefaultWeeks");
        builder.Ignore(d => d.Choice);
        builder.BelongsTo<WeekdayRow, School>(d => d.SchoolId);
        builder.BelongsTo<WeekdayRow, ScheduleRow>(d => d.ScheduleId);
        builder.HasIndex(d => new { d.SchoolId, d.Day, d.EffectiveFrom }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<DatedDayRow> builder)
    {
        builder.ToTable("DatedDays");
        builder.Ignore(d => d.Choice);
        builder.BelongsTo<DatedDayRow, School>(d => d.SchoolId);
        builder.BelongsTo<DatedDayRow, ScheduleRow>(d => d.ScheduleId);
        builder.HasIndex(d => new { d.SchoolId, d.Date, d.From }).IsUnique();
    }
}
