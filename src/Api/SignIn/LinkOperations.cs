using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>What a one-time link is good for at the moment.</summary>
internal abstract record LinkState
{
    private LinkState()
    {
    }

    /// <summary>Nothing: it was used, or has expired, or never was.</summary>
    public sealed record Gone : LinkState;

    /// <summary>This person sets a password.</summary>
    public sealed record OfPerson(string Name, string Email) : LinkState;

    /// <summary>The district's first person says who they are.</summary>
    public sealed record OfFirst(string District) : LinkState;
}

/// <summary>What came of using a one-time link.</summary>
internal abstract record UseLinkResult
{
    private UseLinkResult()
    {
    }

    /// <summary>The password is set, and the link is good for nothing any more.</summary>
    public sealed record Done(PersonRow Person) : UseLinkResult;

    /// <summary>The password is none that can be taken; the link is as good as before.</summary>
    public sealed record Weak(string Reason) : UseLinkResult;

    /// <summary>Somebody signs in with that address already.</summary>
    public sealed record EmailTaken : UseLinkResult;

    /// <summary>The link is good for nothing.</summary>
    public sealed record Gone : UseLinkResult;
}

/// <summary>Uses one-time links of a district. Looking at one does not use it: whatever checks links in mails looks at them.</summary>
internal sealed class LinkOperations(K12SyncDb db, Passwords passwords, TimeProvider clock)
{
    /// <summary>What a link is good for.</summary>
    public async Task<LinkState> LookAsync(string text, CancellationToken cancellation) => await FindAsync(text, cancellation) switch
    {
        null => new LinkState.Gone(),
        { Person: { } person } => new LinkState.OfPerson(person.Name, person.Email),
        _ => new LinkState.OfFirst(await db.Districts.Select(d => d.Name).SingleAsync(cancellation)),
    };

    /// <summary>Sets the password of the link's person.</summary>
    public async Task<UseLinkResult> UseAsync(string text, string password, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (await FindAsync(text, cancellation) is not { Person: { } person } found)
            return new UseLinkResult.Gone();
        if (PasswordRules.Fault(password, person.Name, person.Email) is { } fault)
            return new UseLinkResult.Weak(fault);
        person.SetPassword(passwords.Hash(password));
        found.Link.Use(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return new UseLinkResult.Done(person);
    }

    /// <summary>Adds the district's first person, of the role DistrictIT. Every other such link of the district is used up with it.</summary>
    public async Task<UseLinkResult> BeginAsync(string text, string name, string email, string password, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (await FindAsync(text, cancellation) is not { Person: null })
            return new UseLinkResult.Gone();
        if (PasswordRules.Fault(password, name, email) is { } fault)
            return new UseLinkResult.Weak(fault);
        var person = new PersonRow(name, email, KeyRole.DistrictIT, SchoolSet.All, clock.GetUtcNow());
        person.SetPassword(passwords.Hash(password));
        db.Add(person);
        if (!await db.TrySaveAsync(cancellation))
            return new UseLinkResult.EmailTaken();
        foreach (var link in await db.SignInLinks.Where(l => l.PersonId == null && l.UsedAt == null).ToListAsync(cancellation))
            link.Use(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return new UseLinkResult.Done(person);
    }

    private async Task<Found?> FindAsync(string text, CancellationToken cancellation)
    {
        var hash = SignInLinkText.Hash(text);
        if (await db.SignInLinks.SingleOrDefaultAsync(l => l.Hash == hash, cancellation) is not { } link || !link.IsGoodAt(clock.GetUtcNow()))
            return null;
        if (link.PersonId is { } id)
            return await db.People.SingleAsync(p => p.Id == id, cancellation) is { IsWelcome: true } person ? new Found(link, person) : null;
        // Who was first has used up every link of this kind; people who were added by a command meanwhile have not.
        return await db.People.AnyAsync(p => p.RemovedAt == null, cancellation) ? null : new Found(link, null);
    }

    private sealed record Found(SignInLinkRow Link, PersonRow? Person);
}
