using System.Data.Common;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData;

/// <summary>
/// What a set needs so that hot query shapes can run as prepared SQL, without a DbContext. The SQL is EF's own; the caller's tenancy is bound as parameters,
/// by the names EF gave them, and a plan that would leave one of them unbound is not kept.
/// </summary>
/// <param name="Open">Opens a connection for reading. The library keeps as many as there are requests at once, with the prepared statements on them.</param>
/// <param name="CallerOf">What about the caller goes into the SQL; null when this caller's queries are not to be prepared.</param>
/// <param name="Interrupt">Stops the statement running on a connection, for databases that do not listen to cancellation, as <see cref="ODataOptions.Interrupt"/> does for EF's.</param>
/// <param name="Columns">A shorter way to the columns of a reader that has just been opened on such a connection; null, or one that returns null: the driver's own.</param>
public sealed record PreparedAccess(
    Func<CancellationToken, ValueTask<DbConnection>> Open, Func<HttpContext, CallerShape?> CallerOf, Action<DbConnection>? Interrupt = null, Func<DbDataReader, StoredColumns?>? Columns = null);

/// <summary>The caller, as far as SQL depends on it.</summary>
/// <param name="Shape">Callers with the same text here get the same SQL text for the same query: for instance <c>district</c> or <c>schools:3</c>.</param>
/// <param name="Values">The values of the parameters by which the set's rows are narrowed, by EF's parameter name without the <c>@</c>.</param>
public sealed record CallerShape(string Shape, IReadOnlyDictionary<string, object?> Values);
