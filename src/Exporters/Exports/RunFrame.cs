using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// What is around every run, whatever it sends: it is begun in the ledger, once for its slot, and closed there with what became of it, whether it came to its end or was stopped.
/// </summary>
/// <param name="ledger">Runs.</param>
/// <param name="connector">The snapshot.</param>
/// <param name="request">Why.</param>
internal sealed class RunFrame(IExportLedger ledger, Connector connector, RunRequest request)
{
    /// <summary>That the slot was run before.</summary>
    public string Made { get; init; } = $"The run of {request.Slot:yyyy-MM-dd HH:mm} has been made.";

    /// <summary>That it was stopped.</summary>
    public string Stopped { get; init; } = "The run was stopped. What was frozen waits for the next.";

    /// <summary>Makes the run.</summary>
    /// <param name="sync">What the run does.</param>
    /// <param name="report">What it has come to so far, under its number.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">Stopped; the run is closed as failed.</exception>
    /// <remarks>Other exceptions pass through and leave the run open in the ledger, as a crash would.</remarks>
    public async Task<RunReport> RunAsync(Func<RunStart.Started, Task> sync, Func<long, RunReport> report, CancellationToken cancellation)
    {
        var begun = await ledger.BeginRunAsync(connector, request, cancellation);
        if (begun is RunStart.SlotTaken(var number))
            return new RunReport(number, SyncRunStatus.Skipped, [], 0, 0, 0, 0, [], [], Made);
        var start = (RunStart.Started)begun;
        request.Begun?.Invoke(start.RunId);
        try
        {
            await sync(start);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            var end = new RunEnd(SyncRunStatus.Failed, report(start.Number).Attempts, null, Stopped, IsStopped: !request.Deadline.IsCancellationRequested);
            await ledger.FinishRunAsync(start.RunId, end, CancellationToken.None);
            throw;
        }
        var done = report(start.Number);
        await ledger.FinishRunAsync(start.RunId, new RunEnd(done.Status, done.Attempts, done.ErrorCode, done.Error), CancellationToken.None);
        return done;
    }
}
