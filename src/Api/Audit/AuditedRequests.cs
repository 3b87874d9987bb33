using System.Net;
using K12Sync.Api.Access;
using K12Sync.Data.Audit;
using K12Sync.OData;

namespace K12Sync.Api.Audit;

/// <summary>What of the requests of keys and people is audited: each that changes something or tries to, and each that asks about students, in whichever way.</summary>
internal static class AuditedRequests
{
    private const int LongestAddress = 45;

    /// <summary>Told by the OData service of each request.</summary>
    public static ValueTask AnsweredAsync(Answered answered)
    {
        if (answered.Kind == AskedKind.Batch || Caller.Of(answered.Context.User) is not { } caller || (answered.ChangeWaits && answered.Context.Features.Get<OnRecord>() is not null))
            return default;
        if (answered.Kind is AskedKind.Read or AskedKind.Function && !answered.Sets.Any(s => s.HasMaskedColumns))
            return default;
        var log = Log(answered.Context);
        var entry = EntryOf(answered, caller);
        if (answered.ChangeWaits)
            return new ValueTask(log.AddChangeAsync(caller.District, () => entry(answered.Target, answered.Status)));
        log.Add(caller.District, () => entry(answered.Target, answered.Status));
        return default;
    }

    /// <summary>
    /// For who writes the entry of a change in the change's own transaction: makes it of the row or the operation on it, as in <c>Passes(5)/Void</c>, and of the status
    /// it will be answered with, at any time and anywhere. Null: the request is none that is audited. Who has written it says so by <see cref="IsOnRecord"/>.
    /// </summary>
    public static Func<string, int, AuditEntry>? EntryOf(HttpContext http)
    {
        if (http.Features.Get<Answered>() is not { } answered || Caller.Of(http.User) is not { } caller)
            return null;
        var entry = EntryOf(answered, caller);
        return (row, status) => entry(answered.Operation is { } operation ? $"{row}/{operation}" : row, status);
    }

    /// <summary>The change of this request has its entry.</summary>
    public static void IsOnRecord(HttpContext http) => http.Features.Set(new OnRecord());

    private static Func<string, int, AuditEntry> EntryOf(Answered answered, Caller caller)
    {
        var students = string.Join(',', answered.Sets.Where(s => s.HasMaskedColumns).Select(s => s.Name));
        var (at, from) = (Now(answered.Context), AddressOf(answered.Context));
        return (target, status) => new AuditEntry
        {
            At = at,
            KeyId = caller.KeyId,
            PersonId = caller.PersonId,
            Role = caller.Role.ToString(),
            Address = from,
            Method = answered.Method,
            Target = target,
            Query = answered.Query,
            Students = students.Length == 0 ? null : students,
            Properties = answered.Given.Count == 0 ? null : string.Join(',', answered.Given),
            Status = status,
            Rows = answered.Rows,
            SupportId = answered.SupportId,
        };
    }

    /// <summary>
    /// A change by an endpoint that is not OData's, after it was done and before it is answered: <c>await AuditedRequests.ChangedAsync(http, "ingest/passes", 200, rows)</c>.
    /// </summary>
    /// <param name="http">The request of a good key or of somebody who has signed in.</param>
    /// <param name="target">What was changed, with record keys at most.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="rows">How many rows were handed in; null: they were not counted.</param>
    public static Task ChangedAsync(HttpContext http, string target, int status, long? rows)
    {
        var caller = Caller.Of(http.User) ?? throw new InvalidOperationException("A request without a good key has changed something.");
        var entry = new AuditEntry
        {
            At = Now(http), KeyId = caller.KeyId, PersonId = caller.PersonId, Role = caller.Role.ToString(), Address = AddressOf(http), Method = http.Request.Method, Target = target, Status = status, Rows = rows,
        };
        return Log(http).AddChangeAsync(caller.District, () => entry);
    }

    private static AuditLog Log(HttpContext http) => http.RequestServices.GetRequiredService<AuditLog>();

    private static DateTimeOffset Now(HttpContext http) => http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Where a request came from.</summary>
    public static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        IPAddress address => address.ToString() is { Length: <= LongestAddress } text ? text : address.ToString()[..LongestAddress],
    };

    private sealed class OnRecord;
}
