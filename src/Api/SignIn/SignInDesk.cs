using K12Sync.Api.CommandLine;
using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.SignIn;

/// <summary>What came of a try to sign in.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>It is them.</summary>
    public sealed record In(PersonKey Key, PersonRow Person) : SignInOutcome;

    /// <summary>The password was right, and a code is asked for besides.</summary>
    public sealed record CodeNeeded(PersonKey Key, PersonRow Person) : SignInOutcome;

    /// <summary>Not in. Why is not told to who tries; <paramref name="Key"/> is for the record, null where there is nobody of that name.</summary>
    public sealed record Out(PersonKey? Key, KeyRole? Role, string Why) : SignInOutcome;
}

/// <summary>Lets people in who show that it is them. Whatever is wrong, the answer is the same and takes as long.</summary>
internal sealed class SignInDesk(Premises premises, Passwords passwords, AuthenticatorSecrets secrets)
{
    /// <summary>No answer comes sooner, so that the work that was done for it cannot be told from the time it took.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(600);

    private readonly DistrictDirectory _directory = new(premises.Database);

    /// <summary>By address and password.</summary>
    public Task<SignInOutcome> ByPasswordAsync(string email, string password, CancellationToken cancellation) => AsLongAsync(async () =>
    {
        if (await _directory.OfEmailAsync(email, cancellation) is not { } district)
        {
            passwords.Fits(null, password);
            return new SignInOutcome.Out(null, null, "nobody");
        }
        await using var db = premises.Database.Open(district);
        var (tries, key) = (new SignInTries(db, premises.Clock), PersonRow.KeyOf(email));
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.EmailKey == key && p.RemovedAt == null, cancellation) is not { } person)
            return new SignInOutcome.Out(null, null, "nobody");
        var mayTry = await tries.BeginAsync(person.Id, cancellation);
        var fits = passwords.Fits(person, password);
        var who = new PersonKey(district, person.Id);
        if (!mayTry)
            return new SignInOutcome.Out(who, person.Role, "too many tries");
        if (!fits || !person.IsWelcome)
            return new SignInOutcome.Out(who, person.Role, fits ? "locked" : "password");
        // The try is forgiven when all of it was right: else whoever has the password could try codes without end.
        if (person.HasAuthenticator)
            return new SignInOutcome.CodeNeeded(who, person);
        return await AdmitAsync(tries, who, person, cancellation);
    }, cancellation);

    /// <summary>By the code of an authenticator app, after the password.</summary>
    /// <param name="who">Whose password it was.</param>
    /// <param name="stamp">As it was when the password was right.</param>
    /// <param name="code">As typed.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public Task<SignInOutcome> ByCodeAsync(PersonKey who, string stamp, string code, CancellationToken cancellation) => AfterPasswordAsync(who, stamp, async (db, tries, person) =>
        secrets.Open(who, person.AuthenticatorSecret!) is { } secret && TimeCodes.StepOf(secret, code, premises.Clock.GetUtcNow()) is { } step && await tries.TakeStepAsync(person.Id, step, cancellation), cancellation);

    /// <summary>By a recovery code, after the password. The code is used up.</summary>
    public Task<SignInOutcome> ByRecoveryCodeAsync(PersonKey who, string stamp, string code, CancellationToken cancellation) => AfterPasswordAsync(who, stamp, async (db, tries, person) =>
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        var row = await db.People.SingleAsync(p => p.Id == person.Id, cancellation);
        if (!row.TakeRecoveryCode(TimeCodes.AsGivenOut(code)))
            return false;
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return true;
    }, cancellation);

    /// <summary>By something that needs no password: a passkey, or a provider who has said who it is.</summary>
    public async Task<SignInOutcome> ByProofAsync(PersonKey who, CancellationToken cancellation)
    {
        await using var db = premises.Database.Open(who.District);
        return await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == who.Id, cancellation) switch
        {
            null => new SignInOutcome.Out(null, null, "nobody"),
            { IsWelcome: false } person => new SignInOutcome.Out(who, person.Role, "locked"),
            var person => await AdmitAsync(new SignInTries(db, premises.Clock), who, person, cancellation),
        };
    }

    private Task<SignInOutcome> AfterPasswordAsync(PersonKey who, string stamp, Func<K12SyncDb, SignInTries, PersonRow, Task<bool>> fits, CancellationToken cancellation) => AsLongAsync(async () =>
    {
        await using var db = premises.Database.Open(who.District);
        var tries = new SignInTries(db, premises.Clock);
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == who.Id, cancellation) is not { IsWelcome: true, HasAuthenticator: true } person || person.Stamp != stamp)
            return new SignInOutcome.Out(null, null, "session");
        if (!await tries.BeginAsync(person.Id, cancellation))
            return new SignInOutcome.Out(who, person.Role, "too many tries");
        return await fits(db, tries, person) ? await AdmitAsync(tries, who, person, cancellation) : new SignInOutcome.Out(who, person.Role, "code");
    }, cancellation);

    private static async Task<SignInOutcome> AdmitAsync(SignInTries tries, PersonKey who, PersonRow person, CancellationToken cancellation)
    {
        await tries.ForgiveAsync(person.Id, cancellation);
        await tries.KeepSignInAsync(person.Id, cancellation);
        return new SignInOutcome.In(who, person);
    }

    private async Task<SignInOutcome> AsLongAsync(Func<Task<SignInOutcome>> work, CancellationToken cancellation)
    {
        var began = premises.Clock.GetTimestamp();
        var result = await work();
        if (result is SignInOutcome.Out && Shortest - premises.Clock.GetElapsedTime(began) is { Ticks: > 0 } rest)
            await Task.Delay(rest, premises.Clock, cancellation);
        return result;
    }
}
