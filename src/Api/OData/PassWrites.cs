using System.Globalization;
using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.OData.Views;
using K12Sync.Api.Passes;
using K12Sync.Data.Audit;
using K12Sync.Data.Passes;
using K12Sync.Domain.Tardies;
using K12Sync.OData;

namespace K12Sync.Api.OData;

/// <summary>Handing passes in, voiding them, and asking why one is what it is.</summary>
internal static class PassWrites
{
    private const string Set = "/odata/Passes";

    /// <summary>The request hands in one pass.</summary>
    public static bool IsPost(HttpContext http) => HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Equals(Set, StringComparison.Ordinal);

    /// <summary>A caller who reads nothing may do this one thing all the same.</summary>
    public static bool IsOpenTo(Caller caller, HttpContext http) => caller.Gives && IsPost(http);

    public static EntitySet<PassView> TakesPasses(this EntitySet<PassView> passes)
    {
        passes.Described("Passes as they were given, and what they come to. POST takes a new one: the same PassId with the same content is the same pass, with other content it is refused.")
            .Described(p => p.SchoolCode, "When a pass is posted, it may stand in place of SchoolId.")
            .Described(p => p.PassMessage, "What the pass's code says is to be printed; null: the code is not set up.")
            .Described(p => p.Outcome, "Null until the pass's day has been mapped, which takes a second or two. The answer to a POST says at once what it will be as things stand.")
            .ReadOnly(p => p.Id, p => p.RecordedAt, p => p.Outcome, p => p.OutcomeReason, p => p.PeriodName, p => p.SisPeriodCode, p => p.MinutesLate, p => p.PassMessage)
            .OnCreate(GiveAsync);
        passes.Action("Void", VoidAsync).ReturnsRowOf(passes).Described("Takes the pass back. One that is void already stays as it is. What has gone to the SIS is corrected by the next run.");
        passes.Function("Explain", ExplainAsync).Returns<IReadOnlyList<string>>().Described("Why the pass is what it is, and where it went: sentences for people, step by step.");
        return passes;
    }

    private static async Task<ODataResult> GiveAsync(Change<PassView> change)
    {
        var form = new PassForm(change.Get(p => p.PassId), change.Has(p => p.SchoolId) ? change.Get(p => p.SchoolId) : null, change.Has(p => p.SchoolCode) ? change.Get(p => p.SchoolCode) : null,
            change.Get(p => p.StudentNumber), change.Get(p => p.Code), change.Has(p => p.IssuedAt) ? change.Get(p => p.IssuedAt) : null, change.Get(p => p.Voided));
        return await GiveAsync(change.Context, form);
    }

    private static async Task<ODataResult> VoidAsync(OperationCall call)
    {
        var pass = (PassView)call.Row!;
        return await GiveAsync(call.Context, new PassForm(pass.PassId, pass.SchoolId, null, pass.StudentNumber, pass.Code, pass.IssuedAt, Voided: true));
    }

    private static async Task<ODataResult> GiveAsync(HttpContext http, PassForm form)
    {
        var caller = RowsOfCaller.CallerOf(http);
        if (!caller.Gives)
            return new ODataResult.Forbidden("This key or role is not for giving passes.");
        var answer = await http.RequestServices.GetRequiredService<PassDesk>().GiveAsync(caller, form, EntryOf(http), http.RequestAborted);
        if (answer is PassAnswer.Stored)
            AuditedRequests.IsOnRecord(http);
        return answer switch
        {
            PassAnswer.Stored(PassReceipt.Added, var pass) => new ODataResult.Created(pass.Id) { Row = View(pass, caller) },
            PassAnswer.Stored(_, var pass) => new ODataResult.Saved(pass.Id) { Row = View(pass, caller) },
            PassAnswer.Conflict => new ODataResult.Conflict(PassRules.Conflict, nameof(PassView.PassId)),
            PassAnswer.Wrong(var properties) => new ODataResult.Invalid("The pass cannot be taken as it is.", [.. properties]),
            PassAnswer.NotYours => new ODataResult.Forbidden("This key or role is not for giving passes of that school."),
            PassAnswer.Away(var after) => new ODataResult.Unavailable("The database cannot take passes at the moment. Hand the same pass in again after Retry-After; it will not be doubled.", after),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Made where the pass is stored: by then it is known which row it is.</summary>
    private static Func<PassReceipt, long, AuditEntry>? EntryOf(HttpContext http)
    {
        if (AuditedRequests.EntryOf(http) is not { } entry)
            return null;
        return (receipt, row) => entry(string.Create(CultureInfo.InvariantCulture, $"Passes({row})"), receipt == PassReceipt.Added ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<ODataResult> ExplainAsync(OperationCall call)
    {
        var caller = RowsOfCaller.CallerOf(call.Context);
        var work = await RowsOfCaller.WorkAsync(call.Context);
        var story = await work.Why.ExplainAsync(((PassView)call.Row!).PassId, namesOthers: caller is { SeesStudentsMasked: false, Schools.IsAll: true }, call.Stopped);
        return story is null ? new ODataResult.NotFound() : new ODataResult.Value(story.Sentences);
    }

    private static PassView View(JudgedPass judged, Caller caller) => new()
    {
        Id = judged.Id,
        PassId = judged.Pass.PassId,
        SchoolId = judged.Pass.SchoolId,
        SchoolCode = judged.SchoolCode,
        StudentNumber = judged.Pass.StudentNumber,
        Code = judged.Pass.Code,
        IssuedAt = judged.Pass.IssuedAt,
        RecordedAt = judged.RecordedAt,
        Voided = judged.Pass.Voided,
        Outcome = judged.Outcome.Kind,
        // Which pass came before is for who may read passes.
        OutcomeReason = judged.Outcome is TardyOutcome.Duplicate && !caller.Reads ? $"The student already has a tardy in {judged.Outcome.Hit?.Period.Name}." : judged.Outcome.Reason,
        PeriodName = judged.Outcome.Hit?.Period.Name,
        SisPeriodCode = judged.Outcome.Hit?.Period.SisPeriodCode,
        MinutesLate = judged.Outcome.Hit?.MinutesLate,
        PassMessage = judged.Message,
        Version = judged.Version,
        ChangeVersion = judged.ChangeVersion,
    };
}
