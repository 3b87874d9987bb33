using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Childcare.Submissions;

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
            return await work.SendingBy(work.ExportsThatTell(Terminal.Tell)).SendAsync(order, parsed.GetValue(connector), cancellation) switch
            {
                SendResult.Sent sent => Print(sent, parsed.GetValue(common.Json)),
                SendResult.NotSent(var reason, _) => throw new CommandFailedException(reason),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        });
        return command;
    }

    private static int Print(SendResult.Sent sent, bool asJson)
    {
        var (run, row) = (sent.Report.Run, sent.Transfer);
        if (asJson)
            Terminal.PrintJson(new { run.RunNumber, RunStatus = run.Status, row.ConnectorName, row.ChildNumber, row.Date, row.State, row.Status, row.Reason, row.AgencySays, row.ProviderId, row.TransferredAt });
        else
        {
            Terminal.PrintLine(string.Create(CultureInfo.InvariantCulture, $"{row.ChildNumber} {row.Date:yyyy-MM-dd} {row.State}: {row.Status}{(row.ProviderId is { } id ? $" under {id}" : "")}, by run {run.RunNumber} of {row.ConnectorName}."));
            foreach (var says in (string?[])[row.Reason, row.AgencySays is { } own ? $"The agency says: {own}" : null])
                if (says is not null)
                    Terminal.PrintLine(says);
        }
        if (row.Status != TransferStatus.Transferred && run.Error is not null)
            Terminal.Tell($"Run {run.RunNumber} {run.Status}: {run.Error}");
        return row.Status switch
        {
            TransferStatus.Transferred => ExitCode.Done,
            TransferStatus.Error => ExitCode.NeedsAPerson,
            _ => ExitCode.Failed,
        };
    }
}
