using K12Sync.Api.Access;
using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>What came of adding a person.</summary>
internal abstract record AddPersonResult
{
    private AddPersonResult()
    {
    }

    /// <summary>With this link they set a password, until then, once. Nobody can read it again.</summary>
    public sealed record Added(string Link, DateTimeOffset Until) : AddPersonResult;

    /// <summary>Somebody signs in with that address, in this district or another.</summary>
    public sealed record EmailTaken : AddPersonResult;

    /// <summary>The district has no such school.</summary>
    public sealed record NoSuchSchool(string Code) : AddPersonResult;

    /// <summary>The role is for some schools, and none is named.</summary>
    public sealed record SchoolNeeded : AddPersonResult;
}

/// <summary>What came of letting a person see students.</summary>
internal abstract record ShowPersonResult
{
    private ShowPersonResult()
    {
    }

    /// <summary>They see them a second later; the instant given is too late.</summary>
    public sealed record Shown(DateTimeOffset Until) : ShowPersonResult;

    /// <summary>Nobody signs in with that address.</summary>
    public sealed record NoSuchPerson : ShowPersonResult;

    /// <summary>Only for Support are students masked: there is nothing to grant.</summary>
    public sealed record SeesThemAnyway(KeyRole Role) : ShowPersonResult;
}

/// <summary>A link that was made: its text, and until when it is good.</summary>
internal sealed record NewLink(string Text, DateTimeOffset Until);

/// <summary>A person as people see it: schools by code with commas between, or null for all; ways in by name with commas between.</summary>
internal sealed record PersonLine(
    string Name, string Email, KeyRole Role, string? School, string WaysIn, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, DateTimeOffset? SeesStudentsUntil, string State);

/// <summary>Adds, lists and locks the people of a district. Nobody here learns a password.</summary>
internal sealed class PersonOperations(K12SyncDb db, DistrictId district, TimeProvider clock)
{
    /// <summary>Adds somebody.</summary>
    /// <param name="name">As others know them.</param>
    /// <param name="email">What they sign in with; unique in the database.</param>
    /// <param name="role">What they are here.</param>
    /// <param name="schools">The codes of the schools whose rows they may see; none: all.</param>
    /// <param name="good">How long the link is.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task<AddPersonResult> AddAsync(string name, string email, KeyRole role, IReadOnlyCollection<string> schools, TimeSpan good, CancellationToken cancellation)
    {
        switch (await RoleScope.OfAsync(db, role, schools, cancellation))
        {
            case RoleScope.SchoolNeeded:
                return new AddPersonResult.SchoolNeeded();
            case RoleScope.NoSuchSchool(var code):
                return new AddPersonResult.NoSuchSchool(code);
            case RoleScope.Fits(var set):
                await using (var transaction = await db.TransactAsync(cancellation))
                {
                    var person = new PersonRow(name, email, role, set, clock.GetUtcNow());
                    db.Add(person);
                    if (!await db.TrySaveAsync(cancellation))
                        return new AddPersonResult.EmailTaken();
                    var link = await LinkAsync(person.Id, good, cancellation);
                    await transaction.CommitAsync(cancellation);
                    return new AddPersonResult.Added(link.Text, link.Until);
                }
            default:
                throw new InvalidOperationException("A scope has no words.");
        }
    }

    /// <summary>Takes password and passkeys away, ends sessions, and makes a link by which a new password is set. Links made before are good for nothing any more.</summary>
    /// <param name="email">Whose.</param>
    /// <param name="secondFactorToo">The authenticator app and the recovery codes are forgotten as well; otherwise they are still asked for.</param>
    /// <param name="good">How long the link is.</param>
    /// <param name="cancellation">Nothing is changed.</param>
    /// <returns>Null: nobody signs in with that address.</returns>
    public async Task<NewLink?> ResetAsync(string email, bool secondFactorToo, TimeSpan good, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (await FindAsync(email, cancellation) is not { } person)
            return null;
        person.TakePassword();
        if (secondFactorToo)
            person.RemoveAuthenticator();
        await ForgetAsync(person.Id, cancellation);
        var link = await LinkAsync(person.Id, good, cancellation);
        await turn.CommitAsync(cancellation);
        return link;
    }

    /// <summary>Keeps somebody out from now on, and has every session end. False: nobody signs in with that address.</summary>
    public Task<bool> LockAsync(string email, CancellationToken cancellation) => ChangeAsync(email, p => p.Lock(clock.GetUtcNow()), cancellation);

    /// <summary>Lets somebody in again, also who tried too often. False: nobody signs in with that address.</summary>
    public Task<bool> UnlockAsync(string email, CancellationToken cancellation) => ChangeAsync(email, p => p.Unlock(), cancellation);

