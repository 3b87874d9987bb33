using System.Text.RegularExpressions;

namespace K12Sync.OData.Queries;

/// <summary>
/// <c>divby</c> divides whole numbers with their fraction. The parser does not know it, and does know this: <c>a mul 1e0 div b</c>, which has the same precedence.
/// A number written with an exponent is a double wherever it stands.
/// </summary>
internal static partial class DivBy
{
    public static string Rewritten(string text) => text.Contains("divby", StringComparison.OrdinalIgnoreCase)
        ? Operator().Replace(text, m => m.Groups["by"].Success ? " mul 1e0 div " : m.Value)
        : text;

    // Quoted text is matched first, so that nothing inside it is taken for an operator.
    [GeneratedRegex(@"'[^']*'|(?<by>\s+divby\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex Operator();
}
