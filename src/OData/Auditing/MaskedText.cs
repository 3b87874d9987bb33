using System.Collections.Frozen;
using System.Text;

namespace K12Sync.OData.Auditing;

/// <summary>
/// Paths and queries with every value taken out. What may stay is listed, everything else goes: names of the model and of OData's own language stay, so a value
/// that was written without quotes or in the wrong place is masked too.
/// </summary>
internal sealed class MaskedText
{
    private const int LongestText = 500;
    private const char Mask = '?';

    private static readonly string[] Language =
    [
        "eq", "ne", "gt", "ge", "lt", "le", "and", "or", "not", "in", "has", "add", "sub", "mul", "div", "divby", "mod", "asc", "desc", "any", "all", "true", "false", "null", "it",
        "contains", "startswith", "endswith", "length", "indexof", "substring", "tolower", "toupper", "trim", "concat", "matchesPattern", "year", "month", "day", "hour",
        "minute", "second", "fractionalseconds", "date", "time", "totaloffsetminutes", "now", "mindatetime", "maxdatetime", "totalseconds", "round", "floor", "ceiling",
        "cast", "isof", "filter", "groupby", "aggregate", "compute", "with", "as", "sum", "min", "max", "average", "countdistinct", "rollup", "json", "csv",
        "$count", "$filter", "$orderby", "$top", "$skip", "$select", "$expand", "$search", "$apply", "$levels", "$it", "$value", "$metadata", "$batch", "$query", "$all", "$ref", "$compute",
    ];

    private static readonly HashSet<string> Numeric = ["$top", "$skip"];
    private static readonly HashSet<string> Readable = ["$filter", "$orderby", "$select", "$expand", "$apply", "$compute", "$count", "$format"];

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;

    public MaskedText(ODataModel model)
    {
        var names = new HashSet<string>(Language, StringComparer.Ordinal) { model.Namespace };
        foreach (var set in model.Sets)
        {
            names.Add(set.Name);
            foreach (var property in set.View.Properties)
            {
                names.Add(property.Name);
                names.UnionWith(property.Complex?.Properties.Select(p => p.Name) ?? []);
            }
            names.UnionWith(set.Links.Select(l => l.Name));
            names.UnionWith(set.Operations.SelectMany(o => o.Parameters.Select(p => p.Name).Append(o.Name).Append(model.Namespace + "." + o.Name)));
        }
        names.UnionWith(model.Operations.SelectMany(o => o.Parameters.Select(p => p.Name).Append(o.Name).Append(model.Namespace + "." + o.Name)));
        _names = names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>A raw query string, read as the service reads it.</summary>
    public string Query(string raw)
    {
        var text = new StringBuilder();
        foreach (var part in raw.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = Decoded(equals < 0 ? part : part[..equals]).Trim();
            var canonical = name.StartsWith('$') ? name.ToLowerInvariant() : "$" + name.ToLowerInvariant();
            var isKnown = _names.Contains(canonical) || canonical is "$format" or "$skiptoken" or "$deltatoken";
            text.Append(text.Length == 0 ? "" : "&").Append(isKnown ? canonical : "?");
            if (equals < 0)
                continue;
            var value = Decoded(part[(equals + 1)..]);
            text.Append('=');
            if (Numeric.Contains(canonical) && value.Length is > 0 and < 20 && value.All(char.IsAsciiDigit))
                text.Append(value);
            else if (Readable.Contains(canonical))
                Append(text, value, keepsNumbers: false);
            else
                text.Append(Mask);
        }
        return Cut(text);
    }

    /// <summary>A raw path below the root.</summary>
    public string Path(string raw, bool keepsNumbers)
    {
        var text = new StringBuilder();
        Append(text, Decoded(raw), keepsNumbers);
        return Cut(text);
    }

    private void Append(StringBuilder text, string value, bool keepsNumbers)
    {
        var depth = 0;
        for (var i = 0; i < value.Length;)
        {
            var c = value[i];
            var end = i + 1;
            if (c == '\'')
            {
                end = EndOfQuoted(value, i);
                text.Append(Mask);
            }
            else if (IsWord(c) || c is '-' or '"')
            {
                while (end < value.Length && (IsWord(value[end]) || value[end] is '-' or '"' or '+' || (value[end] == ':' && char.IsAsciiDigit(c))))
                    end++;
                var word = value.AsSpan(i, end - i);
                var stays = _names.Contains(word) || (keepsNumbers && depth > 0 && word.IndexOfAnyExceptInRange('0', '9') < 0);
                text.Append(stays ? word : "?");
            }
            else if (c is '(' or ')' or ',' or '/' or ';' or '=' or ':' or '*' or ' ')
            {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                text.Append(c);
            }
            else
            {
                text.Append(Mask);
            }
            i = end;
        }
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '@' or '.';

    // A quote that nothing ends hides the rest.
    private static int EndOfQuoted(string value, int at)
    {
        for (var i = at + 1; i < value.Length; i++)
        {
            if (value[i] != '\'')
                continue;
            if (i + 1 == value.Length || value[i + 1] != '\'')
                return i + 1;
            i++;
        }
        return value.Length;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string Cut(StringBuilder text) => text.Length <= LongestText ? text.ToString() : text.ToString(0, LongestText - 3) + "...";
}
