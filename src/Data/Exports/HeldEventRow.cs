using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Exports;

/// <summary>An event that is, or may be, at a connector's API by our doing.</summary>
public sealed class HeldEventRow
{
    private HeldEventRow()
    {
    }

    internal HeldEventRow(long connectorId, HeldEvent held)
    {
        (ConnectorId, Key, EventId, Sha256) = (connectorId, held.Key, held.EventId, held.Sha256);
        (ChildDayId, SchoolId, StudentNumber, Date) = (held.Subject.ChildDayId, held.Subject.SchoolId, held.Subject.StudentNumber, held.Subject.Date);
    }

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }

    /// <summary>What it is about; null: tardies.</summary>
    public long? ChildDayId { get; private set; }

    /// <summary>Of tardies; null: a child-day.</summary>
    public long? SchoolId { get; private set; }

    /// <summary>Of a child-day the child's number.</summary>
    public string StudentNumber { get; private set; } = "";

    public DateOnly Date { get; private set; }

    /// <summary>As the API names it.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The API's id; null: whether it is there is not known.</summary>
    public string? EventId { get; private set; }

    /// <summary>Of what it surely says; null: that is not known.</summary>
    public string? Sha256 { get; private set; }

    internal EventSubject Subject => new(ChildDayId, SchoolId, StudentNumber, Date);

    internal HeldEvent ToHeld() => new(Subject, Key, EventId, Sha256);

    /// <summary>What is known of it now.</summary>
    internal void Learn(HeldEvent held) => (EventId, Sha256) = (held.EventId, held.Sha256);
}

internal sealed class HeldEventTable : IEntityTypeConfiguration<HeldEventRow>
{
    public void Configure(EntityTypeBuilder<HeldEventRow> builder)
    {
        builder.BelongsTo<HeldEventRow, ConnectorRow>(h => h.ConnectorId);
        builder.HasIndex(h => new { h.ConnectorId, h.StudentNumber, h.Date, h.Key }).IsUnique();
        builder.HasIndex(h => new { h.ConnectorId, h.Date });
        builder.HasIndex(h => new { h.ChildDayId, h.ConnectorId });
    }
}
