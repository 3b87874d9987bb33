using System.Collections.Immutable;

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
