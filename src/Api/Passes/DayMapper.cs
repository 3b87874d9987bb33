using System.Threading.Channels;
using K12Sync.Api.Jobs;
using K12Sync.Data.Access;

namespace K12Sync.Api.Passes;

/// <summary>
/// Maps the days of passes that came in, and judges those of check-ins, soon and in the background, so that they show what they are before the next run of a connector. Nothing depends on it: what it leaves
/// undone is marked in the database, and whoever maps next does it.
/// </summary>
internal sealed class DayMapper(Districts districts, PassSettings settings, TimeProvider clock, ILogger<DayMapper> log) : BackgroundService
{
    /// <summary>It works for at most this part of the time: a large roster takes a while to read.</summary>
    private const int Share = 10;

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(30);
    private readonly Channel<DistrictId> _woken = Channel.CreateUnbounded<DistrictId>(new UnboundedChannelOptions { SingleReader = true });
    private readonly WokenDistricts _asked = new(settings, clock);

    /// <summary>Passes or check-ins of this district came in.</summary>
    public void Wake(DistrictId district) => Wake(district, isStream: false);

    /// <summary>Some of a stream came in, and more may follow: its days wait for the rest (<see cref="WokenDistricts"/>).</summary>
    public void WakeAfterStream(DistrictId district) => Wake(district, isStream: true);

    private void Wake(DistrictId district, bool isStream)
    {
        if (_asked.Add(district, isStream))
            _woken.Writer.TryWrite(district);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WakeAllAsync(stoppingToken);
            await foreach (var district in _woken.Reader.ReadAllAsync(stoppingToken))
            {
                await Task.Delay(settings.MapAfter, clock, stoppingToken);
                if (_asked.TryTake(district))
                    await Task.Delay(await MapAsync(district, stoppingToken), clock, stoppingToken);
                else
                    _woken.Writer.TryWrite(district);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is marked stays marked.
        }
    }

    /// <summary>Passes may have come in before the program ended the last time.</summary>
    private async Task WakeAllAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var (id, _) in await districts.ListAsync(cancellation))
                Wake(id);
        }
#pragma warning disable CA1031 // The first pass wakes its district anyway.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "The districts could not be listed.");
        }
    }

    /// <summary>How long to rest afterwards.</summary>
    private async Task<TimeSpan> MapAsync(DistrictId district, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        try
        {
            if (await districts.OpenAsync(district, cancellation) is { } work)
                await using (work)
                {
                    await work.Tardies.MapPendingAsync(cancellation);
                    await work.Attendance.EvaluatePendingAsync(cancellation);
                }
            return clock.GetElapsedTime(began) * (Share - 1);
        }
#pragma warning disable CA1031 // The database may be away for a while. The days stay marked.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "The days of district {District} could not be mapped; they will be.", district);
            Wake(district);
            return AfterTrouble;
        }
    }
}
