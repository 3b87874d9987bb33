using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;

namespace K12Sync.Domain.Exports;

/// <summary>
/// The memory of what was owed, frozen and delivered. Every method is one transaction; after a crash between two of them the
/// ledger says how far a batch got.
/// </summary>
public interface IExportLedger
{
    /// <summary>
    /// Opens a run; its number counts up from 1 per connector. A run that is still open is of a process that is no more: the caller holds the connector's lease.
    /// If it was made for the same slot it is taken up, otherwise closed as failed.
    /// </summary>
    Task<RunStart> BeginRunAsync(Connector connector, RunRequest request, CancellationToken cancellation);

    /// <summary>The number that the connector's next run would have. Reserves nothing: it is for showing a file name beforehand.</summary>
    Task<long> NextRunNumberAsync(Connector connector, CancellationToken cancellation);

    /// <summary>Batches of the connector that were frozen and neither delivered nor given up, oldest first.</summary>
    Task<IReadOnlyList<UnfinishedBatch>> UnfinishedAsync(Connector connector, CancellationToken cancellation);

    /// <summary>
    /// The connector's debt: every school-day that has a record whose present version the connector has not been given, whole, in
    /// order of school, day, period and student. Records of such a day that are not owed come along as <see cref="TardyLine.IsOwed"/> false, withdrawn ones only if
    /// the SIS was ever told of them.
    /// "Given" begins with freezing: a version in a batch that is still on its way, or whose delivery is unconfirmed, is not owed. A held one is.
    /// </summary>
    IAsyncEnumerable<TardyLine> OwedAsync(Connector connector, CancellationToken cancellation);

    /// <summary>
    /// Commits what a run made of its debt: the bytes of files with their lines, what is settled without a row, and what is held. From here on a retry sends these bytes under this name.
    /// <see cref="FreezeResult.AlreadyFrozen"/>, and nothing stored, if another run has frozen one of the owed lines meanwhile.
    /// No files with some held lines is a legal call: it remembers the holds and freezes nothing.
    /// </summary>
    Task<FreezeResult> FreezeAsync(long runId, RenderedDebt debt, CancellationToken cancellation);

    /// <summary>The frozen bytes of a batch.</summary>
    Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation);

    /// <summary>Before the first byte leaves: which attempts, under which temporary names, and where to in words.</summary>
    Task UploadingAsync(IReadOnlyList<UploadStart> uploads, string destination, CancellationToken cancellation);

    /// <summary>Before the renames.</summary>
    Task PublishingAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation);

    /// <summary>After the renames: the batches are delivered and their lines are settled.</summary>
    Task SettleAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation);

    /// <summary>The far side may or may not have it; a person decides.</summary>
    Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation);

    /// <summary>The last batch that was delivered under each of these names, where there is one.</summary>
    Task<IReadOnlyList<UnfinishedBatch>> LastDeliveredAsync(Connector connector, IReadOnlyCollection<string> fileNames, CancellationToken cancellation);

    /// <summary>Before a delivered file that nobody has read is taken back: under which temporary name it will be kept.</summary>
    Task TakingBackAsync(long batchId, string temporaryName, CancellationToken cancellation);

    /// <summary>It is ours again: its lines settle nothing and never told the SIS anything.</summary>
    Task TakenBackAsync(long batchId, CancellationToken cancellation);

    /// <summary>It could not be taken back, for it was read: it is delivered as before.</summary>
    Task NotTakenBackAsync(long batchId, CancellationToken cancellation);

    /// <summary>The rows that a run of this connector usually sends: the median of the last 20 that sent any; null for fewer than 5.</summary>
    Task<int?> UsualRowsAsync(Connector connector, CancellationToken cancellation);

    /// <summary>Closes the run with what became of it.</summary>
    Task FinishRunAsync(long runId, RunEnd end, CancellationToken cancellation);
}

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

/// <summary>How far a batch got.</summary>
public enum BatchStatus
{
    Frozen,
    Uploading,
    Publishing,
    Delivered,

    /// <summary>The far side may have it; never sent again by itself.</summary>
    DeliveredUnconfirmed,

    /// <summary>It was delivered, and is being taken back because nobody has read it.</summary>
    TakingBack,

