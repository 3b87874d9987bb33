using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync layout list|show|add|preview</c>.</summary>
internal static class LayoutCommand
{
    public static Command Build(CommonOptions common) => new("layout", "What SIS files look like.") { List(common), Show(common), Add(common), Preview(common) };

    /// <exception cref="CommandFailedException">There is none of that name.</exception>
    private static async Task<Layout> FindAsync(Workplace work, string name, CancellationToken cancellation)
    {
        if (await work.Layouts.FindAsync(name, cancellation) is { } layout)
            return layout;
        throw new CommandFailedException($"There is no layout '{name}'. There is: {string.Join(", ", (await work.Layouts.ListAsync(cancellation)).Select(l => l.Name))}.");
    }

    private static Command List(CommonOptions common)
    {
        var command = new Command("list", "Lists the layouts, presets and the district's own.") { common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var layouts = await work.Layouts.ListAsync(cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(layouts.Select(l => new { l.Name, Version = l.Number, l.Definition.Corrections, l.Definition.Description, l.Definition.Confirm }));
            else
                Terminal.PrintTable(null, ["Name", "Version", "Corrections", "For"], layouts.Select(l => (string[])
                    [l.Name, l.Number == 0 ? "preset" : $"{l.Number}", $"{l.Definition.Corrections}", l.Definition.Description + (l.Definition.Confirm is null ? "" : " (has something to confirm)")]));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(CommonOptions common)
    {
        var name = new Argument<string>("NAME") { Description = "Which layout." };
        var command = new Command("show", "Prints a layout as JSON, to start from.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var layout = await FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            Console.Out.WriteLine(LayoutJson.WriteFile(layout.Name, layout.Definition));
            if (layout.Definition.Confirm is { } confirm)
                Terminal.Tell($"Confirm with your SIS: {confirm}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Add(CommonOptions common)
    {
        var file = new Argument<string>("FILE.json") { Description = "The layout, as JSON." };
        var command = new Command("add", "Adds a layout, or the next version of one. Connectors that name it use it from their next run on.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var path = parsed.GetRequiredValue(file);
            Console.Out.WriteLine(await AddFileAsync(work, path, cancellation) switch
            {
                AddLayoutResult.Added(var added) => $"Added layout {added}.",
                AddLayoutResult.AlreadyThere(var there) => $"Layout {there} says just that already; nothing was changed.",
                AddLayoutResult.Refused(var reasons) => throw new CommandFailedException(string.Join(Environment.NewLine, reasons.Select(r => $"{path}: {r}"))),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<AddLayoutResult> AddFileAsync(Workplace work, string file, CancellationToken cancellation)
    {
        try
        {
            var (name, definition) = LayoutJson.ReadFile(await File.ReadAllTextAsync(file, cancellation));
            return await work.Layouts.AddAsync(name, definition, cancellation);
        }
        catch (FormatException e)
        {
            throw new CommandFailedException($"{file}: {e.Message}", e);
        }
    }

    private static Command Preview(CommonOptions common)
    {
        var name = new Argument<string>("NAME") { Description = "Which layout." };
        var connector = new Option<string>("--connector") { Description = "Whose tardies.", HelpName = "NAME", Required = true };
        var command = new Command("preview", "Prints a connector's tardies (what is owed, or else the latest day) as this layout would write them, as if none had been sent. Sends and stores nothing.")
        {
            name, connector,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var layout = await FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var taken = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(connector), cancellation);
            return await work.Exports.PreviewLayoutAsync(taken, layout, cancellation) switch
            {
                Rendering.Ready(var debt) => await PrintAsync(debt, cancellation),
                Rendering.Refused(var reason) => throw new CommandFailedException($"Connector {taken.Name} with layout {layout}: {reason}"),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        });
        return command;
    }

    private static async Task<int> PrintAsync(RenderedDebt debt, CancellationToken cancellation)
    {
        await ConnectorCommand.PrintFilesAsync(debt, cancellation);
        foreach (var hold in debt.Held.GroupBy(h => (h.Reason, h.Explanation)))
            Terminal.Tell($"Would hold {hold.Count()} ({hold.Key.Reason}): {hold.Key.Explanation}");
        if (debt.Files.IsEmpty && debt.Held.IsEmpty)
            Terminal.Tell("The connector has no tardies to show.");
        return ExitCode.Done;
    }
}
