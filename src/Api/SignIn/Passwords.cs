using K12Sync.Data.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace K12Sync.Api.SignIn;

/// <summary>Hashes passwords as ASP.NET Core Identity does (PBKDF2 with SHA-512), with more rounds.</summary>
internal sealed class Passwords
{
    private const int Rounds = 210_000;

    private readonly PasswordHasher<PersonRow> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private readonly string _nobodys;

    public Passwords() => _nobodys = _hasher.HashPassword(null!, Guid.NewGuid().ToString());

    public string Hash(string password) => _hasher.HashPassword(null!, PasswordRules.Normalize(password));

    /// <summary>Whether it is the password of <paramref name="person"/>. Takes as long where there is nobody, or nobody with a password.</summary>
    public bool Fits(PersonRow? person, string password)
    {
        // Longer ones were never set, and hashing them would be work for nothing.
        var tried = password.Length > PasswordRules.Most ? "" : PasswordRules.Normalize(password);
        var result = _hasher.VerifyHashedPassword(null!, person?.PasswordHash ?? _nobodys, tried);
        return person?.PasswordHash is not null && result != PasswordVerificationResult.Failed;
    }
}
