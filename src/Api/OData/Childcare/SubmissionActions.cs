using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Api.OData.Writes;
using K12Sync.Domain.Exports;
using K12Sync.OData;

namespace K12Sync.Api.OData.Childcare;

/// <summary>Looking at a pay period and submitting it: <c>submissions review|submit</c>.</summary>
internal static class SubmissionActions
{
    /// <summary>An agency that does not answer takes its deadlines, and a run tries again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <param name="submissions">What was sent.</param>
    /// <param name="transfers">The child-days. A review is a look at them, and audited as one.</param>
    public static void Declare(EntitySet<Submission> submissions, EntitySet<Transfer> transfers)
    {
        transfers.CollectionFunction("Review", ReviewAsync).Takes<string>("connector").Takes<string>("providerId", optional: true).Takes<DateOnly?>("from").Takes<DateOnly?>("to")
            .Returns<PeriodReviewView>().MayTake(Longest)
            .Described("What submitting a pay period would do, what blocks it first, and how the agency's periods stand. Without from and to: the oldest that is due. Sends nothing.");
        submissions.CollectionAction("Submit", SubmitAsync).Takes<string>("connector").Takes<string>("providerId", optional: true).Takes<DateOnly>("from").Takes<DateOnly>("to").Takes<string>("certifiedBy")
            .ReturnsRowOf(submissions).MayTake(Longest)
            .Described("Submits exactly a pay period, once, with who certifies it. 409 if something blocks it, or it was submitted before. What became of it is in the row.");
    }

    private static Task<ODataResult> ReviewAsync(OperationCall call) => WithAsync(call, async (work, connector) =>
    {
        DateOnly? from = call.Get<DateOnly?>("from"), to = call.Get<DateOnly?>("to");
        if (from is null != to is null || from > to)
            return Writing.Invalid("to", "Say both days of the pay period, or neither.");
        var result = await work.Submissions.ReviewAsync(connector, call.Get<string>("providerId"), from is { } first ? new DayRange(first, to!.Value) : null, call.Stopped);
        return result is ReviewResult.Reviewed(var review) ? new ODataResult.Value(PeriodReviewView.Of(review)) : new ODataResult.Conflict(((ReviewResult.Refused)result).Reason);
    });

    private static Task<ODataResult> SubmitAsync(OperationCall call) => WithAsync(call, async (work, connector) =>
    {
        var period = new DayRange(call.Get<DateOnly>("from"), call.Get<DateOnly>("to"));
        // It is not broken off because whoever asked has gone: what is sent once is seen through.
        var stop = call.Context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return await work.Submissions.SubmitAsync(connector, call.Get<string>("providerId"), period, call.Get<string>("certifiedBy")!, stop) switch
        {
            SubmitResult.Ran(_, { } submission) => new ODataResult.Saved(submission.Id),
            SubmitResult.Ran(var report, _) => new ODataResult.Conflict(report.Run.Error ?? "Nothing was submitted."),
            SubmitResult.Blocked(_, var reason) => new ODataResult.Conflict(reason),
            SubmitResult.Refused(var reason) => new ODataResult.Conflict(reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    });

    private static async Task<ODataResult> WithAsync(OperationCall call, Func<Workplace, Connector, Task<ODataResult>> act)
    {
        if (!RowsOfCaller.CallerOf(call.Context).EditsChildcare)
            return new ODataResult.Forbidden("Pay periods are submitted by those who answer for them: this needs a key of role ChildcareDirector or DistrictIT for the whole district.");
        var work = await RowsOfCaller.WorkAsync(call.Context);
        try
        {
            return await work.Connectors.FindAsync(call.Get<string>("connector")!, call.Stopped) is { } connector
                ? await act(work, connector) : Writing.Invalid("connector", "There is no connector of this name.");
        }
        catch (SecretsLockedException e)
        {
            return new ODataResult.Conflict(e.Message);
        }
    }
}
