using System.Collections.Concurrent;
using System.Data.Common;
using K12Sync.Api.CommandLine;
using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>Tells good keys from others. What is known of a good key is a second old at most, so a revoked one is good for nothing a second later.</summary>
internal sealed class KeyDoor(Premises premises)
{
    private static readonly TimeSpan UseIsKeptEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IsKnownFor = TimeSpan.FromSeconds(1);
    private const int LongestWaitSeconds = 1;
    private readonly ConcurrentDictionary<string, Asked> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, DateTimeOffset> _uses = new();

    /// <summary>Who holds the key; null if it is not good, for whatever reason.</summary>
    public async Task<Caller?> FindAsync(string text, CancellationToken cancellation)
    {
        if (ApiKeyText.DistrictOf(text) is not { } district)
            return null;
        var hash = ApiKeyText.Hash(text);
        // A hundred requests at once are one question.
        if (!_known.TryGetValue(hash, out var asked) || premises.Clock.GetElapsedTime(asked.Since) >= IsKnownFor)
            asked = _known.AddOrUpdate(hash, Ask, (_, other) => premises.Clock.GetElapsedTime(other.Since) < IsKnownFor ? other : Ask(hash));
        var known = await asked.Answer.Value.WaitAsync(cancellation);
        var now = premises.Clock.GetUtcNow();
        return known?.Key.IsGoodAt(now) == true ? known.CallerAt(district, now) : null;

        Asked Ask(string hash) => new(premises.Clock.GetTimestamp(), new Lazy<Task<Known?>>(() => Task.Run(() => AskAsync(district, hash), CancellationToken.None)));
    }

    /// <summary>For everybody who waits for it, so nobody's leaving ends it.</summary>
    private async Task<Known?> AskAsync(DistrictId district, string hash)
    {
        Known? known = null;
        try
        {
            return known = await ReadAsync(district, hash) is { } key ? new Known(key) : null;
        }
        finally
        {
            if (known is null)
                _known.TryRemove(hash, out _);
        }
    }

    private async Task<ApiKeyRow?> ReadAsync(DistrictId district, string hash)
    {
        await using var db = premises.Database.Open(district);
        var now = premises.Clock.GetUtcNow();
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash) is not { } key || !key.IsGoodAt(now))
            return null;
        await KeepUseAsync(db, key, now, CancellationToken.None);
        return key;
    }

    /// <summary>Whether any district has a key that is good now.</summary>
    public async Task<bool> HasAnyAsync(CancellationToken cancellation)
    {
        var now = premises.Clock.GetUtcNow();
        foreach (var (id, _) in await new DistrictDirectory(premises.Database).ListAsync(cancellation))
        {
            await using var db = premises.Database.Open(id);
            if (await db.ApiKeys.AnyAsync(k => k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), cancellation))
                return true;
        }
        return false;
    }

    /// <summary>Not by saving the row: nothing about the key has changed that a reader of changes would want to know, and no writer is to be waited for.</summary>
    private async Task KeepUseAsync(K12SyncDb db, ApiKeyRow key, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = now - UseIsKeptEvery;
        if (key.LastUsedAt > before || (_uses.TryGetValue(key.Id, out var tried) && tried > before))
            return;
        _uses[key.Id] = now;
        try
        {
            db.Database.SetCommandTimeout(LongestWaitSeconds);
            // SQLite waits by itself, and would for a minute.
            if (db.Database.IsSqlite())
                await db.Database.ExecuteSqlRawAsync($"PRAGMA busy_timeout = {LongestWaitSeconds * 1000};", cancellation);
            await db.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellation);
        }
        catch (DbException)
        {
            // The database is busy writing. The next minute will do.
        }
    }

    /// <summary>A question after a key, and its answer: null if it is not good. Only good keys are kept, so there are no more of them than were made.</summary>
    private sealed record Asked(long Since, Lazy<Task<Known?>> Answer);

    private sealed class Known(ApiKeyRow key)
    {
        private Caller? _caller;

        public ApiKeyRow Key => key;

        /// <summary>Who holds it, the same object for as long as nothing about it changes.</summary>
        public Caller CallerAt(DistrictId district, DateTimeOffset now)
        {
            var shown = key.MaySeeStudentsAt(now);
            return _caller is { } caller && caller.StudentsAreShown == shown ? caller : _caller = new Caller(new Admission.ByKey(key.Id), district, key.Role, key.Schools, shown);
        }
    }
}
