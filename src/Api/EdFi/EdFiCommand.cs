using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.EdFi;

/// <summary><c>k12sync ed-fi</c>: what else a connector to Ed-Fi can do.</summary>
internal static class EdFiCommand
{
    public static Command Build(CommonOptions common) => new("ed-fi", "Attendance events of the Ed-Fi data standard.") { Interchange(common) };

    private static Command Interchange(CommonOptions common)
    {
        var name = new Option<string>("--connector") { Description = "The connector whose schools, sessions and categories are used.", Required = true, HelpName = "NAME" };
        var from = CommonOptions.Day("--from", "First day.");
        var to = CommonOptions.Day("--to", "Last day, inclusive.");
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true, HelpName = "FILE.xml" };
        (from.Required, to.Required) = (true, true);
        var command = new Command("interchange", "Writes the events of given days as an interchange file (XML), whatever was sent before. Nothing is sent, and nothing is remembered.") { name, from, to, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            if (connector.Definition.Destination is not EdFiDestinationDefinition)
                throw new CommandFailedException($"Connector {connector.Name} sends to no Ed-Fi API, so it names no Ed-Fi schools and sessions.");
            if (parsed.GetValue(from) is not { } first || parsed.GetValue(to) is not { } last || last < first)
                throw new CommandFailedException("--to is not before --from.");
            return await WriteAsync(work, connector, new DayRange(first, last), parsed.GetRequiredValue(output), cancellation);
        });
        return command;
    }

    private static async Task<int> WriteAsync(Workplace work, Connector connector, DayRange days, string path, CancellationToken cancellation)
    {
        var temporary = path + ".part";
        int events;
        IReadOnlyDictionary<string, int> leftOut;
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            (events, leftOut) = await work.EdFi.WriteInterchangeAsync(connector, days, file, cancellation);
        if (events == 0)
            File.Delete(temporary);
        else
            File.Move(temporary, path, overwrite: true);
        Terminal.PrintLine(events == 0 ? "There are no events in these days. No file was written: the standard has no empty one." : $"Wrote {events} events to {path}.");
        foreach (var (reason, count) in leftOut.OrderByDescending(r => r.Value))
            Terminal.PrintLine($"Left out {count}: {reason}");
        return leftOut.Count > 0 ? ExitCode.NeedsAPerson : ExitCode.Done;
    }
}
