using System.Collections.Frozen;
using K12Sync.Domain.BellSchedules;

namespace K12Sync.Domain.SchoolCalendar;

/// <summary>
/// Everything that decides which schedule is in force at one school: its schedules with their versions, the default week, the dated days.
/// A dated day wins over the default week. Of the versions of a schedule, and of the default week's words on a weekday, the one said last
/// among those that had started by the day.
/// </summary>
public sealed class Calendar
{
    private readonly FrozenDictionary<long, ScheduleVersion[]> _versions;
    private readonly FrozenDictionary<DayOfWeek, WeekdaySetting[]> _week;
    private readonly FrozenDictionary<DateOnly, DatedSetting[]> _dated;

    /// <summary>A calendar of plain facts, in any order.</summary>
    /// <exception cref="ArgumentException">A setting names a schedule that has no version.</exception>
    public Calendar(IEnumerable<ScheduleVersion> versions, IEnumerable<WeekdaySetting> week, IEnumerable<DatedSetting> dated)
    {
        _versions = versions.GroupBy(v => v.ScheduleId).ToFrozenDictionary(g => g.Key, g => g.OrderByDescending(v => v.Number).ToArray());
        _week = week.GroupBy(w => w.Day).ToFrozenDictionary(g => g.Key, g => g.OrderByDescending(w => w.Number).ToArray());
        _dated = dated.Where(d => d.Choice is not DayChoice.Default).GroupBy(d => d.Date).ToFrozenDictionary(g => g.Key, g => g.OrderBy(d => d.From).ToArray());
        if (_week.Values.SelectMany(w => w).Select(w => w.Choice).Concat(_dated.Values.SelectMany(d => d).Select(d => d.Choice))
            .OfType<DayChoice.Schedule>().FirstOrDefault(s => !_versions.ContainsKey(s.ScheduleId)) is { } unknown)
            throw new ArgumentException($"The calendar names schedule {unknown.ScheduleId}, which does not exist.", nameof(dated));
    }

    /// <summary>The day as it is set now.</summary>
    public SchoolDay On(DateOnly date)
    {
        var dated = _dated.GetValueOrDefault(date, []);
        var weekday = _week.GetValueOrDefault(date.DayOfWeek, []).FirstOrDefault(w => w.EffectiveFrom <= date);
        var segments = dated.Select(d => new DaySegment(d.From, Setting(d.Choice, date))).ToList();
        if (segments is [] || segments[0].From != TimeOnly.MinValue)
            segments.Insert(0, new DaySegment(TimeOnly.MinValue, weekday is null ? new DaySetting.Unset() : Setting(weekday.Choice, date)));
        var source = dated is not [] ? DaySource.DatedDay : weekday is not null ? DaySource.DefaultWeek : DaySource.Nothing;
        return new SchoolDay(date, source, segments);
    }

    private DaySetting Setting(DayChoice choice, DateOnly date) => choice switch
    {
        DayChoice.Schedule(var id) => new DaySetting.InForce(VersionOn(id, date).Schedule),
        DayChoice.NoSchool => new DaySetting.NoSchool(),
        _ => new DaySetting.Unset(),
    };

    /// <summary>The version in force on a date: the highest number that had started. Before the first one starts, the first one.</summary>
    private ScheduleVersion VersionOn(long scheduleId, DateOnly date)
    {
        var versions = _versions[scheduleId];
        return Array.Find(versions, v => v.EffectiveFrom <= date) ?? versions[^1];
    }
}

/// <summary>One version of a schedule. An edit makes a new version from a date on; history keeps the version it was judged by.</summary>
/// <param name="ScheduleId">Which schedule.</param>
/// <param name="Number">1, 2, 3 ... in the order in which they were made.</param>
/// <param name="EffectiveFrom">First day it holds, inclusive. It holds until a higher number takes over.</param>
/// <param name="Schedule">The windows.</param>
public sealed record ScheduleVersion(long ScheduleId, int Number, DateOnly EffectiveFrom, BellSchedule Schedule);

/// <summary>One word of the default week on a weekday. What is said later holds from its own day on, whatever had been planned for then.</summary>
/// <param name="Day">Which weekday.</param>
/// <param name="Number">1, 2, 3 ... in the order in which they were said.</param>
/// <param name="EffectiveFrom">First day it holds, inclusive. It holds until a higher number takes over.</param>
/// <param name="Choice">What the weekday is set to.</param>
public sealed record WeekdaySetting(DayOfWeek Day, int Number, DateOnly EffectiveFrom, DayChoice Choice);

/// <summary>What the calendar says for a date, from <paramref name="From"/> on; midnight means the whole day.</summary>
public sealed record DatedSetting(DateOnly Date, TimeOnly From, DayChoice Choice);

/// <summary>What a person can set a day to.</summary>
public abstract record DayChoice
{
    private DayChoice()
    {
    }

    /// <summary>This schedule, in the version of the day.</summary>
    public sealed record Schedule(long ScheduleId) : DayChoice;

    /// <summary>No classes.</summary>
    public sealed record NoSchool : DayChoice;

    /// <summary>Somebody still has to say, whatever the default week says.</summary>
    public sealed record Unset : DayChoice;

    /// <summary>Of a date: taken back, so that the default week decides again.</summary>
    public sealed record Default : DayChoice;
}
