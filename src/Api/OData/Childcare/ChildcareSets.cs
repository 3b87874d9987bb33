using System.Linq.Expressions;
using K12Sync.Api.Childcare;
using K12Sync.Data;
using K12Sync.OData;

namespace K12Sync.Api.OData.Childcare;

/// <summary>The sets of childcare. They are of the whole district: a key of some schools sees none of their rows.</summary>
internal static class ChildcareSets
{
    public static void Declare(ODataModelBuilder model)
    {
        var sites = Set(model, "Sites", SiteView.Of, s => s.Version).HasKey(s => s.Id).HasAlternateKey(s => s.Code).HasChangeColumn(s => s.ChangeVersion).Searches(s => s.Code, s => s.Name)
            .Described("Childcare centres and homes.").Described(s => s.Hours, "By weekday, on the site's wall.");
        var providers = Set(model, "Providers", ProviderView.Of, p => p.Version).HasKey(p => p.Id).HasAlternateKey(p => p.State, p => p.ProviderId).HasChangeColumn(p => p.ChangeVersion)
            .Searches(p => p.ProviderId, p => p.Name).Described("The owner as each agency knows it.").Described(p => p.SiteId, "The only site it stands for; null: any.")
            .Described(p => p.AllowedAbsences, "Absences a year that the district behind it pays for, where districts choose; null: as the state's rule says.")
            .Described(p => p.RegisteredAt, "Since when the agency has known it.").Described(p => p.StopReason, "Why nothing is sent for it until a person has done something; null: it may be.")
            .HasOne("Site", sites, (p => p.SiteId, s => s.Id));
        var children = model.EntitySet("Children", http => RowsOfCaller.OfChildcare(http, db => ChildView.Of(db, ShowsBirthDates(http)))).HasVersion(c => c.Version).HasKey(c => c.Id)
            .HasAlternateKey(c => c.ChildNumber).HasChangeColumn(c => c.ChangeVersion).Searches(c => c.ChildNumber, c => c.FirstName, c => c.LastName)
            .Hides(c => c.ChildNumber, c => c.FirstName, c => c.MiddleName, c => c.LastName)
            .Described("Children in care.");
        children.CollectionFunction("Limits", ChildcareFunctions.LimitsAsync).Takes<string>("state", optional: true).Takes<DateOnly?>("asOf").Returns<IReadOnlyList<DayLimitView>>()
            .Described("Each child's count against each limit of its site's state, the nearest to its limit first. Without asOf: as of today, by each site's clock.");
        Set(model, "ChildDayCounts", Views.ChildDayCountView.Of, c => c.Version).HasKey(c => c.Id).HasChangeColumn(c => c.ChangeVersion)
            .Described("How many children had which state on a day, of child-days that the district has let go of.")
            .HasOne("Site", sites, (c => c.SiteId, s => s.Id));
        DeclarePlaces(model, sites, providers, children);
        var days = DeclareDays(model, sites, children);
        DeclareMatching(model, providers, children);
        DeclareTransfers(model, days);
    }

    private static void DeclarePlaces(ODataModelBuilder model, EntitySet<SiteView> sites, EntitySet<ProviderView> providers, EntitySet<ChildView> children)
    {
        var placements = Set(model, "Placements", PlacementView.Of, p => p.Version).HasKey(p => p.Id).HasAlternateKey(p => p.ChildNumber, p => p.SiteId, p => p.From).HasChangeColumn(p => p.ChangeVersion)
            .Hides(p => p.ChildNumber).Described("Which child has a place where, and on which weekdays. Of those that have begun the latest holds.")
            .Described(p => p.To, "Last day; null: still there. Before From: the child never came.").Described(p => p.Days, "Weekdays, such as Mon Tue Fri.")
            .HasOne("Site", sites, (p => p.SiteId, s => s.Id)).HasOne("Child", children, (p => p.ChildNumber, c => c.ChildNumber));
        var authorizations = Set(model, "Authorizations", AuthorizationView.Of, a => a.Version).HasKey(a => a.Id)
            .HasAlternateKey(a => a.ChildNumber, a => a.ProviderId, a => a.SiteId, a => a.From).HasChangeColumn(a => a.ChangeVersion)
            .Hides(a => a.ChildNumber).Described("For which days an agency pays, as it tells or as they were entered.").Described(a => a.ProviderId, "The Id of the row of Providers.")
            .Described(a => a.To, "Last day; null: open. Before From: taken back.").Described(a => a.Days, "Weekdays, such as Mon Tue Fri.")
            .HasOne("Provider", providers, (a => a.ProviderId, p => p.Id)).HasOne("Site", sites, (a => a.SiteId, s => s.Id)).HasOne("Child", children, (a => a.ChildNumber, c => c.ChildNumber));
        children.HasMany("Placements", placements, (c => c.ChildNumber, p => p.ChildNumber)).HasMany("Authorizations", authorizations, (c => c.ChildNumber, a => a.ChildNumber));
        sites.HasMany("Placements", placements, (s => s.Id, p => p.SiteId));
        providers.HasMany("Authorizations", authorizations, (p => p.Id, a => a.ProviderId));
    }

