using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Roster;

internal sealed class RosterTables :
    IEntityTypeConfiguration<District>, IEntityTypeConfiguration<School>, IEntityTypeConfiguration<Student>,
    IEntityTypeConfiguration<Enrollment>, IEntityTypeConfiguration<BehaviorCode>
{
    public void Configure(EntityTypeBuilder<District> builder) => builder.HasIndex(d => d.Name).IsUnique();

    public void Configure(EntityTypeBuilder<School> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.Property(s => s.Zone).HasMaxLength(60);
        builder.HasIndex(Columns.DistrictId, nameof(School.Code)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Student> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.Property(s => s.StudentNumber).HasMaxLength(HallPass.MaxTextLength);
        builder.ComplexProperty(s => s.Facts, facts =>
        {
            foreach (var name in typeof(StudentFacts).GetProperties().Select(p => p.Name).Where(n => n != "EqualityContract"))
                facts.Property(name).HasColumnName(name);
        });
        builder.HasIndex(Columns.DistrictId, nameof(Student.StudentNumber)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Enrollment> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.BelongsTo<Enrollment, School>(e => e.SchoolId);
        builder.HasIndex(Columns.DistrictId, nameof(Enrollment.StudentNumber), nameof(Enrollment.SchoolId)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<BehaviorCode> builder)
    {
        builder.BelongsTo<BehaviorCode, School>(c => c.SchoolId);
        // NULLs are distinct in a unique index, so the district-wide codes have one of their own.
        builder.Property<long>(Columns.DistrictId);
        builder.Property<long>("Scope").HasComputedColumnSql("""COALESCE("SchoolId", 0)""", stored: true);
        builder.HasIndex(Columns.DistrictId, "Scope", nameof(BehaviorCode.Code)).IsUnique();
    }
}
