using System.Text.Json;
using K12Sync.Data;
using K12Sync.Data.Audit;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Audit;

/// <summary>Reads and checks the audit of a district.</summary>
internal sealed class AuditOperations(K12SyncDb db)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The latest entries, the latest first, each with the name of its key or person.</summary>
    public async Task<IReadOnlyList<(AuditEntryRow Entry, string? Key, string? Person)>> ListAsync(int most, CancellationToken cancellation)
    {
        var keys = await db.ApiKeys.AsNoTracking().ToDictionaryAsync(k => k.Id, k => k.Name, cancellation);
        var people = await db.People.AsNoTracking().ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
        var rows = await db.AuditEntries.AsNoTracking().OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(most).ToListAsync(cancellation);
        return [.. rows.Select(r => (r, r.KeyId is { } key ? keys.GetValueOrDefault(key) : null, r.PersonId is { } person ? people.GetValueOrDefault(person) : null))];
    }

    /// <summary>Looks through every chain.</summary>
    /// <param name="noted">Ends that were noted earlier; see <see cref="ReadEnds"/>.</param>
    /// <param name="cancellation">Stops looking.</param>
    public Task<IReadOnlyList<ChainState>> VerifyAsync(IReadOnlyList<AuditEnd> noted, CancellationToken cancellation) => new AuditCheck(db).RunAsync(noted, cancellation);

    /// <summary>Reads ends that <c>audit verify --json</c> printed; null: it is not that.</summary>
    public static IReadOnlyList<AuditEnd>? ReadEnds(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<List<AuditEnd>>(json, Json) is { } ends && ends.All(e => e is { Node: not null, Hash: not null }) ? ends : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
