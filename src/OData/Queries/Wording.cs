using System.Text.RegularExpressions;

namespace K12Sync.OData.Queries;

/// <summary>
/// Two operators of OData 4.01 in the words of the parser, which does not know them: <c>IN</c> in capitals, and <c>divby</c>, which divides whole numbers with
/// their fraction. <c>a mul 1e0 div b</c> is the same with the same precedence, because a number written with an exponent is a double wherever it stands.
/// </summary>
internal static partial class Wording
{
    public static string ForParser(string text) => text.Contains("divby", StringComparison.OrdinalIgnoreCase) || text.Contains("in", StringComparison.OrdinalIgnoreCase)
        ? Operators().Replace(text, m => m.Groups["by"].Success ? " mul 1e0 div " : m.Groups["in"].Success ? " in (" : m.Value)
        : text;

    // Quoted text is matched first, so that nothing inside it is taken for an operator.
    [GeneratedRegex(@"'[^']*'|(?<by>\s+divby\s+)|(?<in>\s+in\s*\()", RegexOptions.IgnoreCase)]
    private static partial Regex Operators();
}
