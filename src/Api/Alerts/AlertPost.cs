using System.Threading.Channels;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Alerts;

/// <summary>
/// Tells alerts: to the log at once, by the other channels in the background, three tries each. A channel that fails is logged; nothing waits for it.
/// </summary>
internal sealed class AlertPost(IEnumerable<IAlertChannel> channels, TimeProvider clock, ILogger<AlertPost> log) : BackgroundService
{
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IAlertChannel[] _channels = [.. channels];
    private readonly Channel<Alert> _waiting = Channel.CreateBounded<Alert>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Between the first try and the second; twice that before the third.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Takes an alert; returns at once.</summary>
    public void Send(Alert alert)
    {
        if (alert.IsOver)
            log.LogInformation("Alert over: {Subject}", AlertText.Subject(alert));
        else
            log.LogError("Alert: {Subject}. {Text}", AlertText.Subject(alert), alert.Text);
        _waiting.Writer.TryWrite(alert);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var alert in _waiting.Reader.ReadAllAsync(stoppingToken))
            await Task.WhenAll(_channels.Select(c => SendAsync(c, alert, stoppingToken)));
    }

    /// <summary>What is told while the program ends has one short try.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested && _waiting.Reader.TryRead(out var alert))
            await Task.WhenAll(_channels.Select(c => TryAsync(c, alert, Tries, cancellationToken)));
    }

    private async Task SendAsync(IAlertChannel channel, Alert alert, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= Tries && !await TryAsync(channel, alert, attempt, cancellation); attempt++)
            if (attempt < Tries)
                await Task.Delay(Pause * attempt, clock, cancellation);
    }

    private async Task<bool> TryAsync(IAlertChannel channel, Alert alert, int attempt, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await channel.SendAsync(alert, patience.Token);
            return true;
        }
#pragma warning disable CA1031 // Whatever a channel throws is the channel's trouble: it must break neither the others nor the runs.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!cancellation.IsCancellationRequested)
                log.LogWarning("Alert {Kind} of {Connector} did not get out by {Channel}, try {Attempt} of {Tries}: {Trouble}", alert.Kind, alert.Connector, channel.Name, attempt, Tries, e.Message);
            return false;
        }
    }
}
