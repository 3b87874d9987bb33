using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Exports;

/// <summary>One episode of trouble with a connector, of which somebody was told once. At most one of a kind is open for a connector.</summary>
public sealed class AlertRow
{
    private AlertRow()
    {
    }

    public AlertRow(long connectorId, AlertKind kind, string text, DateTimeOffset at) =>
        (ConnectorId, Kind, OpenKind, Text, OpenedAt) = (connectorId, kind, kind, text, at);

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }
    public AlertKind Kind { get; private set; }

    /// <summary>The kind while the episode is open, else null. Unique in the connector.</summary>
    public AlertKind? OpenKind { get; private set; }

    /// <summary>Holds nothing of a student.</summary>
    public string Text { get; private set; } = "";

    public DateTimeOffset OpenedAt { get; private set; }
    public DateTimeOffset? ClearedAt { get; private set; }

    /// <summary>The trouble is over.</summary>
    public void Clear(DateTimeOffset at) => (OpenKind, ClearedAt) = (null, at);
}

internal sealed class AlertTable : IEntityTypeConfiguration<AlertRow>
{
    public void Configure(EntityTypeBuilder<AlertRow> builder)
    {
        builder.BelongsTo<AlertRow, ConnectorRow>(a => a.ConnectorId);
        builder.HasIndex(a => new { a.ConnectorId, a.OpenKind }).IsUnique();
    }
}
