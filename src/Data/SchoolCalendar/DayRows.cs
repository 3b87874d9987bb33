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

    /// <summary>Of a date: taken back. The row stays, so that readers of changes hear of it.</summary>
    Default,
}

/// <summary>One word of the default week on a weekday, from a day on. Written once, never changed: history keeps the word it was judged by.</summary>
public sealed class WeekdayRow
{
    private WeekdayRow()
    {
    }

    public WeekdayRow(long schoolId, DayOfWeek day, int number, DateOnly effectiveFrom, DayChoice choice)
    {
        (SchoolId, Day, Number, EffectiveFrom) = (schoolId, day, number, effectiveFrom);
        (Kind, ScheduleId) = DayRows.Parts(choice);
    }

    public long Id { get; private set; }
    public long SchoolId { get; private set; }
    public DayOfWeek Day { get; private set; }

    /// <summary>1, 2, 3 ... in the order in which words on this weekday were said.</summary>
    public int Number { get; private set; }

    public DateOnly EffectiveFrom { get; private set; }
    public DayChoiceKind Kind { get; private set; }
    public long? ScheduleId { get; private set; }

    public DayChoice Choice => DayRows.Choice(Kind, ScheduleId);
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
        (DayChoiceKind.Default, _) => new DayChoice.Default(),
        _ => new DayChoice.Unset(),
    };

    public static (DayChoiceKind Kind, long? ScheduleId) Parts(DayChoice choice) => choice switch
    {
        DayChoice.Schedule(var id) => (DayChoiceKind.Schedule, id),
        DayChoice.NoSchool => (DayChoiceKind.NoSchool, null),
        DayChoice.Default => (DayChoiceKind.Default, null),
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
        builder.HasIndex(d => new { d.SchoolId, d.Day, d.Number }).IsUnique();
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
