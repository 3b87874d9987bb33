using System.Security.Cryptography;
using System.Text;

namespace K12Sync.Data.Access;

/// <summary>Somebody who signs in. A role and schools mean for a person what they mean for a key.</summary>
/// <remarks>
/// How often somebody tried in vain, and which code was taken last, is moved by statements that count in the database (<see cref="SignInTries"/>), because what is tried at the same
/// moment must not be counted once.
/// </remarks>
public sealed class PersonRow
{
    private const int StampBytes = 20;

    private PersonRow()
    {
    }

    /// <summary>A person who cannot sign in yet: there is no password.</summary>
    public PersonRow(string name, string email, KeyRole role, SchoolSet schools, DateTimeOffset createdAt)
    {
        (Name, Email, EmailKey, Role, SchoolIds, CreatedAt) = (name, email, KeyOf(email), role, schools.ToText(), createdAt);
        EndSessions();
    }

    public long Id { get; private set; }
    public string Name { get; private set; } = "";
    public string Email { get; private set; } = "";

    /// <summary>See <see cref="KeyOf"/>. Unique in the database, districts included, among those who were not removed: people say who they are by it before anybody knows their district.</summary>
    public string EmailKey { get; private set; } = "";

    public KeyRole Role { get; private set; }

    /// <summary>As <see cref="SchoolSet.ToText"/> writes it.</summary>
    public string? SchoolIds { get; private set; }

    /// <summary>The schools whose rows this person may see.</summary>
    public SchoolSet Schools => SchoolSet.Parse(SchoolIds);

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null: there is none, and nobody can sign in by one.</summary>
    public string? PasswordHash { get; private set; }

    /// <summary>Random, and another one whenever every session is to end: a session holds the one it began with.</summary>
    public string Stamp { get; private set; } = "";

    /// <summary>What an authenticator app shares with us, encrypted; null: there is no such second factor.</summary>
    public string? AuthenticatorSecret { get; private set; }

    /// <summary>The time step (of 30 s since 1970) of the last code that was taken: no code is taken twice, and none that is older.</summary>
    public long AuthenticatorStep { get; private set; }

    /// <summary>Hashes of the recovery codes that are left, with commas between; null: there are none.</summary>
    public string? RecoveryHashes { get; private set; }

    /// <summary>Tries in vain since the last that was not.</summary>
    public int BadTries { get; private set; }

    /// <summary>Until then nothing is tried, because too much was tried in vain; null: never was.</summary>
    public DateTimeOffset? PausedUntil { get; private set; }

    /// <summary>Since then, and until somebody unlocks it, this person does not get in.</summary>
    public DateTimeOffset? LockedAt { get; private set; }

    public DateTimeOffset? RemovedAt { get; private set; }
    public DateTimeOffset? LastSignInAt { get; private set; }

    /// <summary>Until then a person of the role <see cref="KeyRole.Support"/> sees students unmasked; null: never did.</summary>
    public DateTimeOffset? SeesStudentsUntil { get; private set; }

    /// <summary>A code from an app is asked for after the password.</summary>
    public bool HasAuthenticator => AuthenticatorSecret is not null;

    /// <summary>How many recovery codes are left.</summary>
    public int RecoveryCodesLeft => RecoveryHashes is null ? 0 : RecoveryHashes.Split(',').Length;

    /// <summary>May get in, once it is clear who it is.</summary>
    public bool IsWelcome => RemovedAt is null && LockedAt is null;

    /// <summary>Sees students unmasked at <paramref name="at"/>, by leave of the district; the instant at which that ends is too late.</summary>
    public bool MaySeeStudentsAt(DateTimeOffset at) => SeesStudentsUntil > at;

    /// <summary>What addresses are compared by: their letters' case does not count.</summary>
    public static string KeyOf(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return email.Trim().ToUpperInvariant();
    }

    /// <summary>From now on this is the password. Sessions that began with another end.</summary>
    public void SetPassword(string hash)
    {
        PasswordHash = hash;
        (BadTries, PausedUntil) = (0, null);
        EndSessions();
    }

    /// <summary>The same password, hashed anew because the way of hashing has changed.</summary>
    public void Rehash(string hash) => PasswordHash = hash;

    /// <summary>There is no password any more, and sessions end.</summary>
    public void TakePassword()
    {
        PasswordHash = null;
        (BadTries, PausedUntil) = (0, null);
        EndSessions();
    }

    /// <summary>From now on codes from an app are asked for.</summary>
    /// <param name="secret">Encrypted.</param>
    /// <param name="step">Of the code by which this was confirmed.</param>
    public void AddAuthenticator(string secret, long step) => (AuthenticatorSecret, AuthenticatorStep) = (secret, step);

    /// <summary>No code is asked for any more, and recovery codes are good for nothing.</summary>
    public void RemoveAuthenticator() => (AuthenticatorSecret, RecoveryHashes) = (null, null);

    /// <summary>These recovery codes and no others, each good for one time.</summary>
    public void SetRecoveryCodes(IEnumerable<string> codes) => RecoveryHashes = string.Join(',', codes.Select(HashOf));

    /// <summary>Takes a recovery code. False: it is none, or was taken before.</summary>
    public bool TakeRecoveryCode(string code)
    {
        var left = RecoveryHashes?.Split(',').ToList() ?? [];
        if (!left.Remove(HashOf(code)))
            return false;
        RecoveryHashes = left.Count == 0 ? null : string.Join(',', left);
        return true;
    }

    /// <summary>Every session ends: within a second, wherever it is.</summary>
    public void EndSessions() => Stamp = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(StampBytes));

    /// <summary>This person does not get in any more, and is out a second later.</summary>
    public void Lock(DateTimeOffset at)
    {
        LockedAt ??= at;
        EndSessions();
    }

    /// <summary>This person may get in again, and too many tries are forgotten.</summary>
    public void Unlock() => (LockedAt, PausedUntil, BadTries) = (null, null, 0);

    /// <summary>This person is none any more. The row stays, because the audit names it.</summary>
    public void Remove(DateTimeOffset at)
    {
        RemovedAt ??= at;
        TakePassword();
        RemoveAuthenticator();
    }

    /// <summary>From now on, and until then, students are not masked.</summary>
    public void ShowStudents(DateTimeOffset until) => SeesStudentsUntil = until;

    /// <summary>Codes have 80 random bits, so nothing slower is needed. The same code is another hash with another person.</summary>
    private string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{CreatedAt.UtcTicks} {code}")));
}
