using Quartz;

namespace K12Sync.Api.Jobs;

/// <summary>
/// Wakes for one connector: finds out which slot is due, runs it, says what became of it, and sets when to wake next. Whatever goes wrong stays with this
/// connector.
/// </summary>
internal sealed class DeliveryJob(
    Districts districts, DeliveryPlans plans, DeliveryTimers timers, RunAttempt attempt, ILogger<DeliveryJob> log) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (ConnectorKey.Of(context.JobDetail.Key) is not { } key)
            return;
        try
        {
            await RunAsync(key, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends. What is due then is found at its next start.
        }
#pragma warning disable CA1031 // A job that throws is tried again by the watcher; it must not take the scheduler or another connector with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "Connector {Connector} could not be run; it is looked at again soon.", key);
        }
    }

    private async Task RunAsync(ConnectorKey key, CancellationToken cancellation)
    {
        await using var work = await districts.OpenAsync(key.District, cancellation);
        if (work is null || await Districts.FindAsync(work, key.Connector, cancellation) is not { } connector)
        {
            await timers.RemoveAsync(key, cancellation);
            return;
        }
        var turn = await plans.TurnAsync(work.Db, connector, cancellation);
        if (turn.Due is { } due)
        {
            log.LogInformation("Connector {Connector} runs for {Slot:yyyy-MM-dd HH:mm:ss}, which stands for {Count} scheduled times.", connector.Name, due.Slot.Local, due.StandsFor);
            await attempt.MakeAsync(work, key.District, connector, due.Slot, turn.TakesOver, cancellation);
            turn = await plans.TurnAsync(work.Db, connector, cancellation);
        }
        await timers.SetAsync(key, turn.Next, cancellation);
    }
}
