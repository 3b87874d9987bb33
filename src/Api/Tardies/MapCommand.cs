using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Tardies;

/// <summary><c>k12sync map</c>: what every pass is, as of now. Stores nothing.</summary>
internal static class MapCommand
{
    private static readonly string[] Header =
        ["PassId", "SchoolCode", "StudentNumber", "Date", "Period", "SisPeriodCode", "MinutesLate", "ExternalCode", "Outcome", "Reason"];

    public static Command Build(CommonOptions common)
    {
        var school = new Option<string?>("--school") { Description = "Only this school.", HelpName = "CODE" };
        var from = CommonOptions.Day("--from", "First day, in the school's zone.");
        var to = CommonOptions.Day("--to", "Last day, inclusive.");
        var format = RowPrinting.Option();
        var command = new Command("map", "Maps the stored passes onto periods and prints one row for each. Stores nothing.")
        {
            school, from, to, format,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            if (parsed.GetValue(school) is { } code && !work.Db.Schools.Any(s => s.Code == code))
                throw new CommandFailedException($"There is no school '{code}'.");
            var rows = new List<string[]>();
            await foreach (var (at, pass) in work.Tardies.MapAsync(parsed.GetValue(school), parsed.GetValue(from), parsed.GetValue(to), cancellation))
                rows.Add(Row(at.Code, pass));
            rows.Sort((a, b) => string.CompareOrdinal(a[0], b[0]));
            Print(rows, parsed.GetValue(format));
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row(string school, TardyEngine.MappedPass mapped)
    {
        var (pass, date, outcome) = mapped;
        var code = outcome is Domain.Tardies.TardyOutcome.Tardy tardy ? tardy.ExternalCode : "";
        return
        [
            pass.PassId, school, pass.StudentNumber, $"{date:yyyy-MM-dd}", outcome.Hit?.Period.Name ?? "", outcome.Hit?.Period.SisPeriodCode ?? "",
            outcome.Hit is { } hit ? $"{hit.MinutesLate}" : "", code, $"{outcome.Kind}", outcome.Reason,
        ];
    }

    /// <summary>A blank is null in JSON, and a number a number.</summary>
    private static object? Value(string column, string text) =>
        text.Length == 0 ? null : column == "MinutesLate" ? int.Parse(text, CultureInfo.InvariantCulture) : text;

    private static void Print(List<string[]> rows, RowFormat format)
    {
        if (format == RowFormat.Json)
            Terminal.PrintJson(rows.Select(row => Header.Zip(row).ToDictionary(cell => cell.First, cell => Value(cell.First, cell.Second))));
        else
            RowPrinting.Print(format, Header, rows, row => row);
    }
}
