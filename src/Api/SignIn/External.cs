using System.Security.Claims;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>What a provider has said of somebody. <paramref name="Email"/> is null unless it may be taken for theirs.</summary>
internal sealed record Said(string Provider, string Subject, string? Email);

/// <summary>Finds out whether somebody of whom a provider speaks is one of the people here. Nobody becomes one by signing in.</summary>
internal sealed class External(Premises premises)
{
    public const string SubjectClaim = "subject";
    public const string EmailClaim = "email";

    private readonly DistrictDirectory _directory = new(premises.Database);

    /// <summary>What a provider has said in this browser just now, and never again; null: nothing.</summary>
    public static async Task<Said?> TakeAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(Provider.Scheme);
        await http.SignOutAsync(Provider.Scheme);
        return result.Principal?.FindFirstValue(SubjectClaim) is { } subject && result.Properties?.Items.TryGetValue(".AuthScheme", out var provider) == true && provider is not null
            ? new Said(provider, subject, result.Principal.FindFirstValue(EmailClaim))
            : null;
    }

    /// <summary>
    /// Who it is: whom the provider has been known to call so, or else whose address it is, if the provider has not been known to call them something else. From then on the
    /// provider's word for them counts, and no address any more. Null: nobody here.
    /// </summary>
    public async Task<PersonKey?> FindAsync(Said said, CancellationToken cancellation)
    {
        if (await _directory.OfLoginAsync(said.Provider, said.Subject, cancellation) is { } known)
        {
            await using var db = premises.Database.Open(known);
            return new PersonKey(known, await db.ExternalLogins.Where(l => l.Provider == said.Provider && l.Subject == said.Subject).Select(l => l.PersonId).SingleAsync(cancellation));
        }
        if (said.Email is not { } email || await _directory.OfEmailAsync(email, cancellation) is not { } district)
            return null;
        await using var rows = premises.Database.Open(district);
        var key = PersonRow.KeyOf(email);
        if (await rows.People.AsNoTracking().SingleOrDefaultAsync(p => p.EmailKey == key && p.RemovedAt == null, cancellation) is not { IsWelcome: true } person)
            return null;
        rows.Add(new ExternalLoginRow(person.Id, said.Provider, said.Subject, premises.Clock.GetUtcNow()));
        return await rows.TrySaveAsync(cancellation) ? new PersonKey(district, person.Id) : null;
    }
}
