using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Domain.BellSchedules;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A bell schedule as it was saved last.</summary>
internal sealed class BellScheduleView
{
    public long Id { get; init; }
    public long SchoolId { get; init; }
    public string Name { get; init; } = "";
    public DateOnly EffectiveFrom { get; init; }
    public IReadOnlyList<ClassPeriodView> Periods { get; init; } = [];

    /// <summary>What conditions ask; not shown.</summary>
    public IEnumerable<ClassPeriodView> PeriodsStored { get; init; } = [];

    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>A save adds a version or renames the schedule: the later of their stamps is the schedule's.</summary>
    public static IQueryable<BellScheduleView> Of(K12SyncDb db, SchoolSet schools) =>
        from schedule in db.BellSchedules.Only(schools, s => s.SchoolId)
        join version in db.BellScheduleVersions on schedule.Id equals version.ScheduleId
        where !db.BellScheduleVersions.Any(later => later.ScheduleId == version.ScheduleId && later.Number > version.Number)
        select new BellScheduleView
        {
            Id = schedule.Id,
            SchoolId = schedule.SchoolId,
            Name = schedule.Name,
            EffectiveFrom = version.EffectiveFrom,
            Periods = ClassPeriodView.From(version.Periods),
            PeriodsStored = version.Periods.Select(p => new ClassPeriodView
            {
                Name = p.Name, SisPeriodCode = p.SisPeriodCode, Opens = p.Opens, Bell = p.Bell, Ends = p.Ends, TakesAttendance = p.TakesAttendance,
            }),
            Version = Math.Max(EF.Property<long>(version, Stamps.Version), EF.Property<long>(schedule, Stamps.Version)),
            ChangeVersion = Math.Max(EF.Property<long>(version, Stamps.ChangeVersion), EF.Property<long>(schedule, Stamps.ChangeVersion)),
        };
}

/// <summary>A window of a schedule: from <see cref="Opens"/> to before <see cref="Ends"/>, on the school's wall. Minutes late count from <see cref="Bell"/>.</summary>
internal sealed class ClassPeriodView
{
    public string Name { get; init; } = "";
    public string SisPeriodCode { get; init; } = "";
    public TimeOnly Opens { get; init; } = NotGiven;
    public TimeOnly Bell { get; init; } = NotGiven;
    public TimeOnly Ends { get; init; } = NotGiven;
    public bool TakesAttendance { get; init; } = true;

    /// <summary>What a time is that a client left out. No window has it: the last one ends before midnight's last instant.</summary>
    public static readonly TimeOnly NotGiven = TimeOnly.MaxValue;

    public static IReadOnlyList<ClassPeriodView> From(IEnumerable<ClassPeriod> periods) => [.. periods.Select(p => new ClassPeriodView
    {
        Name = p.Name, SisPeriodCode = p.SisPeriodCode, Opens = p.Opens, Bell = p.Bell, Ends = p.Ends, TakesAttendance = p.TakesAttendance,
    })];
}
