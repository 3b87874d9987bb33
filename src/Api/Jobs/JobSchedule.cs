using K12Sync.Api.Alerts;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports.Schedules;
using Quartz;

namespace K12Sync.Api.Jobs;

/// <summary>
/// What runs when. One job for each connector of every district (<see cref="DeliveryJob"/>), woken by Quartz at its next slot; and one look around at the
/// start and every half minute (<see cref="Watcher"/>); child-days are brought up to date every few minutes (<see cref="ChildDays"/>). Timers are kept in the same database, so several processes on PostgreSQL share the work, and
/// those of a process that dies are taken over. What is due is never Quartz's to say: that is decided from the ledger when a job wakes.
/// </summary>
internal static class JobSchedule
{
    /// <summary>Adds all of it.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services, Premises premises, IConfiguration configuration)
    {
        var settings = configuration.GetSection("Jobs").Get<JobSettings>() ?? new JobSettings();
        services.AddSingleton(premises).AddSingleton(premises.Clock).AddSingleton(settings)
            .AddSingleton<ICronTimes, CronTimes>().AddSingleton<DeliverySlots>().AddSingleton<SlotBook>().AddSingleton<DeliveryPlans>()
            .AddSingleton<Districts>().AddSingleton<DeliveryTimers>().AddSingleton<DeliveryMeters>().AddSingleton<Heartbeat>()
            .AddSingleton<ConnectorWatch>().AddSingleton<IConnectorRuns, ConnectorRuns>().AddSingleton<RunAttempt>().AddSingleton<RunsByHand>();
        services.AddAlerts(configuration);
        services.AddQuartz(quartz => Configure(quartz, premises, settings));
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        services.AddHostedService<Watcher>().AddHostedService<DailyPurge>().AddHostedService<ChildDays>().AddHostedService(s => s.GetRequiredService<RunsByHand>());
        return services;
    }

    private static void Configure(IQuartzBuilder quartz, Premises premises, JobSettings settings)
    {
        quartz.UseTimeProvider(premises.Clock);
        quartz.UseDefaultThreadPool(Math.Max(1, settings.MostAtOnce));
        quartz.ConfigureScheduler(s =>
        {
            s.InstanceName = "K12Sync";
            s.ShutdownJobInterruption = ShutdownJobInterruption.Always;
        });
        quartz.UsePersistentStore(store =>
        {
            store.ProvisionSchema();
            store.UseSystemTextJsonSerializer();
            switch (premises.Database)
            {
                case PostgresDatabase postgres:
                    store.UsePostgres(postgres.ConnectionString);
                    store.UseClustering(c => (c.CheckinInterval, c.CheckinMisfireThreshold) = (settings.CheckInEvery, settings.CheckInEvery * 2));
                    break;
                case DataFolder folder:
                    store.UseSqlite(folder.ConnectionString);
                    break;
            }
        });
    }
}
