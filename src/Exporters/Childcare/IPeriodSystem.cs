using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare;

/// <summary>A system to which a person submits whole periods, once, after having looked at them.</summary>
public interface IPeriodSystem : IAgencySystem
{
    /// <summary>The agency's periods that have begun, oldest first. Pure.</summary>
    ImmutableArray<PayPeriod> Periods(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run);

    /// <summary>What submitting a period would do, child-day by child-day, what blocks it first. Null: the agency has no such period. Pure.</summary>
    ImmutableArray<PeriodRow>? Review(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run, DayRange period);
}

/// <summary>A period of the agency's.</summary>
/// <param name="Days">Exactly its bounds.</param>
/// <param name="State">Whether it is to be submitted.</param>
/// <param name="ToSubmit">Child-days that would go.</param>
/// <param name="Blocking">Child-days that somebody has to mend first.</param>
/// <param name="Submitted">Child-days that were submitted.</param>
public sealed record PayPeriod(DayRange Days, PayPeriodState State, int ToSubmit, int Blocking, int Submitted);

/// <summary>How a period stands.</summary>
public enum PayPeriodState
{
    /// <summary>It is not over.</summary>
    Open,

    /// <summary>It is over, and something of it was not submitted.</summary>
    Due,

    /// <summary>Everything there is of it was submitted.</summary>
    Submitted,

    /// <summary>There is nothing of it to submit.</summary>
    Nothing,
}

/// <summary>A child-day in the review of a period.</summary>
/// <param name="Line">Which.</param>
/// <param name="Status">Whether the agency knows provider and child.</param>
/// <param name="Fate">What submitting would do with it.</param>
/// <param name="Reason">What is to be known about it, in words; null: nothing. Holds no name and no number of a child.</param>
/// <param name="ToDo">What to do about it; null: nothing.</param>
public sealed record PeriodRow(ChildDayLine Line, PeriodRowStatus Status, PeriodRowFate Fate, string? Reason = null, string? ToDo = null);

/// <summary>Whether the agency knows whom a row is about.</summary>
/// <remarks>Source: seed (childcare rule 15).</remarks>
public enum PeriodRowStatus
{
    /// <summary>The Provider ID is wrong, or not active. Shown as <c>-</c>.</summary>
    Unregistered,

    /// <summary>The child is not linked, or not in the agency's list.</summary>
    Unapproved,

    Approved,
}

/// <summary>What submitting a period does with a row of it.</summary>
public enum PeriodRowFate
{
    /// <summary>It is wrong, and the period cannot be submitted before it is mended.</summary>
    Blocks,

    /// <summary>It is submitted.</summary>
    Goes,

    /// <summary>It is not, and does not keep the others.</summary>
    LeftOut,

    /// <summary>It was submitted before as it is now.</summary>
    Submitted,
}
