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
        {
            await TryAsync("the districts", async () =>
            {
                foreach (var district in await districts.ListAsync(stoppingToken))
                    await TryAsync(district.Name, () => PurgeAsync(district, stoppingToken), stoppingToken);
            }, stoppingToken);
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One district's trouble is its own.</summary>
    private async Task TryAsync(string whose, Func<Task> purge, CancellationToken stoppingToken)
    {
        try
        {
            await purge();
        }
#pragma warning disable CA1031 // The database may be away for a while; tomorrow is another day.
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "Of {Whose}, what is older than is kept could not be deleted; it is tried again in a day", whose);
        }
    }

    private async Task PurgeAsync((Data.Access.DistrictId Id, string Name) district, CancellationToken cancellation)
    {
        await using var work = districts.Open(district);
        if (await work.Purge.PurgeAsync(dryRun: false, cancellation) is not { Rows: > 0 } purged)
            return;
        var entry = new AuditEntry { At = clock.GetUtcNow(), Person = Environment.UserName, Method = "RUN", Target = "serve: daily purge", Status = 0, Rows = purged.Rows };
        await new AuditBook(work.Db, AuditBook.Here).AddAsync([entry], cancellation);
        log.LogInformation("Deleted {Count} rows that {District} does not want to keep longer: contents of {Files} files, {SchoolDays} school-days, {ChildDays} child-days, {Entries} entries of the audit",
            purged.Rows, work.District, purged.Contents ?? 0, purged.SchoolDays?.Days ?? 0, purged.ChildDays?.Days ?? 0, purged.AuditEntries ?? 0);
    }
}
