using System.Text;
using K12Sync.OData.Http;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.FastPath;

/// <summary>One request as the shape cache sees it: its shape, its literals, its caller.</summary>
internal sealed record Shape(string Key, EntitySet Set, bool IsRow, IReadOnlyList<string> Literals, CallerShape Caller, QueryOptions Query, Negotiation Wants)
{
    private static readonly string[] Options = ["$filter", "$orderby", "$top", "$select", "$format"];

    /// <summary>The shape of a request, or null when it is none of those that can be prepared: rows of one set, or one row by a plain key.</summary>
    public static Shape? Read(HttpContext http, string path, QueryOptions query, ODataModel model)
    {
        if (http.Request.Method != "GET" || path.Contains('/', StringComparison.Ordinal) || path.Contains('%', StringComparison.Ordinal))
            return null;
        var open = path.IndexOf('(', StringComparison.Ordinal);
        if (model.FindSet(open < 0 ? path : path[..open]) is not { Prepared: { } access } set || query.Options.Any(o => !Options.Contains(o.Key)))
            return null;
        var wants = Negotiation.Read(http.Request, query);
        if (wants is not { Format: BodyFormat.Json, Metadata: not MetadataLevel.Full, TrackChanges: false, MaxPageSize: null } || http.Request.Headers.IfNoneMatch.Count > 0)
            return null;
        // Of any set: a condition may lead from this one to another whose column is masked.
        if (model.Sets.Any(s => s.MaskedProperties(http).Count > 0) || access.CallerOf(http) is not { } caller)
            return null;
        var literals = new List<string>();
        var key = new StringBuilder(256).Append(set.Name).Append('\u0002');
        if (open >= 0)
        {
            Lifting.Lift(path[open..], key, literals);
            if (literals.Count != 1 || path.Length != open + literals[0].Length + 2)
                return null;
        }
        foreach (var name in Options.AsSpan(0, 2))
            Lift(name, query, key, literals);
        foreach (var name in Options.AsSpan(2, 2))
            key.Append('\u0002').Append(query[name]);
        key.Append('\u0002').Append(caller.Shape).Append('\u0002').Append(wants.Metadata).Append(wants.NumbersAsText);
        return new Shape(key.ToString(), set, open >= 0, literals, caller, query, wants);
    }

    private static void Lift(string name, QueryOptions query, StringBuilder key, List<string> literals)
    {
        key.Append('\u0002');
        if (query[name] is { } text)
            Lifting.Lift(text, key, literals);
    }
}
