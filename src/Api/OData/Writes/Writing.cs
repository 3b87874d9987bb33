using K12Sync.Api.CommandLine;
using K12Sync.Data;
using K12Sync.Domain.Roster;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Writes;

/// <summary>What every write over OData has in common: who may, against which version, and that what depends on it is judged again at once.</summary>
internal static class Writing
{
    // What is not judged again by then is by the next run: the marks are stored with the change.
    private static readonly TimeSpan LongestMapping = TimeSpan.FromSeconds(5);

    /// <summary>Runs an operation alone in its district, against the version that the client saw, and keeps it if it is done.</summary>
    /// <param name="http">The caller's request.</param>
    /// <param name="expected">The version of If-Match; null: any.</param>
    /// <param name="version">The row's version now.</param>
    /// <param name="write">The operation. What it does is undone unless it says that it is done.</param>
    public static async Task<ODataResult> RunAsync(
        HttpContext http, object? expected, Func<K12SyncDb, IQueryable<long>>? version, Func<Workplace, CancellationToken, Task<ODataResult>> write)
    {
        var (work, stop) = (await RowsOfCaller.WorkAsync(http), http.RequestAborted);
        work.Db.ChangeTracker.Clear();
        await using (var transaction = await work.Db.TakeTurnAsync(stop))
        {
            if (expected is long seen && version is not null && await version(work.Db).FirstOrDefaultAsync(stop) != seen)
                return new ODataResult.PreconditionFailed();
            var result = await write(work, stop);
            if (result is not (ODataResult.Created or ODataResult.Saved or ODataResult.Done or ODataResult.Value))
                return result;
            // Once it is being committed it is too late to think better of it.
            await transaction.CommitAsync(CancellationToken.None);
            await MapAsync(work);
            return result;
        }
    }

    /// <summary>The version a client named in If-Match for the row an action is bound to; null: it named none, or any.</summary>
    public static object? Expected(OperationCall call, long version) => call.Context.Request.Headers.IfMatch.ToString().Trim() is "" or "*" ? null : version;

    /// <summary>A school of the caller's, or why it cannot be written to.</summary>
    public static async Task<(School? School, ODataResult? Refusal)> SchoolAsync(HttpContext http, K12SyncDb db, long? id, string property)
    {
        var caller = RowsOfCaller.CallerOf(http);
        if (!caller.EditsSomething)
            return (null, MayNot(http, id));
        if (id is null || !caller.Schools.Contains(id.Value)
            || await db.Schools.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, http.RequestAborted) is not { } school)
            return (null, Invalid(property, id is null ? "Say which school: SchoolId." : $"There is no school {id}."));
        return (school, MayNot(http, id));
    }

    /// <summary>Why the caller may not edit what is a school's, or the whole district's (null); null if it may.</summary>
    public static ODataResult? MayNot(HttpContext http, long? school)
    {
        var caller = RowsOfCaller.CallerOf(http);
        if (caller.Edits(school))
            return null;
        return new ODataResult.Forbidden(school is null && caller.Role == Data.Access.KeyRole.SchoolAdmin
            ? "This belongs to the whole district, and only DistrictIT edits it. Your school can have a code of its own with the same name: POST one with your SchoolId."
            : $"The role {caller.Role} {(caller.Role == Data.Access.KeyRole.DistrictIT ? "of some schools edits only what is theirs" : "only reads codes, bell schedules and calendars")}. Ask District IT for one that may edit.");
    }

    /// <summary>One property is to blame.</summary>
    public static ODataResult Invalid(string property, string message, string code = "Invalid") => new ODataResult.Invalid(message, new InvalidProperty(property, message, code));

    private static async Task MapAsync(Workplace work)
    {
        using var limit = new CancellationTokenSource(LongestMapping, work.Clock);
        try
        {
            await work.Tardies.MapPendingAsync(limit.Token);
            await work.Attendance.EvaluatePendingAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The change is stored, and so are the marks of the days that are left.
        }
    }
}
