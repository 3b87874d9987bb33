namespace K12Sync.OData;

/// <summary>What became of a write or an operation. Closed: the library knows the status code and body of each.</summary>
public abstract record ODataResult
{
    private ODataResult()
    {
    }

    /// <summary>201 with Location, and the row as the set now shows it.</summary>
    public sealed record Created(params object[] Key) : ODataResult
    {
        /// <summary>The row, an instance of the set's view, where the host knows it: it is answered as it is, and not read again. For callers that may write and not read, too.</summary>
        public object? Row { get; init; }
    }

    /// <summary>200 with the row as the set now shows it, or 204 with <c>Prefer: return=minimal</c>.</summary>
    public sealed record Saved(params object[] Key) : ODataResult
    {
        /// <summary>As <see cref="Created.Row"/>.</summary>
        public object? Row { get; init; }
    }

    /// <summary>204.</summary>
    public sealed record Done : ODataResult;

    /// <summary>202: taken on, and what came of it is to be read at <paramref name="Location"/>, relative to the service root.</summary>
    public sealed record Accepted(string? Location = null) : ODataResult;

    /// <summary>200 with a primitive, complex value or list, or 204 for null.</summary>
    public sealed record Value(object? Content) : ODataResult;

    /// <summary>200 with rows of the set the operation was declared to return; the request's query options apply to them.</summary>
    public sealed record Rows(IQueryable Query) : ODataResult;

    /// <summary>404.</summary>
    public sealed record NotFound : ODataResult;

    /// <summary>403, with the reason.</summary>
    public sealed record Forbidden(string Message) : ODataResult;

    /// <summary>409: it contradicts what is stored.</summary>
    public sealed record Conflict(string Message, string? Target = null) : ODataResult;

    /// <summary>422: understood and refused, property by property.</summary>
    public sealed record Invalid(string Message, params InvalidProperty[] Properties) : ODataResult;

    /// <summary>412: somebody else was faster.</summary>
    public sealed record PreconditionFailed : ODataResult;

    /// <summary>429 with Retry-After.</summary>
    public sealed record TooMany(string Message, TimeSpan RetryAfter) : ODataResult;

    /// <summary>503 with Retry-After: not now, but the same request may do later.</summary>
    public sealed record Unavailable(string Message, TimeSpan RetryAfter) : ODataResult;
}

/// <summary>One property that was refused, and why.</summary>
public sealed record InvalidProperty(string Property, string Message, string Code = "Invalid");
