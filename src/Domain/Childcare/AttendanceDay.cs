using System.Collections.Immutable;
using System.Globalization;

namespace K12Sync.Domain.Childcare;

/// <summary>Why a child was absent, as the site recorded it. Whether an absence is explained is kept: some limits count only the others.</summary>
public enum AbsenceCode
{
    /// <summary>Nobody said why.</summary>
    Unexplained,

    /// <summary>The family said why, and it is none of the reasons below.</summary>
    Explained,

    Illness,

    /// <summary>A chronic illness or disability, with a statement.</summary>
    ChronicCondition,

    /// <summary>Ordered by a court.</summary>
    CourtOrderedVisit,
}

/// <summary>How a closed day of a site is paid.</summary>
public enum ClosureCode
{
    Paid,
    Unpaid,
}

/// <summary>The five states of a child-day, by name.</summary>
public enum AttendanceKind
{
    Attended,
    Absence,
    Closure,
    OffDay,
    Unknown,
}

/// <summary>Why nothing can be said of a child-day.</summary>
public enum UnknownReason
{
    /// <summary>The child is expected, and nobody recorded anything. That is no absence.</summary>
    NothingRecorded,

    /// <summary>An absence was recorded, but no agency pays for the day.</summary>
    NotAuthorized,

    /// <summary>There are events, but they make no stay.</summary>
    FaultyTimes,

    /// <summary>The child has no place anywhere on this day.</summary>
    NotEnrolled,
}

/// <summary>Whether a child-day can go to an agency.</summary>
public enum DayReadiness
{
    Ready,

    /// <summary>The child has not been checked out yet.</summary>
    NoCheckOutYet,

    /// <summary>The state is unknown.</summary>
    NothingToSend,

    /// <summary>A finding is an error.</summary>
    Error,
}

/// <summary>What a child's day was. Exactly one of the nested cases.</summary>
public abstract record AttendanceDay
{
    private AttendanceDay()
    {
    }

    /// <summary>The case by name.</summary>
    public abstract AttendanceKind Kind { get; }

    /// <summary>Why, in a sentence for a clerk. Holds no name and no number of a child.</summary>
    public abstract string Reason { get; }

    /// <summary>The site that it is about; the first one of a child who was at several. Null: none.</summary>
    public abstract long? Site { get; }

    /// <summary>What else there is to say, errors first.</summary>
    public ImmutableArray<DayFinding> Findings { get; init; } = [];

    /// <summary>Whether it can go to an agency.</summary>
    public DayReadiness Readiness =>
        Findings.Any(f => f.IsError) ? DayReadiness.Error
        : this is Unknown ? DayReadiness.NothingToSend
        : this is Attended { IsOpen: true } ? DayReadiness.NoCheckOutYet
        : DayReadiness.Ready;

    /// <summary>The child was there.</summary>
    /// <param name="Care">Never empty, in order of time. Of a day with errors it is what can be made of the events.</param>
    public sealed record Attended(ImmutableArray<CareSpan> Care) : AttendanceDay
    {
        public override AttendanceKind Kind => AttendanceKind.Attended;
        public override long? Site => Care[0].SiteId;

        /// <summary>Of all care of the day.</summary>
        public int Minutes => Care.Sum(c => c.Minutes);

        /// <summary>The child has not been checked out of one of them yet.</summary>
        public bool IsOpen => Care.Any(c => c.To is null);

        public override string Reason => IsOpen
            ? "Checked in, and not checked out yet."
            : string.Create(CultureInfo.InvariantCulture, $"In care for {Minutes / 60}:{Minutes % 60:00} h.");
    }

    /// <summary>The child was expected, and an absence was recorded.</summary>
    public sealed record Absence(long At, AbsenceCode Code) : AttendanceDay
    {
        public override AttendanceKind Kind => AttendanceKind.Absence;
        public override long? Site => At;
        public override string Reason => $"Absent: {Code}.";
    }

    /// <summary>The site was closed on a day on which it otherwise opens.</summary>
    public sealed record Closure(long At, ClosureCode Code) : AttendanceDay
    {
        public override AttendanceKind Kind => AttendanceKind.Closure;
        public override long? Site => At;
        public override string Reason => $"The site was closed: {Code}.";
    }

    /// <summary>A weekday on which the child is not scheduled, or the site never opens.</summary>
    public sealed record OffDay(long At) : AttendanceDay
    {
        public override AttendanceKind Kind => AttendanceKind.OffDay;
        public override long? Site => At;
        public override string Reason => "Not a day of care: the child is not scheduled on this weekday, or the site does not open on it.";
    }

    /// <summary>Nobody can say.</summary>
    public sealed record Unknown(UnknownReason Why, long? At = null) : AttendanceDay
    {
        public override AttendanceKind Kind => AttendanceKind.Unknown;
        public override long? Site => At;
        public override string Reason => Why switch
        {
            UnknownReason.NothingRecorded => "The child was expected, and nothing is recorded. Record a check-in or an absence.",
            UnknownReason.NotAuthorized => "An absence is recorded, but no authorization covers the day, so there is nothing to claim.",
            UnknownReason.FaultyTimes => "What is recorded makes no stay. Correct the times.",
            _ => "The child is not enrolled at any site on this day.",
        };
    }
}
