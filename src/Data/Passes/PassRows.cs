using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.Tardies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Passes;

/// <summary>A pass as it was accepted, and what became of it when its day was last mapped.</summary>
public sealed class PassRow
{
    private PassRow()
    {
    }

    public long Id { get; private set; }
    public string PassId { get; private set; } = "";
    public long SchoolId { get; private set; }
    public string StudentNumber { get; private set; } = "";
    public string Code { get; private set; } = "";
    public DateTimeOffset IssuedAt { get; private set; }

    /// <summary>The calendar day of <see cref="IssuedAt"/> in the school's zone.</summary>
    public DateOnly Date { get; private set; }

    public DateTimeOffset RecordedAt { get; private set; }
    public bool Voided { get; private set; }

    /// <summary>Null until the day is mapped for the first time.</summary>
    public OutcomeKind? Outcome { get; private set; }

    public string? OutcomeReason { get; private set; }
    public string? PeriodName { get; private set; }
    public string? SisPeriodCode { get; private set; }
    public int? MinutesLate { get; private set; }
}

/// <summary>A school-day whose passes are to be mapped again: a pass came, or something that decides about passes changed.</summary>
public sealed class PendingDayRow
{
    private PendingDayRow()
    {
    }

    public long SchoolId { get; private set; }
    public DateOnly Date { get; private set; }

    /// <summary>Moves with every new reason to map the day, so that one arriving while the day is being mapped is not lost.</summary>
    public long Mark { get; private set; }
}

internal sealed class PassTables : IEntityTypeConfiguration<PassRow>, IEntityTypeConfiguration<PendingDayRow>
{
    public void Configure(EntityTypeBuilder<PassRow> builder)
    {
        builder.ToTable("Passes");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(p => p.PassId).HasMaxLength(HallPass.MaxTextLength);
        builder.BelongsTo<PassRow, School>(p => p.SchoolId);
        builder.HasIndex(Columns.DistrictId, nameof(PassRow.PassId)).IsUnique();
        builder.HasIndex(p => new { p.SchoolId, p.Date });
        builder.HasIndex(Columns.DistrictId, nameof(PassRow.StudentNumber));
    }

    public void Configure(EntityTypeBuilder<PendingDayRow> builder)
    {
        builder.ToTable("PendingDays");
        builder.HasKey(d => new { d.SchoolId, d.Date });
    }
}
