using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>How many passes of a day came to what, of days whose passes are gone.</summary>
internal sealed class PassCountView
{
    public long Id { get; init; }
    public long SchoolId { get; init; }
    public DateOnly Date { get; init; }
    public string Outcome { get; init; } = "";
    public int Passes { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<PassCountView> Of(K12SyncDb db, SchoolSet schools) => db.DayCounts.Where(c => c.SchoolId != null).Only(schools, c => c.SchoolId!.Value).Select(c => new PassCountView
    {
        Id = c.Id,
        SchoolId = c.SchoolId!.Value,
        Date = c.Date,
        Outcome = c.Outcome,
        Passes = c.Number,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    });
}

/// <summary>How many children of a site had which state on a day, of child-days that are gone.</summary>
internal sealed class ChildDayCountView
{
    public long Id { get; init; }
    public long? SiteId { get; init; }
    public DateOnly Date { get; init; }
    public string State { get; init; } = "";
    public int ChildDays { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ChildDayCountView> Of(K12SyncDb db) => db.DayCounts.Where(c => c.SchoolId == null).Select(c => new ChildDayCountView
    {
        Id = c.Id,
        SiteId = c.SiteId,
        Date = c.Date,
        State = c.Outcome,
        ChildDays = c.Number,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    });
}
