using K12Sync.Api.Alerts;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;

namespace K12Sync.Api.Jobs;

/// <summary>One run, watched: it has a deadline, it is measured, and somebody is told when it goes wrong.</summary>
internal sealed class RunAttempt(
    IConnectorRuns runs, DeliveryMeters meters, AlertPost post, JobSettings settings, TimeProvider clock, ILogger<RunAttempt> log)
{
    /// <summary>Runs the connector for a slot. Troubles of the run end here.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public Task MakeAsync(Workplace work, DistrictId district, Connector connector, DeliverySlot slot, bool takesOver, CancellationToken cancellation)
    {
        if (takesOver)
            meters.TookOver(work.District, connector.Name);
        return MakeAsync(work, district, connector, new RunRequest(RunTrigger.Schedule, slot.Local), slot, cancellation);
    }

    /// <summary>Runs the connector because a person wants it now. Null: it did not come to an end of its own, and why is told as for any run.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public Task<ExportReport?> MakeByHandAsync(Workplace work, DistrictId district, Connector connector, Action<long> begun, CancellationToken cancellation) =>
        MakeAsync(work, district, connector, RunRequest.Manual with { Begun = begun }, null, cancellation);

    private async Task<ExportReport?> MakeAsync(Workplace work, DistrictId district, Connector connector, RunRequest request, DeliverySlot? slot, CancellationToken cancellation)
    {
        var alerts = new RunAlerts(work, new AlertDesk(work.District, new AlertBook(work.Db, clock), post, clock));
        var began = clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(settings.Deadline, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            var report = await InTimeAsync(Task.Run(() => runs.RunAsync(district, connector, request with { Deadline = deadline.Token }, stop.Token), CancellationToken.None), stop.Token);
            meters.Ran(work.District, connector.Name, report, clock.GetElapsedTime(began));
            log.LogInformation("Run {Run} of connector {Connector}: {Status}, {Files} files, {Rows} rows, {Held} held.",
                report.Run.RunNumber, connector.Name, report.Run.Status, report.Run.Files.Length, report.Run.RowsSent, report.Run.Held.Length);
            await alerts.AfterAsync(connector, report, slot, cancellation);
            return report;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            meters.Ended(work.District, connector.Name, "Stopped", clock.GetElapsedTime(began));
            throw;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && deadline.IsCancellationRequested)
        {
            meters.Ended(work.District, connector.Name, "Overran", clock.GetElapsedTime(began));
            log.LogError("The run of connector {Connector} did not end within {Deadline} and was {Fate}.", connector.Name, settings.Deadline, e is TimeoutException ? "given up" : "ended");
            await alerts.OverranAsync(connector, settings.Deadline, cancellation);
            return null;
        }
#pragma warning disable CA1031 // Whatever a run throws is this connector's trouble only.
        catch (Exception e)
#pragma warning restore CA1031
        {
            meters.Ended(work.District, connector.Name, "Broke", clock.GetElapsedTime(began));
            log.LogError(e, "The run of connector {Connector} broke.", connector.Name);
            await alerts.BrokeAsync(connector, e, cancellation);
            return null;
        }
    }

    /// <summary>Waits for the run; once it was told to stop, not longer than the grace.</summary>
    private async Task<ExportReport> InTimeAsync(Task<ExportReport> run, CancellationToken stop)
    {
        try
        {
            return await run.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody may be left to hear what a run says that is given up.
            _ = run.ContinueWith(static r => r.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return await run.WaitAsync(settings.Grace, clock, CancellationToken.None);
        }
    }
}
