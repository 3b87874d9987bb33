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
/// <param name="clock">The time of a preview; a run takes the time at which the ledger began it.</param>
public sealed class ExportPipeline(IExportLedger ledger, IDestinations destinations, TimeProvider clock)
{
    /// <summary>Runs the connector once, on the snapshot given.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the run is closed as failed, and what was frozen waits for the next.</exception>
    public async Task<RunReport> RunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var start = await ledger.BeginRunAsync(connector, request, cancellation);
        var tally = new RunTally(start.Number);
        try
        {
            await SyncAsync(connector, start, tally, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await ledger.FinishRunAsync(start.RunId, SyncRunStatus.Failed, "The run was stopped. What was frozen waits for the next.", CancellationToken.None);
            throw;
        }
        var report = tally.Report();
        await ledger.FinishRunAsync(start.RunId, report.Status, report.Error, CancellationToken.None);
        return report;
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

    private async Task SyncAsync(Connector connector, SyncRunStart start, RunTally tally, CancellationToken cancellation)
    {
        await using var destination = destinations.Open(connector);
        var delivery = new BatchDelivery(ledger, destination);
        await FinishEarlierAsync(connector, delivery, tally, cancellation);
        if (tally.HasFailed)
            return;
        var rendering = await WriteAsync(connector, start.Number, start.StartedAt, cancellation);
        var frozen = await FreezeAsync(start, rendering, tally, cancellation);
        await DeliverAsync(frozen, delivery, tally, cancellation);
    }

    private async Task FinishEarlierAsync(Connector connector, BatchDelivery delivery, RunTally tally, CancellationToken cancellation)
    {
        foreach (var batch in await ledger.UnfinishedAsync(connector, cancellation))
        {
            var end = await delivery.ConvergeAsync(batch, cancellation);
            tally.Add(batch, end);
            if (end is BatchEnd.Stuck { OnlyThisFile: false })
                return;
        }
    }

    private Task<Rendering> WriteAsync(Connector connector, long run, DateTimeOffset now, CancellationToken cancellation) =>
        DebtRendering.RenderAsync(connector, run, now, ledger.OwedAsync(connector, cancellation), cancellation);

    private async Task<ImmutableArray<FrozenFile>> FreezeAsync(
        SyncRunStart start, Rendering rendering, RunTally tally, CancellationToken cancellation)
    {
        if (rendering is not Rendering.Ready ready)
        {
            tally.Fail(((Rendering.Refused)rendering).Reason);
            return [];
        }
        if (ready.Debt.IsEmpty)
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

    private static async Task DeliverAsync(
        ImmutableArray<FrozenFile> files, BatchDelivery delivery, RunTally tally, CancellationToken cancellation)
    {
        foreach (var (batch, content) in files)
        {
            var end = await delivery.SendAsync(batch, content, cancellation);
            tally.Add(batch, end);
            if (end is BatchEnd.Stuck { OnlyThisFile: false })
                return;
        }
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
