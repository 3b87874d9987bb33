using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Api.OData.Views;
using K12Sync.Api.OData.Writes;
using K12Sync.Domain.Childcare;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Childcare;

/// <summary>Writes of what a site says of days: absences of children, and closures. Nothing is deleted: what is taken back has no code any more.</summary>
internal static class DayWrites
{
    private const string NoCode = "Say why: Code. To take the day back, DELETE it.";

    public static async Task<ODataResult> CreateAbsenceAsync(Change<AbsenceView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        if (ChildcareWriting.MayNot(http) is { } forbidden)
            return forbidden;
        var (site, refusal) = await ChildcareWriting.SiteAsync(RowsOfCaller.Db(http), change.Has(a => a.SiteId) ? given.SiteId : null, null, http.RequestAborted);
        if ((refusal ?? await ChildcareWriting.NoChildAsync(RowsOfCaller.Db(http), given.ChildNumber, http.RequestAborted) ?? NoDate(change.Has(a => a.Date))) is { } wrong)
            return wrong;
        if (given.Code is null)
            return Writing.Invalid(nameof(given.Code), NoCode);
        return await Writing.RunAsync(http, null, null, async (work, stop) =>
        {
            var rows = work.Db.Absences.AsNoTracking().Where(a => a.SiteId == site!.Id && a.ChildNumber == given.ChildNumber && a.Date == given.Date);
            var before = await rows.SingleOrDefaultAsync(stop);
            if (before?.Code is { } other && other != given.Code)
                return Taken(nameof(given.Date), $"Absences({before.Id})");
            await SaveAbsenceAsync(work, site!.Id, given.ChildNumber, given.Date, given.Code, stop);
            return Answer(before is { Code: not null }, await rows.Select(a => a.Id).SingleAsync(stop));
        });
    }

    public static async Task<ODataResult> UpdateAbsenceAsync(Change<AbsenceView> change)
    {
        var id = (long)change.Key[0]!;
        if (ChildcareWriting.MayNot(change.Context) is { } forbidden)
            return forbidden;
        var row = await RowsOfCaller.Db(change.Context).Absences.SingleAsync(a => a.Id == id, change.Context.RequestAborted);
        if (change.Get(a => a.SiteId, row.SiteId) != row.SiteId || change.Get(a => a.ChildNumber, row.ChildNumber) != row.ChildNumber || change.Get(a => a.Date, row.Date) != row.Date)
            return Writing.Invalid(nameof(row.Date), "This is one child's day at one site, and stays it. DELETE it, and POST the other day.");
        return change.Get(a => a.Code, row.Code) is { } code ? await SetAbsenceAsync(change, id, code) : Writing.Invalid(nameof(row.Code), NoCode);
    }

    public static async Task<ODataResult> DeleteAbsenceAsync(Change<AbsenceView> change) => ChildcareWriting.MayNot(change.Context) ?? await SetAbsenceAsync(change, (long)change.Key[0]!, null);

    public static async Task<ODataResult> CreateClosureAsync(Change<ClosureView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        if (ChildcareWriting.MayNot(http) is { } forbidden)
            return forbidden;
        var (site, refusal) = await ChildcareWriting.SiteAsync(RowsOfCaller.Db(http), change.Has(c => c.SiteId) ? given.SiteId : null, null, http.RequestAborted);
        if ((refusal ?? NoDate(change.Has(c => c.Date))) is { } wrong)
            return wrong;
        if (given.Code is null)
            return Writing.Invalid(nameof(given.Code), NoCode);
        return await Writing.RunAsync(http, null, null, async (work, stop) =>
        {
            var rows = work.Db.Closures.AsNoTracking().Where(c => c.SiteId == site!.Id && c.Date == given.Date);
            var before = await rows.SingleOrDefaultAsync(stop);
            if (before?.Code is { } other && other != given.Code)
                return Taken(nameof(given.Date), $"Closures({before.Id})");
            await work.Sites.SetClosedAsync(site!.Id, [given.Date], given.Code, stop);
            return Answer(before is { Code: not null }, await rows.Select(c => c.Id).SingleAsync(stop));
        });
    }

    public static async Task<ODataResult> UpdateClosureAsync(Change<ClosureView> change)
    {
        var id = (long)change.Key[0]!;
        if (ChildcareWriting.MayNot(change.Context) is { } forbidden)
            return forbidden;
        var row = await RowsOfCaller.Db(change.Context).Closures.SingleAsync(c => c.Id == id, change.Context.RequestAborted);
        if (change.Get(c => c.SiteId, row.SiteId) != row.SiteId || change.Get(c => c.Date, row.Date) != row.Date)
            return Writing.Invalid(nameof(row.Date), "This is one day of one site, and stays it. DELETE it, and POST the other day.");
        return change.Get(c => c.Code, row.Code) is { } code ? await SetClosureAsync(change, id, code) : Writing.Invalid(nameof(row.Code), NoCode);
    }

    public static async Task<ODataResult> DeleteClosureAsync(Change<ClosureView> change) => ChildcareWriting.MayNot(change.Context) ?? await SetClosureAsync(change, (long)change.Key[0]!, null);

    private static Task<ODataResult> SetAbsenceAsync(Change<AbsenceView> change, long id, AbsenceCode? code) =>
        Writing.RunAsync(change.Context, change.ExpectedVersion, db => db.Absences.Where(a => a.Id == id).Select(a => EF.Property<long>(a, Stamps.Version)), async (work, stop) =>
        {
            var row = await work.Db.Absences.AsNoTracking().SingleAsync(a => a.Id == id, stop);
            await SaveAbsenceAsync(work, row.SiteId, row.ChildNumber, row.Date, code, stop);
            return code is null ? new ODataResult.Done() : new ODataResult.Saved(id);
        });

    private static Task<ODataResult> SetClosureAsync(Change<ClosureView> change, long id, ClosureCode? code) =>
        Writing.RunAsync(change.Context, change.ExpectedVersion, db => db.Closures.Where(c => c.Id == id).Select(c => EF.Property<long>(c, Stamps.Version)), async (work, stop) =>
        {
            var row = await work.Db.Closures.AsNoTracking().SingleAsync(c => c.Id == id, stop);
            await work.Sites.SetClosedAsync(row.SiteId, [row.Date], code, stop);
            return code is null ? new ODataResult.Done() : new ODataResult.Saved(id);
        });

    private static Task SaveAbsenceAsync(Workplace work, long site, string child, DateOnly date, AbsenceCode? code, CancellationToken stop) =>
        work.Children.SaveAbsencesAsync([new AbsenceLine(site, child, date, code)], stop);

    private static ODataResult? NoDate(bool isGiven) => isGiven ? null : Writing.Invalid(nameof(AbsenceView.Date), "Say which day: Date.");

    private static ODataResult.Conflict Taken(string property, string row) => new($"The day has another code already: {row}. PATCH that one.", property);

    private static ODataResult Answer(bool wasThere, long id) => wasThere ? new ODataResult.Saved(id) : new ODataResult.Created(id);
}