    private static void DeclareTransfers(ODataModelBuilder model, EntitySet<AttendanceDayView> days)
    {
        var submissions = model.EntitySet("Submissions", http => RowsOfCaller.CallerOf(http).EditsChildcare ? Submission.Of(RowsOfCaller.Db(http)) : Submission.Of(RowsOfCaller.Db(http)).Where(_ => false))
            .HasVersion(s => s.Version).HasKey(s => s.Id).HasChangeColumn(s => s.ChangeVersion).Searches(s => s.ConnectorName, s => s.ProviderId, s => s.ReceiptId)
            .Described("What agencies were sent, for keys of the roles DistrictIT and ChildcareDirector.").Described(s => s.ReceiptId, "The agency's own number of it.")
            .Described(s => s.RowsRejected, "Child-days that the agency has not taken; Transfers says why.");
        // A child-day of which nothing is to be told any more is not there any more, which a column of changes cannot tell.
        var transfers = Set(model, "Transfers", Transfer.Of, t => t.Version).HasKey(t => t.AttendanceDayId, t => t.ConnectorId).Searches(t => t.Reason)
            .Hides(t => t.ChildNumber, t => t.AgencySays)
            .Described("Where each child-day stands with its agency: Transferred, OutOfSync (it goes by itself, or with its period), or Error with what to do.")
            .Described(t => t.AgencySays, "The agency's own words; they may name a child.").Described(t => t.ProviderId, "Null: it was told under none yet.");
        SubmissionActions.Declare(submissions, transfers);
        SendActions.Declare(days, transfers);
    }

    private static EntitySet<AttendanceDayView> DeclareDays(ODataModelBuilder model, EntitySet<SiteView> sites, EntitySet<ChildView> children)
    {
        var days = Set(model, "AttendanceDays", AttendanceDayView.Of, d => d.Version).HasKey(d => d.Id).HasAlternateKey(d => d.ChildNumber, d => d.Date).HasChangeColumn(d => d.ChangeVersion)
            .Hides(d => d.ChildNumber).Described("The state of each child's day, and why.")
            .Described(d => d.Withdrawn, "An agency should hold nothing of the day.").Described(d => d.RecordVersion, "Counts up whenever what an agency should hold changes.")
            .HasOne("Site", sites, (d => d.SiteId, s => s.Id)).HasOne("Child", children, (d => d.ChildNumber, c => c.ChildNumber));
        var events = Set(model, "AttendanceEvents", AttendanceEventView.Of, e => e.Version).HasKey(e => e.Id).HasAlternateKey(e => e.EventId).HasChangeColumn(e => e.ChangeVersion)
            .Hides(e => e.ChildNumber)
            .Described("Check-ins and check-outs. POST hands one in, and one that was handed in before is the same; PATCH is a person's word and wins over its source and the clock; DELETE takes it back.")
            .Described(e => e.SiteCode, "When an event is posted, it may stand in place of SiteId.").Described(e => e.IsAutomatic, "Made by the clock for a forgotten check-out.")
            .Described(e => e.IsDeleted, "Taken back. The row stays, so that a late copy does not bring it back.")
            .ReadOnly(e => e.Id, e => e.Date, e => e.IsAutomatic, e => e.RecordedAt)
            .HasOne("Site", sites, (e => e.SiteId, s => s.Id)).HasOne("Child", children, (e => e.ChildNumber, c => c.ChildNumber))
            .OnCreate(EventWrites.CreateAsync).OnUpdate(EventWrites.UpdateAsync).OnDelete(EventWrites.DeleteAsync);
        var absences = Set(model, "Absences", AbsenceView.Of, a => a.Version).HasKey(a => a.Id).HasAlternateKey(a => a.SiteId, a => a.ChildNumber, a => a.Date).HasChangeColumn(a => a.ChangeVersion)
            .Hides(a => a.ChildNumber).Described("Absences as they were recorded. DELETE takes one back.").Described(a => a.Code, "Null: taken back.")
            .ReadOnly(a => a.Id)
            .HasOne("Site", sites, (a => a.SiteId, s => s.Id)).HasOne("Child", children, (a => a.ChildNumber, c => c.ChildNumber))
            .OnCreate(DayWrites.CreateAbsenceAsync).OnUpdate(DayWrites.UpdateAbsenceAsync).OnDelete(DayWrites.DeleteAbsenceAsync);
        var closures = Set(model, "Closures", ClosureView.Of, c => c.Version).HasKey(c => c.Id).HasAlternateKey(c => c.SiteId, c => c.Date).HasChangeColumn(c => c.ChangeVersion)
            .Described("Days on which sites were closed. DELETE takes one back.").Described(c => c.Code, "Null: taken back.").ReadOnly(c => c.Id)
            .HasOne("Site", sites, (c => c.SiteId, s => s.Id))
            .OnCreate(DayWrites.CreateClosureAsync).OnUpdate(DayWrites.UpdateClosureAsync).OnDelete(DayWrites.DeleteClosureAsync);
        children.HasMany("AttendanceDays", days, (c => c.ChildNumber, d => d.ChildNumber)).HasMany("AttendanceEvents", events, (c => c.ChildNumber, e => e.ChildNumber))
            .HasMany("Absences", absences, (c => c.ChildNumber, a => a.ChildNumber));
        sites.HasMany("AttendanceDays", days, (s => s.Id, d => d.SiteId)).HasMany("Closures", closures, (s => s.Id, c => c.SiteId));
        return days;
    }

