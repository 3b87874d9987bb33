using K12Sync.Api.Childcare;
using K12Sync.Api.Jobs;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.EdFi;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>What can be wrong with a connector beyond its form: what it names must be there, and no two may put the same file into the same place.</summary>
internal sealed class ConnectorCheck(K12SyncDb db, LayoutOperations layouts)
{
    /// <summary>Why a connector cannot be so; null: it can.</summary>
    /// <param name="name">As it is to be called.</param>
    /// <param name="definition">As it is to be.</param>
    /// <param name="present">As it is; null: it is new.</param>
    /// <param name="cancellation">Stops looking.</param>
    public async Task<ConnectorFault?> FindAsync(string name, ConnectorDefinition definition, ConnectorRow? present, CancellationToken cancellation)
    {
        if (name.Length == 0 || name.Any(char.IsControl) || name.Trim() != name)
            return new ConnectorFault("name", "A connector's name must not be empty, begin or end with a blank, nor hold control characters.");
        if (definition.Destination is AgencyDestinationDefinition agency)
            return await FindAsync(agency, present, cancellation) ?? FindInSchedule(definition);
        if (definition.Destination is EdFiDestinationDefinition edFi)
            return await FindAsync(edFi, definition, cancellation) ?? FindInSchedule(definition);
        if (await layouts.FindAsync(definition.Layout, cancellation) is not { } layout)
            return new ConnectorFault("layout", $"There is no layout '{definition.Layout}'. There is: {string.Join(", ", (await layouts.ListAsync(cancellation)).Select(l => l.Name))}.");
        if (LayoutCheck.FindMisfit(layout.Definition, definition) is { } misfit)
            return new ConnectorFault("layout", $"Layout {layout}: {misfit}");
        if (Missing(definition.Schools, await db.Schools.Select(s => s.Code).ToListAsync(cancellation)) is { } school)
            return new ConnectorFault("schools", $"There is no school '{school}'.");
        if (Missing(definition.Codes, await db.BehaviorCodes.Select(c => c.Code).ToListAsync(cancellation)) is { } code)
            return new ConnectorFault("codes", $"There is no behavior code '{code}'.");
        return FindInSchedule(definition) ?? await FindSameFilesAsync(definition, layout, present, cancellation);
    }

    private async Task<ConnectorFault?> FindAsync(AgencyDestinationDefinition agency, ConnectorRow? present, CancellationToken cancellation)
    {
        if (AgencyHttp.FaultOf(agency.Address) is { } fault)
            return new ConnectorFault("destination", fault);
        if (Missing(agency.Providers, await db.Providers.Where(p => p.State == agency.State).Select(p => p.ProviderId).ToListAsync(cancellation)) is { } provider)
            return new ConnectorFault("destination", $"There is no provider '{provider}' of {agency.State}. Import providers.csv first.");
        if (await new OverMidnight(db).FindOtherAsync(agency, present?.Id, cancellation) is { } other)
            return new ConnectorFault("destination", $"\"overMidnight\": connector {other} says otherwise for {agency.State}, and a day is cut the same way for all who are told of it. Take it out of that one first.");
        return Missing(agency.Locations.Keys, await db.Sites.Select(s => s.Code).ToListAsync(cancellation)) is { } site ? new ConnectorFault("destination", $"There is no site '{site}'.") : null;
    }

    private async Task<ConnectorFault?> FindAsync(EdFiDestinationDefinition edFi, ConnectorDefinition definition, CancellationToken cancellation)
    {
        if (EdFiMap.FindFault(edFi) is { } fault)
            return new ConnectorFault("destination", fault);
        if (edFi.Records == RecordKind.ChildDay)
            return Missing(edFi.SchoolIds.Keys, await db.Sites.Select(s => s.Code).ToListAsync(cancellation)) is { } site ? new ConnectorFault("destination", $"There is no site '{site}'.") : null;
        var schools = await db.Schools.Select(s => s.Code).ToListAsync(cancellation);
        if (Missing(edFi.SchoolIds.Keys, schools) is { } unknown)
            return new ConnectorFault("destination", $"There is no school '{unknown}'.");
        if (Missing(definition.Schools, schools) is { } school)
            return new ConnectorFault("schools", $"There is no school '{school}'.");
        return Missing(definition.Codes, await db.BehaviorCodes.Select(c => c.Code).ToListAsync(cancellation)) is { } code ? new ConnectorFault("codes", $"There is no behavior code '{code}'.") : null;
    }

