using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace K12Sync.OData.Http;

/// <summary>One request on its way through the library: the caller, the URL taken apart, what the client wants, the time that is left.</summary>
internal sealed class ODataRequest
{
    private readonly Dictionary<EntitySet, IQueryable> _rows = [];

    public ODataRequest(HttpContext http, ODataModel model, ODataOptions options, string prefix, string path, QueryOptions query, Negotiation wants, CancellationToken stopped)
    {
        (Http, Model, Options, Path, Query, Wants, Stopped) = (http, model, options, path, query, wants, stopped);
        Root = RootOf(http, prefix);
        Answered = http.Features.Get<Answered>();
    }

    public HttpContext Http { get; }
    public ODataModel Model { get; }
    public ODataOptions Options { get; }

    /// <summary>The service root with the public scheme and host, without a slash at its end.</summary>
    public string Root { get; }

    /// <summary>The path below the root, still percent-encoded, without slashes at its ends.</summary>
    public string Path { get; }

    public QueryOptions Query { get; }
    public Negotiation Wants { get; }

    /// <summary>Cancelled when the client has gone or <see cref="ODataOptions.StatementTime"/> is over.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>What the host is told of the request; null: it does not want to be told.</summary>
    public Answered? Answered { get; }

    public string Method => Http.Request.Method;

    public int PageSize => Math.Min(Options.PageSize, Wants.MaxPageSize ?? int.MaxValue);

    /// <summary>The rows of a set that this caller may see, the same query however often it is asked for.</summary>
    public IQueryable Rows(EntitySet set)
    {
        if (!_rows.TryGetValue(set, out var rows))
            _rows.Add(set, rows = set.Rows(Http));
        return rows;
    }

    /// <summary>501 for the first query option but $format.</summary>
    public void RefuseOptions(string where)
    {
        foreach (var option in Query.Options.Keys.Where(o => o[0] == '$' && o is not ("$format" or "$schemaversion")))
            throw ODataFault.Unsupported($"{option} {where}", option);
    }

    /// <summary>So many rows were written so far.</summary>
    public void Wrote(long rows)
    {
        if (Answered is { } answered)
            answered.Rows = rows;
    }

    /// <summary>The row the request is about.</summary>
    public void IsAbout(EntitySet set, object row)
    {
        if (Answered is { } answered)
            answered.Row = Writing.RowWriter.RelativeUrl(set, row);
    }

    /// <summary>The path leads on from this row; only the first counts.</summary>
    public void GoesOnFrom(EntitySet set, object row)
    {
        if (Answered is { } answered)
            answered.FirstRow ??= Writing.RowWriter.RelativeUrl(set, row);
    }

    /// <summary>A change was done, or an action called: the host is told, and waited for, before the answer goes out.</summary>
    public async ValueTask TellAsync(int status)
    {
        if (Answered is not { IsTold: false } answered || Options.Answered is not { } tell)
            return;
        (answered.Status, answered.ChangeWaits, answered.IsTold) = (status, true, true);
        await tell(answered).ConfigureAwait(false);
    }

    public static string RootOf(HttpContext http, string prefix) =>
        http.Request.Scheme + "://" + http.Request.Host.ToUriComponent() + http.Request.PathBase.ToUriComponent() + prefix;

    /// <summary>The part of the raw request target below <paramref name="prefix"/>, percent-encoding untouched: a key may contain an encoded slash.</summary>
    public static string RawPath(HttpContext http, string prefix)
    {
        var raw = http.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target && target[0] == '/' ? target : http.Request.GetEncodedPathAndQuery();
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? raw : raw[..end];
        var start = http.Request.PathBase.ToUriComponent() + prefix;
        return path.StartsWith(start, StringComparison.OrdinalIgnoreCase) ? path[start.Length..].Trim('/') : path.Trim('/');
    }
}
