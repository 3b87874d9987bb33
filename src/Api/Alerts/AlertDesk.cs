using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Alerts;

/// <summary>Opens and closes the episodes of one district and has each told once.</summary>
internal sealed class AlertDesk(string district, AlertBook book, AlertPost post, TimeProvider clock)
{
    /// <summary>Trouble has begun; told unless it is known already.</summary>
    public async Task OpenAsync(Connector connector, AlertKind kind, string text, CancellationToken cancellation)
    {
        if (await book.OpenAsync(connector.Id, kind, text, cancellation))
            post.Send(new Alert(kind, district, connector.Name, text, clock.GetUtcNow(), IsOver: false));
    }

    /// <summary>Trouble of these kinds, if there was any, is over.</summary>
    public async Task ClearAsync(Connector connector, IReadOnlyCollection<AlertKind> kinds, CancellationToken cancellation)
    {
        foreach (var episode in await book.ClearAsync(connector.Id, kinds, cancellation))
            post.Send(new Alert(episode.Kind, district, connector.Name, episode.Text, episode.OpenedAt, IsOver: true));
    }

    /// <summary>True if trouble of this kind began at or after an instant, whether or not it is over.</summary>
    public Task<bool> BeganSinceAsync(Connector connector, AlertKind kind, DateTimeOffset since, CancellationToken cancellation) =>
        book.BeganSinceAsync(connector.Id, kind, since, cancellation);
}
