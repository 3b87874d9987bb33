using Microsoft.AspNetCore.Http;
using K12Sync.OData.Translation;

namespace K12Sync.OData;

/// <summary>Which database answers. The order of nulls and a few functions depend on it.</summary>
public enum ODataDatabase
{
    /// <summary>Nulls sort first by themselves.</summary>
    Sqlite,

    /// <summary>Nulls sort last by themselves, so the library orders by null-ness first.</summary>
    PostgreSql,
}

/// <summary>How the service behaves, and all its limits in one place. A request over a limit is answered before the database is asked.</summary>
public sealed record ODataOptions
{
    /// <summary>The database behind the views. Default: SQLite.</summary>
    public ODataDatabase Database { get; init; } = ODataDatabase.Sqlite;

    /// <summary>Rows of one answer; the rest follows by nextLink. A client may ask for fewer with Prefer: odata.maxpagesize. Default 1,000.</summary>
    public int PageSize { get; init; } = 1_000;

    /// <summary>Rows of one CSV answer, which has no pages. Default 1,000,000; one more row breaks the connection off, so that a cut file never looks whole.</summary>
    public int CsvRows { get; init; } = 1_000_000;

    /// <summary>Rows below one row by $expand; more follow by a nextLink of their own. Default 200.</summary>
    public int ExpandedPageSize { get; init; } = 200;

    /// <summary>Nodes (names, operators, literals, calls) of one query, all options together. Default 400.</summary>
    public int Nodes { get; init; } = 400;

    /// <summary>Parentheses within parentheses. Default 32.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>Levels of $expand. Default 2.</summary>
    public int ExpandDepth { get; init; } = 2;

    /// <summary>Levels of any/all within any/all. Default 2.</summary>
    public int LambdaDepth { get; init; } = 2;

    /// <summary>Columns in $orderby. Default 8.</summary>
    public int OrderBy { get; init; } = 8;

    /// <summary>Values in one <c>in</c> list. Default 200.</summary>
    public int InList { get; init; } = 200;

    /// <summary>Characters of path and query, percent-encoded. Longer: 414. Default 8,000; Kestrel's own MaxRequestLineSize (8,192) must stay above it.</summary>
    public int UrlLength { get; init; } = 8_000;

    /// <summary>Bytes of a request's body. Longer: 413. Default 1 MiB.</summary>
    public int BodyBytes { get; init; } = 1 << 20;

    /// <summary>Requests in one $batch. Default 100.</summary>
    public int BatchRequests { get; init; } = 100;

    /// <summary>
    /// Asked of every $batch before any of its requests is answered, with how many they are: how long the caller has to wait with so many; null: not at all. A host that limits
    /// requests has counted the batch as one, and counts the others here. The answer then is 429 with Retry-After. Default: nobody waits.
    /// </summary>
    public Func<HttpContext, int, TimeSpan?> HoldsBack { get; init; } = (_, _) => null;

    /// <summary>How long the database may work on one request before it is answered with 429. Default 30 seconds.</summary>
    public TimeSpan StatementTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Query shapes kept ready for the prepared path. Default 1,000; 0 switches it off.</summary>
    public int Shapes { get; init; } = 1_000;

    /// <summary>
    /// Stops the statement that is running for a request, for databases that do not listen to cancellation. SQLite needs it (sqlite3_interrupt); PostgreSQL does not.
    /// </summary>
    public Action<HttpContext>? Interrupt { get; init; }

    /// <summary>
    /// Which exceptions of the host's mean that the database cannot be asked at the moment: locked, full, gone. They are answered with 503 and Retry-After instead of 500. Default: none.
    /// </summary>
    public Func<Exception, bool> IsAway { get; init; } = _ => false;

    /// <summary>What Retry-After says then. Default 5 seconds.</summary>
    public TimeSpan AwayFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Told once of every request that named a path of the service, the requests of a batch one by one. A change that was done, and an action, waits for it before
    /// it is answered, so a host can see to it that no change is acknowledged of which it has no record; when it throws, the answer is 500 although the change
    /// was done. Everything else is told after it was answered. Not told: what was refused for its length alone.
    /// </summary>
    public Func<Answered, ValueTask>? Answered { get; init; }

    /// <summary>
    /// Whether the canonical date functions on instants and times go to <see cref="InstantFunctions"/>, which the host has registered with
    /// <see cref="InstantFunctionsRegistration"/>, or to the CLR's own members, for columns the database itself knows as instants. Default: the former.
    /// </summary>
    public bool InstantsAreTicks { get; init; } = true;

    /// <summary>Where the service counts how many requests prepared statements answered (<c>odata.prepared</c>); null: nowhere.</summary>
    public System.Diagnostics.Metrics.Meter? Meter { get; init; }

    /// <summary>The clock of <c>now()</c>. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
