using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Access;

/// <summary>The one door that looks across districts: it finds out which one a piece of work belongs to.</summary>
public sealed class DistrictDirectory(Database database)
{
    /// <summary>Every district by name.</summary>
    public async Task<IReadOnlyList<(DistrictId Id, string Name)>> ListAsync(CancellationToken cancellation)
    {
        await using var db = database.Open(default);
#pragma warning disable RS0030 // The sanctioned use: nothing but ids and names of districts leaves this method.
        var all = await db.Districts.IgnoreQueryFilters().OrderBy(d => d.Name).Select(d => new { d.Id, d.Name }).ToListAsync(cancellation);
#pragma warning restore RS0030
        return [.. all.Select(d => (new DistrictId(d.Id), d.Name))];
    }

    /// <summary>Adds a district; one of that name that is there already, because another process was faster, is the one.</summary>
    public async Task<DistrictId> AddAsync(string name, CancellationToken cancellation)
    {
        await using var db = database.Open(default);
        await using var command = DistrictSql.Command(db,
            """
            INSERT INTO "Districts" ("Name", "Clock", "Version", "ChangeVersion") SELECT @name, 0, 0, 0 WHERE @district = 0
            ON CONFLICT ("Name") DO UPDATE SET "Name" = excluded."Name" RETURNING "Id";
            """, ("@name", name));
        var id = await command.ExecuteScalarAsync(cancellation);
        return new DistrictId(Convert.ToInt64(id, System.Globalization.CultureInfo.InvariantCulture));
    }
}
