using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace K12Sync.Data.Access;

/// <summary>What an authenticator proved once, and what is needed to recognise it again. Its private half never leaves the authenticator.</summary>
public sealed class PasskeyRow
{
    private PasskeyRow()
    {
    }

    public PasskeyRow(long personId, PasskeyFacts facts, DateTimeOffset createdAt)
    {
        ArgumentNullException.ThrowIfNull(facts);
        (PersonId, CredentialId, PublicKey, CreatedAt) = (personId, facts.CredentialId, facts.PublicKey, createdAt);
        (Transports, AttestationObject, ClientData, IsBackupEligible, Name) = (string.Join(',', facts.Transports), facts.AttestationObject, facts.ClientData, facts.IsBackupEligible, facts.Name);
        Use(facts.SignCount, facts.IsUserVerified, facts.IsBackedUp);
    }

    public long Id { get; private set; }
    public long PersonId { get; private set; }

    /// <summary>What the authenticator calls it.</summary>
    public byte[] CredentialId { get; private set; } = [];

    public byte[] PublicKey { get; private set; } = [];

    /// <summary>What its owner calls it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>How the authenticator is reached, with commas between.</summary>
    public string Transports { get; private set; } = "";

    public byte[] AttestationObject { get; private set; } = [];
    public byte[] ClientData { get; private set; } = [];

    /// <summary>As the authenticator counts its uses; one that goes backwards is a copy.</summary>
    public long SignCount { get; private set; }

    public bool IsUserVerified { get; private set; }
    public bool IsBackupEligible { get; private set; }
    public bool IsBackedUp { get; private set; }
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>It was used; the count is the authenticator's.</summary>
    public void Use(long signCount, bool isUserVerified, bool isBackedUp) => (SignCount, IsUserVerified, IsBackedUp) = (signCount, isUserVerified, isBackedUp);

    /// <summary>What its owner calls it from now on.</summary>
    public void Rename(string name) => Name = name;
}

/// <summary>What an authenticator said when it made a passkey.</summary>
public sealed record PasskeyFacts(
    byte[] CredentialId, byte[] PublicKey, string Name, IReadOnlyCollection<string> Transports, byte[] AttestationObject, byte[] ClientData, long SignCount, bool IsUserVerified, bool IsBackupEligible,
    bool IsBackedUp);

/// <summary>Who somebody is to another service that says who they are: by its own number of them, which never becomes another's as an address may.</summary>
public sealed class ExternalLoginRow
{
    private ExternalLoginRow()
    {
    }

    public ExternalLoginRow(long personId, string provider, string subject, DateTimeOffset createdAt) =>
        (PersonId, Provider, Subject, CreatedAt) = (personId, provider, subject, createdAt);

    public long Id { get; private set; }
    public long PersonId { get; private set; }

    /// <summary>As the settings name it.</summary>
    public string Provider { get; private set; } = "";

    /// <summary>What the provider calls them, always.</summary>
    public string Subject { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }
}

/// <summary>A link by which somebody sets a password once.</summary>
public sealed class SignInLinkRow
{
    private SignInLinkRow()
    {
    }

    /// <param name="personId">Whose password it sets; null: it makes the district's first person.</param>
    /// <param name="hash">See <see cref="SignInLinkText.Hash"/>.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="expiresAt">From then on it is good for nothing.</param>
    public SignInLinkRow(long? personId, string hash, DateTimeOffset createdAt, DateTimeOffset expiresAt) =>
        (PersonId, Hash, CreatedAt, ExpiresAt) = (personId, hash, createdAt, expiresAt);

    public long Id { get; private set; }
    public long? PersonId { get; private set; }
    public string Hash { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset ExpiresAt { get; private set; }
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>It may be used at <paramref name="at"/>; the instant of expiry is too late.</summary>
    public bool IsGoodAt(DateTimeOffset at) => UsedAt is null && ExpiresAt > at;

    /// <summary>It is good for nothing any more.</summary>
    public void Use(DateTimeOffset at) => UsedAt ??= at;
}

internal sealed class SignInTables : IEntityTypeConfiguration<PersonRow>, IEntityTypeConfiguration<PasskeyRow>, IEntityTypeConfiguration<ExternalLoginRow>, IEntityTypeConfiguration<SignInLinkRow>
{
    public void Configure(EntityTypeBuilder<PersonRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(nameof(PersonRow.EmailKey)).IsUnique().HasFilter("\"RemovedAt\" IS NULL");
        builder.HasIndex(Columns.DistrictId, nameof(PersonRow.Name));
    }

    public void Configure(EntityTypeBuilder<PasskeyRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(PasskeyRow.CredentialId)).IsUnique();
        builder.BelongsTo<PasskeyRow, PersonRow>(p => p.PersonId);
    }

    public void Configure(EntityTypeBuilder<ExternalLoginRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.BelongsTo<ExternalLoginRow, PersonRow>(l => l.PersonId);
        builder.HasIndex(nameof(ExternalLoginRow.Provider), nameof(ExternalLoginRow.Subject)).IsUnique();
        builder.HasIndex(Columns.DistrictId, nameof(ExternalLoginRow.PersonId), nameof(ExternalLoginRow.Provider)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<SignInLinkRow> builder)
    {
        builder.Property<long>(Columns.DistrictId);
        builder.HasIndex(Columns.DistrictId, nameof(SignInLinkRow.Hash)).IsUnique();
        builder.BelongsTo<SignInLinkRow, PersonRow>(l => l.PersonId);
    }
}
