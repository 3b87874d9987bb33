using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Childcare;

/// <summary>A childcare centre or home.</summary>
internal sealed class SiteView
{
    public long Id { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string State { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public string Hours { get; init; } = "";
    public bool IsTwentyFourHours { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<SiteView> Of(K12SyncDb db) => db.Sites.Select(s => new SiteView
    {
        Id = s.Id,
        Code = s.Code,
        Name = s.Name,
        State = s.State,
        TimeZone = (string)(object)s.Zone,
        Hours = (string)(object)s.Hours,
        IsTwentyFourHours = s.IsTwentyFourHours,
        Version = EF.Property<long>(s, Stamps.Version),
        ChangeVersion = EF.Property<long>(s, Stamps.ChangeVersion),
    });
}

/// <summary>The owner as one agency knows it.</summary>
internal sealed class ProviderView
{
    public long Id { get; init; }
    public string State { get; init; } = "";
    public string ProviderId { get; init; } = "";
    public string Name { get; init; } = "";
    public long? SiteId { get; init; }
    public int? AllowedAbsences { get; init; }
    public DateTimeOffset? RegisteredAt { get; init; }
    public string? StopReason { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ProviderView> Of(K12SyncDb db) => db.Providers.Select(p => new ProviderView
    {
        Id = p.Id,
        State = p.State,
        ProviderId = p.ProviderId,
        Name = p.Name,
        SiteId = p.SiteId,
        AllowedAbsences = p.AllowedAbsences,
        RegisteredAt = p.RegisteredAt,
        StopReason = p.StopReason,
        StoppedAt = p.StoppedAt,
        Version = EF.Property<long>(p, Stamps.Version),
        ChangeVersion = EF.Property<long>(p, Stamps.ChangeVersion),
    });
}

/// <summary>A day on which a site was closed.</summary>
internal sealed class ClosureView
{
    public long Id { get; init; }
    public long SiteId { get; init; }
    public DateOnly Date { get; init; }
    public ClosureCode? Code { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ClosureView> Of(K12SyncDb db) => db.Closures.Select(c => new ClosureView
    {
        Id = c.Id,
        SiteId = c.SiteId,
        Date = c.Date,
        Code = c.Code,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    });
}
