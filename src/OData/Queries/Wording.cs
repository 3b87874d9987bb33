using System.Text.RegularExpressions;

namespace K12Sync.OData.Queries;

/// <summary>
/// What OData 4.01 writes in the words of the parser, which does not know it: <c>IN</c> in capitals; <c>divby</c>, which divides whole numbers with their fraction
/// (<c>a mul 1e0 div b</c> is the same with the same precedence, because a number written with an exponent is a double wherever it stands); and words to search for
/// that are more than letters, such as <c>P-0001</c>.
/// </summary>
internal static partial class Wording
{
    public static string ForParser(string text) => text.Contains("divby", StringComparison.OrdinalIgnoreCase) || text.Contains("in", StringComparison.OrdinalIgnoreCase)
        ? Operators().Replace(text, m => m.Groups["by"].Success ? " mul 1e0 div " : m.Groups["in"].Success ? " in (" : m.Value)
        : text;

    /// <summary>As <see cref="ForParser(string)"/>, for the option of this name.</summary>
    public static string ForParser(string option, string text) => option switch
    {
        "$search" => SearchForParser(text),
        "$expand" => Searches().Replace(ForParser(text), m => SearchForParser(m.Value)),
        _ => ForParser(text),
    };

    // A word in quotes is the same word.
    private static string SearchForParser(string text) => Words().Replace(text, m => m.Value[0] != '"' && m.Value.Any(c => !char.IsLetter(c)) ? $"\"{m.Value}\"" : m.Value);

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\])*\"|[^\\s()\"]+")]
    private static partial Regex Words();

    [GeneratedRegex("(?<=[($;\\s]search=)(?:\"[^\"]*\"|[^;)\"])*", RegexOptions.IgnoreCase)]
    private static partial Regex Searches();

    // Quoted text is matched first, so that nothing inside it is taken for an operator.
    [GeneratedRegex(@"'[^']*'|(?<by>\s+divby\s+)|(?<in>\s+in\s*\()", RegexOptions.IgnoreCase)]
    private static partial Regex Operators();
}
