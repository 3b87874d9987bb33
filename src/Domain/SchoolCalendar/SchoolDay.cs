using System.Collections.Immutable;
using K12Sync.Domain.BellSchedules;

namespace K12Sync.Domain.SchoolCalendar;

/// <summary>What a stretch of a day is set to. Unset is not the same as no school: unset means somebody still has to say.</summary>
public abstract record DaySetting
{
    private DaySetting()
    {
    }

    /// <summary>Nobody has said. Passes wait for a schedule.</summary>
    public sealed record Unset : DaySetting;

    /// <summary>No classes, so nobody can be late for one.</summary>
    public sealed record NoSchool : DaySetting;

    /// <summary>This schedule is in force.</summary>
    public sealed record InForce(BellSchedule Schedule) : DaySetting;
}

/// <summary>From <paramref name="From"/> (inclusive) until the next segment, this is in force.</summary>
public sealed record DaySegment(TimeOnly From, DaySetting Setting);

/// <summary>Where the setting of a day came from.</summary>
public enum DaySource
{
    /// <summary>Neither the calendar nor the default week says anything.</summary>
    Nothing,

    /// <summary>The default week.</summary>
    DefaultWeek,

    /// <summary>The calendar has this date.</summary>
    DatedDay,
}

/// <summary>
/// One day of one school. Nearly always one segment; a mid-day change ("from 11:05 use Early Dismissal") adds one. Each segment's
/// schedule decides alone with its own windows: nothing is re-closed at the change, and minutes count from its bells even if they
/// rang before the change.
/// </summary>
public sealed record SchoolDay
{
    /// <exception cref="ArgumentException">The first segment does not start at midnight, or the segments are not strictly ascending.</exception>
    public SchoolDay(DateOnly date, DaySource source, IEnumerable<DaySegment> segments)
    {
        (Date, Source, Segments) = (date, source, [.. segments]);
        if (Segments.IsEmpty || Segments[0].From != TimeOnly.MinValue)
            throw new ArgumentException("A day starts at midnight.", nameof(segments));
        for (var i = 1; i < Segments.Length; i++)
            if (Segments[i].From <= Segments[i - 1].From)
                throw new ArgumentException("The segments of a day follow one another.", nameof(segments));
    }

    /// <summary>The day, in the school's zone.</summary>
    public DateOnly Date { get; }

    /// <summary>Who said so.</summary>
    public DaySource Source { get; }

    /// <summary>Never empty; the first is from midnight.</summary>
    public ImmutableArray<DaySegment> Segments { get; }

    /// <summary>The segment in force at a wall-clock time.</summary>
    public DaySegment SegmentAt(TimeOnly time)
    {
        var i = Segments.Length - 1;
        while (Segments[i].From > time)
            i--;
        return Segments[i];
    }

    /// <summary>Where a wall-clock time falls in the day.</summary>
    public DayPosition At(TimeOnly time) => SegmentAt(time).Setting switch
    {
        DaySetting.InForce(var schedule) => schedule.PeriodAt(time) switch
        {
            PeriodAnswer.In(var period) => new DayPosition.InPeriod(period, TimeSpan.FromTicks(time.Ticks - period.Bell.Ticks)),
            PeriodAnswer.BeforeFirst(var first) => new DayPosition.BeforeSchool(first.Opens),
            PeriodAnswer.AfterLast(var last) => new DayPosition.AfterSchool(last.Ends),
            _ => throw new System.Diagnostics.UnreachableException(),
        },
        DaySetting.NoSchool => new DayPosition.NoSchool(),
        _ => new DayPosition.NoScheduleSet(),
    };
}

/// <summary>Where a moment falls in a school's day.</summary>
public abstract record DayPosition
{
    private DayPosition()
    {
    }

    /// <summary>Nobody has set the day.</summary>
    public sealed record NoScheduleSet : DayPosition;

    /// <summary>The day, or this part of it, has no classes.</summary>
    public sealed record NoSchool : DayPosition;

    /// <summary>Before the first window of the schedule in force, which opens at <paramref name="Opens"/>.</summary>
    public sealed record BeforeSchool(TimeOnly Opens) : DayPosition;

    /// <summary>At or after <paramref name="Ended"/>, the end of the last window of the schedule in force.</summary>
    public sealed record AfterSchool(TimeOnly Ended) : DayPosition;

    /// <summary>
    /// In the window of a period. <paramref name="SinceBell"/> is the difference of two readings of the wall clock, negative in the passing time before the bell;
    /// on a night when the clock changes it is still what the clock shows, not the time that elapsed.
    /// </summary>
    public sealed record InPeriod(ClassPeriod Period, TimeSpan SinceBell) : DayPosition
    {
        /// <summary>Whole minutes from the bell, truncated, never below 0.</summary>
        public int MinutesLate => SinceBell <= TimeSpan.Zero ? 0 : (int)(SinceBell.Ticks / TimeSpan.TicksPerMinute);
    }
}
