using System.Globalization;
using System.Text.RegularExpressions;

namespace K12Sync.Api.Pages.Questions;

/// <summary>A question that support asks often, with the query that answers it: one of those in <c>docs/for-support.md</c>, which is where they are written.</summary>
/// <param name="Title">The question.</param>
/// <param name="Note">What helps to read the answer; may be blank.</param>
/// <param name="Query">From <c>/odata</c> on, readable: not encoded, with the page's examples in it.</param>
internal sealed partial record ReadyQuestion(string Title, string Note, string Query)
{
    private const string ExampleStudent = "'0004417'";
    private const string ExampleDay = "2026-09-15";
    private const string ExampleRun = "SyncRuns(1)";
    private static readonly Lazy<IReadOnlyList<ReadyQuestion>> Read = new(ReadAll);

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<ReadyQuestion> All => Read.Value;

    /// <summary>It is about one student, who has to be named.</summary>
    public bool IsAboutAStudent => Query.Contains(ExampleStudent, StringComparison.Ordinal);

    /// <summary>Its rows have no rows inside them, so they fit a sheet.</summary>
    public bool FitsASheet => !Query.Contains("$expand", StringComparison.Ordinal);

    /// <summary>The query as a browser or a program sends it.</summary>
    public string Address { get; private init; } = Encoded(Query, text => text);

    /// <summary>With this student, day and run in place of the examples; the example stays where nothing is given.</summary>
    public ReadyQuestion About(string? student, DateOnly? day, long? run)
    {
        return this with { Query = Fill(Query), Address = Encoded(Query, Fill) };

        string Fill(string text)
        {
            if (!string.IsNullOrWhiteSpace(student))
                text = text.Replace(ExampleStudent, $"'{student.Trim().Replace("'", "''", StringComparison.Ordinal)}'", StringComparison.Ordinal);
            if (day is { } date)
                text = text.Replace(ExampleDay, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal);
            return run is { } number ? text.Replace(ExampleRun, string.Create(CultureInfo.InvariantCulture, $"SyncRuns({number})"), StringComparison.Ordinal) : text;
        }
    }

    /// <summary>The parts are told apart before they are filled: whatever somebody types stays in its place.</summary>
    private static string Encoded(string query, Func<string, string> fill)
    {
        var parts = query.Split('?', 2);
        return parts.Length == 1 ? fill(query) : $"{fill(parts[0])}?{string.Join('&', parts[1].Split('&').Select(o => o.Split('=', 2)).Select(o => $"{o[0]}={Uri.EscapeDataString(fill(o[1]))}"))}";
    }

    /// <summary>The rows as CSV.</summary>
    public string CsvAddress => $"{Address}{(Address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}$format=csv";

    private static IReadOnlyList<ReadyQuestion> ReadAll()
    {
        using var stream = typeof(ReadyQuestion).Assembly.GetManifestResourceStream("docs/for-support.md")!;
        using var reader = new StreamReader(stream);
        return [.. Written().Matches(reader.ReadToEnd()).Select(m => new ReadyQuestion(m.Groups["title"].Value, m.Groups["note"].Value.Replace("`", "", StringComparison.Ordinal).Trim(), m.Groups["query"].Value))];
    }

    [GeneratedRegex(@"^\*\*\d+\. (?<title>.+?)\*\*(?<note>[^\r\n]*)\r?\n\s*```\r?\nGET (?<query>\S.*?)\r?\n```", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Written();
}