    private static void DeclareMatching(ODataModelBuilder model, EntitySet<ProviderView> providers, EntitySet<ChildView> children)
    {
        // A link that ends is deleted, which a column of changes cannot tell.
        var links = Set(model, "ChildLinks", ChildLinkView.Of, l => l.Version).HasKey(l => l.Id).HasAlternateKey(l => l.State, l => l.ChildNumber)
            .Hides(l => l.ChildNumber, l => l.AgencyChildId)
            .Described("Which child is which of an agency's. POST links by hand, DELETE takes that back.").ReadOnly(l => l.Id, l => l.Origin, l => l.LinkedAt)
            .HasOne("Child", children, (l => l.ChildNumber, c => c.ChildNumber))
            .OnCreate(LinkWrites.CreateAsync).OnDelete(LinkWrites.DeleteAsync);
        children.HasMany("ChildLinks", links, (c => c.ChildNumber, l => l.ChildNumber));
        var listed = model.EntitySet("AgencyChildren", http => RowsOfCaller.OfChildcare(http, db => AgencyChildView.Of(db, ShowsBirthDates(http)))).HasVersion(c => c.Version).HasKey(c => c.Id)
            .HasAlternateKey(c => c.ProviderId, c => c.AgencyChildId).HasChangeColumn(c => c.ChangeVersion).Searches(c => c.AgencyChildId, c => c.FirstName, c => c.LastName)
            .Hides(c => c.AgencyChildId, c => c.FirstName, c => c.MiddleName, c => c.LastName)
            .Described("Children as agencies list them.").Described(c => c.IsListed, "The child was in the list that was taken last.")
            .Described(c => c.LastSeen, "Moves with every list that has the child, and is no change.")
            .HasOne("Provider", providers, (c => c.ProviderId, p => p.Id));
        providers.HasMany("AgencyChildren", listed, (p => p.Id, c => c.ProviderId));
        listed.CollectionFunction("Matches", ChildcareFunctions.MatchesAsync).Takes<string>("state").Takes<bool?>("onlyOpen").Returns<IReadOnlyList<ChildMatchView>>()
            .Described("Every child of a state on both sides, linked or not, with who it may be. With onlyOpen: those that are not linked.");
    }

    private static bool ShowsBirthDates(HttpContext http) => !RowsOfCaller.CallerOf(http).SeesStudentsMasked;

    private static EntitySet<TView> Set<TView>(ODataModelBuilder model, string name, Func<K12SyncDb, IQueryable<TView>> rows, Expression<Func<TView, object?>> version)
        where TView : class, new() => model.EntitySet(name, http => RowsOfCaller.OfChildcare(http, rows)).HasVersion(version);
}
