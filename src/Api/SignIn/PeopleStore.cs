using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>
/// People and their passkeys as ASP.NET Core Identity asks for them in the ceremonies of passkeys. It reads: what changes people is <see cref="PersonOperations"/> and
/// <see cref="AccountOperations"/>, so that there is one place for it.
/// </summary>
internal sealed class PeopleStore(Premises premises) : IUserPasskeyStore<PersonRow>, IAsyncDisposable
{
    private K12SyncDb? _db;
    private DistrictId _district;

    public Task<string> GetUserIdAsync(PersonRow user, CancellationToken cancellationToken) => Task.FromResult(new PersonKey(_district, user.Id).ToString());

    public Task<string?> GetUserNameAsync(PersonRow user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(PersonRow user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.EmailKey);

    /// <summary>By the text of a <see cref="PersonKey"/>, which is what authenticators keep.</summary>
    public async Task<PersonRow?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        PersonKey.Read(userId) is { } key ? await Of(key.District).People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == key.Id && p.RemovedAt == null, cancellationToken) : null;

    public async Task<PersonRow?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        await new DistrictDirectory(premises.Database).OfEmailAsync(normalizedUserName, cancellationToken) is { } district
            ? await Of(district).People.AsNoTracking().SingleOrDefaultAsync(p => p.EmailKey == normalizedUserName && p.RemovedAt == null, cancellationToken)
            : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PersonRow user, CancellationToken cancellationToken) =>
        [.. (await Of(_district).Passkeys.AsNoTracking().Where(p => p.PersonId == user.Id).ToListAsync(cancellationToken)).Select(Info)];

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PersonRow user, byte[] credentialId, CancellationToken cancellationToken) =>
        await Of(_district).Passkeys.AsNoTracking().SingleOrDefaultAsync(p => p.PersonId == user.Id && p.CredentialId == credentialId, cancellationToken) is { } row ? Info(row) : null;

    /// <summary>Whoever registers a passkey is signed in, so the district is known; of other districts nobody is found.</summary>
    public async Task<PersonRow?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        if (_db is not { } db)
            return null;
        return await db.Passkeys.Where(k => k.CredentialId == credentialId).Join(db.People, k => k.PersonId, p => p.Id, (_, p) => p).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The passkey was used; see <see cref="PasskeyRow.Use"/>.</summary>
    public async Task AddOrUpdatePasskeyAsync(PersonRow user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var row = await Of(_district).Passkeys.SingleAsync(p => p.PersonId == user.Id && p.CredentialId == passkey.CredentialId, cancellationToken);
        row.Use(passkey.SignCount, passkey.IsUserVerified, passkey.IsBackedUp);
        await Of(_district).SaveChangesAsync(cancellationToken);
    }

    public Task SetUserNameAsync(PersonRow user, string? userName, CancellationToken cancellationToken) => throw Elsewhere();

    public Task SetNormalizedUserNameAsync(PersonRow user, string? normalizedName, CancellationToken cancellationToken) => throw Elsewhere();

    public Task<IdentityResult> CreateAsync(PersonRow user, CancellationToken cancellationToken) => throw Elsewhere();

    public Task<IdentityResult> UpdateAsync(PersonRow user, CancellationToken cancellationToken) => throw Elsewhere();

    public Task<IdentityResult> DeleteAsync(PersonRow user, CancellationToken cancellationToken) => throw Elsewhere();

    public Task RemovePasskeyAsync(PersonRow user, byte[] credentialId, CancellationToken cancellationToken) => throw Elsewhere();

    public void Dispose() => _db?.Dispose();

    public ValueTask DisposeAsync() => _db?.DisposeAsync() ?? default;

    /// <summary>What an authenticator said, as rows keep it.</summary>
    public static PasskeyFacts Facts(UserPasskeyInfo info, string name) => new(
        info.CredentialId, info.PublicKey, name, info.Transports ?? [], info.AttestationObject, info.ClientDataJson, info.SignCount, info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp);

    private static UserPasskeyInfo Info(PasskeyRow row) => new(
        row.CredentialId, row.PublicKey, row.CreatedAt, checked((uint)row.SignCount), row.Transports.Split(',', StringSplitOptions.RemoveEmptyEntries), row.IsUserVerified, row.IsBackupEligible,
        row.IsBackedUp, row.AttestationObject, row.ClientData) { Name = row.Name };

    private static NotSupportedException Elsewhere() => new("People are changed by their operations.");

    private K12SyncDb Of(DistrictId district)
    {
        if (_db is not null && _district != district)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"One request asks for people of the districts {_district.Value} and {district.Value}."));
        _district = district;
        return _db ??= premises.Database.Open(district);
    }
}
