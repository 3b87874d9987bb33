using K12Sync.Api.Alerts;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Jobs;

/// <summary>
/// Looks at every connector again and again: sets its timer (it may have been added, changed or removed by another process, or the clock may have been
/// set), notices silence, and counts what waits.
/// </summary>
internal sealed class Watcher(
    Districts districts, DeliveryPlans plans, DeliveryTimers timers, ConnectorWatch watch, AlertPost post, DeliveryMeters meters, Heartbeat heartbeat,
    JobSettings settings, TimeProvider clock, ILogger<Watcher> log) : BackgroundService
{
    // Counting reads all that is owed: it takes at most this part of the time.
    private const int CountingShare = 20;

    private readonly Dictionary<ConnectorKey, Standing> _standings = [];
    private DateTimeOffset _countAgain;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(settings.WatchEvery, clock);
        do
            try
            {
                await LookAsync(stoppingToken);
                heartbeat.Beat();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database may be away for a while; the next look may find it again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogError(e, "The connectors could not be looked at; they are again in {Seconds} s.", settings.WatchEvery.TotalSeconds);
            }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Looks at all connectors once.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var (there, alerts) = (new HashSet<ConnectorKey>(), new Dictionary<AlertKind, int>());
        var counts = clock.GetUtcNow() >= _countAgain;
        var began = clock.GetTimestamp();
        foreach (var district in await districts.ListAsync(cancellation))
        {
            await using var work = districts.Open(district);
            foreach (var id in await Districts.ConnectorIdsAsync(work, cancellation))
                if (await TryLookAsync(work, new ConnectorKey(district.Id, id), counts, cancellation))
                    there.Add(new ConnectorKey(district.Id, id));
            foreach (var (kind, count) in await new AlertBook(work.Db, clock).OpenAsync(cancellation))
                alerts[kind] = alerts.GetValueOrDefault(kind) + count;
        }
        foreach (var gone in (await timers.AllAsync(cancellation)).Where(k => !there.Contains(k)))
            await timers.RemoveAsync(gone, cancellation);
        foreach (var gone in _standings.Keys.Where(k => !there.Contains(k)).ToList())
            _standings.Remove(gone);
        meters.Stand([.. _standings.Values], alerts);
        if (counts)
            _countAgain = clock.GetUtcNow() + clock.GetElapsedTime(began) * CountingShare;
    }

    /// <summary>False if the connector is no more. One that cannot be read stays, and does not keep the others from being looked at.</summary>
    private async Task<bool> TryLookAsync(Workplace work, ConnectorKey key, bool counts, CancellationToken cancellation)
    {
        try
        {
            if (await Districts.FindAsync(work, key.Connector, cancellation) is not { } connector)
                return false;
            var turn = await plans.TurnAsync(work.Db, connector, cancellation);
            await timers.SetAsync(key, turn.Due is null ? turn.Next : clock.GetUtcNow(), cancellation);
            var desk = new AlertDesk(work.District, new AlertBook(work.Db, clock), post, clock);
            var lastSuccess = await watch.LookAsync(work, connector, turn.State, desk, cancellation);
            var (rows, oldest) = counts ? await work.Exports.CountOwedAsync(connector, cancellation)
                : _standings.TryGetValue(key, out var before) ? (before.RowsWaiting, before.OldestWaiting) : (0, null);
            _standings[key] = new Standing(work.District, connector.Name, lastSuccess, rows, oldest);
        }
#pragma warning disable CA1031 // One connector's trouble is its own.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "Connector {Connector} cannot be looked at. The others are not affected.", key);
        }
        return true;
    }
}

/// <summary>When the watcher last got round.</summary>
internal sealed class Heartbeat(TimeProvider clock)
{
    private long _last = clock.GetTimestamp();

    /// <summary>It got round just now.</summary>
    public void Beat() => Interlocked.Exchange(ref _last, clock.GetTimestamp());

    /// <summary>How long ago it got round, or the program began. Not fooled by a clock that is set.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Interlocked.Read(ref _last));
}
