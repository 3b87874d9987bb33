using K12Sync.Domain.Exports;

namespace K12Sync.Domain.Childcare.Submissions;

/// <summary>
/// The part of the ledger that is about child-days. Runs, leases and frozen bytes are those of <see cref="IExportLedger"/>; every method is one transaction.
/// </summary>
public interface IChildDayLedger
{
    /// <summary>The child-days of these dates (inclusive) at sites of the connector's state, owed or not, in order of date, site and child.</summary>
    Task<IReadOnlyList<ChildDayLine>> DaysAsync(Connector connector, DayRange days, CancellationToken cancellation);

    /// <summary>
    /// Remembers, in place of a run, that at a scheduled time there was nothing to send. Any number of such looks in a row are one run without an attempt, which moves on to the latest of them. Its
    /// number; null, and nothing stored, where a run has to be begun: the time was run before, or a run was left open.
    /// </summary>
    Task<long?> LookedAsync(Connector connector, DateTime slot, CancellationToken cancellation);

    /// <summary>
    /// The earliest date of a child-day that was told and has changed or become faulty since, and lies before <paramref name="before"/>; null: there is none. Those are the corrections that come too late.
    /// </summary>
    Task<DateOnly?> EarliestChangedAsync(Connector connector, DateOnly before, CancellationToken cancellation);

    /// <summary>
    /// The children who were submitted to an agency of the connector's system for any of these days, by whatever connector of the district: taken, closed, on their way, or of an end
    /// that is not known. Not those of whom the agency took nothing.
    /// </summary>
    Task<IReadOnlyList<SubmittedChild>> SubmittedAsync(Connector connector, DayRange days, CancellationToken cancellation);

    /// <summary>Submissions that were frozen and are neither delivered nor given up, oldest first.</summary>
    Task<IReadOnlyList<OpenSubmission>> OpenAsync(Connector connector, CancellationToken cancellation);

    /// <summary>Submissions of the connector of which nobody can say whether the agency has them: on their way, or left to a person.</summary>
    Task<IReadOnlyList<(string ProviderId, DayRange Days)>> UnsettledAsync(Connector connector, CancellationToken cancellation);

    /// <summary>
    /// Commits what a run made of its child-days: the bytes of submissions with their lines, and what is held. What was held of these dates before and is not now, is not held any more.
    /// <see cref="FreezeResult.AlreadyFrozen"/>, and nothing stored, if another run has frozen one of the versions meanwhile.
    /// </summary>
    /// <param name="connector">Whose.</param>
    /// <param name="runId">The run.</param>
    /// <param name="looked">The dates that the run has looked at.</param>
    /// <param name="drafts">To be sent, in order.</param>
    /// <param name="held">Of the dates looked at, or earlier.</param>
    /// <param name="cancellation">Stops before anything is stored.</param>
    Task<FreezeResult> FreezeAsync(Connector connector, long runId, DayRange looked, IReadOnlyList<SubmissionDraft> drafts, IReadOnlyList<HeldDay> held, CancellationToken cancellation);

    /// <summary>Before the first byte leaves. From here on the agency may have it.</summary>
    Task SendingAsync(long batchId, string destination, CancellationToken cancellation);

    /// <summary>The agency has answered. Returns how many of its lines were accepted, and how many were not.</summary>
    Task<(int Accepted, int Rejected)> EndAsync(long batchId, SubmissionEnd end, CancellationToken cancellation);

    /// <summary>Surely nothing of it was taken; the same bytes go with the next attempt.</summary>
    Task NotSentAsync(long batchId, string reason, CancellationToken cancellation);

    /// <summary>Surely nothing was taken, and it is not to be sent as it is: its lines are owed again.</summary>
    Task GiveUpAsync(long batchId, string reason, CancellationToken cancellation);

    /// <summary>Whether the agency has it cannot be told; a person decides.</summary>
    Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation);
}