    /// <summary>It was taken back unread, or an agency took nothing of it. What it said is owed again.</summary>
    TakenBack,
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
/// <param name="Status">Not <see cref="SyncRunStatus.Running"/>.</param>
/// <param name="Attempts">How many times it was tried.</param>
/// <param name="ErrorCode">The sort of trouble, where there was any.</param>
/// <param name="Error">In words.</param>
/// <param name="IsStopped">It was stopped from outside, so its slot is free again and is caught up on.</param>
public sealed record RunEnd(SyncRunStatus Status, int Attempts = 1, TroubleKind? ErrorCode = null, string? Error = null, bool IsStopped = false);

/// <summary>An upload that is about to begin.</summary>
/// <param name="BatchId">Which batch.</param>
/// <param name="Attempt">1, 2, 3 ...</param>
/// <param name="TemporaryName">Under which name.</param>
public sealed record UploadStart(long BatchId, int Attempt, string TemporaryName);

/// <summary>A batch as its delivery sees it.</summary>
/// <param name="BatchId">Unique among all connectors.</param>
/// <param name="Status">How far it got.</param>
/// <param name="FileName">Final name.</param>
/// <param name="TemporaryName">Of the last attempt, or under which it is being taken back; null before the first.</param>
/// <param name="Attempts">Uploads begun so far.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Upper-case hex.</param>
/// <param name="Rows">Data rows, without the header.</param>
/// <param name="OwedLines">Record versions the batch settles.</param>
/// <param name="RepeatedLines">Record versions it only repeats.</param>
/// <param name="Destination">Where the last attempt went, in words; null before the first.</param>
public sealed record UnfinishedBatch(
    long BatchId, BatchStatus Status, string FileName, string? TemporaryName, int Attempts, long Length, string Sha256,
    int Rows, int OwedLines, int RepeatedLines, string? Destination = null);

/// <summary>One tardy as a layout sees it.</summary>
/// <param name="RecordId">The record.</param>
/// <param name="Version">Its present version.</param>
/// <param name="IsOwed">False: it comes along because its day is sent again.</param>
/// <param name="IsWithdrawn">The tardy is no longer one; the SIS was told otherwise before.</param>
/// <param name="SchoolId">The school.</param>
/// <param name="SchoolCode">As the school is known here.</param>
/// <param name="SisSchoolCode">As the SIS knows it; the same as <paramref name="SchoolCode"/> where the school has none.</param>
/// <param name="StudentNumber">Text: leading zeros count.</param>
/// <param name="StateId">The state's id of the student; null where the roster has none.</param>
/// <param name="Date">In the school's zone.</param>
/// <param name="PeriodName">For people.</param>
/// <param name="SisPeriodCode">Byte for byte.</param>
/// <param name="ExternalCode">Byte for byte.</param>
/// <param name="MinutesLate">Whole minutes from the bell.</param>
/// <param name="PassId">The pass that won.</param>
/// <param name="IssuedAt">With the school's offset at that moment.</param>
/// <param name="Told">What this connector last told the SIS about the record; null: nothing.</param>
public sealed record TardyLine(
    long RecordId, long Version, bool IsOwed, bool IsWithdrawn, long SchoolId, string SchoolCode, string SisSchoolCode, string StudentNumber, string? StateId, DateOnly Date,
    string PeriodName, string SisPeriodCode, string ExternalCode, int MinutesLate, string PassId, DateTimeOffset IssuedAt, Told? Told = null);

/// <summary>What the SIS was last told about a record, by file or by a clerk's list. Freezing counts as telling.</summary>
/// <param name="Sequence">Higher is later, over all records of the connector.</param>
/// <param name="RowHash">Of the row's bytes, see <see cref="FileLine"/>.</param>
/// <param name="ExternalCode">The code it was told.</param>
/// <param name="IsWithdrawn">It was told that there is no tardy.</param>
/// <param name="IsUnconfirmed">Whether the file has arrived is not known.</param>
public sealed record Told(long Sequence, long RowHash, string ExternalCode, bool IsWithdrawn, bool IsUnconfirmed = false);

/// <summary>What a run does about a line.</summary>
public enum LineRole
{
    /// <summary>A file says it, by a row or, where the whole day is replaced, by having none. Settles the line's version.</summary>
    Sent,

    /// <summary>It comes along because its day is sent again. Settles nothing.</summary>
    Repeated,

    /// <summary>
    /// Held, and its day is replaced without it: the SIS loses what it was told of the record before. Settles nothing; the record is among the held ones too.
    /// </summary>
    LeftOut,

    /// <summary>The SIS was told just this before, so nothing has to be said. Settles the version.</summary>
    Unneeded,