    private static ConnectorFault? FindInSchedule(ConnectorDefinition definition)
    {
        try
        {
            NextRuns.Check(definition.Schedule);
            return null;
        }
        catch (FormatException e)
        {
            return new ConnectorFault("schedule", e.Message);
        }
    }

    /// <summary>Runs of two connectors have the same numbers, so the same pattern in the same place makes the same names. What was so before may stay.</summary>
    private async Task<ConnectorFault?> FindSameFilesAsync(ConnectorDefinition definition, Layout layout, ConnectorRow? present, CancellationToken cancellation)
    {
        var files = new FilesOf(definition, layout);
        if (present is not null && await layouts.FindAsync(present.Definition.Layout, cancellation) is { } before && new FilesOf(present.Definition, before).MayMeet(files))
            return null;
        foreach (var other in await db.Connectors.AsNoTracking().Where(c => c.RemovedAt == null && (present == null || c.Id != present.Id)).OrderBy(c => c.Name).ToListAsync(cancellation))
            if (await layouts.FindAsync(other.Definition.Layout, cancellation) is { } its && new FilesOf(other.Definition, its).MayMeet(files))
                return new ConnectorFault("fileName", $"Connector {other.Name} puts files named {files.Pattern} into {definition.Destination.Describe()} already; each would find the other's files in its way. Give this one another \"fileName\" or another place.", IsTaken: true);
        return null;
    }

    private static string? Missing(IEnumerable<string> wanted, List<string> there) => wanted.FirstOrDefault(w => !there.Contains(w, StringComparer.Ordinal));

    /// <summary>Where a connector's files go and what they are called.</summary>
    private sealed record FilesOf(ConnectorDefinition Definition, Layout Layout)
    {
        public string Pattern { get; } = Definition.FileName ?? (Definition.OneFilePer == FileScope.School ? Layout.Definition.SchoolFileName : Layout.Definition.FileName);

        public bool MayMeet(FilesOf other) => IsSamePlace(Definition.Destination, other.Definition.Destination)
            && FileNamePattern.Parse(Pattern, out _) is { } mine && FileNamePattern.Parse(other.Pattern, out _) is { } its && mine.MayMeet(its)
            && !(mine.IsUniquePerSchool && its.IsUniquePerSchool && AreApart(Definition.Schools, other.Definition.Schools));

        private static bool AreApart(IReadOnlyCollection<string> some, IReadOnlyCollection<string> others) => some.Count > 0 && others.Count > 0 && !some.Intersect(others).Any();

        private static bool IsSamePlace(DestinationDefinition one, DestinationDefinition other) => (one, other) switch
        {
            (FolderDestinationDefinition a, FolderDestinationDefinition b) => Plain(a.Path) == Plain(b.Path),
            (SftpDestinationDefinition a, SftpDestinationDefinition b) =>
                string.Equals(a.Host, b.Host, StringComparison.OrdinalIgnoreCase) && a.Port == b.Port && a.User == b.User && Plain(a.Path) == Plain(b.Path),
            _ => false,
        };

        /// <summary><c>./out/</c> is <c>out</c>.</summary>
        private static string Plain(string path)
        {
            var parts = path.Replace('\\', '/').Split('/').Where(part => part is not ("" or "."));
            return (path.StartsWith('/') ? "/" : "") + string.Join('/', parts);
        }
    }
}
