using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Takes back delivered files that nobody has read, so that one file says everything (<see cref="OnExistingFile.Cumulative"/>). The rename to a
/// temporary name is the one moment that decides: either the SIS has read the file or we have it back, never both.
/// </summary>
/// <remarks>
/// A rename goes by the name and not by what has it. One that got stuck on a dead line may get through after another process has taken back that file and delivered the next: then
/// the next is aside, and nobody would read it. So what is aside is known by its bytes, and its name is the same each time: whoever comes next finds it.
/// </remarks>
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
            var aside = AsideName(batch.FileName);
            if (!await IsUnreadAsync(batch, aside, cancellation))
                continue;
            await ledger.TakingBackAsync(batch.BatchId, aside, cancellation);
            any |= await ConvergeAsync(batch with { Status = BatchStatus.TakingBack, TemporaryName = aside }, cancellation);
        }
        return any;
    }

    /// <summary>Brings to its end what an earlier run began. True if the batch was taken back.</summary>
    public async Task<bool> ConvergeAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        var aside = batch.TemporaryName ?? throw new InvalidOperationException($"Batch {batch.BatchId} is being taken back without a temporary name.");
        var renamed = await destination.PublishAsync(batch.FileName, aside, ExistingFile.Refuse, cancellation);
        // Whatever was answered, the names tell, and the bytes of what is aside.
        switch (await destination.LookAsync(batch.FileName, aside, cancellation))
        {
            case LookResult.Seen { Final: { } kept } when FinalName.IsOurs(batch, kept):
                await ledger.TakenBackAsync(batch.BatchId, cancellation);
                await destination.DiscardAsync(aside, cancellation);
                tally.Forget(batch);
                return true;
            case LookResult.Seen { Final: not null } seen:
                await GiveBackAsync(batch, aside, seen.TemporaryThere, cancellation);
                return false;
            case LookResult.Seen { TemporaryThere: false }:
                await ledger.NotTakenBackAsync(batch.BatchId, cancellation);
                tally.Forget(batch);
                return false;
            case LookResult.Seen when renamed is PublishResult.Refused refused:
                await ledger.NotTakenBackAsync(batch.BatchId, cancellation);
                tally.Add(batch, new BatchEnd.Stuck(refused.Trouble with { Reason = $"'{batch.FileName}' is still there unread and cannot be taken back: {refused.Trouble.Reason}" }, MayMend: false));
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

    /// <summary>Whether the file is there, under its name or, by a rename that came late, aside already.</summary>
    private async Task<bool> IsUnreadAsync(UnfinishedBatch batch, string aside, CancellationToken cancellation)
    {
        var seen = await destination.LookAsync(aside, batch.FileName, cancellation);
        var isThere = seen is LookResult.Seen { Final: { } final } && FinalName.IsOurs(batch, final);
        if (!isThere && seen is LookResult.Seen { TemporaryThere: true })
        {
            seen = await destination.LookAsync(batch.FileName, aside, cancellation);
            if (seen is LookResult.Seen { Final: { } kept } && FinalName.IsOurs(batch, kept))
                return true;
        }
        if (seen is LookResult.Unreachable unreachable)
        {
            tally.Add(batch, CannotTell(batch, unreachable.Trouble));
            return false;
        }
        // What is left aside was taken back before, and what it said has been sent since. Where it cannot be removed nothing can be taken back: the file waits to be read.
        var cleared = isThere ? await destination.DiscardAsync(aside, cancellation) : new StageResult.Staged();
        if (cleared is StageResult.TryAgain again)
            tally.Add(batch, CannotTell(batch, again.Trouble));
        return isThere && cleared is StageResult.Staged;
    }

    /// <summary>What had the name in the last moment was another's: it gets it again, and ours is not there. Or ours is still there, and something of before is in the way.</summary>
    private async Task GiveBackAsync(UnfinishedBatch batch, string aside, bool isThere, CancellationToken cancellation)
    {
        if (isThere)
            await destination.DiscardAsync(aside, cancellation);
        else if (await destination.PublishAsync(aside, batch.FileName, ExistingFile.Refuse, cancellation) is PublishResult.Published)
        {
            await ledger.NotTakenBackAsync(batch.BatchId, cancellation);
            tally.Forget(batch);
            return;
        }
        tally.Add(batch, CannotTell(batch, new Trouble(TroubleKind.Unknown, "another file was in the way")));
    }

    /// <summary>The same for every file of the name. A name of this connector has at most 120 characters, so this one is short enough for any server.</summary>
    private string AsideName(string fileName) => string.Create(CultureInfo.InvariantCulture, $".k12sync-{connector.Id}-{fileName}-back.part");

    private static BatchEnd.Stuck CannotTell(UnfinishedBatch batch, Trouble trouble) =>
        new(trouble with { Reason = $"Whether '{batch.FileName}' has been read cannot be told: {trouble.Reason}" }, MayMend: true);
}
