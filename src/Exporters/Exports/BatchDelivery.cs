using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Takes one frozen batch to its end: upload, publish, settle, each committed in the ledger before the step that it announces. Where an
/// earlier run stopped, the ledger says how far it had announced and the destination how far it got; the bytes and the name never change.
/// </summary>
internal sealed class BatchDelivery(IExportLedger ledger, IDestination destination)
{
    /// <summary>The name under which an attempt uploads. Begins with a dot and ends in <c>.part</c>, so no reader takes it for a file of the SIS.</summary>
    public static string TemporaryName(long batchId, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $".k12sync-{batchId}-{attempt}.part");

    /// <summary>A new attempt to deliver a batch of which nothing has been published.</summary>
    public async Task<BatchEnd> SendAsync(UnfinishedBatch batch, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var attempt = batch.Attempts + 1;
        var temporary = TemporaryName(batch.BatchId, attempt);
        await ledger.UploadingAsync(batch.BatchId, attempt, temporary, cancellation);
        if (Trouble(await destination.StageAsync(temporary, content, cancellation)) is { } reason)
            return new BatchEnd.Stuck($"'{batch.FileName}' was not uploaded: {reason}", OnlyThisFile: false);
        await ledger.PublishingAsync(batch.BatchId, cancellation);
        return await PublishAsync(batch, temporary, cancellation);
    }

    /// <summary>Takes up a batch that an earlier run left.</summary>
    public Task<BatchEnd> ConvergeAsync(UnfinishedBatch batch, CancellationToken cancellation) =>
        batch.Status == BatchStatus.Publishing ? ResumePublishingAsync(batch, cancellation) : SendAgainAsync(batch, cancellation);

    private async Task<BatchEnd> SendAgainAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        // Swept before the ledger forgets its name. A server that lets nobody delete keeps the litter; that is no reason to keep the file back.
        if (batch.TemporaryName is { } stale && await destination.DiscardAsync(stale, cancellation) is StageResult.TryAgain trouble)
            return new BatchEnd.Stuck($"'{batch.FileName}' was not uploaded: {trouble.Trouble.Reason}", OnlyThisFile: false);
        return await SendAsync(batch, await ledger.ContentAsync(batch.BatchId, cancellation), cancellation);
    }

    private async Task<BatchEnd> ResumePublishingAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        var temporary = batch.TemporaryName
            ?? throw new InvalidOperationException($"Batch {batch.BatchId} is being published without a temporary name.");
        return await destination.LookAsync(temporary, batch.FileName, cancellation) switch
        {
            LookResult.Seen { TemporaryThere: true } => await PublishAsync(batch, temporary, cancellation),
            LookResult.Seen seen => await ConcludeAsync(batch, seen.Final, cancellation),
            LookResult.Unreachable unreachable => CannotTell(batch, unreachable.Trouble.Reason),
            var other => throw Unexpected(other),
        };
    }

    private async Task<BatchEnd> PublishAsync(UnfinishedBatch batch, string temporary, CancellationToken cancellation) =>
        await destination.PublishAsync(temporary, batch.FileName, ExistingFile.Refuse, cancellation) switch
        {
            PublishResult.Published => await SettleAsync(batch),
            PublishResult.Refused refused => new BatchEnd.Stuck($"'{batch.FileName}' was not published: {refused.Trouble.Reason}", OnlyThisFile: false),
            PublishResult.TryAgain trouble => await LookAfterDoubtAsync(
                batch, temporary, new BatchEnd.Stuck($"'{batch.FileName}' was not published: {trouble.Trouble.Reason}", OnlyThisFile: false), cancellation),
            PublishResult.NameTaken => await LookAfterDoubtAsync(
                batch, temporary, new BatchEnd.Stuck(NameTaken(batch.FileName), OnlyThisFile: true), cancellation),
            var other => throw Unexpected(other),
        };

    /// <summary>The rename may have happened although it was not reported. Our temporary file tells: while it is there, it has not.</summary>
    private async Task<BatchEnd> LookAfterDoubtAsync(UnfinishedBatch batch, string temporary, BatchEnd.Stuck ifNot, CancellationToken cancellation) =>
        await destination.LookAsync(temporary, batch.FileName, cancellation) switch
        {
            LookResult.Seen { TemporaryThere: true } => ifNot,
            LookResult.Seen seen => await ConcludeAsync(batch, seen.Final, cancellation),
            LookResult.Unreachable unreachable => CannotTell(batch, unreachable.Trouble.Reason),
            var other => throw Unexpected(other),
        };

    /// <summary>
    /// The temporary file is gone. If the final name shows our bytes, the rename happened. If not, they were taken already, or changed, or
    /// never arrived, and nothing that can be seen tells which: sending again might double them.
    /// </summary>
    private async Task<BatchEnd> ConcludeAsync(UnfinishedBatch batch, FileSighting? final, CancellationToken cancellation)
    {
        if (final is not null && final.Length == batch.Length && string.Equals(final.Sha256, batch.Sha256, StringComparison.OrdinalIgnoreCase))
            return await SettleAsync(batch);
        var reason = final is null
            ? $"'{batch.FileName}' is not at the destination any more, and neither is its temporary file: it may have been taken."
            : $"'{batch.FileName}' is at the destination with other content, and our temporary file is gone: ours may have been taken.";
        await ledger.UnconfirmedAsync(batch.BatchId, reason, cancellation);
        return new BatchEnd.Unconfirmed(reason);
    }

    /// <summary>Not cancelled with the run: the file is out, and the ledger should know.</summary>
    private async Task<BatchEnd> SettleAsync(UnfinishedBatch batch)
    {
        await ledger.SettleAsync(batch.BatchId, CancellationToken.None);
        return new BatchEnd.Delivered();
    }

    private static BatchEnd.Stuck CannotTell(UnfinishedBatch batch, string reason) =>
        new($"Whether '{batch.FileName}' has arrived cannot be told: {reason}", OnlyThisFile: false);

    private static string NameTaken(string fileName) =>
        $"'{fileName}' is already at the destination and is never overwritten. Once it is moved away, the same bytes are delivered.";

    private static string? Trouble(StageResult result) => result switch
    {
        StageResult.Staged => null,
        StageResult.TryAgain trouble => trouble.Trouble.Reason,
        StageResult.Refused refused => refused.Trouble.Reason,
        _ => throw Unexpected(result),
    };

    private static InvalidOperationException Unexpected(object result) => new($"No case for {result.GetType().Name}.");
}

/// <summary>What became of a batch in a run.</summary>
internal abstract record BatchEnd
{
    private BatchEnd()
    {
    }

    /// <summary>It is there and settled.</summary>
    public sealed record Delivered : BatchEnd;

    /// <summary>It may be there; a person decides.</summary>
    public sealed record Unconfirmed(string Reason) : BatchEnd;

    /// <summary>It waits for the next run.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="OnlyThisFile">False: others would meet the same trouble, and trying them could lock an account or wait for every time-out.</param>
    public sealed record Stuck(string Reason, bool OnlyThisFile) : BatchEnd;
}
