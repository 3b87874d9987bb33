using System.Runtime.CompilerServices;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>
/// Reads a contract of <c>docs/contracts</c>: mappings and lists by indentation, one value a line, plain or in single quotes. That is all of YAML that the
/// contracts use; whatever else is met is an error, not a guess.
/// </summary>
internal static class ContractFile
{
    public static IReadOnlyDictionary<string, object> Read(string name)
    {
        var path = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "docs", "contracts", $"{name}.yaml"));
        var lines = new Queue<(int Indent, string Text)>(File.ReadAllLines(path).Where(l => !l.StartsWith('#') && l.Length > 0).Select(l => (l.Length - l.TrimStart(' ').Length, l.Trim())));
        var root = Mapping(lines, 0);
        return lines.Count == 0 ? root : throw new FormatException($"'{lines.Peek().Text}' is indented less than its file.");
    }

    public static IReadOnlyDictionary<string, object> Map(this IReadOnlyDictionary<string, object> map, string key) => (IReadOnlyDictionary<string, object>)map[key];

    /// <summary>A list of plain values; empty where there is none.</summary>
    public static IReadOnlyList<string> List(this IReadOnlyDictionary<string, object> map, string key) => map.TryGetValue(key, out var list) ? [.. ((List<object>)list).Cast<string>()] : [];

    private static object Value(Queue<(int Indent, string Text)> lines, int outer)
    {
        var (indent, text) = lines.Peek();
        if (indent <= outer)
            throw new FormatException($"Before '{text}' a value is missing.");
        return text.StartsWith("- ", StringComparison.Ordinal) ? Items(lines, indent) : Mapping(lines, indent);
    }

    private static List<object> Items(Queue<(int Indent, string Text)> lines, int indent)
    {
        var items = new List<object>();
        while (lines.TryPeek(out var line) && line.Indent == indent && line.Text.StartsWith("- ", StringComparison.Ordinal))
        {
            var item = lines.Dequeue().Text[2..];
            items.Add(item.Contains(": ", StringComparison.Ordinal) && !item.StartsWith('\'') ? Mapping(new Queue<(int, string)>([(0, item)]), 0) : Plain(item));
        }
        return items;
    }

    private static Dictionary<string, object> Mapping(Queue<(int Indent, string Text)> lines, int indent)
    {
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        while (lines.TryPeek(out var line) && line.Indent >= indent)
        {
            if (line.Indent > indent)
                throw new FormatException($"'{line.Text}' is indented too far.");
            lines.Dequeue();
            var colon = line.Text.IndexOf(':', line.Text.StartsWith('\'') ? line.Text.IndexOf('\'', 1) : 0);
            var (key, rest) = (Plain(line.Text[..colon]), line.Text[(colon + 1)..].Trim());
            map.Add(key, rest == "[]" ? new List<object>() : rest.Length > 0 ? Plain(rest) : Value(lines, indent));
        }
        return map;
    }

    private static string Plain(string text) => text switch
    {
        ['\'', .. var inner, '\''] => inner.Replace("''", "'", StringComparison.Ordinal),
        ['\'' or '"' or '[' or '{' or '|' or '>' or '&' or '*' or '!', ..] => throw new FormatException($"'{text}' is more YAML than is read here."),
        _ => text,
    };

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
