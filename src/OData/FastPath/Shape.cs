using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using K12Sync.OData.Http;
using K12Sync.OData.Queries;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.FastPath;

/// <summary>One request as the shape cache sees it: its shape, and what of it varies without changing the shape.</summary>
/// <param name="Key">Equal for requests that can share a plan.</param>
/// <param name="Set">The set asked for.</param>
/// <param name="IsRow">One row by its key.</param>
/// <param name="Literals">The literals as written: of the key, $filter, $orderby and $apply, in this order.</param>
/// <param name="Place">The values of a continued page's $skiptoken; empty on a first page.</param>
/// <param name="Cut">Which rows of the result are wanted.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Query">All options.</param>
/// <param name="Wants">What the client wants back.</param>
internal sealed record Shape(
    string Key, EntitySet Set, bool IsRow, IReadOnlyList<string> Literals, IReadOnlyList<string?> Place, PageCut Cut, CallerShape Caller, QueryOptions Query, Negotiation Wants)
{
    // Options whose literals are lifted, options that are part of the shape as they are, options that only vary.
    private static readonly string[] Lifted = ["$filter", "$orderby", "$apply"];
    private static readonly string[] Verbatim = ["$select", "$format", "$expand"];
    private static readonly HashSet<string> Known = [.. Lifted, .. Verbatim, "$count", "$top", "$skip", "$skiptoken"];
    private static readonly ConditionalWeakTable<IReadOnlySet<string>, string> MaskedNames = [];

    /// <summary>The shape of a request, or null when it is none of those that can be prepared: rows of one set, or one row by a plain key.</summary>
    public static Shape? Read(HttpContext http, string path, QueryOptions query, ODataModel model, ODataOptions options)
    {
        if (http.Request.Method != "GET" || path.AsSpan().IndexOfAny('/', '%') >= 0)
            return null;
        var open = path.IndexOf('(', StringComparison.Ordinal);
        if (model.FindSet(open < 0 ? path : path[..open]) is not { Prepared: { } access } set || !query.Options.All(o => Known.Contains(o.Key) && IsPlain(o.Value)))
            return null;
        var wants = Negotiation.Read(http.Request, query);
        if (wants is not { Format: BodyFormat.Json, Metadata: not MetadataLevel.Full, TrackChanges: false } || http.Request.Headers.IfNoneMatch.Count > 0)
            return null;
        if (access.CallerOf(http) is not { } caller || PageCut.Read(query, options, wants) is not { } cut)
            return null;
        var key = new StringBuilder(256).Append(set.Name).Append('\u0002');
        var literals = new List<string>();
        if (open >= 0)
        {
            Lifting.Lift(path[open..], key, literals);
            if (literals.Count != 1 || path.Length != open + literals[0].Length + 2)
                return null;
        }
        foreach (var name in Lifted)
            Lift(name, query, key, literals);
        foreach (var name in Verbatim)
            key.Append('\u0002').Append(query[name]);
        if (AppendPlace(query["$skiptoken"], key) is not { } place)
            return null;
        key.Append('\u0002').Append(query["$count"]).Append(cut.Skip > 0 ? '>' : '-').Append(caller.Shape).Append('\u0002').Append((int)wants.Metadata).Append(wants.NumbersAsText ? 't' : 'n');
        AppendMasks(http, model, key);
        return new Shape(key.ToString(), set, open >= 0, literals, place, cut, caller, query, wants);
    }

    // The parts of a key are kept apart by control characters.
    private static bool IsPlain(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0;

    private static void Lift(string name, QueryOptions query, StringBuilder key, List<string> literals)
    {
        key.Append('\u0002');
        if (query[name] is { } text)
            Lifting.Lift(text, key, literals);
    }

    // Which of a place's values are missing changes the condition; the values themselves do not.
    private static string?[]? AppendPlace(string? token, StringBuilder key)
    {
        key.Append('\u0002');
        if (token is null)
            return [];
        if (RowOrder.TokenParts(token) is not { } parts)
            return null;
        key.Append(parts[0]);
        foreach (var part in parts.AsSpan(1))
            key.Append(part is null ? '0' : '1');
        return parts[1..];
    }

    // Of all sets: a condition may lead from this one to another whose column is masked.
    private static void AppendMasks(HttpContext http, ODataModel model, StringBuilder key)
    {
        foreach (var set in model.Sets)
        {
            if (set.MaskRule is not null && set.MaskedProperties(http) is { Count: > 0 } masked)
                key.Append('\u0002').Append(set.Name).Append(':').Append(MaskedNames.GetValue(masked, m => string.Join(',', m.Order(StringComparer.Ordinal))));
        }
    }
}

/// <summary>Which rows of a result are wanted: after how many, how many at most, and whether a next page may follow.</summary>
internal sealed record PageCut(int Skip, int Limit, bool MayHaveMore)
{
    /// <summary>Rows to read: one more than are written tells whether there is a next page.</summary>
    public int Take => MayHaveMore ? Limit + 1 : Limit;

    /// <summary>Null when $top or $skip is nothing that a plan could take.</summary>
    public static PageCut? Read(QueryOptions query, ODataOptions options, Negotiation wants)
    {
        var most = Math.Min(options.PageSize, wants.MaxPageSize ?? int.MaxValue);
        if (Number(query["$skip"], 0) is not { } skip || Number(query["$top"], int.MaxValue) is not { } top)
            return null;
        return new PageCut(skip, Math.Min(top, most), top > most);
    }

    private static int? Number(string? text, int missing) =>
        text is null ? missing : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue ? number : null;
}
