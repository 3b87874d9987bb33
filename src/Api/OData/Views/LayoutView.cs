using System.Globalization;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A version of a layout that the district wrote, or a preset: those have number 0 and ids below zero. A district's layout comes before a preset of its name.</summary>
internal sealed class LayoutView
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public int Number { get; init; }
    public bool IsPreset { get; init; }
    public string Definition { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<LayoutView> Of(K12SyncDb db, SchoolSet schools)
    {
        var own = db.Layouts.Select(l => new LayoutRows
        {
            Id = l.Id, Name = l.Name, Number = l.Number, Definition = l.Definition, Version = EF.Property<long>(l, Stamps.Version), ChangeVersion = EF.Property<long>(l, Stamps.ChangeVersion),
        });
        // Both sides assign the same columns, or the database would not put one below the other.
        var presets = db.Database.SqlQueryRaw<LayoutRows>(Presets, [.. LayoutPresets.All.SelectMany(p => (object[])[p.Name, LayoutJson.Write(p.Definition)])])
            .Select(p => new LayoutRows { Id = p.Id, Name = p.Name, Number = p.Number, Definition = p.Definition, Version = p.Version, ChangeVersion = p.ChangeVersion });
        return own.Concat(presets).OnlyForDistrict(schools).Select(l => new LayoutView
        {
            Id = l.Id,
            Name = l.Name,
            Number = l.Number,
            IsPreset = l.Number == 0,
            Definition = l.Definition,
            Version = l.Version,
            ChangeVersion = l.ChangeVersion,
        });
    }

    /// <summary>The preset of an id, if there is one: -1 is the first.</summary>
    public static Layout? PresetOf(long id) => id < 0 && -id <= LayoutPresets.All.Length ? LayoutPresets.All[(int)(-id - 1)] : null;

    /// <summary>Presets are in the program, and queries want rows.</summary>
    private static string Presets { get; } = string.Join(" UNION ALL ", LayoutPresets.All.Select((_, i) => string.Create(CultureInfo.InvariantCulture,
        $$"""SELECT CAST({{-1 - i}} AS BIGINT) AS "Id", CAST({{{2 * i}}} AS TEXT) AS "Name", CAST(0 AS INTEGER) AS "Number", CAST({{{2 * i + 1}}} AS TEXT) AS "Definition", CAST(1 AS BIGINT) AS "Version", CAST(0 AS BIGINT) AS "ChangeVersion" """)));

    /// <summary>What both sources have.</summary>
    private sealed class LayoutRows
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public int Number { get; init; }
        public string Definition { get; init; } = "";
        public long Version { get; init; }
        public long ChangeVersion { get; init; }
    }
}
