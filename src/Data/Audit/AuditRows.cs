using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Audit;

/// <summary>An <see cref="AuditEntry"/> in its place. Written by <see cref="AuditBook"/> alone, and never changed.</summary>
public sealed class AuditEntryRow
{
    public long Id { get; private set; }

    /// <summary>The machine that wrote it, whose entries of this district make a chain.</summary>
    public string Node { get; private set; } = "";

    /// <summary>Its place in the chain: 1, 2, 3, ...</summary>
    public long Number { get; private set; }

    public DateTimeOffset At { get; private set; }
    public long? KeyId { get; private set; }
    public long? PersonId { get; private set; }
    public string? Role { get; private set; }
    public string? Person { get; private set; }
    public string? Address { get; private set; }
    public string Method { get; private set; } = "";
    public string Target { get; private set; } = "";
    public string? Query { get; private set; }
    public string? Students { get; private set; }
    public string? Properties { get; private set; }
    public int Status { get; private set; }
    public long? Rows { get; private set; }
    public string? SupportId { get; private set; }

    /// <summary>See <see cref="AuditHash"/>.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>What it says.</summary>
    public AuditEntry ToEntry() => new()
    {
        At = At, KeyId = KeyId, PersonId = PersonId, Role = Role, Person = Person, Address = Address, Method = Method, Target = Target, Query = Query, Students = Students,
        Properties = Properties, Status = Status, Rows = Rows, SupportId = SupportId,
    };
}

/// <summary>Where a chain ends, so that cutting its end off is seen.</summary>
public sealed class AuditChainRow
{
    public long Id { get; private set; }
    public string Node { get; private set; } = "";

    /// <summary>The number of its last entry.</summary>
    public long Number { get; private set; }

    /// <summary>The hash of its last entry.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>The number of the last entry that was let go of; 0: none was.</summary>
    public long GoneTo { get; private set; }

    /// <summary>The hash of that entry, from which the chain goes on.</summary>
    public string GoneHash { get; private set; } = "";

    /// <summary>The entries up to this one are let go of.</summary>
    internal void LetGoTo(long number, string hash) => (GoneTo, GoneHash) = (number, hash);
}

internal sealed class AuditTables : IEntityTypeConfiguration<AuditEntryRow>, IEntityTypeConfiguration<AuditChainRow>
{
    public void Configure(EntityTypeBuilder<AuditEntryRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(AuditEntryRow.Node), nameof(AuditEntryRow.Number)).IsUnique();
        builder.HasIndex(Columns.DistrictId, nameof(AuditEntryRow.At));
    }

    public void Configure(EntityTypeBuilder<AuditChainRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(AuditChainRow.Node)).IsUnique();
    }
}
