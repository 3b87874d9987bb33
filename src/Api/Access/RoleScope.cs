using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>Which schools a role is to be for, as somebody named them: the same question for keys and people.</summary>
internal abstract record RoleScope
{
    private RoleScope()
    {
    }

    /// <summary>These.</summary>
    public sealed record Fits(SchoolSet Schools) : RoleScope;

    /// <summary>The role is for some schools, and none is named.</summary>
    public sealed record SchoolNeeded : RoleScope;

    /// <summary>The district has no such school.</summary>
    public sealed record NoSuchSchool(string Code) : RoleScope;

    /// <summary>Looks the schools up by code; none: all.</summary>
    public static async Task<RoleScope> OfAsync(K12SyncDb db, KeyRole role, IReadOnlyCollection<string> schools, CancellationToken cancellation)
    {
        if (schools.Count == 0)
            return role is KeyRole.SchoolAdmin or KeyRole.Office ? new SchoolNeeded() : new Fits(SchoolSet.All);
        var known = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Code, s => s.Id, cancellation);
        return schools.FirstOrDefault(s => !known.ContainsKey(s)) is { } unknown ? new NoSuchSchool(unknown) : new Fits(SchoolSet.Of(schools.Select(s => known[s])));
    }
}
