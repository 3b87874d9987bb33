using K12Sync.Api.Exports;
using K12Sync.Api.OData.Views;
using K12Sync.Domain.Exports;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Deliveries;

/// <summary>Adding layouts and looking at them on real rows: <c>layout add|preview</c>. A version is never changed or deleted.</summary>
internal static class LayoutWrites
{
    public static void Declare(EntitySet<LayoutView> layouts)
    {
        layouts.ReadOnly(l => l.Id, l => l.Number, l => l.IsPreset).OnCreate(CreateAsync);
        layouts.Action("Preview", PreviewAsync).Takes<string>("Connector").Takes<int?>("Lines").Returns<NextFilesView>().MayTake(TimeSpan.FromMinutes(3))
            .Described("A connector's tardies (what is owed, or else the latest day) as this layout would write them, as if none had been sent. Sends and stores nothing.");
    }

    private static async Task<ODataResult> CreateAsync(Change<LayoutView> change)
    {
        if (!RowsOfCaller.CallerOf(change.Context).RunsConnectors)
            return new ODataResult.Forbidden(ConnectorWrites.NotForThisKey);
        var given = change.ToView();
        LayoutDefinition definition;
        try
        {
            definition = LayoutJson.Read(given.Definition);
        }
        catch (FormatException e)
        {
            return new ODataResult.Invalid("The definition cannot be read.", new InvalidProperty(nameof(LayoutView.Definition), e.Message));
        }
        var work = await RowsOfCaller.WorkAsync(change.Context);
        switch (await work.Layouts.AddAsync(given.Name, definition, change.Context.RequestAborted))
        {
            case AddLayoutResult.Added(var added):
                return new ODataResult.Created(await IdAsync(work, added));
            case AddLayoutResult.AlreadyThere(var there):
                return new ODataResult.Saved(await IdAsync(work, there));
            case AddLayoutResult.Refused(var reasons):
                return new ODataResult.Invalid("The layout cannot be used.",
                    [.. reasons.Select(r => new InvalidProperty(r.StartsWith("The name", StringComparison.Ordinal) ? nameof(LayoutView.Name) : nameof(LayoutView.Definition), r))]);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static Task<long> IdAsync(CommandLine.Workplace work, Layout layout) => work.Db.Layouts.Where(l => l.Name == layout.Name && l.Number == layout.Number).Select(l => l.Id).SingleAsync();

    private static async Task<ODataResult> PreviewAsync(OperationCall call)
    {
        if (!RowsOfCaller.CallerOf(call.Context).RunsConnectors)
            return new ODataResult.Forbidden(ConnectorWrites.NotForThisKey);
        var (work, row, name) = (await RowsOfCaller.WorkAsync(call.Context), (LayoutView)call.Row!, call.Get<string>("Connector")!);
        if (await work.Connectors.FindAsync(name, call.Stopped) is not { } connector)
            return new ODataResult.Invalid($"There is no connector '{name}'.", new InvalidProperty("Connector", $"There is no connector '{name}'."));
        var layout = LayoutView.PresetOf(row.Id) ?? new Layout(row.Name, row.Number, LayoutJson.Read(row.Definition));
        return NextFilesView.Of(call, layout, await work.Exports.PreviewLayoutAsync(connector, layout, call.Stopped), []);
    }
}
