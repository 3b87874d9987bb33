using System.Collections.Immutable;
using System.Text.Json;
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

/// <summary>What became of a change to a connector.</summary>
public abstract record ChangeConnectorResult
{
    private ChangeConnectorResult()
    {
    }

    /// <summary>The next run goes by it.</summary>
    /// <param name="Connector">As it is now.</param>
    /// <param name="Settings">The settings that are different now, by their names in the file.</param>
    public sealed record Changed(Connector Connector, IReadOnlyList<string> Settings) : ChangeConnectorResult;

    /// <summary>It cannot be so.</summary>
    public sealed record Refused(string Reason) : ChangeConnectorResult;
}

/// <summary>Adds, changes and finds connectors, each with its layout as it is now.</summary>
public sealed class ConnectorOperations(K12SyncDb db, LayoutOperations layouts, TimeProvider clock)
{
    /// <summary>Every connector, by name.</summary>
    public async Task<IReadOnlyList<Connector>> ListAsync(CancellationToken cancellation)
    {
        var connectors = new List<Connector>();
        foreach (var row in await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).OrderBy(c => c.Name).ToListAsync(cancellation))
            connectors.Add(await ResolveAsync(row, cancellation));
        return connectors;
    }

    /// <summary>The connector of this name, compared ordinally, or null.</summary>
    public async Task<Connector?> FindAsync(string name, CancellationToken cancellation) =>
        await db.Connectors.AsNoTracking().SingleOrDefaultAsync(c => c.Name == name && c.RemovedAt == null, cancellation) is { } row ? await ResolveAsync(row, cancellation) : null;

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
        if (await FindFaultAsync(name, definition, cancellation) is { } fault)
            return new AddConnectorResult.Refused(fault);
        if (await FindAsync(name, cancellation) is { } there)
            return ConnectorJson.Write(there.Definition) == ConnectorJson.Write(definition)
                ? new AddConnectorResult.AlreadyThere(there)
                : new AddConnectorResult.Refused($"There is another connector '{name}' already. Give this one a name of its own, or change that one with 'k12sync connector change FILE.json'.");
        db.Add(new ConnectorRow(name, definition, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellation);
        return new AddConnectorResult.Added((await FindAsync(name, cancellation))!);
    }

    /// <summary>Gives a connector another definition, from the next run on. What is frozen keeps its bytes and its name.</summary>
    public async Task<ChangeConnectorResult> ChangeAsync(string name, ConnectorDefinition definition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (await FindRowAsync(name, cancellation) is not { } row)
            return new ChangeConnectorResult.Refused($"There is no connector '{name}'. Add it with 'k12sync connector add FILE.json'.");
        if (await FindFaultAsync(name, definition, cancellation) is { } fault)
            return new ChangeConnectorResult.Refused(fault);
        var settings = Differences(ConnectorJson.Write(row.Definition), ConnectorJson.Write(definition));
        row.Change(definition);
        await db.SaveChangesAsync(cancellation);
        return new ChangeConnectorResult.Changed((await FindAsync(name, cancellation))!, settings);
    }

    /// <summary>The connector runs no more; what it did stays on record.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellation) => DoAsync(name, row => row.Remove(clock.GetUtcNow()), cancellation);

    /// <summary>The connector does not run by itself until after a day, or until it is resumed.</summary>
    public Task PauseAsync(string name, DateOnly? until, CancellationToken cancellation) => DoAsync(name, row => row.Pause(until, clock.GetUtcNow()), cancellation);

    /// <summary>Ends a pause.</summary>
    public Task ResumeAsync(string name, CancellationToken cancellation) => DoAsync(name, row => row.Resume(), cancellation);

    /// <summary>A person has looked at why the connector is held. Returns the reason there was, or null.</summary>
    public async Task<ConnectorHold?> ReleaseAsync(string name, int? allowedRows, CancellationToken cancellation)
    {
        ConnectorHold? hold = null;
        await DoAsync(name, row =>
        {
            hold = row.Hold is { } kind ? new ConnectorHold(kind, row.HoldReason ?? "") : null;
            row.Release(allowedRows);
        }, cancellation);
        return hold;
    }

    /// <summary>Pins host keys in place of those pinned before. True if the connector was held because the server did not show one.</summary>
    /// <exception cref="InvalidOperationException">There is no such connector, or it does not deliver by SFTP.</exception>
    public async Task<bool> PinAsync(string name, ImmutableArray<string> hostKeys, CancellationToken cancellation)
    {
        await DoAsync(name, row => row.Change(row.Definition with
        {
            Destination = (row.Definition.Destination as SftpDestinationDefinition ?? throw new InvalidOperationException("Only SFTP servers have host keys.")) with { HostKeys = hostKeys },
        }), cancellation);
        return await ReleaseAfterAsync(name, ConnectorHoldKind.HostKeyMismatch, cancellation);
    }

    /// <summary>What the connector was held for has been mended. True if it was held for just that.</summary>
    public async Task<bool> ReleaseAfterAsync(string name, ConnectorHoldKind mended, CancellationToken cancellation)
    {
        if (await db.Connectors.AsNoTracking().AllAsync(c => c.Name != name || c.RemovedAt != null || c.Hold != mended, cancellation))
            return false;
        await ReleaseAsync(name, null, cancellation);
        return true;
    }

    /// <summary>Whether connectors may run, by connector.</summary>
    public async Task<IReadOnlyDictionary<long, ConnectorRow>> StatesAsync(CancellationToken cancellation) =>
        await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).ToDictionaryAsync(c => c.Id, cancellation);

    private Task<ConnectorRow?> FindRowAsync(string name, CancellationToken cancellation) =>
        db.Connectors.SingleOrDefaultAsync(c => c.Name == name && c.RemovedAt == null, cancellation);

    private async Task DoAsync(string name, Action<ConnectorRow> verb, CancellationToken cancellation)
    {
        verb(await FindRowAsync(name, cancellation) ?? throw new InvalidOperationException($"There is no connector '{name}'."));
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <summary>Why a connector cannot be so, or null.</summary>
    private async Task<string?> FindFaultAsync(string name, ConnectorDefinition definition, CancellationToken cancellation)
    {
        if (name.Any(char.IsControl) || name.Trim() != name)
            return "A connector's name must not begin or end with a blank, nor hold control characters.";
        if (await layouts.FindAsync(definition.Layout, cancellation) is not { } layout)
            return $"There is no layout '{definition.Layout}'. There is: {string.Join(", ", (await layouts.ListAsync(cancellation)).Select(l => l.Name))}.";
        if (LayoutCheck.FindMisfit(layout.Definition, definition) is { } misfit)
            return $"Layout {layout}: {misfit}";
        if (Missing(definition.Schools, await db.Schools.Select(s => s.Code).ToListAsync(cancellation)) is { } school)
            return $"There is no school '{school}'.";
        if (Missing(definition.Codes, await db.BehaviorCodes.Select(c => c.Code).ToListAsync(cancellation)) is { } code)
            return $"There is no behavior code '{code}'.";
        return null;
    }

    private static List<string> Differences(string before, string after)
    {
        using var was = JsonDocument.Parse(before);
        using var now = JsonDocument.Parse(after);
        var names = was.RootElement.EnumerateObject().Concat(now.RootElement.EnumerateObject()).Select(p => p.Name).Distinct();
        string? Text(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetRawText() : null;
        return [.. names.Where(n => Text(was, n) != Text(now, n))];
    }

    private static string? Missing(IEnumerable<string> wanted, List<string> there) => wanted.FirstOrDefault(w => !there.Contains(w, StringComparer.Ordinal));
}
