using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Jobs;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync connector add|change|remove|list|preview</c>; what may run and how it gets in is in files of their own.</summary>
internal static class ConnectorCommand
{
    public static Command Build(CommonOptions common) => new("connector", "Where tardies go: what is selected, how it is written, where it is delivered.")
    {
        Add(common), Change(common), Remove(common), List(common), NextRuns.Build(common), Preview(common),
        ConnectorAccessCommands.Secret(common), PinCommand.Build(common), ConnectorAccessCommands.Test(common),
        ConnectorStateCommands.Pause(common), ConnectorStateCommands.Resume(common), ConnectorStateCommands.Release(common),
    };

    /// <exception cref="CommandFailedException">There is none of that name.</exception>
    public static async Task<Connector> FindAsync(Workplace work, string name, CancellationToken cancellation)
    {
        if (await work.Connectors.FindAsync(name, cancellation) is { } connector)
            return connector;
        var names = (await work.Connectors.ListAsync(cancellation)).Select(c => c.Name).DefaultIfEmpty("none yet; add one with 'k12sync connector add FILE.json'");
        throw new CommandFailedException($"There is no connector '{name}'. There is: {string.Join(", ", names)}.");
    }

    /// <summary>Adds the connector that a file describes.</summary>
    /// <exception cref="CommandFailedException">The file is none, or the connector is refused.</exception>
    public static async Task<AddConnectorResult> AddFileAsync(Workplace work, string file, CancellationToken cancellation)
    {
        var (name, definition) = await ReadAsync(file, cancellation);
        var result = await work.Connectors.AddAsync(name, definition, cancellation);
        return result is AddConnectorResult.Refused refused ? throw new CommandFailedException($"{file}: {refused.Reason}") : result;
    }

    private static async Task<(string Name, ConnectorDefinition Definition)> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return ConnectorJson.ReadFile(await File.ReadAllTextAsync(file, cancellation));
        }
        catch (FormatException e)
        {
            throw new CommandFailedException($"{file}: {e.Message}", e);
        }
    }

    private static Command Add(CommonOptions common)
    {
        var file = new Argument<string>("FILE.json") { Description = "The connector, as JSON." };
        var command = new Command("add", "Adds a connector.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            Terminal.PrintLine(await AddFileAsync(work, parsed.GetRequiredValue(file), cancellation) switch
            {
                AddConnectorResult.Added(var added) when Speech.Of(added) is var texts =>
                    texts.Say(Phrase.ConnectorAdded, ("connector", added.Name), ("layout", $"{added.Layout}"), ("where", texts.Of(added.Definition.Destination))),
                AddConnectorResult.AlreadyThere(var there) => Speech.Of(there).Say(Phrase.ConnectorThere, ("connector", there.Name)),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Change(CommonOptions common)
    {
        var file = new Argument<string>("FILE.json") { Description = "The connector as it should be, as JSON; found by its name." };
        var command = new Command("change", "Changes a connector from its next run on. What is frozen keeps its bytes and name.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var (name, definition) = await ReadAsync(parsed.GetRequiredValue(file), cancellation);
            var texts = Speech.Of(definition);
            Terminal.PrintLine(await work.Connectors.ChangeAsync(name, definition, null, cancellation) switch
            {
                ChangeConnectorResult.Changed { Settings.Count: 0 } => texts.Say(Phrase.ConnectorUnchanged, ("connector", name)),
                ChangeConnectorResult.Changed(var changed, var settings) =>
                    texts.Say(Phrase.ConnectorChanged, ("connector", name), ("settings", settings), ("layout", $"{changed.Layout}"), ("where", texts.Of(changed.Definition.Destination))),
                ChangeConnectorResult.Refused refused => throw new CommandFailedException($"{parsed.GetRequiredValue(file)}: {refused.Reason}"),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Remove(CommonOptions common)
    {
        var name = Name();
        var command = new Command("remove", "Removes a connector. What it sent stays on record; what it still owes is not sent.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            await work.Connectors.RemoveAsync(connector.Name, null, cancellation);
            Terminal.PrintLine(Speech.Of(connector).Say(Phrase.ConnectorGone, ("connector", connector.Name)));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The argument that names a connector.</summary>
    public static Argument<string> Name() => new("NAME") { Description = "Which connector." };

    private static Command List(CommonOptions common)
    {
        var command = new Command("list", "Lists the connectors.") { common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connectors = await work.Connectors.ListAsync(cancellation);
            var states = await work.Connectors.StatesAsync(cancellation);
            var next = new Dictionary<long, string>();
            foreach (var connector in connectors)
                next[connector.Id] = await NextRuns.NextAsync(work, connector, cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(connectors.Select(c => new { c.Name, c.Definition.Layout, LayoutVersion = c.Layout.Number, Destination = c.Definition.Destination.Describe(), c.Definition.Schools, c.Definition.Codes, c.Definition.MaxAgeDays, State = ConnectorStateCommands.Describe(states[c.Id]), Next = next[c.Id] }));
            else
                Terminal.PrintTable(null, ["Name", "Layout", "Destination", "Schools", "Codes", "State", "Next run"], connectors.Select(c => (string[])
                    [c.Name, c.Layout.ToString(), c.Definition.Destination.Describe(), AllOr(c.Definition.Schools), AllOr(c.Definition.Codes), ConnectorStateCommands.Describe(states[c.Id]), next[c.Id]]));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Preview(CommonOptions common)
    {
        var name = Name();
        var command = new Command("preview", "Prints the exact bytes the next run would send. Sends and stores nothing.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var next = (await work.Exports.PreviewAsync(connector, cancellation)).Next;
            if (next is not Rendering.Ready ready)
                throw new CommandFailedException($"Connector {connector.Name} cannot write a file: {((Rendering.Refused)next).Reason}");
            await PrintFilesAsync(ready.Debt, cancellation);
            if (ready.Debt.Files.IsEmpty)
                Terminal.Tell("Nothing new is owed; the next run would send no file.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The bytes of files to standard output, their names to standard error.</summary>
    public static async Task PrintFilesAsync(RenderedDebt debt, CancellationToken cancellation)
    {
        await using var output = Console.OpenStandardOutput();
        foreach (var file in debt.Files)
        {
            Terminal.Tell($"{file.FileName}: {Counted.Of(file.Rows, "row")}, {file.Content.Length} bytes");
            await output.WriteAsync(file.Content, cancellation);
        }
    }

    private static string AllOr(IReadOnlyCollection<string> some) => some.Count == 0 ? "all" : string.Join(", ", some);
}
