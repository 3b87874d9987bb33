using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.OData;

namespace K12Sync.Api.OData.Childcare;

/// <summary>Sending one child's day now: <c>transfers send</c>.</summary>
internal static class SendActions
{
    /// <summary>An agency that does not answer takes its deadlines, and a run tries again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public static void Declare(EntitySet<AttendanceDayView> days, EntitySet<Transfer> transfers)
    {
        transfers.Action("Send", call => SendAsync(call, Row((Transfer)call.Row!), ((Transfer)call.Row!).ConnectorName)).ReturnsRowOf(transfers).MayTake(Longest)
            .Described("Sends this child-day now, whatever the schedule says, by a run of its connector. The row says what became of it, and its SyncRunId by which run; 409 with the reason where it cannot go.");
        days.Action("Send", call => SendAsync(call, Row((AttendanceDayView)call.Row!), call.Get<string>("connector"))).Takes<string>("connector", optional: true).ReturnsRowOf(transfers).MayTake(Longest)
            .Described("As Send of Transfers, also for a day that no run has looked at yet. connector: needed where several send the days of the site.");
    }

    private static ChildDayOrder Row(Transfer row) => new(row.ChildNumber, row.Date);

    private static ChildDayOrder Row(AttendanceDayView row) => new(row.ChildNumber, row.Date);

    private static async Task<ODataResult> SendAsync(OperationCall call, ChildDayOrder order, string? connector)
    {
        if (!RowsOfCaller.CallerOf(call.Context).EditsChildcare)
            return new ODataResult.Forbidden("Child-days are sent by those who answer for them: this needs a key of role ChildcareDirector or DistrictIT for the whole district.");
        var work = await RowsOfCaller.WorkAsync(call.Context);
        // It is not broken off because whoever asked has gone: what has begun to leave is seen through.
        var stop = call.Context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            return await work.Sending.SendAsync(order, connector, stop) switch
            {
                SendResult.Sent(_, var transfer) => new ODataResult.Saved(transfer.ConnectorId, transfer.AttendanceDayId),
                SendResult.NotSent(var reason, _) => new ODataResult.Conflict(reason),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (SecretsLockedException e)
        {
            return new ODataResult.Conflict(e.Message);
        }
    }
}
