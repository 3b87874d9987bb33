using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Api.OData.Writes;
using K12Sync.Data;
using K12Sync.Domain.Childcare;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Childcare;

/// <summary>Handing check-ins and check-outs in, correcting them, and taking them back.</summary>
internal static class EventWrites
{
    private const string Set = "/odata/AttendanceEvents";

    /// <summary>The request hands in one event.</summary>
    public static bool IsPost(HttpContext http) => HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Equals(Set, StringComparison.Ordinal);

    /// <summary>A caller who reads nothing may do this one thing all the same.</summary>
    public static bool IsOpenTo(Caller caller, HttpContext http) => caller.GivesAttendance && IsPost(http);

    /// <summary>The same event again is the same: 200, and what is stored.</summary>
    public static async Task<ODataResult> CreateAsync(Change<AttendanceEventView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        if (!RowsOfCaller.CallerOf(http).GivesAttendance)
            return new ODataResult.Forbidden("This key or role is not for handing in check-ins.");
        var (site, refusal) = await ChildcareWriting.SiteAsync(RowsOfCaller.Db(http), change.Has(e => e.SiteId) ? given.SiteId : null, change.Has(e => e.SiteCode) ? given.SiteCode : null, http.RequestAborted);
        if (refusal is not null)
            return refusal;
        if (Missing(change) is { } missing)
            return missing;
        var e = new AttendanceEvent(given.EventId, site!.Id, given.ChildNumber, given.Kind, given.At) { Room = given.Room, Revision = given.Revision, IsDeleted = given.IsDeleted };
        return await Writing.RunAsync(http, null, null, async (work, stop) =>
        {
            if (Wrong(e, work) is { } wrong)
                return wrong;
            var effect = (await work.Attendance.StoreAsync([e], stop))[0];
            if (effect == EventEffect.NotKept)
                return Writing.Invalid(nameof(e.At), EventRules.NotKept);
            var row = await AttendanceEventView.Of(work.Db).SingleAsync(v => v.EventId == e.EventId, stop);
            return effect == EventEffect.Adds ? new ODataResult.Created(row.Id) { Row = row } : new ODataResult.Saved(row.Id) { Row = row };
        });
    }

    /// <summary>A revision above the one that is stored: so neither the clock nor a late copy of the source undoes it.</summary>
    public static async Task<ODataResult> UpdateAsync(Change<AttendanceEventView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        if (ChildcareWriting.MayNot(http) is { } forbidden)
            return forbidden;
        var stored = await RowsOfCaller.Db(http).AttendanceEvents.SingleAsync(e => e.Id == id, http.RequestAborted);
        if (change.Get(e => e.EventId, stored.EventId) != stored.EventId)
            return Writing.Invalid(nameof(stored.EventId), "An event keeps its id. DELETE this one, and POST another.");
        if (change.Kind == ChangeKind.Replace && Missing(change) is { } missing)
            return missing;
        var (site, refusal) = change.Has(e => e.SiteId) || change.Has(e => e.SiteCode)
            ? await ChildcareWriting.SiteAsync(RowsOfCaller.Db(http), change.Has(e => e.SiteId) ? change.Get(e => e.SiteId) : null, change.Has(e => e.SiteCode) ? change.Get(e => e.SiteCode) : null, http.RequestAborted)
            : (null, null);
        if (refusal is not null)
            return refusal;
        return await Writing.RunAsync(http, change.ExpectedVersion, db => Version(db, id), async (work, stop) =>
        {
            var before = await work.Db.AttendanceEvents.AsNoTracking().SingleAsync(e => e.Id == id, stop);
            var merges = change.Kind != ChangeKind.Replace;
            var e = new AttendanceEvent(before.EventId, site?.Id ?? before.SiteId, change.Get(v => v.ChildNumber, before.ChildNumber)!, change.Get(v => v.Kind, before.Kind), change.Get(v => v.At, before.At))
            {
                Room = change.Get(v => v.Room, merges ? before.Room : "")!, IsDeleted = change.Get(v => v.IsDeleted, merges && before.IsDeleted), Revision = before.Revision + 1,
            };
            return Wrong(e, work) ?? await SaveAsync(work, e, id, stop);
        });
    }

    public static async Task<ODataResult> DeleteAsync(Change<AttendanceEventView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        return ChildcareWriting.MayNot(http) ?? await Writing.RunAsync(http, change.ExpectedVersion, db => Version(db, id), async (work, stop) =>
        {
            var before = await work.Db.AttendanceEvents.AsNoTracking().SingleAsync(e => e.Id == id, stop);
            if (!before.IsDeleted)
                await work.Attendance.StoreAsync([new AttendanceEvent(before.EventId, before.SiteId, before.ChildNumber, before.Kind, before.At) { Room = before.Room, Revision = before.Revision + 1, IsDeleted = true }], stop);
            return new ODataResult.Done();
        });
    }

    private static async Task<ODataResult> SaveAsync(Workplace work, AttendanceEvent e, long id, CancellationToken stop)
    {
        return (await work.Attendance.StoreAsync([e], stop))[0] == EventEffect.NotKept ? Writing.Invalid(nameof(e.At), EventRules.NotKept) : new ODataResult.Saved(id);
    }

    private static ODataResult? Missing(Change<AttendanceEventView> change) =>
        !change.Has(e => e.Kind) ? Writing.Invalid(nameof(AttendanceEventView.Kind), "Say what it is: CheckIn or CheckOut.")
        : !change.Has(e => e.At) ? Writing.Invalid(nameof(AttendanceEventView.At), "At is missing. Write it like 2026-09-15T08:05:00-05:00.")
        : null;

    private static ODataResult? Wrong(AttendanceEvent e, Workplace work)
    {
        var wrong = new (string Property, string? Reason)[]
        {
            (nameof(e.EventId), EventRules.WhyNoText(nameof(e.EventId), e.EventId)), (nameof(e.ChildNumber), EventRules.WhyNoText(nameof(e.ChildNumber), e.ChildNumber)),
            (nameof(e.Room), EventRules.WhyNoRoom(e.Room)), (nameof(e.At), EventRules.WhyNoMoment(e.At, work.Clock.GetUtcNow())), (nameof(e.Revision), e.Revision < 0 ? "Revision is a whole number from 0 on." : null),
        }.Where(w => w.Reason is not null).Select(w => new InvalidProperty(w.Property, w.Reason!)).ToArray();
        return wrong.Length == 0 ? null : new ODataResult.Invalid("The event cannot be taken as it is.", wrong);
    }

    private static IQueryable<long> Version(K12SyncDb db, long id) => db.AttendanceEvents.Where(e => e.Id == id).Select(e => EF.Property<long>(e, Views.Stamps.Version));
}
