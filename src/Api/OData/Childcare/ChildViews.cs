using System.Linq.Expressions;
using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Childcare;

internal sealed class ChildView
{
    public long Id { get; init; }
    public string ChildNumber { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string MiddleName { get; init; } = "";
    public string LastName { get; init; } = "";

    /// <summary>Null for who sees children masked, in answers and in conditions.</summary>
    public DateOnly? BirthDate { get; init; }

    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ChildView> Of(K12SyncDb db, bool birthDates) => db.Children.Select(BirthDates.If<Child, ChildView>(birthDates, c => new ChildView
    {
        Id = c.Id,
        ChildNumber = c.Number,
        FirstName = c.Facts.FirstName,
        MiddleName = c.Facts.MiddleName,
        LastName = c.Facts.LastName,
        BirthDate = c.Facts.BirthDate,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    }));
}

/// <summary>A child has a place at a site on some weekdays.</summary>
internal sealed class PlacementView
{
    public long Id { get; init; }
    public long SiteId { get; init; }
    public string ChildNumber { get; init; } = "";
    public DateOnly From { get; init; }
    public DateOnly? To { get; init; }
    public string Days { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<PlacementView> Of(K12SyncDb db) => db.Placements.Select(p => new PlacementView
    {
        Id = p.Id,
        SiteId = p.SiteId,
        ChildNumber = p.ChildNumber,
        From = p.From,
        To = p.To,
        Days = (string)(object)p.Scheduled,
        Version = EF.Property<long>(p, Stamps.Version),
        ChangeVersion = EF.Property<long>(p, Stamps.ChangeVersion),
    });
}

/// <summary>An agency pays for a child's care at a site on some weekdays.</summary>
internal sealed class AuthorizationView
{
    public long Id { get; init; }

    /// <summary>Of the row of <c>Providers</c>.</summary>
    public long ProviderId { get; init; }

    public long SiteId { get; init; }
    public string ChildNumber { get; init; } = "";
    public DateOnly From { get; init; }
    public DateOnly? To { get; init; }
    public string Days { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<AuthorizationView> Of(K12SyncDb db) => db.Authorizations.Select(a => new AuthorizationView
    {
        Id = a.Id,
        ProviderId = a.ProviderId,
        SiteId = a.SiteId,
        ChildNumber = a.ChildNumber,
        From = a.From,
        To = a.To,
        Days = (string)(object)a.Days,
        Version = EF.Property<long>(a, Stamps.Version),
        ChangeVersion = EF.Property<long>(a, Stamps.ChangeVersion),
    });
}

/// <summary>A child as an agency lists it.</summary>
internal sealed class AgencyChildView
{
    public long Id { get; init; }

    /// <summary>Of the row of <c>Providers</c>.</summary>
    public long ProviderId { get; init; }

    public string State { get; init; } = "";
    public string AgencyChildId { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string MiddleName { get; init; } = "";
    public string LastName { get; init; } = "";

    /// <summary>As <see cref="ChildView.BirthDate"/>.</summary>
    public DateOnly? BirthDate { get; init; }

    public bool IsListed { get; init; }
    public DateTimeOffset LastSeen { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<AgencyChildView> Of(K12SyncDb db, bool birthDates) => db.AgencyChildren.Select(BirthDates.If<AgencyChildRow, AgencyChildView>(birthDates, c => new AgencyChildView
    {
        Id = c.Id,
        ProviderId = c.ProviderId,
        State = c.State,
        AgencyChildId = c.AgencyChildId,
        FirstName = c.Facts.FirstName,
        MiddleName = c.Facts.MiddleName,
        LastName = c.Facts.LastName,
        BirthDate = c.Facts.BirthDate,
        IsListed = c.IsListed,
        LastSeen = c.LastSeen,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    }));
}

/// <summary>A child of ours is a child of a state's agency.</summary>
internal sealed class ChildLinkView
{
    public long Id { get; init; }
    public string State { get; init; } = "";
    public string ChildNumber { get; init; } = "";
    public string AgencyChildId { get; init; } = "";
    public LinkOrigin Origin { get; init; }
    public DateTimeOffset LinkedAt { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ChildLinkView> Of(K12SyncDb db) => db.ChildLinks.Select(l => new ChildLinkView
    {
        Id = l.Id,
        State = l.State,
        ChildNumber = l.ChildNumber,
        AgencyChildId = l.AgencyChildId,
        Origin = l.Origin,
        LinkedAt = l.LinkedAt,
        Version = EF.Property<long>(l, Stamps.Version),
        ChangeVersion = EF.Property<long>(l, Stamps.ChangeVersion),
    });
}

/// <summary>An absence that a site recorded.</summary>
internal sealed class AbsenceView
{
    public long Id { get; init; }
    public long SiteId { get; init; }
    public string ChildNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public AbsenceCode? Code { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<AbsenceView> Of(K12SyncDb db) => db.Absences.Select(a => new AbsenceView
    {
        Id = a.Id,
        SiteId = a.SiteId,
        ChildNumber = a.ChildNumber,
        Date = a.Date,
        Code = a.Code,
        Version = EF.Property<long>(a, Stamps.Version),
        ChangeVersion = EF.Property<long>(a, Stamps.ChangeVersion),
    });
}

/// <summary>Columns of text are masked by the library; a date has no mask, so for who may not see it there is none.</summary>
internal static class BirthDates
{
    private const string Id = nameof(Id);

    /// <summary>The view as it is, or one whose birth date is always null.</summary>
    public static Expression<Func<TRow, TView>> If<TRow, TView>(bool shown, Expression<Func<TRow, TView>> view)
    {
        var body = (MemberInitExpression)view.Body;
        // Null, in words that databases order by: they do not by constants.
        var none = Expression.LessThan(Expression.Property(view.Parameters[0], Id), Expression.Constant(0L));
        return shown ? view : Expression.Lambda<Func<TRow, TView>>(body.Update(body.NewExpression, body.Bindings.Select(b => b is MemberAssignment { Member.Name: nameof(ChildView.BirthDate) } date
            ? date.Update(Expression.Condition(none, date.Expression, Expression.Constant(null, typeof(DateOnly?))))
            : b)), view.Parameters);
    }
}
