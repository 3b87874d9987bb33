using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync attendance</c>: the state of each child-day, and why.</summary>
internal static class AttendanceCommand
{
    private static readonly string[] Header = ["Child", "Site", "Date", "State", "Code", "Care", "Minutes", "Units", "Status", "Reason"];

    public static Command Build(CommonOptions common)
    {
        var site = new Option<string?>("--site") { Description = "Only this site.", HelpName = "CODE" };
        var from = CommonOptions.Day("--from", "First day, in the site's zone.");
        var to = CommonOptions.Day("--to", "Last day, inclusive.");
        var format = RowPrinting.Option();
        var command = new Command("attendance", "Brings child-days up to date, forgotten check-outs included, and prints one row for each, errors first.") { site, from, to, format, LimitsCommand.Build(common) };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            if (parsed.GetValue(site) is { } code && !await work.Db.Sites.AnyAsync(s => s.Code == code, cancellation))
                throw new CommandFailedException($"There is no site '{code}'.");
            var done = await work.Attendance.BringUpToDateAsync(cancellation);
            RowPrinting.Print(parsed.GetValue(format), Header, await work.Attendance.ListAsync(parsed.GetValue(site), parsed.GetValue(from), parsed.GetValue(to), cancellation), Row);
            if (done.CheckedOut > 0)
                Terminal.Tell($"Nobody had checked out {Counted.Of(done.CheckedOut, "child", "children")}; the site's closing time was taken.");
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row(ChildDayLine line) =>
    [
        line.ChildNumber, line.SiteCode, line.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{line.State}", line.Code ?? "", line.Care,
        line.Minutes.ToString(CultureInfo.InvariantCulture), line.Units, $"{line.Status}", string.Join(' ', line.Findings.Prepend(line.Reason)),
    ];
}
