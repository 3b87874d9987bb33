using K12Sync.Domain.Exports;

namespace K12Sync.Api.Alerts;

/// <summary>Posts an alert as JSON. The <c>text</c> is all that chat programs read.</summary>
internal sealed class WebhookChannel(Uri address, HttpClient http) : IAlertChannel
{
    /// <inheritdoc/>
    public string Name => $"webhook at {address.Host}";

    /// <inheritdoc/>
    public async Task SendAsync(Alert alert, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(address, new
        {
            text = AlertText.Subject(alert) + "\n" + alert.Text,
            kind = alert.Kind.ToString(),
            state = alert.IsOver ? "over" : "open",
            district = alert.District,
            connector = alert.Connector,
            at = alert.At.UtcDateTime,
        }, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
