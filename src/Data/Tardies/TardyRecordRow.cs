using K12Sync.Data.Storage;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Tardies;

/// <summary>
/// One tardy: what the SIS should hold for a student, day and period at a school. It has versions; whether a version was sent is a
/// question to the ledger.
/// </summary>
public sealed class TardyRecordRow
{
    private TardyRecordRow()
    {
    }

    public long Id { get; private set; }
    public long SchoolId { get; private set; }
    public string StudentNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }
    public string SisPeriodCode { get; private set; } = "";
    public string PeriodName { get; private set; } = "";

    /// <summary>The behaviour code of the winning pass.</summary>
    public string Code { get; private set; } = "";

    public string ExternalCode { get; private set; } = "";
    public int MinutesLate { get; private set; }
    public string PassId { get; private set; } = "";
    public DateTimeOffset IssuedAt { get; private set; }

    /// <summary>Counts up from 1 whenever what the SIS should hold changes.</summary>
    public long RecordVersion { get; private set; }

    /// <summary>It is no tardy any more. The row stays, because the SIS may have been told.</summary>
    public bool Withdrawn { get; private set; }
}

internal sealed class TardyTables : IEntityTypeConfiguration<TardyRecordRow>
{
    public void Configure(EntityTypeBuilder<TardyRecordRow> builder)
    {
        builder.ToTable("TardyRecords");
        builder.BelongsTo<TardyRecordRow, School>(r => r.SchoolId);
        // The order in which a school's records are exported: read by this index they need no sorting.
        builder.HasIndex(r => new { r.SchoolId, r.Date, r.SisPeriodCode, r.StudentNumber }).IsUnique();
        // Of a student, of a day, and what has changed since; the latter in the order in which pages are read.
        builder.Property<long>(Columns.DistrictId);
        builder.Property<long>(Columns.ChangeVersion);
        builder.HasIndex(nameof(TardyRecordRow.StudentNumber), Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(TardyRecordRow.Date), nameof(TardyRecordRow.Id));
        builder.HasIndex(Columns.DistrictId, Columns.ChangeVersion, nameof(TardyRecordRow.Id));
    }
}
