using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// One run of a connector: what an earlier run left is brought to its end, then owed -> write -> freeze -> deliver -> settle. A run never
/// asks "what happened yesterday?" but "what is owed?", so a missed or failed run costs delay and nothing else.
/// </summary>
/// <remarks>
/// <para>Nothing leaves before its bytes are frozen in the ledger, and frozen bytes are never rendered again: a failure leaves the batch, and
/// the next run sends the same bytes under the same name. While one batch of a connector is stuck, no new debt is rendered for it, so
/// corrections cannot overtake what they correct.</para>
/// <para>One run of a connector at a time is the caller's business (a lease). Should two run nevertheless, the ledger lets one of them freeze a
/// record version. The other reports <see cref="SyncRunStatus.Skipped"/>: "succeeded" would claim a delivery that it does not know of,
/// and "failed" would raise an alarm although nothing waits for a person; whatever it read and the winner did not is owed at the next run.</para>
/// <para>Troubles of the destination are results. Exceptions of the ledger pass through and leave the run open in it, as a crash would.</para>
/// </remarks>
/// <param name="ledger">What is owed, frozen and delivered.</param>
/// <param name="destinations">Where to.</param>
/// <param name="clock">The time of a preview and of waits; a run takes the time at which the ledger began it.</param>
/// <param name="retries">What may mend itself is tried again within the run.</param>
public sealed class ExportPipeline(IExportLedger ledger, IDestinations destinations, TimeProvider clock, RetryPolicy retries)
{
    /// <summary>Runs the connector once, on the snapshot given.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the run is closed as failed, and what was frozen waits for the next.</exception>
    public async Task<RunReport> RunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(request);
        var tally = new RunTally(connector.Name);
        return await new RunFrame(ledger, connector, request).RunAsync(start => SyncAsync(connector, start, tally, cancellation), tally.Report, cancellation);
    }

    /// <summary>Renders what the next run would send, if it began now, and stores nothing. Does not touch the destination.</summary>
    public async Task<ExportPreview> PreviewAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var waiting = await ledger.UnfinishedAsync(connector, cancellation);
        var run = await ledger.NextRunNumberAsync(connector, cancellation);
        return new ExportPreview([.. waiting], await WriteAsync(connector, run, clock.GetUtcNow(), cancellation));
    }

    /// <summary>
    /// Renders given tardies as if none had ever been sent, however old, for looking at a layout. Reads and stores nothing.
    /// </summary>
    /// <param name="connector">With the layout to look at.</param>
    /// <param name="now">Whose day is in file names.</param>
    /// <param name="days">Whole school-days, as <see cref="IExportLedger.OwedAsync"/> has them.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static Task<Rendering> ShowAsync(Connector connector, DateTimeOffset now, IAsyncEnumerable<TardyLine> days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var afresh = days.Where(line => !line.IsWithdrawn).Select(line => line with { IsOwed = true, Told = null });
        return DebtRendering.RenderAsync(connector with { Definition = connector.Definition with { MaxAgeDays = null } }, 1, now, afresh, cancellation);
    }

    private async Task SyncAsync(Connector connector, RunStart.Started start, RunTally tally, CancellationToken cancellation)
    {
        for (var hasRendered = false; ; tally.TryAgain())
        {
            hasRendered |= await TryAsync(connector, start, tally, hasRendered, cancellation);
            if (!tally.MayMend || tally.Attempt >= retries.Attempts)
                return;
            await retries.WaitAsync(tally.Attempt, tally.Reason, null, clock, cancellation);
        }
    }

    /// <summary>One attempt, with a session of its own: one that is in trouble is not used again. True once the debt is frozen.</summary>
    private async Task<bool> TryAsync(Connector connector, RunStart.Started start, RunTally tally, bool hasRendered, CancellationToken cancellation)
    {
        await using var destination = destinations.Open(connector);
        var delivery = new BatchDelivery(ledger, destination, connector, tally);
        var takingBack = new TakingBack(ledger, destination, connector, tally);
        await FinishEarlierAsync(connector, delivery, takingBack, tally, cancellation);
        return !tally.HasFailed && !hasRendered && await SendOwedAsync(connector, start, delivery, takingBack, tally, cancellation);
    }

    private async Task FinishEarlierAsync(Connector connector, BatchDelivery delivery, TakingBack takingBack, RunTally tally, CancellationToken cancellation)
    {
        var unfinished = await ledger.UnfinishedAsync(connector, cancellation);
        foreach (var batch in unfinished.Where(b => b.Status == BatchStatus.TakingBack))
            await takingBack.ConvergeAsync(batch, cancellation);
        if (!tally.MustStop)
            await delivery.ConvergeAsync(unfinished, cancellation);
    }

    /// <summary>Renders, freezes and delivers what is owed. False if something stood in the way before anything was frozen.</summary>
    private async Task<bool> SendOwedAsync(
        Connector connector, RunStart.Started start, BatchDelivery delivery, TakingBack takingBack, RunTally tally, CancellationToken cancellation)
    {
        var rendering = await WriteAsync(connector, start.Number, start.StartedAt, cancellation);
        if (rendering is Rendering.Ready { Debt.Files: { IsEmpty: false } files })
        {
            var more = await takingBack.TakeAsync([.. files.Select(f => f.FileName)], cancellation);
            if (tally.HasFailed)
                return false;
            if (more)
                rendering = await WriteAsync(connector, start.Number, start.StartedAt, cancellation);
        }
        var frozen = await FreezeAsync(connector, start, rendering, tally, cancellation);
        var contents = frozen.ToDictionary(f => f.Batch.BatchId, f => f.Content);
        await delivery.SendAsync([.. frozen.Select(f => f.Batch)], batch => contents[batch.BatchId], cancellation);
        return true;
    }

    private Task<Rendering> WriteAsync(Connector connector, long run, DateTimeOffset now, CancellationToken cancellation) =>
        DebtRendering.RenderAsync(connector, run, now, ledger.OwedAsync(connector, cancellation), cancellation);

    private async Task<ImmutableArray<FrozenFile>> FreezeAsync(
        Connector connector, RunStart.Started start, Rendering rendering, RunTally tally, CancellationToken cancellation)
    {
        if (rendering is not Rendering.Ready ready)
        {
            tally.Fail(((Rendering.Refused)rendering).Reason);
            return [];
        }
        if (ready.Debt.IsEmpty || await IsTooMuchAsync(connector, ready.Debt, tally, cancellation))
            return [];
        if (await ledger.FreezeAsync(start.RunId, ready.Debt, cancellation) is not FreezeResult.Frozen frozen)
        {
            tally.Skip("Another run of this connector had already taken these records.");
            return [];
        }
        tally.Hold(ready.Debt.Held);
        tally.Settle(ready.Debt.WithoutRow);
        return [.. ready.Debt.Files.Zip(frozen.BatchIds, FrozenFile.Of)];
    }

    /// <summary>Far more than usual is rather a mistake than a bad day: a wrong schedule makes a tardy of every pass.</summary>
    private async Task<bool> IsTooMuchAsync(Connector connector, RenderedDebt debt, RunTally tally, CancellationToken cancellation)
    {
        var rows = debt.Files.Sum(f => f.Rows);
        if (connector.Definition.MostTimesUsual is not { } times || rows <= connector.AllowedRows || await ledger.UsualRowsAsync(connector, cancellation) is not { } usual || rows <= (long)times * usual)
            return false;
        tally.HoldRun(rows, usual);
        return true;
    }

    /// <summary>A batch whose bytes are still at hand.</summary>
    private sealed record FrozenFile(UnfinishedBatch Batch, byte[] Content)
    {
        public static FrozenFile Of(RenderedFile file, long batchId)
        {
            int Count(LineRole role) => file.Lines.Count(line => line.Role == role);
            return new FrozenFile(
                new UnfinishedBatch(
                    batchId, BatchStatus.Frozen, file.FileName, TemporaryName: null, Attempts: 0,
                    file.Content.Length, file.Sha256, file.Rows, Count(LineRole.Sent), Count(LineRole.Repeated)),
                file.Content);
        }
    }
}
