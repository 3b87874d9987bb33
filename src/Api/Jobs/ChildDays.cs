using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Jobs;

/// <summary>
/// Brings child-days up to date, at the start and every few minutes, in every district with sites: days that are over get their rows, pending days their states, forgotten check-outs their times, and
/// children who are equal on both sides their links. That several processes do it at a time does no harm.
/// </summary>
internal sealed class ChildDays(Districts districts, JobSettings settings, TimeProvider clock, ILogger<ChildDays> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(settings.ChildDaysEvery, clock);
        do
            await RoundAsync(stoppingToken);
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Once through all districts. One district's trouble is its own.</summary>
    internal Task RoundAsync(CancellationToken cancellation) => TryAsync("the districts", async () =>
    {
        foreach (var district in await districts.ListAsync(cancellation))
            await TryAsync(district.Name, () => BringUpToDateAsync(district, cancellation), cancellation);
    }, cancellation);

    private async Task BringUpToDateAsync((Data.Access.DistrictId Id, string Name) district, CancellationToken cancellation)
    {
        await using var work = districts.Open(district);
        if (!await work.Db.Sites.AnyAsync(cancellation))
            return;
        await work.AgencyRosters.LinkAllAsync(cancellation);
        var done = await work.Attendance.BringUpToDateAsync(cancellation);
        if (done.CheckedOut > 0)
            log.LogInformation("{District}: nobody had checked out {Count} children; the site's closing time was taken", district.Name, done.CheckedOut);
    }

    private async Task TryAsync(string whose, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // The database may be away for a while; what is undone is done in the next round.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "Of {Whose}, child-days could not be brought up to date; it is tried again in {Minutes} minutes", whose, settings.ChildDaysEvery.TotalMinutes);
        }
    }
}