    /// <summary>Removes somebody with all that they signed in by; the name stays for the audit. False: nobody signs in with that address.</summary>
    public async Task<bool> RemoveAsync(string email, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (await FindAsync(email, cancellation) is not { } person)
            return false;
        person.Remove(clock.GetUtcNow());
        await ForgetAsync(person.Id, cancellation);
        db.RemoveRange(await db.ExternalLogins.Where(l => l.PersonId == person.Id).ToListAsync(cancellation));
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Lets somebody of the role Support see students unmasked until a time; what was granted before ends with it.</summary>
    public async Task<ShowPersonResult> ShowStudentsAsync(string email, TimeSpan time, CancellationToken cancellation)
    {
        if (await FindAsync(email, cancellation) is not { } person)
            return new ShowPersonResult.NoSuchPerson();
        if (person.Role != KeyRole.Support)
            return new ShowPersonResult.SeesThemAnyway(person.Role);
        var until = clock.GetUtcNow() + time;
        person.ShowStudents(until);
        await db.SaveChangesAsync(cancellation);
        return new ShowPersonResult.Shown(until);
    }

    /// <summary>Everybody who was not removed, by name.</summary>
    public async Task<IReadOnlyList<PersonLine>> ListAsync(CancellationToken cancellation)
    {
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Code, cancellation);
        var passkeys = (await db.Passkeys.AsNoTracking().Select(p => p.PersonId).ToListAsync(cancellation)).ToHashSet();
        var logins = (await db.ExternalLogins.AsNoTracking().Select(l => new { l.PersonId, l.Provider }).ToListAsync(cancellation)).ToLookup(l => l.PersonId, l => l.Provider);
        var now = clock.GetUtcNow();
        return [.. (await db.People.AsNoTracking().Where(p => p.RemovedAt == null).OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancellation)).Select(p => new PersonLine(
            p.Name, p.Email, p.Role, p.Schools.IsAll ? null : string.Join(", ", p.Schools.Ids.Select(id => schools[id])), string.Join(", ", WaysIn(p, passkeys.Contains(p.Id), logins[p.Id])),
            p.CreatedAt, p.LastSignInAt, p.MaySeeStudentsAt(now) ? p.SeesStudentsUntil : null, StateOf(p, now)))];
    }

    /// <summary>
    /// Makes a link by which the district's first person is added, of the role DistrictIT. Null: there are people, so others are added by those.
    /// </summary>
    public async Task<NewLink?> FirstLinkAsync(TimeSpan good, CancellationToken cancellation) =>
        await db.People.AnyAsync(p => p.RemovedAt == null, cancellation) ? null : await LinkAsync(null, good, cancellation);

    private static string StateOf(PersonRow person, DateTimeOffset now) =>
        person.LockedAt is not null ? "locked" : person.PausedUntil > now ? "too many tries" : "good";

    private static IEnumerable<string> WaysIn(PersonRow person, bool hasPasskey, IEnumerable<string> providers)
    {
        if (person.PasswordHash is not null)
            yield return person.HasAuthenticator ? "password and code" : "password";
        if (hasPasskey)
            yield return "passkey";
        foreach (var provider in providers.Order(StringComparer.Ordinal))
            yield return provider;
    }

    private Task<PersonRow?> FindAsync(string email, CancellationToken cancellation)
    {
        var key = PersonRow.KeyOf(email);
        return db.People.SingleOrDefaultAsync(p => p.EmailKey == key && p.RemovedAt == null, cancellation);
    }

    private async Task<bool> ChangeAsync(string email, Action<PersonRow> change, CancellationToken cancellation)
    {
        if (await FindAsync(email, cancellation) is not { } person)
            return false;
        change(person);
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>Passkeys go, and links that were not used.</summary>
    private async Task ForgetAsync(long person, CancellationToken cancellation)
    {
        db.RemoveRange(await db.Passkeys.Where(p => p.PersonId == person).ToListAsync(cancellation));
        foreach (var link in await db.SignInLinks.Where(l => l.PersonId == person && l.UsedAt == null).ToListAsync(cancellation))
            link.Use(clock.GetUtcNow());
    }

    private async Task<NewLink> LinkAsync(long? person, TimeSpan good, CancellationToken cancellation)
    {
        var (text, now) = (SignInLinkText.Make(district), clock.GetUtcNow());
        db.Add(new SignInLinkRow(person, SignInLinkText.Hash(text), now, now + good));
        await db.SaveChangesAsync(cancellation);
        return new NewLink(text, now + good);
    }
}
