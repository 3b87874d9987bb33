using K12Sync.Data.Audit;

namespace K12Sync.Api.Jobs;

/// <summary>Lets go, at the start and once a day, of what each district does not want to keep. What it deleted is audited.</summary>
internal sealed class DailyPurge(Districts districts, TimeProvider clock, ILogger<DailyPurge> log) : BackgroundService
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Day, clock);
        do
            try
            {
                foreach (var district in await districts.ListAsync(stoppingToken))
                    await PurgeAsync(district, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database may be away for a while; tomorrow is another day.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogError(e, "What is older than the districts keep it could not be deleted; it is tried again in a day");
            }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PurgeAsync((Data.Access.DistrictId Id, string Name) district, CancellationToken cancellation)
    {
        await using var work = districts.Open(district);
        await using var transaction = await work.Db.TransactAsync(cancellation);
        if (await work.Purge.PurgeAsync(dryRun: false, cancellation) is not { } count || count == 0)
            return;
        var entry = new AuditEntry { At = clock.GetUtcNow(), Person = Environment.UserName, Method = "RUN", Target = "serve: daily purge", Status = 0, Rows = count };
        await new AuditBook(work.Db, AuditBook.Here).AddAsync([entry], cancellation);
        await transaction.CommitAsync(cancellation);
        log.LogInformation("Deleted the contents of {Count} files that {District} does not want to keep longer", count, work.District);
    }
}
