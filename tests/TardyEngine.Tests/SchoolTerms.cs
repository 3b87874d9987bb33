using FsCheck;
using FsCheck.Fluent;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.TardyEngine.Tests;

/// <summary>A few days of a random school, and instants at it.</summary>
public sealed record SchoolTerm(SchoolZone Zone, Calendar Calendar, DateOnly First, DateOnly Last, long[] Instants)
{
    public override string ToString() => string.Join('\n', Enumerable.Range(0, Last.DayNumber - First.DayNumber + 1).Select(First.AddDays)
        .Select(date => $"{date:yyyy-MM-dd} {string.Join(" | ", Calendar.On(date).Segments.Select(Text))}").Prepend(Zone.Id));

    private static string Text(DaySegment segment) =>
        $"{Bells.Text(segment.From)} {(segment.Setting is DaySetting.InForce(var schedule) ? Bells.Text(schedule.Periods) : segment.Setting.GetType().Name)}";
}

/// <summary>Random schools. Three of four terms lie on a day on which the clock is changed, or on one that looks as if it were.</summary>
public static class SchoolTerms
{
    private static readonly (string Zone, string Day)[] OddDays =
    [
        ("America/New_York", "2025-03-09"), ("America/New_York", "2025-11-02"),
        ("America/Chicago", "2025-03-09"), ("America/Chicago", "2025-11-02"),
        ("America/Indiana/Indianapolis", "2006-04-02"), ("America/Indiana/Indianapolis", "2005-04-03"),
        ("America/Phoenix", "2025-03-09"), ("Pacific/Guam", "2025-03-09"),
        ("Australia/Lord_Howe", "2025-04-06"), ("Australia/Lord_Howe", "2025-10-05"),
        ("America/St_Johns", "2025-03-09"), ("America/St_Johns", "2010-11-07"), ("America/St_Johns", "2010-03-14"),
        ("America/Havana", "2025-03-09"), ("America/Havana", "2025-11-02"), ("Pacific/Apia", "2011-12-30"),
    ];

    private static readonly Gen<(SchoolZone Zone, DateOnly Day)> Places =
        from odd in Gen.Elements(OddDays)
        from shift in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(-400, 400)))
        select (SchoolZone.Find(odd.Zone)!, Bells.Date(odd.Day).AddDays(shift));

    private static readonly Gen<DayChoice> Choices = Gen.Frequency<DayChoice>(
        (4, Gen.Choose(1, 3).Select(id => (DayChoice)new DayChoice.Schedule(id))),
        (1, Gen.Constant<DayChoice>(new DayChoice.NoSchool())),
        (1, Gen.Constant<DayChoice>(new DayChoice.Unset())));

    /// <summary>Dates set as a whole, or from a time on, on top of the default week or of the date's own setting.</summary>
    private static Gen<DatedSetting[]> Dated(DateOnly first, int days) =>
        from count in Gen.Choose(0, 2 * days)
        from settings in Gen.ListOf(
            from day in Gen.Choose(0, days - 1)
            from time in Gen.OneOf(Gen.Constant(TimeOnly.MinValue), Schedules.Times)
            from choice in Choices
            select new DatedSetting(first.AddDays(day), time, choice), count)
        select settings.DistinctBy(setting => (setting.Date, setting.From)).ToArray();

    /// <summary>Wall-clock ticks since the first midnight: at the edges and bells of a schedule or a tick beside them, or anywhere, a day around included.</summary>
    private static Gen<long> WallTicks(Calendar calendar, DateOnly first, int days) => Gen.OneOf(
        from second in Gen.Choose(-86_400, (days + 1) * 86_400)
        select second * TimeSpan.TicksPerSecond,
        from day in Gen.Choose(0, days - 1)
        from edge in Gen.Elements(EdgesOf(calendar.On(first.AddDays(day))))
        from beside in Gen.Elements(-1, 0, 1, TimeSpan.TicksPerMinute - 1, TimeSpan.TicksPerMinute)
        select day * TimeSpan.TicksPerDay + edge + beside);

    public static Gen<SchoolTerm> Any { get; } =
        from place in Places
        from lead in Gen.Choose(0, 2)
        from days in Gen.Choose(1, 4)
        let first = place.Day.AddDays(-lead)
        from schedules in Gen.ListOf(Schedules.Any, 3)
        from weekday in Choices
        from dated in Dated(first, days)
        let calendar = new Calendar(
            schedules.Select((schedule, i) => new ScheduleVersion(i + 1, 1, DateOnly.MinValue, schedule)),
            Enum.GetValues<DayOfWeek>().Select(day => new WeekdaySetting(day, 1, DateOnly.MinValue, weekday)),
            dated)
        from walls in Gen.ListOf(WallTicks(calendar, first, days), 60)
        let instants = walls.SelectMany(wall => Readings(place.Zone, first, days, wall)).ToArray()
        select new SchoolTerm(place.Zone, calendar, first, first.AddDays(days - 1), instants);

    private static long[] EdgesOf(SchoolDay day) =>
    [
        .. day.Segments.Select(segment => segment.From.Ticks),
        .. day.Segments.Select(segment => segment.Setting).OfType<DaySetting.InForce>().SelectMany(force => force.Schedule.Periods)
            .SelectMany(period => new[] { period.Opens.Ticks, period.Bell.Ticks, period.Ends.Ticks }),
    ];

    /// <summary>The instants that a wall-clock time stands for by the offset before and by the one after the term: both sides of every change.</summary>
    private static IEnumerable<long> Readings(SchoolZone zone, DateOnly first, int days, long wall)
    {
        var midnight = new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return new[] { midnight.AddDays(-1), midnight.AddDays(days + 1) }
            .Select(around => midnight.UtcTicks + wall - zone.At(around).Offset.Ticks).Distinct();
    }
}
