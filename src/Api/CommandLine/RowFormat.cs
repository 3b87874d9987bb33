using System.CommandLine;
using CsvHelper;

namespace K12Sync.Api.CommandLine;

/// <summary>How a command prints rows.</summary>
internal enum RowFormat
{
    Table,
    Csv,
    Json,
}

/// <summary>Prints rows as a table for people, or as CSV or JSON for programs.</summary>
internal static class RowPrinting
{
    public static Option<RowFormat> Option() => new("--format") { Description = "table, csv or json.", DefaultValueFactory = _ => RowFormat.Table };

    /// <param name="format">In which form.</param>
    /// <param name="header">Of table and CSV.</param>
    /// <param name="values">As JSON has them.</param>
    /// <param name="row">As table and CSV have them.</param>
    public static void Print<T>(RowFormat format, string[] header, IReadOnlyList<T> values, Func<T, string[]> row)
    {
        switch (format)
        {
            case RowFormat.Csv:
                using (var output = Console.OpenStandardOutput())
                using (var csv = CsvWriter.Create(output, new CsvWriterOptions { NewLine = "\r\n" }, leaveOpen: true))
                {
                    csv.WriteRecord(header);
                    foreach (var value in values)
                        csv.WriteRecord(row(value));
                }
                break;
            case RowFormat.Json:
                Terminal.PrintJson(values);
                break;
            default:
                Terminal.PrintTable(null, header, values.Select(row));
                break;
        }
    }
}
