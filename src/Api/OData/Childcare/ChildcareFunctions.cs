using K12Sync.Api.Childcare;
using K12Sync.Api.OData.Writes;
using K12Sync.Domain.Childcare.States;
using K12Sync.OData;

namespace K12Sync.Api.OData.Childcare;

/// <summary>What is worked out when it is asked for: counts against limits, and who is who.</summary>
internal static class ChildcareFunctions
{
    private const string Masked = "***";

    public static async Task<ODataResult> LimitsAsync(OperationCall call)
    {
        var state = call.Get<string>("state");
        if (Refusal(call, state) is { } refusal)
            return refusal;
        var work = await RowsOfCaller.WorkAsync(call.Context);
        var mask = MaskOf(call);
        return new ODataResult.Value((await work.DayLimits.ListAsync(state, call.Get<DateOnly?>("asOf"), call.Stopped)).Select(l => DayLimitView.Of(l, mask)).ToList());
    }

    public static async Task<ODataResult> MatchesAsync(OperationCall call)
    {
        var state = call.Get<string>("state")!;
        if (Refusal(call, state) is { } refusal)
            return refusal;
        var work = await RowsOfCaller.WorkAsync(call.Context);
        var (mask, onlyOpen) = (MaskOf(call), call.Get<bool?>("onlyOpen") == true);
        return new ODataResult.Value((await work.AgencyRosters.MatchesAsync(state, call.Stopped)).Where(m => !onlyOpen || m.Status != MatchStatus.Linked).Select(m => ChildMatchView.Of(m, mask)).ToList());
    }

    private static string? MaskOf(OperationCall call) => RowsOfCaller.CallerOf(call.Context).SeesStudentsMasked ? Masked : null;

    private static ODataResult? Refusal(OperationCall call, string? state) =>
        !RowsOfCaller.CallerOf(call.Context).ReadsChildcare ? new ODataResult.Forbidden("This key or role has nothing to do with childcare.")
        : state is not null && StateProfiles.Find(state) is null ? Writing.Invalid("state", ChildLinkOperations.WhyNot(new ChildLinkAnswer.NoSuchState(), state)!)
        : null;
}
