using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>What came of changing one's own password.</summary>
internal abstract record ChangePasswordResult
{
    private ChangePasswordResult()
    {
    }

    /// <summary>It is changed, and every session has ended, this one too unless it begins anew.</summary>
    public sealed record Changed(PersonRow Person) : ChangePasswordResult;

    /// <summary>The one in force is another.</summary>
    public sealed record Wrong : ChangePasswordResult;

    /// <summary>The new one is none that can be taken.</summary>
    public sealed record Weak(string Reason) : ChangePasswordResult;
}

/// <summary>How somebody gets in, as their own page shows it.</summary>
internal sealed record WaysIn(PersonRow Person, IReadOnlyList<PasskeyRow> Passkeys, IReadOnlyList<ExternalLoginRow> Logins);

/// <summary>What people change of their own ways in.</summary>
internal sealed class AccountOperations(K12SyncDb db, PersonKey who, Passwords passwords, AuthenticatorSecrets secrets, TimeProvider clock)
{
    /// <summary>How they get in at present.</summary>
    public async Task<WaysIn> LookAsync(CancellationToken cancellation) => new(
        await db.People.AsNoTracking().SingleAsync(p => p.Id == who.Id, cancellation),
        await db.Passkeys.AsNoTracking().Where(p => p.PersonId == who.Id).OrderBy(p => p.CreatedAt).ToListAsync(cancellation),
        await db.ExternalLogins.AsNoTracking().Where(l => l.PersonId == who.Id).OrderBy(l => l.Provider).ToListAsync(cancellation));

    /// <summary>Changes the password, for who knows the one in force. Who has none may set one: they have come in another way just now.</summary>
    public async Task<ChangePasswordResult> ChangePasswordAsync(string present, string password, CancellationToken cancellation)
    {
        var tries = new SignInTries(db, clock);
        var before = await db.People.AsNoTracking().SingleAsync(p => p.Id == who.Id, cancellation);
        if (before.PasswordHash is not null && !(await tries.BeginAsync(who.Id, cancellation) && passwords.Fits(before, present)))
            return new ChangePasswordResult.Wrong();
        await tries.ForgiveAsync(who.Id, cancellation);
        if (PasswordRules.Fault(password, before.Name, before.Email) is { } fault)
            return new ChangePasswordResult.Weak(fault);
        return new ChangePasswordResult.Changed(await ChangeAsync(p => p.SetPassword(passwords.Hash(password)), cancellation));
    }

    /// <summary>From now on codes of the app with this secret are asked for, if <paramref name="code"/> is one of them. Null: it is not; else the recovery codes, shown this once.</summary>
    public async Task<IReadOnlyList<string>?> AddAuthenticatorAsync(string secret, string code, CancellationToken cancellation)
    {
        if (TimeCodes.StepOf(secret, code, clock.GetUtcNow()) is not { } step)
            return null;
        var codes = TimeCodes.NewRecoveryCodes();
        await ChangeAsync(p =>
        {
            p.AddAuthenticator(secrets.Seal(who, secret), step);
            p.SetRecoveryCodes(codes);
        }, cancellation);
        return codes;
    }

    /// <summary>No codes are asked for any more.</summary>
    public Task RemoveAuthenticatorAsync(CancellationToken cancellation) => ChangeAsync(p => p.RemoveAuthenticator(), cancellation);

    /// <summary>New recovery codes in place of those there were, shown this once.</summary>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(CancellationToken cancellation)
    {
        var codes = TimeCodes.NewRecoveryCodes();
        await ChangeAsync(p => p.SetRecoveryCodes(codes), cancellation);
        return codes;
    }

    /// <summary>Every session ends, wherever it is. Returns the person, for whose session goes on here.</summary>
    public Task<PersonRow> EndSessionsAsync(CancellationToken cancellation) => ChangeAsync(p => p.EndSessions(), cancellation);

    /// <summary>Adds a passkey. False: it is somebody's already.</summary>
    public Task<bool> AddPasskeyAsync(PasskeyFacts facts, CancellationToken cancellation)
    {
        db.Add(new PasskeyRow(who.Id, facts, clock.GetUtcNow()));
        return db.TrySaveAsync(cancellation);
    }

    /// <summary>Removes a passkey of one's own. False: there is none of that number.</summary>
    public async Task<bool> RemovePasskeyAsync(long id, CancellationToken cancellation)
    {
        if (await db.Passkeys.SingleOrDefaultAsync(p => p.Id == id && p.PersonId == who.Id, cancellation) is not { } passkey)
            return false;
        db.Remove(passkey);
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>From now on what <paramref name="provider"/> calls <paramref name="subject"/> is this person. False: it is another, or this person is another there.</summary>
    public Task<bool> ConnectAsync(string provider, string subject, CancellationToken cancellation)
    {
        db.Add(new ExternalLoginRow(who.Id, provider, subject, clock.GetUtcNow()));
        return db.TrySaveAsync(cancellation);
    }

    /// <summary>The provider's word counts no more.</summary>
    public async Task DisconnectAsync(string provider, CancellationToken cancellation)
    {
        db.RemoveRange(await db.ExternalLogins.Where(l => l.PersonId == who.Id && l.Provider == provider).ToListAsync(cancellation));
        await db.SaveChangesAsync(cancellation);
    }

    private async Task<PersonRow> ChangeAsync(Action<PersonRow> change, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        var person = await db.People.SingleAsync(p => p.Id == who.Id, cancellation);
        change(person);
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return person;
    }
}
