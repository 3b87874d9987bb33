using Quartz;

namespace K12Sync.Api.Jobs;

/// <summary>Sets when a connector's job wakes. Quartz only wakes it: what is due is decided then, from the ledger.</summary>
internal sealed class DeliveryTimers(ISchedulerFactory schedulers, TimeProvider clock)
{
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(1);

    /// <summary>The connector wakes at an instant, or now if that is past, or never.</summary>
    public async Task SetAsync(ConnectorKey connector, DateTimeOffset? at, CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        var set = await scheduler.GetTrigger(connector.Trigger, cancellation);
        if (at is not { } instant)
        {
            if (set is not null)
                await scheduler.UnscheduleJob(connector.Trigger, cancellation);
            return;
        }
        var now = clock.GetUtcNow();
        if (set?.NextFireTimeUtc is { } there && ((there - instant).Duration() < Same || (there <= now && instant <= now)))
            return;
        var job = JobBuilder.Create<DeliveryJob>().WithIdentity(connector.Job).StoreDurably().RequestRecovery().DisallowConcurrentExecution().Build();
        var trigger = TriggerBuilder.Create(clock).WithIdentity(connector.Trigger).ForJob(job).StartAt(instant < now ? now : instant)
            .WithSimpleSchedule(s => s.WithRepeatCount(0).WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow)).Build();
        await scheduler.ScheduleJob(job, trigger, ScheduleJobOptions.Replacing, cancellation);
    }

    /// <summary>Every connector that has a job.</summary>
    public async Task<IReadOnlyList<ConnectorKey>> AllAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        var jobs = await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(ConnectorKey.Group), cancellation);
        return [.. jobs.Select(ConnectorKey.Of).OfType<ConnectorKey>()];
    }

    /// <summary>The connector is no more.</summary>
    public async Task RemoveAsync(ConnectorKey connector, CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        await scheduler.DeleteJob(connector.Job, cancellation);
    }
}
