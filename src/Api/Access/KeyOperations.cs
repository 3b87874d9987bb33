using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>What came of making a key.</summary>
internal abstract record MakeKeyResult
{
    private MakeKeyResult()
    {
    }

    /// <summary>It is good from now on. Nobody can read <paramref name="Text"/> again.</summary>
    public sealed record Made(string Text) : MakeKeyResult;

    /// <summary>A key of that name is in use.</summary>
    public sealed record NameTaken : MakeKeyResult;

    /// <summary>The district has no such school.</summary>
    public sealed record NoSuchSchool : MakeKeyResult;

    /// <summary>The role is for one school, and none is named.</summary>
    public sealed record SchoolNeeded : MakeKeyResult;
}

/// <summary>A key as people see it. Its state is good, expired or revoked.</summary>
internal sealed record KeyLine(
    string Name, KeyRole Role, string? School, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, string State);

/// <summary>Makes, lists and revokes the keys of a district.</summary>
internal sealed class KeyOperations(K12SyncDb db, DistrictId district, TimeProvider clock)
{
    /// <summary>Makes a key.</summary>
    /// <param name="name">For people; unique among those in use.</param>
    /// <param name="role">What it is good for.</param>
    /// <param name="school">The code of the only school whose rows it may see; null: all.</param>
    /// <param name="days">After so many days it is good for nothing; null: it does not expire.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task<MakeKeyResult> MakeAsync(string name, KeyRole role, string? school, int? days, CancellationToken cancellation)
    {
        if (school is null && role is KeyRole.SchoolAdmin or KeyRole.Office)
            return new MakeKeyResult.SchoolNeeded();
        var schoolId = school is null ? null : await db.Schools.Where(s => s.Code == school).Select(s => (long?)s.Id).SingleOrDefaultAsync(cancellation);
        if (school is not null && schoolId is null)
            return new MakeKeyResult.NoSuchSchool();
        if (await db.ApiKeys.AnyAsync(k => k.Name == name && k.RevokedAt == null, cancellation))
            return new MakeKeyResult.NameTaken();
        var text = ApiKeyText.Make(district);
        var now = clock.GetUtcNow();
        db.Add(new ApiKeyRow(name, ApiKeyText.Hash(text), role, schoolId, now, days is { } some ? now.AddDays(some) : null));
        await db.SaveChangesAsync(cancellation);
        return new MakeKeyResult.Made(text);
    }

    /// <summary>Every key there ever was, by name.</summary>
    public async Task<IReadOnlyList<KeyLine>> ListAsync(CancellationToken cancellation)
    {
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Code, cancellation);
        var rows = await db.ApiKeys.AsNoTracking().OrderBy(k => k.Name).ThenBy(k => k.Id).ToListAsync(cancellation);
        var now = clock.GetUtcNow();
        return [.. rows.Select(k => new KeyLine(
            k.Name, k.Role, k.SchoolId is { } id ? schools[id] : null, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt,
            k.RevokedAt is not null ? "revoked" : k.IsGoodAt(now) ? "good" : "expired"))];
    }

    /// <summary>Revokes the key of a name. Returns false if none of that name is in use.</summary>
    public async Task<bool> RevokeAsync(string name, CancellationToken cancellation)
    {
        if (await db.ApiKeys.SingleOrDefaultAsync(k => k.Name == name && k.RevokedAt == null, cancellation) is not { } key)
            return false;
        key.Revoke(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return true;
    }
}
