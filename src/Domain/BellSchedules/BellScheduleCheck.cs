using System.Collections.Immutable;

namespace K12Sync.Domain.BellSchedules;

/// <summary>What <see cref="BellSchedule.Check"/> found: a schedule, or everything that is wrong with it.</summary>
public abstract record BellScheduleCheck
{
    private BellScheduleCheck()
    {
    }

    /// <summary>The periods make a schedule.</summary>
    public sealed record Valid(BellSchedule Schedule) : BellScheduleCheck;

    /// <summary>They do not. <paramref name="Faults"/> is never empty and is in order of time.</summary>
    public sealed record Refused(string Name, ImmutableArray<ScheduleFault> Faults) : BellScheduleCheck
    {
        /// <summary>All faults in one sentence each.</summary>
        public string Describe() => $"Schedule {Name}: {string.Join(" ", Faults.Select(f => f.Describe()))}";

        /// <summary>True when closing gaps is all it takes.</summary>
        public bool OnlyGaps => Faults.All(f => f is ScheduleFault.Gap);
    }
}

/// <summary>One thing that keeps periods from being a schedule.</summary>
public abstract record ScheduleFault
{
    private ScheduleFault()
    {
    }

    /// <summary>A sentence that names the periods and the times.</summary>
    public abstract string Describe();

    /// <summary>Time between two windows that belongs to neither: a pass there would have no period.</summary>
    public sealed record Gap(ClassPeriod Previous, ClassPeriod Next) : ScheduleFault
    {
        /// <summary>How long the gap is.</summary>
        public TimeSpan Length => Next.Opens - Previous.Ends;

        /// <inheritdoc/>
        public override string Describe() =>
            $"{Length.TotalMinutes:0.##} min gap between {Previous.Name} (ends {Previous.Ends:HH:mm}) and {Next.Name} (opens {Next.Opens:HH:mm}).";
    }

    /// <summary>Time that belongs to two windows.</summary>
    public sealed record Overlap(ClassPeriod First, ClassPeriod Second) : ScheduleFault
    {
        /// <inheritdoc/>
        public override string Describe() =>
            $"{First.Name} (ends {First.Ends:HH:mm}) and {Second.Name} (opens {Second.Opens:HH:mm}) overlap. " +
            "One bell schedule holds for the whole school: lunch waves or grades at the same time cannot be written back.";
    }

    /// <summary>A schedule without a period; a day without classes is set to no school instead.</summary>
    public sealed record NoPeriods : ScheduleFault
    {
        /// <inheritdoc/>
        public override string Describe() => "It has no periods. For a day without classes set the calendar to no school.";
    }

    /// <summary>More than <see cref="BellSchedule.MaxPeriods"/>.</summary>
    public sealed record TooManyPeriods(int Count) : ScheduleFault
    {
        /// <inheritdoc/>
        public override string Describe() => $"It has {Count} periods; {BellSchedule.MaxPeriods} are the most.";
    }

    /// <summary>Blank, or longer than <see cref="BellSchedule.MaxNameLength"/>.</summary>
    public sealed record BadName : ScheduleFault
    {
        /// <inheritdoc/>
        public override string Describe() => $"A schedule needs a name of at most {BellSchedule.MaxNameLength} characters.";
    }
}

/// <summary>Where a time of day falls in a schedule.</summary>
public abstract record PeriodAnswer
{
    private PeriodAnswer()
    {
    }

    /// <summary>In this window.</summary>
    public sealed record In(ClassPeriod Period) : PeriodAnswer;

    /// <summary>Before the first window opens.</summary>
    public sealed record BeforeFirst(ClassPeriod First) : PeriodAnswer;

    /// <summary>At or after the last window's end.</summary>
    public sealed record AfterLast(ClassPeriod Last) : PeriodAnswer;
}
