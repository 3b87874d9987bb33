using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Access;

/// <summary>What the holder of a key is, and so what the key is good for.</summary>
public enum KeyRole
{
    /// <summary>Reads everything of the district.</summary>
    DistrictIT,

    /// <summary>Reads everything of its schools.</summary>
    SchoolAdmin,

    /// <summary>Reads everything of its schools.</summary>
    Office,

    /// <summary>Looks for causes: students' numbers and names are masked.</summary>
    Support,

    /// <summary>Childcare only.</summary>
    ChildcareDirector,

    /// <summary>Posts passes and reads nothing.</summary>
    Kiosk,

    /// <summary>Reads for reports.</summary>
    Reporter,
}

/// <summary>A key by which a program speaks to the service. What the key is nobody knows but its holder: here is its hash.</summary>
public sealed class ApiKeyRow
{
    private ApiKeyRow()
    {
    }

    /// <summary>A key that is good from now on.</summary>
    /// <param name="name">Unique in the district among keys that were not revoked.</param>
    /// <param name="hash">See <see cref="ApiKeyText.Hash"/>.</param>
    /// <param name="role">What it is good for.</param>
    /// <param name="schools">The schools whose rows it may see.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="expiresAt">From then on it is good for nothing; null: it does not expire.</param>
    public ApiKeyRow(string name, string hash, KeyRole role, SchoolSet schools, DateTimeOffset createdAt, DateTimeOffset? expiresAt) =>
        (Name, Hash, Role, SchoolIds, CreatedAt, ExpiresAt) = (name, hash, role, schools.ToText(), createdAt, expiresAt);

    public long Id { get; private set; }
    public string Name { get; private set; } = "";

    /// <summary>SHA-256 of the key's text, in hex. The text is random enough that nothing slower is needed.</summary>
    public string Hash { get; private set; } = "";

    public KeyRole Role { get; private set; }

    /// <summary>As <see cref="SchoolSet.ToText"/> writes it. In one column, because it is asked for with every request.</summary>
    public string? SchoolIds { get; private set; }

    /// <summary>The schools whose rows it may see.</summary>
    public SchoolSet Schools => SchoolSet.Parse(SchoolIds);

    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset? ExpiresAt { get; private set; }
    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Until then a <see cref="KeyRole.Support"/> key sees students unmasked; null: it never did.</summary>
    public DateTimeOffset? SeesStudentsUntil { get; private set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>It may be used at <paramref name="at"/>; the instant of expiry is too late.</summary>
    public bool IsGoodAt(DateTimeOffset at) => RevokedAt is null && !(ExpiresAt <= at);

    /// <summary>It sees students unmasked at <paramref name="at"/>, by leave of the district; the instant at which that ends is too late.</summary>
    public bool MaySeeStudentsAt(DateTimeOffset at) => SeesStudentsUntil > at;

    /// <summary>From now on, and until then, students are not masked.</summary>
    public void ShowStudents(DateTimeOffset until) => SeesStudentsUntil = until;

    /// <summary>A second later it is good for nothing anywhere.</summary>
    public void Revoke(DateTimeOffset at) => RevokedAt ??= at;
}

internal sealed class AccessTables : IEntityTypeConfiguration<ApiKeyRow>
{
    public void Configure(EntityTypeBuilder<ApiKeyRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(ApiKeyRow.Hash)).IsUnique();
        builder.HasIndex(Columns.DistrictId, nameof(ApiKeyRow.Name)).IsUnique().HasFilter("\"RevokedAt\" IS NULL");
    }
}
