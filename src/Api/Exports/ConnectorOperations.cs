using System.Collections.Immutable;
using System.Text.Json;
using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>Adds, changes and finds connectors, each with its layout as it is now.</summary>
internal sealed class ConnectorOperations(K12SyncDb db, LayoutOperations layouts, TimeProvider clock)
{
    /// <summary>Where they may deliver; null: anywhere.</summary>
    public DestinationLimits? Limits { get; init; }

    private OverMidnight Midnight => new(db);

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

    /// <summary>The connector of this id that was not removed, or null.</summary>
    public async Task<Connector?> FindAsync(long id, CancellationToken cancellation) =>
        await db.Connectors.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.RemovedAt == null, cancellation) is { } row ? await ResolveAsync(row, cancellation) : null;

    private async Task<Connector> ResolveAsync(ConnectorRow row, CancellationToken cancellation)
    {
        var definition = row.Definition;
        if (definition.Destination is AgencyDestinationDefinition agency)
            return new Connector(row.Id, row.Name, definition, new Layout(agency.OwnLayout, 0, new LayoutDefinition([])), [])
            {
                ZoneOfSites = await db.Sites.AsNoTracking().Where(s => s.State == agency.State).OrderBy(s => s.Code).Select(s => s.Zone).FirstOrDefaultAsync(cancellation),
            };
        if (definition.Destination is EdFiDestinationDefinition { Records: RecordKind.ChildDay } days)
        {
            var sites = days.SchoolIds.Keys.ToList();
            return new Connector(row.Id, row.Name, definition, new Layout(days.OwnLayout, 0, new LayoutDefinition([])), [])
            {
                ZoneOfSites = await db.Sites.AsNoTracking().Where(s => sites.Contains(s.Code)).OrderBy(s => s.Code).Select(s => s.Zone).FirstOrDefaultAsync(cancellation),
            };
        }
        var layout = definition.Destination is EdFiDestinationDefinition edFi ? new Layout(edFi.OwnLayout, 0, new LayoutDefinition([])) : await layouts.FindAsync(definition.Layout, cancellation)
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
        if (await FindLimitAsync(definition, null, cancellation) is { } limit)
            return new AddConnectorResult.Refused(limit);
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (await FindAsync(name, cancellation) is { } there)
            return ConnectorJson.Write(there.Definition) == ConnectorJson.Write(definition)
                ? new AddConnectorResult.AlreadyThere(there)
                : new AddConnectorResult.Refused(new ConnectorFault("name", $"There is another connector '{name}' already. Give this one a name of its own, or change that one with 'k12sync connector change FILE.json'.", IsTaken: true));
        if (await Check.FindAsync(name, definition, null, cancellation) is { } fault)
            return new AddConnectorResult.Refused(fault);
        var midnight = await Midnight.RulesAsync(cancellation);
        db.Add(new ConnectorRow(name, definition, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellation);
        await Midnight.JudgeAgainAsync(midnight, cancellation);
        await turn.CommitAsync(cancellation);
        return new AddConnectorResult.Added((await FindAsync(name, cancellation))!);
    }

    /// <summary>Gives a connector another definition, from the next run on. What is frozen keeps its bytes and its name.</summary>
    /// <param name="name">Which.</param>
    /// <param name="definition">As it is to be.</param>
    /// <param name="seen">The version that was looked at; null: whatever it is.</param>
    /// <param name="cancellation">Stops before anything is changed.</param>
    public async Task<ChangeConnectorResult> ChangeAsync(string name, ConnectorDefinition definition, long? seen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (await FindLimitAsync(definition, name, cancellation) is { } limit)
            return new ChangeConnectorResult.Refused(limit);
        await using var turn = await db.TakeTurnAsync(cancellation);
        if (await FindRowAsync(name, cancellation) is not { } row)
            return new ChangeConnectorResult.Refused(new ConnectorFault("name", $"There is no connector '{name}'. Add it with 'k12sync connector add FILE.json'."));
        if (IsStale(row, seen))
            return new ChangeConnectorResult.Stale();
        if (await Check.FindAsync(name, definition, row, cancellation) is { } fault)
            return new ChangeConnectorResult.Refused(fault);
        var settings = Differences(ConnectorJson.Write(row.Definition), ConnectorJson.Write(definition));
        if (Limits?.ForgetsSecrets(row.Definition.Destination, definition.Destination) is true)
            db.RemoveRange(await db.ConnectorSecrets.Where(s => s.ConnectorId == row.Id).ToListAsync(cancellation));
        var midnight = await Midnight.RulesAsync(cancellation);
        row.Change(definition);
        await db.SaveChangesAsync(cancellation);
        await Midnight.JudgeAgainAsync(midnight, cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return new ChangeConnectorResult.Changed((await FindAsync(name, cancellation))!, settings);
    }

    /// <summary>The connector runs no more, and what it held is held no longer; what it did stays on record. False if somebody has changed it since it was <paramref name="seen"/>.</summary>
    public async Task<bool> RemoveAsync(string name, long? seen, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        var row = await FindRowAsync(name, cancellation) ?? throw Missing(name);
        if (IsStale(row, seen))
            return false;
        var midnight = await Midnight.RulesAsync(cancellation);
        row.Remove(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        await Midnight.JudgeAgainAsync(midnight, cancellation);
        await new ExportLedger(db, clock).ReleaseAllAsync(row.Id, cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return true;
    }

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
        if (await FindAsync(name, cancellation) is { Definition.Destination: AgencyDestinationDefinition agency } && await ReleaseProvidersAsync(agency, null, cancellation) is > 0 and var providers)
            hold ??= new ConnectorHold(ConnectorHoldKind.AuthenticationRefused, AgencyTexts.Of(agency.Language).Say(Phrase.NotLetIn, ("count", providers)));
        return hold;
    }

    /// <summary>Providers that the agency did not let in are asked for again. Returns how many.</summary>
    private async Task<int> ReleaseProvidersAsync(AgencyDestinationDefinition agency, string? providerId, CancellationToken cancellation)
    {
        await using var turn = await db.TakeTurnAsync(cancellation);
        var stopped = await db.Providers.Where(p => p.State == agency.State && p.StopReason != null && (providerId == null || p.ProviderId == providerId)).ToListAsync(cancellation);
        var released = stopped.Where(p => agency.Providers.IsEmpty || agency.Providers.Contains(p.ProviderId, StringComparer.Ordinal)).Count(p => p.Release());
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return released;
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

    /// <summary>Stores a secret, after which a connector that was held because the server did not let it in may run again.</summary>
    /// <param name="vault">Where it is kept.</param>
    /// <param name="connector">Whose.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="providerId">Of an agency the only provider that it is for; null: all that have none of their own.</param>
    /// <param name="value">In the clear.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task<StoreSecretResult> StoreSecretAsync(SecretVault vault, Connector connector, SecretKind kind, string? providerId, string value, CancellationToken cancellation)
    {
        if (providerId is not null && (connector.Definition.Destination is not AgencyDestinationDefinition of || !await db.Providers.AnyAsync(p => p.State == of.State && p.ProviderId == providerId, cancellation)))
            return new StoreSecretResult.Refused(Speech.Of(connector).Say(Phrase.SecretForNobody, ("connector", connector.Name), ("provider", providerId)));
        if (value.Length == 0 || value.Contains('\0', StringComparison.Ordinal) || (kind != SecretKind.PrivateKey && value.AsSpan().IndexOfAny('\r', '\n') >= 0))
            return new StoreSecretResult.Refused(Speech.Of(connector).Say(Phrase.SecretNotInForm));
        await vault.StoreAsync(connector.Id, kind, providerId ?? "", value, cancellation);
        var providers = connector.Definition.Destination is AgencyDestinationDefinition agency ? await ReleaseProvidersAsync(agency, providerId, cancellation) : 0;
        return new StoreSecretResult.Stored(await ReleaseAfterAsync(connector.Name, ConnectorHoldKind.AuthenticationRefused, cancellation) || providers > 0);
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
        await using var turn = await db.TakeTurnAsync(cancellation);
        verb(await FindRowAsync(name, cancellation) ?? throw Missing(name));
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    private ConnectorCheck Check => new(db, layouts);

    /// <summary>Looked at before anybody has to wait: a server's name may have to be looked up.</summary>
    private async Task<ConnectorFault?> FindLimitAsync(ConnectorDefinition definition, string? present, CancellationToken cancellation)
    {
        if (Limits is null)
            return null;
        var there = present is null ? null : await db.Connectors.AsNoTracking().SingleOrDefaultAsync(c => c.Name == present && c.RemovedAt == null, cancellation);
        return await Limits.RefuseAsync(definition.Destination, there?.Definition.Destination, cancellation) is { } reason ? new ConnectorFault("destination", reason) : null;
    }

    private bool IsStale(ConnectorRow row, long? seen) => seen is { } version && db.VersionOf(row) != version;

    private static InvalidOperationException Missing(string name) => new($"There is no connector '{name}'.");

    private static List<string> Differences(string before, string after)
    {
        using var was = JsonDocument.Parse(before);
        using var now = JsonDocument.Parse(after);
        var names = was.RootElement.EnumerateObject().Concat(now.RootElement.EnumerateObject()).Select(p => p.Name).Distinct();
        string? Text(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetRawText() : null;
        return [.. names.Where(n => Text(was, n) != Text(now, n))];
    }
}
