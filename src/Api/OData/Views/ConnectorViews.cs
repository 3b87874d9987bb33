using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A connector's state. Where it delivers, as whom, and its secrets are nobody's business who only reads.</summary>
internal sealed class ConnectorView
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset AddedAt { get; init; }
    public DateTimeOffset? RemovedAt { get; init; }
    public DateTimeOffset? PausedAt { get; init; }
    public DateOnly? PausedUntil { get; init; }
    public ConnectorHoldKind? Hold { get; init; }
    public DateTimeOffset? HeldAt { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ConnectorView> Of(K12SyncDb db, SchoolSet schools) => db.Connectors.OnlyForDistrict(schools).Select(c => new ConnectorView
    {
        Id = c.Id,
        Name = c.Name,
        AddedAt = c.AddedAt,
        RemovedAt = c.RemovedAt,
        PausedAt = c.PausedAt,
        PausedUntil = c.PausedUntil,
        Hold = c.Hold,
        HeldAt = c.HeldAt,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    });
}

/// <summary>A version of a layout that the district wrote. Presets are not among them.</summary>
internal sealed class LayoutView
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public int Number { get; init; }
    public string Definition { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<LayoutView> Of(K12SyncDb db, SchoolSet schools) => db.Layouts.OnlyForDistrict(schools).Select(l => new LayoutView
    {
        Id = l.Id,
        Name = l.Name,
        Number = l.Number,
        Definition = l.Definition,
        Version = EF.Property<long>(l, Stamps.Version),
        ChangeVersion = EF.Property<long>(l, Stamps.ChangeVersion),
    });
}
