using K12Sync.Api.Exports;
using K12Sync.Api.OData.Views;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Deliveries;

/// <summary>Ticking off what has been changed in the SIS by hand: <c>corrections done</c>.</summary>
internal static class CorrectionActions
{
    public static void Declare(EntitySet<ManualCorrectionView> corrections)
    {
        corrections.Action("Done", call => TickOffAsync(call, [(long)call.Key[0]!], new ODataResult.Saved(call.Key[0]!))).ReturnsRowOf(corrections)
            .Described("A clerk has changed the SIS so.");
        corrections.CollectionAction("TickOff", call => TickOffAsync(call, call.Get<List<long>>("Ids")!, new ODataResult.Done())).Takes<List<long>>("Ids")
            .Described("A clerk has changed the SIS so: all of these, or none.");
    }

    private static async Task<ODataResult> TickOffAsync(OperationCall call, IReadOnlyCollection<long> ids, ODataResult done)
    {
        if (!RowsOfCaller.CallerOf(call.Context).TicksOffCorrections)
            return new ODataResult.Forbidden("Corrections are ticked off by those who change the SIS: this needs a key of role DistrictIT, SchoolAdmin or Office.");
        var seen = call.BoundRows is IQueryable<ManualCorrectionView> rows ? await rows.Where(r => ids.Contains(r.Id)).Select(r => r.Id).ToListAsync(call.Stopped) : [.. ids];
        var work = await RowsOfCaller.WorkAsync(call.Context);
        // What is of another school is as if it were not there.
        var result = ids.Except(seen).Order().ToList() is { Count: > 0 } unseen ? new TickOffResult.NotOnTheList(unseen) : await work.Corrections.TickOffAsync(ids, call.Stopped);
        return result is TickOffResult.NotOnTheList(var missing)
            ? new ODataResult.Conflict($"Not on the list: {string.Join(", ", missing)}. A later change may have replaced them; read the list again and look. Nothing was ticked off.", "Ids")
            : done;
    }
}
