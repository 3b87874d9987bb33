using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync attendance</c>: the state of each child-day, and why.</summary>
internal static class AttendanceCommand
{
    private static readonly Phrase[] Header =
        [Phrase.HeadChild, Phrase.HeadSite, Phrase.HeadDate, Phrase.HeadDay, Phrase.HeadCode, Phrase.HeadCare, Phrase.HeadMinutes, Phrase.HeadUnits, Phrase.HeadStatus, Phrase.HeadReason];

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
            var texts = await Speech.OfSiteAsync(work.Db, await work.Connectors.ListAsync(cancellation), parsed.GetValue(site), cancellation);
            var speech = new RowSpeech(texts, parsed.GetValue(format));
            RowPrinting.Print(parsed.GetValue(format), speech.Headings(Header), await work.Attendance.ListAsync(parsed.GetValue(site), parsed.GetValue(from), parsed.GetValue(to), cancellation, speech.Texts), line => Row(line, speech));
            if (done.CheckedOut > 0)
                Terminal.Tell(texts.Count(done.CheckedOut, Phrase.OneCheckedOut, Phrase.CheckedOut));
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row(ChildDayLine line, RowSpeech speech) =>
    [
        line.ChildNumber, line.SiteCode, line.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), speech.Word(line.State), line.Code ?? "", line.Care,
        line.Minutes.ToString(CultureInfo.InvariantCulture), line.Units, speech.Word(line.Status), string.Join(' ', line.Findings.Prepend(line.Reason)),
    ];
}
