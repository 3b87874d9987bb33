using System.Text;
using System.Text.RegularExpressions;

namespace K12Sync.OData.Http;

/// <summary>The query options of a URL under their canonical names: <c>$</c> or not and any case mean the same.</summary>
internal sealed partial class QueryOptions
{
    private static readonly string[] Known =
        ["$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand", "$search", "$apply", "$compute", "$format", "$skiptoken", "$deltatoken", "$levels", "$index", "$id", "$schemaversion"];

    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Options => _options;

    public string? this[string name] => _options.GetValueOrDefault(name);

    public bool Has(string name) => _options.ContainsKey(name);

    /// <summary>Takes a raw query string, with or without its question mark.</summary>
    public static QueryOptions Read(string raw)
    {
        var result = new QueryOptions();
        foreach (var part in raw.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? part : part[..equals]).Trim();
            result.Add(name, equals < 0 ? "" : Decode(part[(equals + 1)..]));
        }
        return result;
    }

    /// <summary>The same options with some replaced (or, by null, taken out), as a query string without question mark.</summary>
    public string With(params (string Name, string? Value)[] changes)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _options.Where(o => !changes.Any(c => c.Name == o.Key)).Select(o => (o.Key, (string?)o.Value)).Concat(changes))
        {
            if (value is null)
                continue;
            text.Append(text.Length == 0 ? "" : "&").Append(name[0] is '$' or '@' ? name[..1] + Uri.EscapeDataString(name[1..]) : Uri.EscapeDataString(name))
                .Append('=').Append(Uri.EscapeDataString(value));
        }
        return text.ToString();
    }

    private void Add(string name, string value)
    {
        if (name.Length == 0)
            return;
        var canonical = Canonical(name);
        if (canonical is null && name[0] == '$')
            throw ODataFault.Unsupported($"The query option {name}", name);
        if (canonical == "$expand")
            value = Nested().Replace(value, m => m.Groups["name"].Success && Canonical(m.Groups["name"].Value) is { } inner ? m.Groups["before"].Value + inner + "=" : m.Value);
        if (!_options.TryAdd(canonical ?? name, value) && (canonical is not null || name[0] == '@'))
            throw ODataFault.Malformed($"The query option {name} is given twice.", name);
    }

    private static string? Canonical(string name)
    {
        var bare = name[0] == '$' ? name.AsSpan(1) : name.AsSpan();
        foreach (var known in Known)
        {
            if (bare.Equals(known.AsSpan(1), StringComparison.OrdinalIgnoreCase))
                return known;
        }
        return null;
    }

    // Browsers and form encoders write a blank as '+'; in front of an offset, as in 08:00:00+02:00, it is a plus that somebody forgot to encode.
    private static string Decode(string text) =>
        Uri.UnescapeDataString(text.Contains('+', StringComparison.Ordinal) ? Blank().Replace(text, " ") : text);

    // Quoted text is matched first, so that nothing inside it is taken for an option.
    [GeneratedRegex(@"'[^']*'|(?<before>[(;]\s*)(?<name>\$?[A-Za-z]+)\s*=")]
    private static partial Regex Nested();

    [GeneratedRegex(@"(?<!\d(:|%3A|%3a)\d\d(\.\d+)?)\+")]
    private static partial Regex Blank();
}
