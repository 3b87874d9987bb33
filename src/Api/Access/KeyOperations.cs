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
    public sealed record NoSuchSchool(string Code) : MakeKeyResult;

    /// <summary>The role is for some schools, and none is named.</summary>
    public sealed record SchoolNeeded : MakeKeyResult;
}

/// <summary>A key as people see it: its schools by code with commas between, or null for all; its state good, expired or revoked.</summary>
internal sealed record KeyLine(
    string Name, KeyRole Role, string? School, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? SeesStudentsUntil, string State);

/// <summary>Makes, lists and revokes the keys of a district.</summary>
internal sealed class KeyOperations(K12SyncDb db, DistrictId district, TimeProvider clock)
{
    /// <summary>Makes a key.</summary>
    /// <param name="name">For people; unique among those in use.</param>
    /// <param name="role">What it is good for.</param>
    /// <param name="schools">The codes of the schools whose rows it may see; none: all.</param>
    /// <param name="days">After so many days it is good for nothing; null: it does not expire.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task<MakeKeyResult> MakeAsync(string name, KeyRole role, IReadOnlyCollection<string> schools, int? days, CancellationToken cancellation)
    {
        var scope = await RoleScope.OfAsync(db, role, schools, cancellation);
        if (scope is RoleScope.SchoolNeeded)
            return new MakeKeyResult.SchoolNeeded();
        if (scope is RoleScope.NoSuchSchool(var unknown))
            return new MakeKeyResult.NoSuchSchool(unknown);
        if (await db.ApiKeys.AnyAsync(k => k.Name == name && k.RevokedAt == null, cancellation))
            return new MakeKeyResult.NameTaken();
        var text = ApiKeyText.Make(district);
        var now = clock.GetUtcNow();
        db.Add(new ApiKeyRow(name, ApiKeyText.Hash(text), role, ((RoleScope.Fits)scope).Schools, now, days is { } some ? now.AddDays(some) : null));
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
            k.Name, k.Role, k.Schools.IsAll ? null : string.Join(", ", k.Schools.Ids.Select(id => schools[id])), k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt,
            k.MaySeeStudentsAt(now) ? k.SeesStudentsUntil : null, k.RevokedAt is not null ? "revoked" : k.IsGoodAt(now) ? "good" : "expired"))];
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

    /// <summary>Lets the holder of a Support key see students unmasked until a time; what was granted before ends with it.</summary>
    public async Task<ShowStudentsResult> ShowStudentsAsync(string name, TimeSpan time, CancellationToken cancellation)
    {
        if (await db.ApiKeys.SingleOrDefaultAsync(k => k.Name == name && k.RevokedAt == null, cancellation) is not { } key)
            return new ShowStudentsResult.NoSuchKey();
        if (key.Role != KeyRole.Support)
            return new ShowStudentsResult.SeesThemAnyway(key.Role);
        var until = clock.GetUtcNow() + time;
        key.ShowStudents(until);
        await db.SaveChangesAsync(cancellation);
        return new ShowStudentsResult.Shown(until);
    }
}

/// <summary>What came of letting a key see students.</summary>
internal abstract record ShowStudentsResult
{
    private ShowStudentsResult()
    {
    }

    /// <summary>It sees them a second later; the instant given is too late.</summary>
    public sealed record Shown(DateTimeOffset Until) : ShowStudentsResult;

    /// <summary>No key of that name is in use.</summary>
    public sealed record NoSuchKey : ShowStudentsResult;

    /// <summary>Only for Support are students masked: there is nothing to grant.</summary>
    public sealed record SeesThemAnyway(KeyRole Role) : ShowStudentsResult;
}
