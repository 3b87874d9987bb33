using K12Sync.Data.Storage;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.BellSchedules;

/// <summary>A schedule of a school by name. What it says is in its versions.</summary>
public sealed class ScheduleRow
{
    private ScheduleRow()
    {
    }

    public ScheduleRow(long schoolId, string name) => (SchoolId, Name) = (schoolId, name);

    public long Id { get; private set; }
    public long SchoolId { get; private set; }

    /// <summary>Unique in the school, compared ordinally.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Takes another name; days that are set to the schedule stay so.</summary>
    public void Rename(string name) => Name = name;
}

/// <summary>One version of a schedule. Written once, never changed: history keeps the version it was judged by.</summary>
public sealed class ScheduleVersionRow
{
    private ScheduleVersionRow()
    {
    }

    public ScheduleVersionRow(long scheduleId, int number, DateOnly effectiveFrom, BellSchedule schedule, IEnumerable<ClassPeriod>? given = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        (ScheduleId, Number, EffectiveFrom) = (scheduleId, number, effectiveFrom);
        Periods = [.. schedule.Periods];
        Given = [.. given ?? []];
    }

    public long Id { get; private set; }
    public long ScheduleId { get; private set; }
    public int Number { get; private set; }
    public DateOnly EffectiveFrom { get; private set; }
    public List<ClassPeriod> Periods { get; private set; } = [];

    /// <summary>The periods as somebody gave them, where gaps between them had to be closed first; empty where there were none. Nothing is judged by them.</summary>
    public List<ClassPeriod> Given { get; private set; } = [];
}

internal sealed class ScheduleTables : IEntityTypeConfiguration<ScheduleRow>, IEntityTypeConfiguration<ScheduleVersionRow>
{
    public void Configure(EntityTypeBuilder<ScheduleRow> builder)
    {
        builder.ToTable("BellSchedules");
        builder.Property(s => s.Name).HasMaxLength(BellSchedule.MaxNameLength);
        builder.BelongsTo<ScheduleRow, School>(s => s.SchoolId);
        builder.HasIndex(s => new { s.SchoolId, s.Name }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ScheduleVersionRow> builder)
    {
        builder.ToTable("BellScheduleVersions");
        builder.ComplexCollection(v => v.Periods, periods => periods.ToJson());
        builder.ComplexCollection(v => v.Given, periods => periods.ToJson());
        builder.BelongsTo<ScheduleVersionRow, ScheduleRow>(v => v.ScheduleId);
        builder.HasIndex(v => new { v.ScheduleId, v.Number }).IsUnique();
    }
}
