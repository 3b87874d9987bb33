using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Access;

/// <summary>The one door that looks across districts: it finds out which one a piece of work, or somebody who signs in, belongs to.</summary>
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

    /// <summary>The district of who signs in with an address; null: nobody does.</summary>
    public Task<DistrictId?> OfEmailAsync(string email, CancellationToken cancellation)
    {
        var key = PersonRow.KeyOf(email);
        return OfAsync<PersonRow>(p => p.EmailKey == key && p.RemovedAt == null, cancellation);
    }

    /// <summary>The district of whom a provider calls so; null: nobody is known by that.</summary>
    public Task<DistrictId?> OfLoginAsync(string provider, string subject, CancellationToken cancellation) =>
        OfAsync<ExternalLoginRow>(l => l.Provider == provider && l.Subject == subject, cancellation);

    private async Task<DistrictId?> OfAsync<TRow>(System.Linq.Expressions.Expression<Func<TRow, bool>> condition, CancellationToken cancellation) where TRow : class
    {
        await using var db = database.Open(default);
#pragma warning disable RS0030 // The sanctioned use: nothing but the number of a district leaves this method, and the row is then read within it.
        var found = await db.Set<TRow>().IgnoreQueryFilters().Where(condition).Select(r => (long?)EF.Property<long>(r, Columns.DistrictId)).SingleOrDefaultAsync(cancellation);
#pragma warning restore RS0030
        return found is { } id ? new DistrictId(id) : null;
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
