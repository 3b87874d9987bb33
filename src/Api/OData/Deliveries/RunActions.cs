using K12Sync.Api.Exports;
using K12Sync.Api.OData.Views;
using K12Sync.Domain.Exports;
using K12Sync.OData;

namespace K12Sync.Api.OData.Deliveries;

/// <summary>What a person decides about a run that did not deliver everything: <c>files confirm|resend</c>, and running the connector again.</summary>
internal static class RunActions
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public static void Declare(EntitySet<SyncRunView> runs)
    {
        runs.Action("Confirm", ConfirmAsync).Takes<string>("FileName", optional: true).ReturnsRowOf(runs)
            .Described("The SIS has a file that may or may not have arrived: its tardies are delivered. FileName is needed where there are several such files.");
        runs.Action("Retry", RetryAsync).Takes<string>("FileName", optional: true).MayTake(Longest)
            .Described("Sends what the run left, the same bytes under the same names, by a new run: 202 with its address. A file that may have arrived goes again too, once you have not found it in the SIS; FileName is needed where there are several of those.");
    }

    private static async Task<ODataResult> ConfirmAsync(OperationCall call)
    {
        if (!RowsOfCaller.CallerOf(call.Context).RunsConnectors)
            return new ODataResult.Forbidden(ConnectorWrites.NotForThisKey);
        var (work, run) = (await RowsOfCaller.WorkAsync(call.Context), (long)call.Key[0]!);
        return await work.Batches.FindUndecidedAsync(run, call.Get<string>("FileName"), call.Stopped) switch
        {
            UndecidedFile.One(var id) => await work.Batches.ConfirmAsync(id, call.Stopped) == DecideResult.Done ? new ODataResult.Saved(run) : Decided(),
            var other => Refused(other),
        };
    }

    private static async Task<ODataResult> RetryAsync(OperationCall call)
    {
        if (!RowsOfCaller.CallerOf(call.Context).RunsConnectors)
            return new ODataResult.Forbidden(ConnectorWrites.NotForThisKey);
        var (work, row) = (await RowsOfCaller.WorkAsync(call.Context), (SyncRunView)call.Row!);
        if (await work.Connectors.FindAsync(row.ConnectorId, call.Stopped) is not { } connector)
            return ConnectorWrites.Removed(row.ConnectorName);
        switch (await work.Batches.FindUndecidedAsync(row.Id, call.Get<string>("FileName"), call.Stopped))
        {
            case UndecidedFile.One(var id):
                if (await work.Batches.SendAgainAsync(id, call.Stopped) != DecideResult.Done)
                    return Decided();
                var started = await ConnectorActions.StartAsync(call, connector);
                return started is ODataResult.Conflict busy ? new ODataResult.Conflict("The file goes again with the connector's next run. " + busy.Message) : started;
            case UndecidedFile.None when call.Get<string>("FileName") is null && (row.Status is SyncRunStatus.Failed or SyncRunStatus.Skipped || row.Files.Any(f => f.Status is not BatchStatus.Delivered and not BatchStatus.TakenBack)):
                return await ConnectorActions.StartAsync(call, connector);
            case UndecidedFile.None when call.Get<string>("FileName") is null:
                return new ODataResult.Conflict("Everything that this run had to send was delivered; there is nothing to try again.");
            case var other:
                return Refused(other);
        }
    }

    private static ODataResult Refused(UndecidedFile found) => found switch
    {
        UndecidedFile.NoSuchFile(var names) => new ODataResult.Invalid($"The run has no file of that name. It has: {string.Join(", ", names)}.", new InvalidProperty("FileName", "No such file.")),
        UndecidedFile.Several(var names) => new ODataResult.Invalid($"Several files of the run may or may not have arrived: {string.Join(", ", names)}. Say which with FileName.", new InvalidProperty("FileName", "Which one?")),
        _ => Decided(),
    };

    private static ODataResult.Conflict Decided() => new($"Where the files of this run are, is known; there is nothing to decide. Only files of status {BatchStatus.DeliveredUnconfirmed} wait for it.");
}
