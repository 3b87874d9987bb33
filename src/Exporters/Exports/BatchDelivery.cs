using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Takes frozen batches to their end: upload, publish, settle, each committed in the ledger before the step that it announces. Where an
/// earlier run stopped, the ledger says how far it had announced and the destination how far it got; the bytes and the name never change.
/// </summary>
/// <remarks>
/// The first batch goes alone: if the destination is in trouble, one attempt finds out. The others go in waves, so that on a distant server
/// the round trips of many files overlap and the ledger commits once for all of them.
/// </remarks>
internal sealed class BatchDelivery(IExportLedger ledger, IDestination destination, Connector connector, RunTally tally)
{
    private const int Wave = 64;
    private readonly FinalName _finalName = new(destination, connector.Definition);
    private readonly string _where = connector.Definition.Destination.Describe();

    /// <summary>The name under which an attempt uploads. Begins with a dot and ends in <c>.part</c>, so no reader takes it for a file of the SIS.</summary>
    public static string TemporaryName(long batchId, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $".k12sync-{batchId}-{attempt}.part");

    /// <summary>Delivers batches that have just been frozen.</summary>
    /// <param name="batches">In the order in which they should arrive.</param>
    /// <param name="content">Their bytes.</param>
    /// <param name="cancellation">Stops before the next step; what was published is settled nevertheless.</param>
    public Task SendAsync(IReadOnlyList<UnfinishedBatch> batches, Func<UnfinishedBatch, ReadOnlyMemory<byte>> content, CancellationToken cancellation) =>
        InWavesAsync(batches, wave => SendWaveAsync([.. wave.Select(b => (b, content(b)))], cancellation));

    /// <summary>Takes up batches that an earlier run or attempt left.</summary>
    public async Task ConvergeAsync(IReadOnlyList<UnfinishedBatch> batches, CancellationToken cancellation)
    {
        var published = batches.Where(b => b.Status == BatchStatus.Publishing).ToList();
        await InWavesAsync(published, wave => SettleAsync(wave, batch => ResumePublishingAsync(batch, cancellation)));
        var unsent = batches.Where(b => b.Status is BatchStatus.Frozen or BatchStatus.Uploading).ToList();
        if (!tally.MustStop)
            await InWavesAsync(unsent, wave => SendAgainAsync(wave, cancellation));
    }

    private async Task InWavesAsync(IReadOnlyList<UnfinishedBatch> batches, Func<IReadOnlyList<UnfinishedBatch>, Task> send)
    {
        for (var sent = 0; sent < batches.Count && !tally.MustStop;)
        {
            var wave = batches.Skip(sent).Take(sent == 0 ? 1 : Wave).ToList();
            await send(wave);
            sent += wave.Count;
        }
    }

    private async Task SendAgainAsync(IReadOnlyList<UnfinishedBatch> wave, CancellationToken cancellation)
    {
        var contents = new List<(UnfinishedBatch, ReadOnlyMemory<byte>)>();
        foreach (var batch in wave)
        {
            // Swept before the ledger forgets its name. A server that lets nobody delete keeps the litter; that is no reason to keep the file back.
            if (batch.TemporaryName is { } stale && batch.Destination == _where
                && await destination.DiscardAsync(stale, cancellation) is StageResult.TryAgain again)
            {
                tally.Add(batch, new BatchEnd.Stuck(NotUploaded(batch, again.Trouble), MayMend: true));
                return;
            }
            contents.Add((batch, await ledger.ContentAsync(batch.BatchId, cancellation)));
        }
        await SendWaveAsync(contents, cancellation);
    }

    /// <summary>A new attempt for batches of which nothing has been published.</summary>
    private async Task SendWaveAsync(IReadOnlyList<(UnfinishedBatch Batch, ReadOnlyMemory<byte> Content)> wave, CancellationToken cancellation)
    {
        var uploads = wave.Select(w => new UploadStart(w.Batch.BatchId, w.Batch.Attempts + 1, TemporaryName(w.Batch.BatchId, w.Batch.Attempts + 1))).ToList();
        await ledger.UploadingAsync(uploads, _where, cancellation);
        var staged = await Task.WhenAll(wave.Zip(uploads, (w, upload) => destination.StageAsync(upload.TemporaryName, w.Content, cancellation).AsTask()));
        var ready = new List<UnfinishedBatch>();
        foreach (var ((batch, _), upload, result) in wave.Zip(uploads, staged))
        {
            if (result is StageResult.Staged)
                ready.Add(batch with { TemporaryName = upload.TemporaryName, Attempts = upload.Attempt, Status = BatchStatus.Publishing });
            else
                tally.Add(batch, Stuck(batch, result));
        }
        if (ready.Count == 0)
            return;
        await ledger.PublishingAsync([.. ready.Select(b => b.BatchId)], cancellation);
        await SettleAsync(ready, batch => PublishAsync(batch, cancellation));
    }

    /// <summary>Settling is not cancelled with the run: what is out is out, and the ledger should know.</summary>
    private async Task SettleAsync(IReadOnlyList<UnfinishedBatch> wave, Func<UnfinishedBatch, Task<BatchEnd>> publish)
    {
        var publishing = wave.Select(publish).ToList();
        // All of them are waited for: one that throws must not keep the others from being settled.
        Task all = Task.WhenAll(publishing);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var ended = wave.Zip(publishing).Where(p => p.Second.IsCompletedSuccessfully).Select(p => (Batch: p.First, End: p.Second.Result)).ToList();
        if (ended.Where(e => e.End is BatchEnd.Delivered).Select(e => e.Batch.BatchId).ToList() is { Count: > 0 } arrived)
            await ledger.SettleAsync(arrived, CancellationToken.None);
        foreach (var (batch, end) in ended)
        {
            if (end is BatchEnd.Unconfirmed unconfirmed)
                await ledger.UnconfirmedAsync(batch.BatchId, unconfirmed.Reason, CancellationToken.None);
            tally.Add(batch, end);
        }
        await all;
    }

    private async Task<BatchEnd> ResumePublishingAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        if (batch.Destination is { } before && before != _where)
            return new BatchEnd.Unconfirmed($"'{batch.FileName}' was being published at {before} when the connector was moved to {_where}. Look there whether it has arrived.");
        return await _finalName.LookAsync(batch, cancellation) is { } end ? end : await PublishAsync(batch, cancellation);
    }

    private Task<BatchEnd> PublishAsync(UnfinishedBatch batch, CancellationToken cancellation) => _finalName.GiveAsync(batch, cancellation);

    private static BatchEnd.Stuck Stuck(UnfinishedBatch batch, StageResult result) => result switch
    {
        StageResult.TryAgain again => new BatchEnd.Stuck(NotUploaded(batch, again.Trouble), MayMend: true),
        StageResult.Refused refused => new BatchEnd.Stuck(NotUploaded(batch, refused.Trouble), MayMend: false),
        _ => throw new InvalidOperationException($"No case for {result.GetType().Name}."),
    };

    private static Trouble NotUploaded(UnfinishedBatch batch, Trouble trouble) =>
        trouble with { Reason = $"'{batch.FileName}' was not uploaded: {trouble.Reason}" };
}
