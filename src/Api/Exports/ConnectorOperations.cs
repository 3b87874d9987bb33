using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>What became of a connector that was to be added.</summary>
public abstract record AddConnectorResult
{
    private AddConnectorResult()
    {
    }

    /// <summary>It is there now.</summary>
    public sealed record Added(Connector Connector) : AddConnectorResult;

    /// <summary>It was there already, just so.</summary>
    public sealed record AlreadyThere(Connector Connector) : AddConnectorResult;

    /// <summary>It cannot be added.</summary>
    public sealed record Refused(string Reason) : AddConnectorResult;
}

/// <summary>Adds and finds connectors.</summary>
public sealed class ConnectorOperations(K12SyncDb db)
{
    /// <summary>Every connector, by name.</summary>
    public async Task<IReadOnlyList<Connector>> ListAsync(CancellationToken cancellation) =>
        await db.Connectors.AsNoTracking().OrderBy(c => c.Name).Select(c => new Connector(c.Id, c.Name, c.Definition)).ToListAsync(cancellation);

    /// <summary>The connector of this name, compared ordinally, or null.</summary>
    public async Task<Connector?> FindAsync(string name, CancellationToken cancellation) =>
        await db.Connectors.AsNoTracking().Where(c => c.Name == name).Select(c => new Connector(c.Id, c.Name, c.Definition)).SingleOrDefaultAsync(cancellation);

    /// <summary>Adds a connector whose layout, schools and codes exist.</summary>
    public async Task<AddConnectorResult> AddAsync(string name, ConnectorDefinition definition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (Layouts.Find(definition.Layout) is null)
            return new AddConnectorResult.Refused($"There is no layout '{definition.Layout}'. There is: {string.Join(", ", Layouts.All.Select(l => l.Name))}.");
        if (Missing(definition.Schools, await db.Schools.Select(s => s.Code).ToListAsync(cancellation)) is { } school)
            return new AddConnectorResult.Refused($"There is no school '{school}'.");
        if (Missing(definition.Codes, await db.BehaviorCodes.Select(c => c.Code).ToListAsync(cancellation)) is { } code)
            return new AddConnectorResult.Refused($"There is no behavior code '{code}'.");
        if (await FindAsync(name, cancellation) is { } there)
            return ConnectorJson.Write(there.Definition) == ConnectorJson.Write(definition)
                ? new AddConnectorResult.AlreadyThere(there)
                : new AddConnectorResult.Refused($"There is another connector '{name}' already. Give this one a name of its own.");
        db.Add(new ConnectorRow(name, definition));
        await db.SaveChangesAsync(cancellation);
        return new AddConnectorResult.Added((await FindAsync(name, cancellation))!);
    }

    private static string? Missing(IEnumerable<string> wanted, List<string> there) => wanted.FirstOrDefault(w => !there.Contains(w, StringComparer.Ordinal));
}
