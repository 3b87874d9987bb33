using K12Sync.Data.Childcare;
using K12Sync.Data.Storage;
using K12Sync.Data.Tardies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Exports;

internal sealed class ExportTables :
    IEntityTypeConfiguration<ConnectorRow>, IEntityTypeConfiguration<SyncRunRow>, IEntityTypeConfiguration<ExportBatchRow>,
    IEntityTypeConfiguration<ExportContentRow>, IEntityTypeConfiguration<SyncEntryRow>, IEntityTypeConfiguration<HeldRecordRow>,
    IEntityTypeConfiguration<ManualCorrectionRow>, IEntityTypeConfiguration<LayoutRow>, IEntityTypeConfiguration<ConnectorSecretRow>, IEntityTypeConfiguration<LeaseRow>
{
    public void Configure(EntityTypeBuilder<ConnectorRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(ConnectorRow.Name)).IsUnique().HasFilter("\"RemovedAt\" IS NULL");
    }

    public void Configure(EntityTypeBuilder<ConnectorSecretRow> builder)
    {
        builder.BelongsTo<ConnectorSecretRow, ConnectorRow>(s => s.ConnectorId);
        builder.HasIndex(s => new { s.ConnectorId, s.Kind, s.ProviderId }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<LeaseRow> builder) => builder.HasIndex(l => l.ConnectorId).IsUnique();

    public void Configure(EntityTypeBuilder<SyncRunRow> builder)
    {
        builder.HasIndex(r => new { r.ConnectorId, r.Number }).IsUnique();
        builder.HasIndex(r => new { r.ConnectorId, r.Slot }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ExportBatchRow> builder)
    {
        builder.HasIndex(b => new { b.ConnectorId, b.Status });
        builder.BelongsTo<ExportBatchRow, SyncRunRow>(b => b.SyncRunId);
    }

    public void Configure(EntityTypeBuilder<ExportContentRow> builder)
    {
        builder.HasKey(c => c.BatchId);
        builder.Property(c => c.BatchId).ValueGeneratedNever();
        builder.BelongsTo<ExportContentRow, ExportBatchRow>(c => c.BatchId);
    }

    public void Configure(EntityTypeBuilder<SyncEntryRow> builder)
    {
        builder.HasIndex(e => new { e.RecordId, e.ConnectorId, e.SettlesVersion }).IsUnique();
        builder.HasIndex(e => new { e.ChildDayId, e.ConnectorId, e.SettlesVersion }).IsUnique().HasFilter("\"ChildDayId\" IS NOT NULL");
        // Of a student, and of a day in the order in which pages are read.
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(nameof(SyncEntryRow.StudentNumber), Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(SyncEntryRow.Date), nameof(SyncEntryRow.Id));
        builder.BelongsTo<SyncEntryRow, SyncRunRow>(e => e.SyncRunId);
        builder.BelongsTo<SyncEntryRow, ExportBatchRow>(e => e.BatchId);
        builder.BelongsTo<SyncEntryRow, TardyRecordRow>(e => e.RecordId);
        builder.BelongsTo<SyncEntryRow, AttendanceDayRow>(e => e.ChildDayId);
    }

    public void Configure(EntityTypeBuilder<ManualCorrectionRow> builder)
    {
        builder.BelongsTo<ManualCorrectionRow, TardyRecordRow>(c => c.RecordId);
        builder.HasIndex(c => new { c.ConnectorId, c.OpenRecordId }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<LayoutRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(LayoutRow.Name), nameof(LayoutRow.Number)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<HeldRecordRow> builder)
    {
        builder.HasIndex(h => new { h.ConnectorId, h.RecordId }).IsUnique();
        builder.HasIndex(h => new { h.ConnectorId, h.ChildDayId }).IsUnique().HasFilter("\"ChildDayId\" IS NOT NULL");
    }
}
