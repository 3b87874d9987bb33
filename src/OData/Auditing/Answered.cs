using K12Sync.OData.Auditing;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData;

/// <summary>What a request asked the service to do.</summary>
public enum AskedKind
{
    /// <summary>Rows, a row, a property, a count; also the service document and $metadata, which touch no set.</summary>
    Read,

    /// <summary>A new row.</summary>
    Create,

    /// <summary>PATCH or PUT of a row or a property.</summary>
    Update,

    /// <summary>The row goes.</summary>
    Delete,

    /// <summary>An operation that may change something.</summary>
    Action,

    /// <summary>An operation that changes nothing.</summary>
    Function,

    /// <summary>A $batch. Its requests are told one by one, before it.</summary>
    Batch,
}

/// <summary>
/// One request and what became of it, for a host that keeps a record: see <see cref="ODataOptions.Answered"/>. Everything but <see cref="Context"/> may be
/// kept after the request has ended.
/// </summary>
public sealed class Answered
{
    private readonly string _path;
    private readonly string _query;
    private readonly MaskedText _mask;

    internal Answered(HttpContext context, string path, string query, MaskedText mask)
    {
        (Context, _path, _query, _mask) = (context, path, query, mask);
        Method = context.Request.Method;
        Kind = Method switch { "POST" => AskedKind.Create, "PUT" or "PATCH" => AskedKind.Update, "DELETE" => AskedKind.Delete, _ => AskedKind.Read };
    }

    /// <summary>The request. Not to be used after it has ended.</summary>
    public HttpContext Context { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>What was asked for.</summary>
    public AskedKind Kind { get; internal set; }

    /// <summary>The name of the action or function; null: none was called.</summary>
    public string? Operation { get; internal set; }

    /// <summary>
    /// Every set that the path and the options name, be it by a link or for what an operation returns: rows of no other set can be in the answer or have
    /// decided what is in it. A set may be listed although the query asked it nothing.
    /// </summary>
    public IReadOnlyCollection<EntitySet> Sets => TouchedSets;

    /// <summary>The properties that were given to be written, or the parameters of the action, by name.</summary>
    public IReadOnlyCollection<string> Given { get; internal set; } = [];

    /// <summary>Rows in the answer so far, without those within rows; null: they were not counted.</summary>
    public long? Rows { get; internal set; }

    /// <summary>The status of the answer. Of a change that was done it is that of its success, told before the answer is written.</summary>
    public int Status { get; internal set; }

    /// <summary>What an error answer told the client to quote; null: it was none.</summary>
    public string? SupportId { get; internal set; }

    /// <summary>Whether the change was done, and the answer waits for the host to have taken note of it.</summary>
    public bool ChangeWaits { get; internal set; }

    /// <summary>
    /// The row, property, rows or operation as a path that names rows by their own key, as in <c>Books(5)/Reviews</c>, however the URL named them. Without a row
    /// that was there it is the URL's path with <c>?</c> for every value.
    /// </summary>
    public string Target
    {
        get
        {
            if (Operation is { } operation && Row is { } bound)
                return bound + "/" + operation;
            var start = FirstRow ?? (_path.StartsWith((Row ?? "/").Split('(')[0], StringComparison.Ordinal) ? Row : null);
            return start is null ? _mask.Path(_path, KeepsNumbers) : start + _mask.Path(_path[EndOfRow()..], KeepsNumbers);
        }
    }

    /// <summary>The query options with <c>?</c> for every value and every name that is not of the model or of OData itself; null: there were none.</summary>
    public string? Query => _query.Length == 0 ? null : _mask.Query(_query);

    /// <summary>The row the answer is about.</summary>
    internal string? Row { get; set; }

    /// <summary>The row from which the path went on to others.</summary>
    internal string? FirstRow { get; set; }

    internal HashSet<EntitySet> TouchedSets { get; } = [];

    internal bool IsTold { get; set; }

    // They named rows that were there, so they are keys.
    private bool KeepsNumbers => Status is > 0 and < 300;

    /// <summary>Where the path's first row has been named: by <c>Books(5)</c>, <c>Books/5</c>, or by <c>Books</c> alone for a row that was made.</summary>
    private int EndOfRow()
    {
        var end = _path.IndexOf('/', StringComparison.Ordinal);
        if (end >= 0 && !_path.AsSpan(0, end).Contains('('))
            end = _path.IndexOf('/', end + 1);
        return end < 0 ? _path.Length : end;
    }
}
