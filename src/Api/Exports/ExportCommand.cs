using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using K12Sync.Exporters.Exports;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync export</c>.</summary>
internal static class ExportCommand
{
    public static Command Build(CommonOptions common)
    {
        var name = new Option<string>("--connector") { Description = "Which connector.", HelpName = "NAME", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be sent; send and store nothing." };
        var now = new Option<bool>("--now") { Description = "Run at once, whatever the connector's schedule says." };
        var from = CommonOptions.Day("--from", "To an agency: the first of the days to send (default: six weeks back).");
        var to = CommonOptions.Day("--to", "To an agency: the last of them (default: today).");
        var command = new Command("export", "Sends what a connector owes.") { name, dryRun, now, from, to, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            if (parsed.GetValue(dryRun))
                return Describe(await work.Exports.PreviewAsync(connector, cancellation));
            var report = await work.ExportsThatTell(Terminal.Tell, Speech.Of(connector)).RunAsync(connector, RunRequest.Manual with { Days = Days(work, connector, parsed.GetValue(from), parsed.GetValue(to)) }, cancellation);
            if (parsed.GetValue(common.Json))
                PrintJson(report);
            else
                Print(connector, report);
            return report.Run.Status == SyncRunStatus.Failed ? ExitCode.Failed : report.NeedsAPerson ? ExitCode.NeedsAPerson : ExitCode.Done;
        });
        return command;
    }

    private static DayRange? Days(Workplace work, Connector connector, DateOnly? from, DateOnly? to)
    {
        if (from is null && to is null)
            return null;
        if (connector.Definition.Destination is EdFiDestinationDefinition)
            throw new CommandFailedException("An Ed-Fi API is sent what is owed, whatever its date. --from and --to are for connectors to agencies.");
        if (connector.Definition.Destination.Sends != RecordKind.ChildDay)
            throw new CommandFailedException("An SIS is sent what is owed, whatever its date. --from and --to are for connectors to agencies.");
        var last = to ?? connector.Zone.At(work.Clock.GetUtcNow()).Day;
        return from is { } first && first <= last ? new DayRange(first, last) : throw new CommandFailedException("Say the first day with --from; it is not after the last one.");
    }

    /// <summary>Prints a run in words.</summary>
    public static void Print(Connector connector, ExportReport report)
    {
        var (run, texts) = (report.Run, Speech.Of(connector));
        foreach (var file in run.Files)
            Terminal.PrintLine(texts.Say(Phrase.RunDelivered, ("file", file.Name), ("where", texts.Of(connector.Definition.Destination)), ("rows", texts.Count(file.Rows, Phrase.OneRow, Phrase.Rows)), ("bytes", file.Bytes), ("hash", file.Sha256)));
        if (run.Files.IsEmpty && run.Status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds)
            Terminal.PrintLine(texts.Say(connector.Definition.Destination.Sends == RecordKind.ChildDay && run.Status == SyncRunStatus.SucceededWithHolds ? Phrase.RunSentNothing : Phrase.RunOwedNothing));
        foreach (var hold in run.Held.GroupBy(h => (h.Reason, h.Explanation)))
            Console.Out.WriteLine($"Held {hold.Count()} {(hold.Count() == 1 ? "tardy" : "tardies")} ({hold.Key.Reason}): {hold.Key.Explanation}");
        foreach (var hold in run.HeldDays.GroupBy(h => (h.Reason, h.Explanation)))
            Terminal.PrintLine(texts.Say(Phrase.RunHeldBack, ("days", texts.Count(hold.Count(), Phrase.OneChildDay, Phrase.ChildDays)), ("sort", texts.Word(hold.Key.Reason)), ("why", hold.Key.Explanation)));
        if (run.RowsRejected > 0 && connector.Definition.Destination.Sends == RecordKind.Tardy)
            Console.Out.WriteLine($"The API did not take {run.RowsRejected}.");
        else if (run.RowsRejected > 0)
            Terminal.PrintLine(texts.Say(Phrase.RunRefusedDays, ("count", run.RowsRejected), ("connector", connector.Name)));
        if (run.Unneeded > 0)
            Console.Out.WriteLine($"{run.Unneeded} changed back to what the SIS was told before; nothing had to be sent.");
        if (report.OpenCorrections > 0)
            Console.Out.WriteLine($"To be changed in the SIS by hand: {report.OpenCorrections}. 'k12sync corrections list --connector {connector.Name}' lists them.");
        foreach (var (kind, count) in report.WaitingPasses)
            Console.Out.WriteLine($"Waiting for a person: {count} {(count == 1 ? "pass" : "passes")} with outcome {kind}.");
        if (report.WaitingPasses.Count > 0)
            Console.Out.WriteLine("'k12sync map' lists every pass with what to do about it.");
        foreach (var warning in run.Warnings)
            Terminal.Tell(texts.Say(Phrase.RunWarns, ("says", warning)));
        if (HowItEnded(texts, run) is { } ended)
            Terminal.Tell(ended);
    }

    /// <summary>How a run ended that has something to say about it; null: it has nothing.</summary>
    public static string? HowItEnded(AgencyTexts texts, RunReport run) =>
        run.Error is { } why ? texts.Say(Phrase.RunEnded, ("run", run.RunNumber), ("status", texts.Word(run.Status)), ("why", why)) : null;

    private static void PrintJson(ExportReport report) => Terminal.PrintJson(new
    {
        report.Run.RunNumber,
        report.Run.Status,
        report.Run.Files,
        report.Run.RowsSent,
        report.Run.RowsRepeated,
        report.Run.Unneeded,
        report.Run.ByHand,
        report.OpenCorrections,
        Held = report.Run.Held.Select(h => new { h.Line.RecordId, h.Reason, h.Explanation }),
        HeldDays = report.Run.HeldDays.Select(h => new { h.Line.DayId, h.Reason, h.Explanation }),
        report.Run.RowsRejected,
        report.Run.Unconfirmed,
        report.WaitingPasses,
        report.Run.Error,
    });

    private static int Describe(ExportPreview preview)
    {
        foreach (var batch in preview.Waiting)
            Console.Out.WriteLine($"Would first deliver {batch.FileName}, frozen earlier: {Counted.Of(batch.Rows, "row")}, {batch.Length} bytes.");
        if (preview.Next is not Rendering.Ready ready)
            throw new CommandFailedException(((Rendering.Refused)preview.Next).Reason);
        foreach (var file in ready.Debt.Files)
            Console.Out.WriteLine($"Would send {file.FileName}: {Counted.Of(file.Rows, "row")}, {file.Content.Length} bytes, SHA-256 {file.Sha256}.");
        foreach (var hold in ready.Debt.Held.GroupBy(h => (h.Reason, h.Explanation)))
            Console.Out.WriteLine($"Would hold {hold.Count()} ({hold.Key.Reason}): {hold.Key.Explanation}");
        var byHand = ready.Debt.WithoutRow.Count(l => l.Role == LineRole.ByHand);
        if (byHand > 0)
            Console.Out.WriteLine($"Would put {byHand} on the list of what is changed by hand, or take them off.");
        if (preview.Waiting.IsEmpty && ready.Debt.Files.IsEmpty)
            Console.Out.WriteLine("Nothing new is owed; nothing would be sent.");
        return ready.Debt.Held.IsEmpty ? ExitCode.Done : ExitCode.NeedsAPerson;
    }
}
