using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Takes back delivered files that nobody has read, so that one file says everything (<see cref="OnExistingFile.Cumulative"/>). The rename to a
/// temporary name is the one moment that decides: either the SIS has read the file or we have it back, never both.
/// </summary>
internal sealed class TakingBack(IExportLedger ledger, IDestination destination, Connector connector, RunTally tally)
{
    /// <summary>Takes back what is there under these names, if it is ours and unchanged. True if something was, so that more is owed now.</summary>
    public async Task<bool> TakeAsync(IReadOnlyCollection<string> fileNames, CancellationToken cancellation)
    {
        if (connector.Definition.ExistingFile != OnExistingFile.Cumulative)
            return false;
        var any = false;
        foreach (var batch in await ledger.LastDeliveredAsync(connector, fileNames, cancellation))
        {
            if (tally.MustStop)
                break;
            var aside = AsideName(batch.BatchId);
            switch (await destination.LookAsync(aside, batch.FileName, cancellation))
            {
                case LookResult.Seen { Final: { } seen } when FinalName.IsOurs(batch, seen):
                    await ledger.TakingBackAsync(batch.BatchId, aside, cancellation);
                    any |= await ConvergeAsync(batch with { Status = BatchStatus.TakingBack, TemporaryName = aside }, cancellation);
                    break;
                case LookResult.Unreachable unreachable:
                    tally.Add(batch, CannotTell(batch, unreachable.Trouble));
                    break;
            }
        }
        return any;
    }

    /// <summary>Brings to its end what an earlier run began. True if the batch was taken back.</summary>
    public async Task<bool> ConvergeAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        var aside = batch.TemporaryName ?? throw new InvalidOperationException($"Batch {batch.BatchId} is being taken back without a temporary name.");
        var renamed = await destination.PublishAsync(batch.FileName, aside, ExistingFile.Refuse, cancellation);
        if (renamed is PublishResult.Refused refused)
        {
            await ledger.NotTakenBackAsync(batch.BatchId, cancellation);
            tally.Add(batch, new BatchEnd.Stuck(refused.Trouble with { Reason = $"'{batch.FileName}' is still there unread and cannot be taken back: {refused.Trouble.Reason}" }, MayMend: false));
            return false;
        }
        // Whatever was answered, the names tell.
        switch (await destination.LookAsync(aside, batch.FileName, cancellation))
        {
            case LookResult.Seen { TemporaryThere: true }:
                await ledger.TakenBackAsync(batch.BatchId, cancellation);
                await destination.DiscardAsync(aside, cancellation);
                tally.Forget(batch);
                return true;
            case LookResult.Seen { Final: null }:
                await ledger.NotTakenBackAsync(batch.BatchId, cancellation);
                tally.Forget(batch);
                return false;
            case LookResult.Seen:
                tally.Add(batch, CannotTell(batch, (renamed as PublishResult.TryAgain)?.Trouble ?? new Trouble(TroubleKind.Unknown, "the server did not rename it")));
                return false;
            case LookResult.Unreachable unreachable:
                tally.Add(batch, CannotTell(batch, unreachable.Trouble));
                return false;
            case var other:
                throw new InvalidOperationException($"No case for {other.GetType().Name}.");
        }
    }

    private static string AsideName(long batchId) => string.Create(CultureInfo.InvariantCulture, $".k12sync-{batchId}-back.part");

    private static BatchEnd.Stuck CannotTell(UnfinishedBatch batch, Trouble trouble) =>
        new(trouble with { Reason = $"Whether '{batch.FileName}' has been read cannot be told: {trouble.Reason}" }, MayMend: true);
}
