using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace K12Sync.Api.CommandLine;

/// <summary>Standard output for what was asked for, standard error for everything else.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Prints a value as JSON.</summary>
    public static void PrintJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Prints a table. Values are text: nothing in them is read as markup.</summary>
    public static void PrintTable(string? title, string[] headings, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.Ascii : TableBorder.Rounded };
        if (title is not null)
            table.Title = new TableTitle(Markup.Escape(title));
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading)));
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(Printable(cell))));
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfFiles;
            AnsiConsole.Profile.Capabilities.Ansi = false;
        }
        AnsiConsole.Write(table);
    }

    /// <summary>Prints a line of what was asked for.</summary>
    public static void PrintLine(string text) => Console.Out.WriteLine(Printable(text));

    /// <summary>Says how things go, beside what was asked for.</summary>
    public static void Tell(string text) => Console.Error.WriteLine(Printable(text));

    /// <summary>Control characters of imported values must not reach a terminal.</summary>
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
}
