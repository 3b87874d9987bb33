using K12Sync.Domain.BehaviorCodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Roster;

/// <summary>One attendance code of the district's SIS, byte for byte, as the district pasted it.</summary>
public sealed class SisCodeRow
{
    private SisCodeRow()
    {
    }

    public SisCodeRow(string code) => Code = code;

    public long Id { get; private set; }

    /// <summary>Unique in the district, compared ordinally.</summary>
    public string Code { get; private set; } = "";
}

internal sealed class SisCodeTable : IEntityTypeConfiguration<SisCodeRow>
{
    public void Configure(EntityTypeBuilder<SisCodeRow> builder)
    {
        builder.ToTable("SisCodes");
        builder.Property<long>(Columns.DistrictId);
        builder.Property(c => c.Code).HasMaxLength(BehaviorCode.MaxExternalCodeLength);
        builder.HasIndex(Columns.DistrictId, nameof(SisCodeRow.Code)).IsUnique();
    }
}
