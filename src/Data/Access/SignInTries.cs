using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Access;

/// <summary>
/// Counts what people try. A try is counted before it is looked at, in one statement, so that of any number at the same moment none goes uncounted; what is found right is forgiven afterwards.
/// </summary>
public sealed class SignInTries(K12SyncDb db, TimeProvider clock)
{
    /// <summary>After so many tries in vain, one after another, there is a pause.</summary>
    public const int Most = 10;

    /// <summary>How long the pause is.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Counts a try. False: there is a pause, and nothing is to be tried.</summary>
    public async Task<bool> BeginAsync(long person, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? until = now + Pause;
        return await db.People.Where(p => p.Id == person && (p.PausedUntil == null || p.PausedUntil <= now)).ExecuteUpdateAsync(set => set
            .SetProperty(p => p.PausedUntil, p => p.BadTries + 1 >= Most ? until : null)
            .SetProperty(p => p.BadTries, p => p.BadTries + 1 >= Most ? 0 : p.BadTries + 1), cancellation) == 1;
    }

    /// <summary>It was right: what was tried before does not count.</summary>
    public Task ForgiveAsync(long person, CancellationToken cancellation) => db.People.Where(p => p.Id == person)
        .ExecuteUpdateAsync(set => set.SetProperty(p => p.BadTries, 0).SetProperty(p => p.PausedUntil, (DateTimeOffset?)null), cancellation);

    /// <summary>Takes the code of a time step. False: that one or a later one was taken before.</summary>
    public async Task<bool> TakeStepAsync(long person, long step, CancellationToken cancellation) =>
        await db.People.Where(p => p.Id == person && p.AuthenticatorStep < step).ExecuteUpdateAsync(set => set.SetProperty(p => p.AuthenticatorStep, step), cancellation) == 1;

    /// <summary>Somebody is in.</summary>
    public Task KeepSignInAsync(long person, CancellationToken cancellation)
    {
        DateTimeOffset? now = clock.GetUtcNow();
        return db.People.Where(p => p.Id == person).ExecuteUpdateAsync(set => set.SetProperty(p => p.LastSignInAt, now), cancellation);
    }
}
