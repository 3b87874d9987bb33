using System.Collections.Immutable;

namespace K12Sync.Domain.BellSchedules;

/// <summary>Whose the passing time becomes.</summary>
public enum GapClosingStrategy
{
    /// <summary>The next window opens when the previous one ends: passing time belongs to the class the student is late for. The default.</summary>
    NextOpensEarly,

    /// <summary>The previous window ends when the next one opens.</summary>
    PreviousEndsLate,

    /// <summary>Half each, the border rounded down to the whole minute (but never into the previous window).</summary>
    Split,
}

/// <summary>Closes the gaps of a draft. Moves window edges only: no bell moves, so nobody becomes later than the clock says.</summary>
public static class GapClosing
{
    /// <summary>
    /// The periods with every gap closed, in order of time, and what was moved. Overlaps are left as they are: which of two windows
    /// is wrong is not ours to guess. Applied to its own result it changes nothing.
    /// </summary>
    public static GapClosingResult Close(IEnumerable<ClassPeriod> periods, GapClosingStrategy strategy = GapClosingStrategy.NextOpensEarly)
    {
        var closed = BellSchedule.Order(periods).ToArray();
        var moved = ImmutableArray.CreateBuilder<ClosedGap>();
        for (var (i, latest) = (1, 0); i < closed.Length; i++)
        {
            var (previous, next) = (closed[latest], closed[i]);
            if (previous.Ends < next.Opens)
            {
                var border = Border(previous.Ends, next.Opens, strategy);
                moved.Add(new ClosedGap(previous, next, border));
                closed[latest] = previous.WithWindow(previous.Opens, border);
                closed[i] = next.WithWindow(border, next.Ends);
            }
            if (closed[i].Ends >= closed[latest].Ends)
                latest = i;
        }
        return new GapClosingResult([.. closed], moved.ToImmutable());
    }

    private static TimeOnly Border(TimeOnly ends, TimeOnly opens, GapClosingStrategy strategy) => strategy switch
    {
        GapClosingStrategy.NextOpensEarly => ends,
        GapClosingStrategy.PreviousEndsLate => opens,
        GapClosingStrategy.Split => Later(ends, WholeMinute(ends.Add((opens - ends) / 2))),
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Unknown way to close a gap."),
    };

    private static TimeOnly WholeMinute(TimeOnly time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute);

    private static TimeOnly Later(TimeOnly a, TimeOnly b) => a > b ? a : b;
}

/// <summary>One gap that was closed: both windows as they were, and the time at which they now meet.</summary>
public sealed record ClosedGap(ClassPeriod Previous, ClassPeriod Next, TimeOnly MeetAt)
{
    /// <summary>In words, for a preview.</summary>
    public string Describe() =>
        $"{Previous.Name} ended {Previous.Ends:HH:mm} and {Next.Name} opened {Next.Opens:HH:mm}; they now meet at {MeetAt:HH:mm}.";
}

/// <summary>The periods after closing, in order of time, and every gap that was closed.</summary>
public sealed record GapClosingResult(ImmutableArray<ClassPeriod> Periods, ImmutableArray<ClosedGap> Closed);
