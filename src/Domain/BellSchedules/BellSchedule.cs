using System.Collections.Immutable;

namespace K12Sync.Domain.BellSchedules;

/// <summary>
/// The school-wide bell schedule of a day: windows that are ordered, half-open, gap-free and never overlap.
/// </summary>
/// <remarks>
/// An instance is a promise that nobody needs to check again: the only ways in are <see cref="Check"/>, and <see cref="Create"/>,
/// which throws where <see cref="Check"/> refuses. From the first window's <see cref="ClassPeriod.Opens"/> (inclusive) to the last one's
/// <see cref="ClassPeriod.Ends"/> (exclusive) every time of day is in exactly one window.
/// One schedule is in force for the whole school: schedules per grade or lunch wave cannot be written back to a SIS.
/// </remarks>
public sealed class BellSchedule : IEquatable<BellSchedule>
{
    /// <summary>The most windows a schedule may have.</summary>
    public const int MaxPeriods = 60;

    /// <summary>The longest schedule name, in UTF-16 code units.</summary>
    public const int MaxNameLength = 80;

    private BellSchedule(string name, ImmutableArray<ClassPeriod> ordered) => (Name, Periods) = (name, ordered);

    /// <summary>Unique in its school, compared ordinally.</summary>
    public string Name { get; }

    /// <summary>In order of time, which need not be the order of their numbers.</summary>
    public ImmutableArray<ClassPeriod> Periods { get; }

    /// <summary>First moment of the school day, inclusive.</summary>
    public TimeOnly Opens => Periods[0].Opens;

    /// <summary>End of the school day, exclusive.</summary>
    public TimeOnly Ends => Periods[^1].Ends;

    /// <summary>The schedule that the periods, in any order, make.</summary>
    /// <exception cref="ArgumentException">They make none; the message names every fault.</exception>
    public static BellSchedule Create(string name, IEnumerable<ClassPeriod> periods) => Check(name, periods) switch
    {
        BellScheduleCheck.Valid valid => valid.Schedule,
        BellScheduleCheck.Refused refused => throw new ArgumentException(refused.Describe(), nameof(periods)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Checks that the periods, in any order, make a schedule; names every gap and overlap otherwise.</summary>
    public static BellScheduleCheck Check(string name, IEnumerable<ClassPeriod> periods)
    {
        ArgumentNullException.ThrowIfNull(name);
        var ordered = Order(periods);
        var faults = new List<ScheduleFault>();
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength)
            faults.Add(new ScheduleFault.BadName());
        if (ordered.Length == 0)
            faults.Add(new ScheduleFault.NoPeriods());
        if (ordered.Length > MaxPeriods)
            faults.Add(new ScheduleFault.TooManyPeriods(ordered.Length));
        faults.AddRange(Seams(ordered));
        return faults.Count == 0
            ? new BellScheduleCheck.Valid(new BellSchedule(name, ordered))
            : new BellScheduleCheck.Refused(name, [.. faults]);
    }

    /// <summary>The window that a time of day falls into. <paramref name="time"/> is the school's wall clock.</summary>
    public PeriodAnswer PeriodAt(TimeOnly time)
    {
        if (time < Opens)
            return new PeriodAnswer.BeforeFirst(Periods[0]);
        foreach (var period in Periods)
            if (time < period.Ends)
                return new PeriodAnswer.In(period);
        return new PeriodAnswer.AfterLast(Periods[^1]);
    }

    /// <inheritdoc/>
    public bool Equals(BellSchedule? other) =>
        other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal) && Periods.SequenceEqual(other.Periods);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BellSchedule);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Periods.Length, Opens, Ends);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Periods.Length} periods, {Opens:HH:mm}-{Ends:HH:mm})";

    internal static ImmutableArray<ClassPeriod> Order(IEnumerable<ClassPeriod> periods)
    {
        ArgumentNullException.ThrowIfNull(periods);
        return [.. periods.OrderBy(p => p.Opens).ThenBy(p => p.Ends)];
    }

    /// <summary>The gaps and overlaps between windows ordered by <see cref="Order"/>, in order of time.</summary>
    internal static IEnumerable<ScheduleFault> Seams(ImmutableArray<ClassPeriod> ordered)
    {
        for (var (i, latest) = (1, 0); i < ordered.Length; i++)
        {
            var (previous, next) = (ordered[latest], ordered[i]);
            if (previous.Ends < next.Opens)
                yield return new ScheduleFault.Gap(previous, next);
            else if (previous.Ends > next.Opens)
                yield return new ScheduleFault.Overlap(previous, next);
            if (next.Ends >= previous.Ends)
                latest = i;
        }
    }
}
