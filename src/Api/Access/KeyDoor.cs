using System.Collections.Concurrent;
using System.Data.Common;
using K12Sync.Api.CommandLine;
using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>Tells good keys from others, afresh for each request, so that a revoked key is good for nothing at once.</summary>
internal sealed class KeyDoor(Premises premises)
{
    private static readonly TimeSpan UseIsKeptEvery = TimeSpan.FromMinutes(1);
    private const int LongestWaitSeconds = 1;
    private readonly ConcurrentDictionary<long, DateTimeOffset> _uses = new();

    /// <summary>Who holds the key; null if it is not good, for whatever reason.</summary>
    public async Task<Caller?> FindAsync(string text, CancellationToken cancellation)
    {
        if (ApiKeyText.DistrictOf(text) is not { } district)
            return null;
        var hash = ApiKeyText.Hash(text);
        await using var db = premises.Database.Open(district);
        var now = premises.Clock.GetUtcNow();
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, cancellation) is not { } key || !key.IsGoodAt(now))
            return null;
        await KeepUseAsync(db, key, now, cancellation);
        return new Caller(key.Id, district, key.Role, key.Schools, key.MaySeeStudentsAt(now));
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
}
