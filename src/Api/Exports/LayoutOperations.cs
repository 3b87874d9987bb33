using System.Collections.Immutable;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>What became of a layout that was to be added.</summary>
public abstract record AddLayoutResult
{
    private AddLayoutResult()
    {
    }

    /// <summary>It is there now, as the newest version of its name.</summary>
    public sealed record Added(Layout Layout) : AddLayoutResult;

    /// <summary>The newest version says just that already.</summary>
    public sealed record AlreadyThere(Layout Layout) : AddLayoutResult;

    /// <summary>It cannot be used, for these reasons.</summary>
    public sealed record Refused(ImmutableArray<string> Reasons) : AddLayoutResult;
}

/// <summary>
/// Finds and adds layouts. A layout of the district comes before a preset of its name, and its newest version counts; a version is never changed or
/// deleted. What the SIS was told with an earlier one stays told: a new version sends nothing again by itself.
/// </summary>
public sealed class LayoutOperations(K12SyncDb db)
{
    /// <summary>The longest name of a layout.</summary>
    private const int MaxNameLength = 60;

    /// <summary>Every layout in its newest version, by name; presets that a layout of the district hides are left out.</summary>
    public async Task<IReadOnlyList<Layout>> ListAsync(CancellationToken cancellation)
    {
        var rows = await db.Layouts.AsNoTracking().Where(l => !db.Layouts.Any(n => n.Name == l.Name && n.Number > l.Number)).ToListAsync(cancellation);
        var own = rows.Select(Read).ToList();
        return [.. own.Concat(LayoutPresets.All.Where(p => own.TrueForAll(o => o.Name != p.Name))).OrderBy(l => l.Name, StringComparer.Ordinal)];
    }

    /// <summary>The newest version of the layout of this name, compared ordinally, or null.</summary>
    public async Task<Layout?> FindAsync(string name, CancellationToken cancellation) =>
        await db.Layouts.AsNoTracking().Where(l => l.Name == name).OrderByDescending(l => l.Number).FirstOrDefaultAsync(cancellation) is { } row
            ? Read(row)
            : LayoutPresets.Find(name);

    /// <summary>Adds a layout, or the next version of it. Refused if it contradicts itself, or if a connector that names it could not use it any more.</summary>
    public async Task<AddLayoutResult> AddAsync(string name, LayoutDefinition definition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        await using var turn = await db.TakeTurnAsync(cancellation);
        var reasons = LayoutCheck.Find(definition);
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl) || name.Trim() != name)
            reasons = [$"The name of a layout has 1 to {MaxNameLength} characters, without control characters and without blanks at its ends.", .. reasons];
        foreach (var connector in reasons.IsEmpty ? await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null).ToListAsync(cancellation) : [])
        {
            if (connector.Definition.Layout == name && LayoutCheck.FindMisfit(definition, connector.Definition) is { } misfit)
                reasons = reasons.Add($"Connector {connector.Name} names this layout and could not use it: {misfit}");
        }
        if (!reasons.IsEmpty)
            return new AddLayoutResult.Refused(reasons);
        var latest = await db.Layouts.AsNoTracking().Where(l => l.Name == name).OrderByDescending(l => l.Number).FirstOrDefaultAsync(cancellation);
        var json = LayoutJson.Write(definition);
        if (latest?.Definition == json)
            return new AddLayoutResult.AlreadyThere(Read(latest));
        var row = new LayoutRow(name, (latest?.Number ?? 0) + 1, json);
        db.Add(row);
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        return new AddLayoutResult.Added(Read(row));
    }

    private static Layout Read(LayoutRow row) => new(row.Name, row.Number, LayoutJson.Read(row.Definition));
}
