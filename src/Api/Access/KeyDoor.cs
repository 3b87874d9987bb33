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
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, DateTimeOffset> _uses = new();

    /// <summary>Who holds the key; null if it is not good, for whatever reason.</summary>
    public async Task<Caller?> FindAsync(string text, CancellationToken cancellation)
    {
        if (ApiKeyText.DistrictOf(text) is not { } district)
            return null;
        var hash = ApiKeyText.Hash(text);
        var now = premises.Clock.GetUtcNow();
        if (!_known.TryGetValue(hash, out var known) || premises.Clock.GetElapsedTime(known.Since) >= IsKnownFor)
        {
            var since = premises.Clock.GetTimestamp();
            if (await ReadAsync(district, hash, now, cancellation) is not { } read)
            {
                _known.TryRemove(hash, out _);
                return null;
            }
            _known[hash] = known = new Known(read, since);
        }
        return known.Key.IsGoodAt(now) ? known.CallerAt(district, now) : null;
    }

    private async Task<ApiKeyRow?> ReadAsync(DistrictId district, string hash, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = premises.Database.Open(district);
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, cancellation) is not { } key || !key.IsGoodAt(now))
            return null;
        await KeepUseAsync(db, key, now, cancellation);
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

    /// <summary>A key that was found, and when it was asked for. Only good keys are kept, so there are no more of them than were made.</summary>
    private sealed class Known(ApiKeyRow key, long since)
    {
        private Caller? _caller;

        public ApiKeyRow Key => key;

        public long Since => since;

        /// <summary>Who holds it, the same object for as long as nothing about it changes.</summary>
        public Caller CallerAt(DistrictId district, DateTimeOffset now)
        {
            var shown = key.MaySeeStudentsAt(now);
            return _caller is { } caller && caller.StudentsAreShown == shown ? caller : _caller = new Caller(new Admission.ByKey(key.Id), district, key.Role, key.Schools, shown);
        }
    }
}
