using System.Collections.Frozen;
using K12Sync.OData.Http;

namespace K12Sync.OData.Auditing;

/// <summary>
/// Which sets a request names. Read from the words and not from what was done, so that it is the same whichever way the request was answered: every link and
/// operation that occurs as a word outside quotes leads to its set, also where it is not meant.
/// </summary>
internal sealed class NamedSets
{
    private static readonly string[] Options = ["$filter", "$orderby", "$select", "$expand", "$apply", "$compute"];
    private readonly ODataModel _model;
    private readonly FrozenDictionary<string, EntitySet[]>.AlternateLookup<ReadOnlySpan<char>> _leads;

    public NamedSets(ODataModel model)
    {
        _model = model;
        var leads = model.Sets.SelectMany(s => s.Links.Select(l => (Word: l.Name, Set: l.To)))
            .Concat(model.Sets.SelectMany(s => s.Operations).Concat(model.Operations).Where(o => o.ReturnSet is not null).Select(o => (Word: o.Name, Set: o.ReturnSet!)));
        _leads = leads.GroupBy(l => l.Word, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.Select(l => l.Set).Distinct().ToArray(), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Adds the sets that a path names.</summary>
    public void Collect(string rawPath, HashSet<EntitySet> sets)
    {
        var path = rawPath.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(rawPath) : rawPath;
        var end = path.AsSpan().IndexOfAny('/', '(');
        if (_model.FindSet(end < 0 ? path : path[..end]) is { } set)
        {
            sets.Add(set);
            Words(end < 0 ? "" : path.AsSpan(end), sets);
        }
        else
        {
            Words(path, sets);
        }
    }

    /// <summary>Adds the sets that a query names.</summary>
    public void Collect(QueryOptions query, HashSet<EntitySet> sets)
    {
        foreach (var option in Options)
        {
            if (query[option] is { } text)
                Words(text, sets);
        }
        // What an alias stands for is part of whatever uses it.
        foreach (var (name, text) in query.Options)
        {
            if (name[0] == '@')
                Words(text, sets);
        }
    }

    private void Words(ReadOnlySpan<char> text, HashSet<EntitySet> sets)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i++;
            if (text[start] == '\'')
            {
                while (i < text.Length && text[i] != '\'')
                    i++;
                i++;
            }
            else if (char.IsLetter(text[start]) || text[start] == '_')
            {
                while (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_'))
                    i++;
                if (_leads.TryGetValue(text[start..i], out var found))
                    sets.UnionWith(found);
            }
        }
    }
}
