using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync connector pause|resume|release</c>: whether a connector may run.</summary>
internal static class ConnectorStateCommands
{
    public static Command Pause(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var until = CommonOptions.Day("--until", "Last day of the pause, in the connector's zone (default: until it is resumed).");
        var command = new Command("pause", "Stops a connector from running by itself. 'export' still works.") { name, until };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            await work.Connectors.PauseAsync(connector.Name, parsed.GetValue(until), cancellation);
            Terminal.PrintLine(parsed.GetValue(until) is { } day
                ? Speech.Of(connector).Say(Phrase.ConnectorPausedUntil, ("connector", connector.Name), ("day", day))
                : Speech.Of(connector).Say(Phrase.ConnectorPaused, ("connector", connector.Name)));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Resume(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var command = new Command("resume", "Ends a pause.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            await work.Connectors.ResumeAsync(connector.Name, cancellation);
            Terminal.PrintLine(Speech.Of(connector).Say(Phrase.ConnectorResumed, ("connector", connector.Name)));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Release(CommonOptions common)
    {
        var name = ConnectorCommand.Name();
        var rows = new Option<int?>("--rows") { Description = "After a hold for too many rows: let at most so many go (default: as many as the next run has).", HelpName = "N" };
        var command = new Command("release", "Lets a connector run that is held, once you have looked why.") { name, rows };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            Terminal.PrintLine(await work.Connectors.ReleaseAsync(connector.Name, parsed.GetValue(rows) ?? int.MaxValue, cancellation) is { } hold
                ? Speech.Of(connector).Say(Phrase.ConnectorReleased, ("connector", connector.Name), ("why", hold.Reason))
                : Speech.Of(connector).Say(Phrase.ConnectorNotHeld, ("connector", connector.Name)));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>In a word or two, for people.</summary>
    public static string Describe(ConnectorRow state) => state switch
    {
        { Hold: { } kind } => $"held: {kind switch
        {
            ConnectorHoldKind.Restored => "restored from a backup",
            ConnectorHoldKind.AuthenticationRefused => "authentication refused",
            ConnectorHoldKind.HostKeyMismatch => "host key does not match",
            _ => "too many rows",
        }}",
        { PausedAt: not null, PausedUntil: { } until } => $"paused until {until:yyyy-MM-dd}",
        { PausedAt: not null } => "paused",
        _ => "ready",
    };
}
