using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Childcare;

/// <summary>The nouns: sites, providers, children, placements, authorizations, what agencies list, links.</summary>
internal sealed class ChildcareTables :
    IEntityTypeConfiguration<Site>, IEntityTypeConfiguration<Provider>, IEntityTypeConfiguration<Child>, IEntityTypeConfiguration<Placement>,
    IEntityTypeConfiguration<Authorization>, IEntityTypeConfiguration<AgencyChildRow>, IEntityTypeConfiguration<ChildLinkRow>
{
    public void Configure(EntityTypeBuilder<Site> builder)
    {
        builder.ToTable("Sites");
        builder.Property<long>(Columns.DistrictId);
        builder.Ignore(s => s.Facts);
        builder.Property(s => s.Code).HasMaxLength(Site.MaxCodeLength);
        builder.Property(s => s.Zone).HasMaxLength(60);
        builder.HasIndex(Columns.DistrictId, nameof(Site.Code)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Provider> builder)
    {
        builder.ToTable("Providers");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(p => p.ProviderId).HasMaxLength(AgencyIdFormat.MaxLength);
        builder.BelongsTo<Provider, Site>(p => p.SiteId);
        builder.HasIndex(Columns.DistrictId, nameof(Provider.State), nameof(Provider.ProviderId)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Child> builder)
    {
        builder.ToTable("Children");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(c => c.Number).HasMaxLength(Child.MaxNumberLength);
        builder.ComplexProperty(c => c.Facts, InColumnsOfTheirOwn);
        builder.HasIndex(Columns.DistrictId, nameof(Child.Number)).IsUnique();
    }

    private static void InColumnsOfTheirOwn(ComplexPropertyBuilder<ChildFacts> facts)
    {
        foreach (var name in typeof(ChildFacts).GetProperties().Select(p => p.Name).Where(n => n != "EqualityContract"))
            facts.Property(name).HasColumnName(name);
    }

    public void Configure(EntityTypeBuilder<Placement> builder)
    {
        builder.ToTable("Placements");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(p => p.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.BelongsTo<Placement, Site>(p => p.SiteId);
        builder.HasIndex(Columns.DistrictId, nameof(Placement.ChildNumber), nameof(Placement.SiteId), nameof(Placement.From)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Authorization> builder)
    {
        builder.ToTable("Authorizations");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(a => a.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.BelongsTo<Authorization, Provider>(a => a.ProviderId);
        builder.BelongsTo<Authorization, Site>(a => a.SiteId);
        builder.HasIndex(Columns.DistrictId, nameof(Authorization.ChildNumber), nameof(Authorization.ProviderId), nameof(Authorization.SiteId), nameof(Authorization.From)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<AgencyChildRow> builder)
    {
        builder.ToTable("AgencyChildren");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(c => c.AgencyChildId).HasMaxLength(AgencyIdFormat.MaxLength);
        builder.ComplexProperty(c => c.Facts, InColumnsOfTheirOwn);
        builder.BelongsTo<AgencyChildRow, Provider>(c => c.ProviderId);
        builder.HasIndex(Columns.DistrictId, nameof(AgencyChildRow.ProviderId), nameof(AgencyChildRow.AgencyChildId)).IsUnique();
        builder.HasIndex(Columns.DistrictId, nameof(AgencyChildRow.State), nameof(AgencyChildRow.AgencyChildId));
    }

    public void Configure(EntityTypeBuilder<ChildLinkRow> builder)
    {
        builder.ToTable("ChildLinks");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(l => l.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.Property(l => l.AgencyChildId).HasMaxLength(AgencyIdFormat.MaxLength);
        builder.HasIndex(Columns.DistrictId, nameof(ChildLinkRow.State), nameof(ChildLinkRow.ChildNumber)).IsUnique();
        builder.HasIndex(Columns.DistrictId, nameof(ChildLinkRow.State), nameof(ChildLinkRow.AgencyChildId)).IsUnique();
    }
}

/// <summary>What happened, and what it makes of child-days.</summary>
internal sealed class AttendanceTables :
    IEntityTypeConfiguration<AttendanceEventRow>, IEntityTypeConfiguration<AbsenceRow>, IEntityTypeConfiguration<ClosureRow>,
    IEntityTypeConfiguration<AttendanceDayRow>, IEntityTypeConfiguration<PendingChildDayRow>
{
    // An automatic check-out has its check-in's id with a prefix.
    private const int LongestEventId = AttendanceEvent.MaxTextLength + 20;

    public void Configure(EntityTypeBuilder<AttendanceEventRow> builder)
    {
        builder.ToTable("AttendanceEvents");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(e => e.EventId).HasMaxLength(LongestEventId);
        builder.Property(e => e.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.Property(e => e.Room).HasMaxLength(AttendanceEvent.MaxTextLength);
        builder.BelongsTo<AttendanceEventRow, Site>(e => e.SiteId);
        builder.HasIndex(Columns.DistrictId, nameof(AttendanceEventRow.EventId)).IsUnique();
        builder.HasIndex(Columns.DistrictId, nameof(AttendanceEventRow.ChildNumber), nameof(AttendanceEventRow.Date));
    }

    public void Configure(EntityTypeBuilder<AbsenceRow> builder)
    {
        builder.ToTable("Absences");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(a => a.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.BelongsTo<AbsenceRow, Site>(a => a.SiteId);
        builder.HasIndex(Columns.DistrictId, nameof(AbsenceRow.ChildNumber), nameof(AbsenceRow.Date), nameof(AbsenceRow.SiteId)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ClosureRow> builder)
    {
        builder.ToTable("Closures");
        builder.BelongsTo<ClosureRow, Site>(c => c.SiteId);
        builder.HasIndex(c => new { c.SiteId, c.Date }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<AttendanceDayRow> builder)
    {
        builder.ToTable("AttendanceDays");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(d => d.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.BelongsTo<AttendanceDayRow, Site>(d => d.SiteId);
        builder.HasIndex(Columns.DistrictId, nameof(AttendanceDayRow.ChildNumber), nameof(AttendanceDayRow.Date)).IsUnique();
        builder.HasIndex(d => new { d.SiteId, d.Date });
        // Of a day, and what has changed since, in the order in which pages are read.
        builder.Property<long>(Columns.ChangeVersion);
        builder.HasIndex(Columns.DistrictId, nameof(AttendanceDayRow.Date), nameof(AttendanceDayRow.Id));
        builder.HasIndex(Columns.DistrictId, Columns.ChangeVersion, nameof(AttendanceDayRow.Id));
    }

    public void Configure(EntityTypeBuilder<PendingChildDayRow> builder)
    {
        builder.ToTable("PendingChildDays");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(d => d.ChildNumber).HasMaxLength(Child.MaxNumberLength);
        builder.HasKey(Columns.DistrictId, nameof(PendingChildDayRow.ChildNumber), nameof(PendingChildDayRow.Date));
    }
}
