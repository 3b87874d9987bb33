using System.Text.RegularExpressions;
using K12Sync.OData.Http;
using Microsoft.OData;
using Microsoft.OData.Edm;

namespace K12Sync.OData.Queries;

/// <summary>Turns what the parser says into the answer a person can use: which name, which position, or that it is right but not supported.</summary>
internal static partial class ParserFault
{
    private static readonly string[] Unsupported =
    [
        "topcount", "bottomcount", "topsum", "bottomsum", "toppercent", "bottompercent", "identity", "concat", "join", "outerjoin",
        "ancestors", "descendants", "traverse", "nest", "search", "orderby", "skip", "top", "from", "rollup",
    ];

    public static ODataFault From(ODataException failure, string option, string text, IEdmModel model)
    {
        if (Beyond(option, text) is { } beyond)
            return ODataFault.Unsupported(beyond, option);
        if (UnknownProperty().Match(failure.Message) is { Success: true } unknown)
        {
            var type = unknown.Groups["type"].Value;
            var name = unknown.Groups["name"].Value;
            return ODataFault.UnknownProperty(name, type, Known(model, type), option);
        }
        if (UnknownFunction().Match(failure.Message) is { Success: true } function)
            return ODataFault.Unsupported($"The function {function.Groups["name"].Value}()", option);
        if (option == "$apply" && ApplyStart().Match(failure.Message) is { Success: true } at && int.TryParse(at.Groups["at"].Value, out var start)
            && Unsupported.FirstOrDefault(t => text.AsSpan(Math.Min(start, text.Length)).TrimStart('/').StartsWith(t, StringComparison.OrdinalIgnoreCase)) is { } transformation)
            return ODataFault.Unsupported($"The transformation {transformation}", option);
        if (failure.Message.StartsWith("Recursion depth", StringComparison.Ordinal))
            return new ODataFault(400, "LimitExceeded", $"{option} is nested too deeply.", option);
        return ODataFault.Malformed(WithPosition(failure.Message, option, text), option);
    }

    /// <summary>What is right by the standard, and what the parser refuses for reasons of its own.</summary>
    private static string? Beyond(string option, string text) => option switch
    {
        "$filter" or "$orderby" when text.Contains("$count(", StringComparison.Ordinal) => "$count with options inside another option",
        "$filter" or "$orderby" when text.Contains("geo.", StringComparison.Ordinal) => "A function on places",
        "$apply" when text.Contains("$count(", StringComparison.Ordinal) => "$count with options inside another option",
        "$apply" when GroupedByFunction().IsMatch(text) => "Grouping by a function; compute(year(Date) as Year)/groupby((Year)) groups by its result",
        "$filter" or "$orderby" or "$apply" when Case().IsMatch(text) => "The function case()",
        "$expand" when text.Contains("$levels", StringComparison.Ordinal) => "$levels",
        "$expand" when text.Contains("/$count", StringComparison.Ordinal) || text.Contains("/$ref", StringComparison.Ordinal) => "$expand with /$count or /$ref",
        _ => null,
    };

    private static string WithPosition(string message, string option, string text) =>
        Position().IsMatch(message) ? $"{option}: {message}" : $"{option}: {message} (position 0 to {text.Length} of {option})";

    private static IEnumerable<string> Known(IEdmModel model, string type) =>
        (model.FindDeclaredType(type) as IEdmStructuredType)?.Properties().Select(p => p.Name) ?? [];

    [GeneratedRegex("Could not find a property named '(?<name>[^']*)' on type '(?<type>[^']*)'")]
    private static partial Regex UnknownProperty();

    [GeneratedRegex("An unknown function with name '(?<name>[^']*)'")]
    private static partial Regex UnknownFunction();

    [GeneratedRegex("expected at position (?<at>[0-9]+)")]
    private static partial Regex ApplyStart();

    [GeneratedRegex(@"groupby\(\((?:[\w/ ]+,)*\s*[a-z]+\(", RegexOptions.IgnoreCase)]
    private static partial Regex GroupedByFunction();

    [GeneratedRegex(@"\bcase\(", RegexOptions.IgnoreCase)]
    private static partial Regex Case();

    [GeneratedRegex("position [0-9]+|at '[0-9]+'")]
    private static partial Regex Position();
}
