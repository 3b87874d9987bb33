using K12Sync.Domain.Childcare.Submissions;

namespace K12Sync.Domain.Exports;

/// <summary>What started a run.</summary>
public enum RunTrigger
{
    Manual,
    Schedule,
    Recovery,
}

/// <summary>Why a run is made.</summary>
/// <param name="Trigger">What started it.</param>
/// <param name="Slot">
/// The scheduled time it is made for, on the wall of the connector's zone, to the second; null: none. A slot is run once, whoever else would.
/// </param>
public sealed record RunRequest(RunTrigger Trigger, DateTime? Slot = null)
{
    /// <summary>Cancelled when the run has had its time. Such a run keeps its slot; one that is stopped for another reason gives it back.</summary>
    public CancellationToken Deadline { get; init; }

    /// <summary>Called once with the id of the run in the ledger, when it has begun; not for a run that is refused before that.</summary>
    public Action<long>? Begun { get; init; }

    /// <summary>The child-days that a person wants sent; null: what the schedule, or the reach of a run, says. Tardies go by what is owed.</summary>
    public DayRange? Days { get; init; }

    /// <summary>What a person wants submitted to an agency; null: what is due.</summary>
    public SubmissionOrder? Order { get; init; }

    /// <summary>The one child-day that a person wants sent, and no other; null: all that is to go.</summary>
    public ChildDayOrder? OnlyDay { get; init; }

    /// <summary>A person asked for it.</summary>
    public static RunRequest Manual { get; } = new(RunTrigger.Manual);
}

/// <summary>Result of beginning a run.</summary>
public abstract record RunStart
{
    private RunStart()
    {
    }

    /// <summary>It has begun, or was taken up where a process died.</summary>
    public sealed record Started(long RunId, long Number, DateTimeOffset StartedAt) : RunStart;

    /// <summary>Its slot has been run; that is remembered as a skipped run.</summary>
    public sealed record SlotTaken(long Number) : RunStart;
}

/// <summary>What became of a run.</summary>
public enum SyncRunStatus
{
    Running,

    /// <summary>All that was owed is delivered. Nothing may have been owed.</summary>
    Succeeded,

    /// <summary>A person has something to decide: some records are held, or a file could not be confirmed. All else that was owed is delivered.</summary>
    SucceededWithHolds,

    /// <summary>Not delivered; the same bytes wait.</summary>
    Failed,

    /// <summary>Another run had taken the debt or the slot, or the connector may not run; this one sent nothing. What is left is owed, or unfinished, at the next run.</summary>
    Skipped,

    /// <summary>Nothing was sent: a person must look first and release the connector.</summary>
    Held,
}

/// <summary>What became of a run.</summary>
/// <param name="Status">Not <see cref="SyncRunStatus.Running"/>.</param>
/// <param name="Attempts">How many times it was tried.</param>
/// <param name="ErrorCode">The sort of trouble, where there was any.</param>
/// <param name="Error">In words.</param>
/// <param name="IsStopped">It was stopped from outside, so its slot is free again and is caught up on.</param>
public sealed record RunEnd(SyncRunStatus Status, int Attempts = 1, TroubleKind? ErrorCode = null, string? Error = null, bool IsStopped = false);
