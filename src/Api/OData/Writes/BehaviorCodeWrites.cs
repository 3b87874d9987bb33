using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Writes;

/// <summary>POST, PATCH, PUT and DELETE of behaviour codes, and the SIS's own list.</summary>
internal static class BehaviorCodeWrites
{
    /// <summary><c>Prefer: k12sync.codes-as-written</c>: blanks, invisible characters and look-alikes in external codes are meant.</summary>
    private const string AsWritten = "k12sync.codes-as-written";

    public static async Task<ODataResult> CreateAsync(Change<BehaviorCodeView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        if (given.SchoolId is { } school && await Writing.SchoolAsync(http, RowsOfCaller.Db(http), school, nameof(given.SchoolId)) is { Refusal: { } refusal })
            return refusal;
        if (Writing.MayNot(http, given.SchoolId) is { } forbidden)
            return forbidden;
        if (BehaviorCode.CheckCode(given.Code) is { } reason)
            return Writing.Invalid(nameof(given.Code), reason);
        if (Text(http, given, out var text) is { } invalid)
            return invalid;
        return await Writing.RunAsync(http, null, null, async (work, stop) =>
            Answer(await work.Codes.AddAsync(given.SchoolId, given.Code, text!, given.IsActive, stop), given.Code));
    }

    public static async Task<ODataResult> UpdateAsync(Change<BehaviorCodeView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        var before = await RowsOfCaller.Db(http).BehaviorCodes.SingleAsync(c => c.Id == id, http.RequestAborted);
        if (Writing.MayNot(http, before.SchoolId) is { } forbidden)
            return forbidden;
        if (change.Get(c => c.Code, before.Code) != before.Code)
            return Writing.Invalid(nameof(BehaviorCodeView.Code), $"Passes name this code {before.Code}, so it keeps that name. Retire it with IsActive false, and POST another.");
        if (change.Get(c => c.SchoolId, before.SchoolId) != before.SchoolId)
            return Writing.Invalid(nameof(BehaviorCodeView.SchoolId), "A code stays where it is: passes were judged by it. POST one for the other school.");
        return await Writing.RunAsync(http, change.ExpectedVersion, db => Version(db, id), async (work, stop) =>
        {
            var stored = await work.Db.BehaviorCodes.AsNoTracking().SingleAsync(c => c.Id == id, stop);
            var wanted = change.Kind == ChangeKind.Replace ? change.ToView() : Merged(change, stored);
            return Text(http, wanted, out var text) ?? Answer(await work.Codes.EditAsync(id, text!, wanted.IsActive, stop), stored.Code);
        });
    }

    /// <summary>Passes name codes, so a code is never gone: it is retired.</summary>
    public static async Task<ODataResult> DeleteAsync(Change<BehaviorCodeView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        var school = await RowsOfCaller.Db(http).BehaviorCodes.Where(c => c.Id == id).Select(c => c.SchoolId).SingleAsync(http.RequestAborted);
        return Writing.MayNot(http, school) ?? await Writing.RunAsync(http, change.ExpectedVersion, db => Version(db, id), async (work, stop) =>
        {
            await work.Codes.RetireAsync(id, stop);
            return new ODataResult.Done();
        });
    }

    /// <summary>Takes the SIS's list. Answers the codes that are not in it.</summary>
    public static async Task<ODataResult> SetSisCodesAsync(OperationCall call) =>
        Writing.MayNot(call.Context, null) ?? await Writing.RunAsync(call.Context, null, null, async (work, stop) =>
            await work.SisCodes.ReplaceAsync(call.Get<IReadOnlyList<string>>("codes")!, stop) switch
            {
                SisListResult.Done(_, var unlisted) => new ODataResult.Value(unlisted.Select(u => new UnlistedCodeView { SchoolCode = u.SchoolCode, Code = u.Code, ExternalCodes = u.ExternalCodes }).ToList()),
                SisListResult.Refused(var reason) => Writing.Invalid("codes", reason),
                _ => throw new System.Diagnostics.UnreachableException(),
            });

    public static async Task<ODataResult> SisCodesAsync(OperationCall call) =>
        RowsOfCaller.CallerOf(call.Context).Reads ? new ODataResult.Value(await new SisCodeOperations(RowsOfCaller.Db(call.Context)).ListAsync(call.Stopped))
            : new ODataResult.Forbidden("This key or role has nothing to do with the codes of schools.");

    private static IQueryable<long> Version(K12SyncDb db, long id) => BehaviorCodeView.Of(db, SchoolSet.All).Where(c => c.Id == id).Select(c => c.Version);

    private static ODataResult Answer(SaveCodeResult result, string code) => result switch
    {
        SaveCodeResult.Done { What: Roster.Saved.Added, Id: var id } => new ODataResult.Created(id),
        SaveCodeResult.Done(var id, _) => new ODataResult.Saved(id),
        SaveCodeResult.Refused(var fault) => Writing.Invalid(fault.Property, fault.Reason, fault.Position is null ? "Invalid" : "NotAsTheSisHasIt"),
        SaveCodeResult.Duplicate(var id, var isRetired) => new ODataResult.Conflict(
            $"There is a code '{code}' already: BehaviorCodes({id}). {(isRetired ? "It is retired: PATCH it with IsActive true to use it again." : "Edit that one, or choose another name.")}", nameof(BehaviorCodeView.Code)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static BehaviorCodeView Merged(Change<BehaviorCodeView> change, BehaviorCode stored) => new()
    {
        Name = change.Get(c => c.Name, stored.Name)!,
        Description = change.Get(c => c.Description, stored.Description)!,
        PassMessage = change.Get(c => c.PassMessage, stored.PassMessage)!,
        Type = change.Get(c => c.Type, stored.Type),
        ExternalCode = change.Get(c => c.ExternalCode, stored.ExternalCode),
        LatenessLadder = change.Get(c => c.LatenessLadder, stored.Ladder?.ToString()),
        IsActive = change.Get(c => c.IsActive, stored.IsActive),
    };

    private static ODataResult? Text(HttpContext http, BehaviorCodeView given, out BehaviorCodeText? text)
    {
        (text, var (ladder, fault)) = (null, ((LatenessLadder?)null, (string?)null));
        if (given.LatenessLadder is { Length: > 0 } steps && (ladder = LatenessLadder.Parse(steps, out fault)) is null)
            return Writing.Invalid(nameof(given.LatenessLadder), fault!);
        var meant = http.Request.Headers["Prefer"].Any(p => p?.Contains(AsWritten, StringComparison.OrdinalIgnoreCase) == true);
        // A blank box of a form is no code.
        text = new BehaviorCodeText(given.Name, given.Description, given.PassMessage, given.Type, given.ExternalCode is { Length: > 0 } external ? external : null, ladder, meant);
        return null;
    }
}

/// <summary>A tardy code whose external codes the SIS's list does not have.</summary>
internal sealed class UnlistedCodeView
{
    public string? SchoolCode { get; init; }
    public string Code { get; init; } = "";
    public string ExternalCodes { get; init; } = "";
}
