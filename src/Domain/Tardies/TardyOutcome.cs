using System.Collections.Immutable;
using K12Sync.Domain.BellSchedules;

namespace K12Sync.Domain.Tardies;

/// <summary>The outcomes by name, in the order in which they are tried: the first that applies is the pass's one outcome.</summary>
public enum OutcomeKind
{
    Voided,
    UnknownStudent,
    NotEnrolled,
    UnknownCode,
    NotTardyCode,
    NoExternalCode,
    NoSchool,
    NoScheduleSet,
    BeforeSchool,
    AfterSchool,
    PeriodTakesNoAttendance,
    OnTime,
    Duplicate,
    Tardy,
}

/// <summary>What became of a pass, and why. Exactly one of the nested cases.</summary>
public abstract record TardyOutcome
{
    private TardyOutcome()
    {
    }

    /// <summary>The case by name.</summary>
    public abstract OutcomeKind Kind { get; }

    /// <summary>The window the pass fell into, whatever the outcome; null if it fell into none.</summary>
    public PeriodHit? Hit { get; init; }

    /// <summary>Why, in a sentence for a clerk. Holds no name and no number of a student.</summary>
    public abstract string Reason { get; }

    /// <summary>True where a person can mend something (roster, code, calendar) and the pass then becomes what it should be.</summary>
    public bool NeedsAPerson => WaitingKinds.Contains(Kind);

    /// <summary>The outcomes of which <see cref="NeedsAPerson"/> is true.</summary>
    public static ImmutableArray<OutcomeKind> WaitingKinds { get; } =
        [OutcomeKind.UnknownStudent, OutcomeKind.NotEnrolled, OutcomeKind.UnknownCode, OutcomeKind.NoExternalCode, OutcomeKind.NoScheduleSet];

    /// <summary>Taken back before or after it was sent.</summary>
    public sealed record Voided : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.Voided;
        public override string Reason => "The pass was voided.";
    }

    /// <summary>No student of the district has this number.</summary>
    public sealed record UnknownStudent : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.UnknownStudent;
        public override string Reason => "No student in the roster has this number. Once the roster has the student, the pass is mapped by itself.";
    }

    /// <summary>The student exists but does not attend this school on this day.</summary>
    public sealed record NotEnrolled : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.NotEnrolled;
        public override string Reason => "The student is not enrolled at this school on this day. Check the number on the pass, or the roster.";
    }

    /// <summary>Neither the school nor the district has this behaviour code.</summary>
    public sealed record UnknownCode : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.UnknownCode;
        public override string Reason => "The pass carries a behavior code that is not set up. Add the code, and the pass is mapped by itself.";
    }

    /// <summary>The code stands for something else than being late.</summary>
    public sealed record NotTardyCode : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.NotTardyCode;
        public override string Reason => "The code on the pass is not a tardy code, so nothing goes to the SIS.";
    }

    /// <summary>A tardy code without the SIS's code.</summary>
    public sealed record NoExternalCode : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.NoExternalCode;
        public override string Reason => "The behavior code has no external code, so the SIS would not know it. Enter the SIS's code to send these tardies.";
    }

    /// <summary>The day, or this part of it, has no classes.</summary>
    public sealed record NoSchool : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.NoSchool;
        public override string Reason => "The calendar says there was no school at that time.";
    }

    /// <summary>Nobody has set the day's schedule.</summary>
    public sealed record NoScheduleSet : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.NoScheduleSet;
        public override string Reason => "No bell schedule is set for this day. Set the day in the calendar, and the pass is mapped by itself.";
    }

    /// <summary>Before the first window of the schedule in force.</summary>
    public sealed record BeforeSchool(TimeOnly Opens) : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.BeforeSchool;
        public override string Reason => $"Issued before school: the schedule in force opens at {Opens:HH:mm}.";
    }

    /// <summary>At or after the end of the last window.</summary>
    public sealed record AfterSchool(TimeOnly Ended) : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.AfterSchool;
        public override string Reason => $"Issued after school: the schedule in force ended at {Ended:HH:mm}.";
    }

    /// <summary>Lunch, brunch, advisory.</summary>
    public sealed record PeriodTakesNoAttendance : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.PeriodTakesNoAttendance;
        public override string Reason => $"No attendance is taken in {Hit?.Period.Name}.";
    }

    /// <summary>At or before bell + grace, at a school where the clock decides.</summary>
    public sealed record OnTime(int GraceMinutes) : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.OnTime;
        public override string Reason => GraceMinutes == 0
            ? $"On time: issued at or before the bell of {Hit?.Period.Name}."
            : $"On time: issued no later than {GraceMinutes} min after the bell of {Hit?.Period.Name}, which is the school's grace.";
    }

    /// <summary>The student already has a tardy in this period; the earliest pass counts.</summary>
    public sealed record Duplicate(string WinnerPassId) : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.Duplicate;
        public override string Reason => $"The student already has a tardy in {Hit?.Period.Name}: pass {WinnerPassId} came first and counts.";
    }

    /// <summary>A tardy for the SIS.</summary>
    public sealed record Tardy(string ExternalCode) : TardyOutcome
    {
        public override OutcomeKind Kind => OutcomeKind.Tardy;
        public override string Reason => $"{Hit?.MinutesLate} min late for {Hit?.Period.Name}: code {ExternalCode}.";
    }
}

/// <summary>A window that a pass fell into, and how late that makes it.</summary>
/// <param name="Period">The period in force.</param>
/// <param name="MinutesLate">Whole minutes from its bell, truncated, never below 0.</param>
public readonly record struct PeriodHit(ClassPeriod Period, int MinutesLate);
