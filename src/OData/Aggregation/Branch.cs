using System.Text.Json;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Aggregation;

/// <summary>Columns as they are nested in JSON: one reached over a link stands in an object of the link's name.</summary>
/// <param name="Name">The name at this level.</param>
/// <param name="Column">The number of the column; null for an object.</param>
/// <param name="Below">What stands in the object.</param>
internal sealed record Branch(string Name, int? Column, IReadOnlyList<Branch> Below)
{
    public static IReadOnlyList<Branch> Tree(IEnumerable<int> written, IReadOnlyList<ResultColumn> columns, int depth = 0) =>
        [.. written.GroupBy(i => columns[i].Path[depth], StringComparer.Ordinal).Select(group => columns[group.First()].Path.Length == depth + 1
            ? new Branch(group.Key, group.First(), [])
            : new Branch(group.Key, null, Tree(group, columns, depth + 1)))];

    /// <summary>The columns as a context URL names them.</summary>
    public static string Text(IEnumerable<Branch> branches) =>
        string.Join(',', branches.Select(b => b.Column is null ? b.Name + "(" + Text(b.Below) + ")" : b.Name));

    /// <summary>Writes one row.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Branch> branches, Action<int> writeColumn)
    {
        json.WriteStartObject();
        foreach (var branch in branches)
        {
            json.WritePropertyName(branch.Name);
            if (branch.Column is { } column)
                writeColumn(column);
            else
                Write(json, branch.Below, writeColumn);
        }
        json.WriteEndObject();
    }

    /// <summary>The context URL of an aggregation of a set.</summary>
    public static string Context(string root, EntitySet set, IReadOnlyList<Branch> branches) => ContextUrl.Of(root, set.Name + "(" + Text(branches) + ")");
}
