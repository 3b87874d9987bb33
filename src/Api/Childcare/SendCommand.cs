using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync transfers send</c>: one child's day, now.</summary>
internal static class SendCommand
{
    public static Command Build(CommonOptions common)
    {
        var child = new Option<string>("--child") { Description = "Which child, by your number.", HelpName = "NUMBER", Required = true };
        var date = CommonOptions.Day("--date", "Which day, in the site's zone.");
        var connector = new Option<string?>("--connector") { Description = "By which connector; needed where several send the days of the site.", HelpName = "NAME" };
        date.Required = true;
        var command = new Command("send", "Sends one child's day to its agency now, whatever the schedule says; or says why it cannot go.") { child, date, connector, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var order = new ChildDayOrder(parsed.GetRequiredValue(child), parsed.GetValue(date)!.Value);
            var texts = Speech.Of(await work.Connectors.ListAsync(cancellation), parsed.GetValue(connector));
            return await work.SendingBy(work.ExportsThatTell(Terminal.Tell, texts)).SendAsync(order, parsed.GetValue(connector), cancellation) switch
            {
                SendResult.Sent sent => Print(sent, texts, parsed.GetValue(common.Json)),
                SendResult.NotSent(var reason, _) => throw new CommandFailedException(reason),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        });
        return command;
    }

    private static int Print(SendResult.Sent sent, AgencyTexts texts, bool asJson)
    {
        var (run, row) = (sent.Report.Run, sent.Transfer);
        if (asJson)
            Terminal.PrintJson(new { run.RunNumber, RunStatus = run.Status, row.ConnectorName, row.ChildNumber, row.Date, row.State, row.Status, row.Reason, row.AgencySays, row.ProviderId, row.TransferredAt });
        else
        {
            Terminal.PrintLine(texts.Say(row.ProviderId is null ? Phrase.DaySent : Phrase.DaySentUnder, ("child", row.ChildNumber), ("date", row.Date), ("day", texts.Word(row.State)),
                ("status", texts.Word(row.Status)), ("provider", row.ProviderId ?? ""), ("run", run.RunNumber), ("connector", row.ConnectorName)));
            foreach (var says in (string?[])[row.Reason, row.AgencySays is { } own ? texts.Say(Phrase.AgencySays, ("says", own)) : null])
                if (says is not null)
                    Terminal.PrintLine(says);
        }
        if (row.Status != TransferStatus.Transferred && ExportCommand.HowItEnded(texts, run) is { } ended)
            Terminal.Tell(ended);
        return row.Status switch
        {
            TransferStatus.Transferred => ExitCode.Done,
            TransferStatus.Error => ExitCode.NeedsAPerson,
            _ => ExitCode.Failed,
        };
    }
}
