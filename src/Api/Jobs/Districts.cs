using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Jobs;

/// <summary>The districts of the database, each opened for one piece of work at a time.</summary>
internal sealed class Districts(Premises premises)
{
    /// <summary>Every district.</summary>
    public Task<IReadOnlyList<(DistrictId Id, string Name)>> ListAsync(CancellationToken cancellation) => new DistrictDirectory(premises.Database).ListAsync(cancellation);

    /// <summary>A place to work in a district; null if there is none of that id.</summary>
    public async Task<Workplace?> OpenAsync(DistrictId id, CancellationToken cancellation)
    {
        var found = (await ListAsync(cancellation)).Where(d => d.Id == id).ToList();
        return found is [var (_, name)] ? Workplace.In(premises, id, name) : null;
    }

    /// <summary>A place to work in a district that was listed.</summary>
    public Workplace Open((DistrictId Id, string Name) district) => Workplace.In(premises, district.Id, district.Name);

    /// <summary>The connectors of a district, by id; those that cannot be read are among them.</summary>
    public static async Task<IReadOnlyList<long>> ConnectorIdsAsync(Workplace work, CancellationToken cancellation) =>
        await work.Db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(cancellation);

    /// <summary>A connector by id; null if there is none of that id any more.</summary>
    public static async Task<Connector?> FindAsync(Workplace work, long id, CancellationToken cancellation)
    {
        var name = await work.Db.Connectors.AsNoTracking().Where(c => c.Id == id && c.RemovedAt == null).Select(c => c.Name).SingleOrDefaultAsync(cancellation);
        return name is not null && await work.Connectors.FindAsync(name, cancellation) is { } connector && connector.Id == id ? connector : null;
    }
}
