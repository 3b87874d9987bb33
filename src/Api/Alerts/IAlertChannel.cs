using K12Sync.Domain.Exports;

namespace K12Sync.Api.Alerts;

/// <summary>A way to tell somebody.</summary>
internal interface IAlertChannel
{
    /// <summary>For the log.</summary>
    string Name { get; }

    /// <summary>Tells it; throws if that failed, whatever way.</summary>
    Task SendAsync(Alert alert, CancellationToken cancellation);
}