    /// <summary>The layout cannot say it: a clerk changes the SIS by hand, from a list. Settles the version.</summary>
    ByHand,
}

/// <summary>A line that no file speaks of, and why none has to.</summary>
/// <param name="Line">The record.</param>
/// <param name="Role"><see cref="LineRole.Unneeded"/> or <see cref="LineRole.ByHand"/>.</param>
/// <param name="RowHash">As in <see cref="FileLine"/>.</param>
public sealed record SettledLine(TardyLine Line, LineRole Role, long RowHash);

/// <summary>What a file says of a record: no more than is remembered of it, for a file may speak of a million.</summary>
/// <param name="RecordId">The record.</param>
/// <param name="Version">Its version then.</param>
/// <param name="IsWithdrawn">The tardy is no longer one.</param>
/// <param name="SchoolId">The school.</param>
/// <param name="StudentNumber">Text: leading zeros count.</param>
/// <param name="Date">In the school's zone.</param>
/// <param name="SisPeriodCode">Byte for byte.</param>
/// <param name="ExternalCode">Byte for byte.</param>
/// <param name="Role"><see cref="LineRole.Sent"/>, <see cref="LineRole.Repeated"/> or <see cref="LineRole.LeftOut"/>.</param>
/// <param name="RowHash">A 64-bit hash of the row's bytes, without line end, as the SIS then holds it; equal only (but for chance) where the bytes are. 0 where there is no row.</param>
public readonly record struct FileLine(
    long RecordId, long Version, bool IsWithdrawn, long SchoolId, string StudentNumber, DateOnly Date, string SisPeriodCode, string ExternalCode, LineRole Role, long RowHash)
{
    /// <summary>What a file says of <paramref name="line"/>.</summary>
    public static FileLine Of(TardyLine line, LineRole role, long rowHash)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new FileLine(line.RecordId, line.Version, line.IsWithdrawn, line.SchoolId, line.StudentNumber, line.Date, line.SisPeriodCode, line.ExternalCode, role, rowHash);
    }
}

/// <summary>
/// A debt after rendering. Every owed line is in exactly one place; one that is held may also be <see cref="LineRole.LeftOut"/> of a file.
/// </summary>
/// <param name="Files">Ready to be frozen.</param>
/// <param name="WithoutRow">Roles <see cref="LineRole.Unneeded"/> and <see cref="LineRole.ByHand"/>.</param>
/// <param name="Held">Still owed after the run.</param>
public sealed record RenderedDebt(ImmutableArray<RenderedFile> Files, ImmutableArray<SettledLine> WithoutRow, ImmutableArray<HeldLine> Held)
{
    /// <summary>True if there is nothing to remember.</summary>
    public bool IsEmpty => Files.IsEmpty && WithoutRow.IsEmpty && Held.IsEmpty;
}

/// <summary>A file that is ready to be frozen.</summary>
/// <param name="FileName">Final name.</param>
/// <param name="Content">Exact bytes.</param>
/// <param name="Sha256">Of <paramref name="Content"/>, upper-case hex.</param>
/// <param name="Rows">Data rows, without the header.</param>
/// <param name="Lines">Roles <see cref="LineRole.Sent"/>, <see cref="LineRole.Repeated"/> and <see cref="LineRole.LeftOut"/>.</param>
public sealed record RenderedFile(string FileName, byte[] Content, string Sha256, int Rows, ImmutableArray<FileLine> Lines);

/// <summary>A record that is not sent until a person has done something, and what.</summary>
public sealed record HeldLine(TardyLine Line, HoldReason Reason, string Explanation);

/// <summary>Why a record is held.</summary>
public enum HoldReason
{
    /// <summary>Older than the connector may send: the SIS locks past days.</summary>
    TooOld,

    /// <summary>A value is longer than the layout allows. Never cut.</summary>
    TooLong,

    /// <summary>A value holds a character that the layout's encoding does not have, or that would break the file.</summary>
    NotEncodable,

    /// <summary>The layout needs a value that the record does not have.</summary>
    Missing,

    /// <summary>A child-day with errors in its times.</summary>
    DayHasErrors,

    /// <summary>The child has not been checked out yet.</summary>
    NotCheckedOut,

    /// <summary>The child is linked to none of the agency's.</summary>
    NotLinked,

    /// <summary>No authorization covers the day.</summary>
    NotAuthorized,

    /// <summary>The agency's code or location for it is not known here.</summary>
    NoAgencyCode,

    /// <summary>More than one Provider ID is paid for the day, and nobody has said which of them it goes under.</summary>
    SeveralPayers,

    /// <summary>It was told before, has changed, and is older than the agency takes corrections.</summary>
    CorrectionNeeded,

    /// <summary>The agency does not let the provider in, or knows it no longer.</summary>
    ProviderStopped,

    /// <summary>The agency could not be reached, or what was sent before has an unknown fate.</summary>
    AgencyUnavailable,

    /// <summary>It goes with its whole period, which is not over or not submitted yet.</summary>
    PeriodOpen,

    /// <summary>The period cannot go, because both rosters do not have the same children.</summary>
    RosterDiffers,

    /// <summary>The period cannot go, because something in it is wrong.</summary>
    PeriodBlocked,
}

/// <summary>Result of freezing.</summary>
public abstract record FreezeResult
{
    private FreezeResult()
    {
    }

    /// <summary>Committed; one batch for each file, in order.</summary>
    public sealed record Frozen(ImmutableArray<long> BatchIds) : FreezeResult;

    /// <summary>Another run was faster with at least one line; nothing was stored.</summary>
    public sealed record AlreadyFrozen : FreezeResult;
}
