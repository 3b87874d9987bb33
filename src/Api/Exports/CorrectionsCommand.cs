using System.CommandLine;
using System.Globalization;
using CsvHelper;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync corrections list|done</c>: what a clerk changes in the SIS by hand.</summary>
internal static class CorrectionsCommand
{
    private static readonly string[] Header = ["Id", "School", "Student", "Date", "Period", "SisPeriodCode", "SisHas", "ShouldBe", "MinutesLate"];

    private enum Format
    {
        Table,
        Csv,
    }

    public static Command Build(CommonOptions common) => new("corrections", "Marks to be changed in the SIS by hand, because its files cannot say it.") { List(common), Done(common) };

    private static Command List(CommonOptions common)
    {
        var name = new Option<string>("--connector") { Description = "Which connector.", HelpName = "NAME", Required = true };
        var format = new Option<Format>("--format") { Description = "table or csv (for a spreadsheet).", DefaultValueFactory = _ => Format.Table };
        var command = new Command("list", "Lists what is open.") { name, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var rows = (await work.Corrections.ListAsync(connector.Id, cancellation)).Select(Row).ToList();
            if (parsed.GetValue(format) == Format.Csv)
                PrintCsv(rows);
            else if (rows.Count > 0)
                Terminal.PrintTable(null, Header, rows);
            if (rows.Count == 0)
                Terminal.Tell("Nothing is to be changed by hand.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Done(CommonOptions common)
    {
        var ids = new Argument<long[]>("ID") { Description = "Ids from the list.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("done", "Ticks off what has been changed in the SIS.") { ids };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            switch (await work.Corrections.TickOffAsync(parsed.GetRequiredValue(ids), cancellation))
            {
                case TickOffResult.NotOnTheList(var missing):
                    throw new CommandFailedException($"Not on the list: {string.Join(", ", missing)}. A later change may have replaced them; list again and look. Nothing was ticked off.");
                case TickOffResult.Done(var now, var before):
                    Console.Out.WriteLine($"Ticked off {now}.{(before > 0 ? $" {before} had been ticked off before." : "")}");
                    break;
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row(Correction c) =>
    [
        c.Id.ToString(CultureInfo.InvariantCulture), c.SchoolCode, c.StudentNumber, $"{c.Date:yyyy-MM-dd}", c.PeriodName, c.SisPeriodCode, c.SisHas ?? "(none)",
        c.ShouldBe ?? "(remove)", c.MinutesLate?.ToString(CultureInfo.InvariantCulture) ?? "",
    ];

    private static void PrintCsv(List<string[]> rows)
    {
        using var output = Console.OpenStandardOutput();
        using var csv = CsvWriter.Create(output, new CsvWriterOptions { NewLine = "\r\n" }, leaveOpen: true);
        csv.WriteRecord(Header);
        foreach (var row in rows)
            csv.WriteRecord([.. row.Select(ForSpreadsheet)]);
    }

    /// <summary>A value that a spreadsheet would take for a formula gets an apostrophe. Only for files that people open; an SIS file is byte-exact.</summary>
    internal static string ForSpreadsheet(string value) => value is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + value : value;
}
