using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
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

/// <summary>Adds and finds connectors, each with its layout as it is now.</summary>
public sealed class ConnectorOperations(K12SyncDb db, LayoutOperations layouts)
{
    /// <summary>Every connector, by name.</summary>
    public async Task<IReadOnlyList<Connector>> ListAsync(CancellationToken cancellation)
    {
        var connectors = new List<Connector>();
        foreach (var row in await db.Connectors.AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellation))
            connectors.Add(await ResolveAsync(row, cancellation));
        return connectors;
    }

    /// <summary>The connector of this name, compared ordinally, or null.</summary>
    public async Task<Connector?> FindAsync(string name, CancellationToken cancellation) =>
        await db.Connectors.AsNoTracking().SingleOrDefaultAsync(c => c.Name == name, cancellation) is { } row ? await ResolveAsync(row, cancellation) : null;

    private async Task<Connector> ResolveAsync(ConnectorRow row, CancellationToken cancellation)
    {
        var definition = row.Definition;
        var layout = await layouts.FindAsync(definition.Layout, cancellation)
            ?? throw new InvalidOperationException($"Connector {row.Name} names layout '{definition.Layout}', which does not exist. Layouts are never deleted.");
        var codes = definition.Schools.ToList();
        var schools = await db.Schools.AsNoTracking().Where(s => codes.Count == 0 || codes.Contains(s.Code)).OrderBy(s => s.Code)
            .Select(s => new ConnectorSchool(s.Id, s.Code, s.Zone)).ToListAsync(cancellation);
        return new Connector(row.Id, row.Name, definition, layout, [.. schools]);
    }

    /// <summary>Adds a connector whose layout, schools and codes exist.</summary>
    public async Task<AddConnectorResult> AddAsync(string name, ConnectorDefinition definition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (await layouts.FindAsync(definition.Layout, cancellation) is not { } layout)
            return new AddConnectorResult.Refused($"There is no layout '{definition.Layout}'. There is: {string.Join(", ", (await layouts.ListAsync(cancellation)).Select(l => l.Name))}.");
        if (LayoutCheck.FindMisfit(layout.Definition, definition) is { } misfit)
            return new AddConnectorResult.Refused($"Layout {layout}: {misfit}");
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
