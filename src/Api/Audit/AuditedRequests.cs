using System.Net;
using K12Sync.Api.Access;
using K12Sync.Data.Audit;
using K12Sync.OData;

namespace K12Sync.Api.Audit;

/// <summary>What of the requests that keys make is audited: each that changes something or tries to, and each that asks about students, in whichever way.</summary>
internal static class AuditedRequests
{
    private const int LongestAddress = 45;

    /// <summary>Told by the OData service of each request.</summary>
    public static ValueTask AnsweredAsync(Answered answered)
    {
        if (answered.Kind == AskedKind.Batch || Caller.Of(answered.Context.User) is not { } caller)
            return default;
        var students = string.Join(',', answered.Sets.Where(s => s.HasMaskedColumns).Select(s => s.Name));
        if (answered.Kind is AskedKind.Read or AskedKind.Function && students.Length == 0)
            return default;
        var (log, at, from) = (Log(answered.Context), Now(answered.Context), AddressOf(answered.Context));
        var entry = () => new AuditEntry
        {
            At = at,
            KeyId = caller.KeyId,
            Role = caller.Role.ToString(),
            Address = from,
            Method = answered.Method,
            Target = answered.Target,
            Query = answered.Query,
            Students = students.Length == 0 ? null : students,
            Properties = answered.Given.Count == 0 ? null : string.Join(',', answered.Given),
            Status = answered.Status,
            Rows = answered.Rows,
            SupportId = answered.SupportId,
        };
        if (answered.ChangeWaits)
            return new ValueTask(log.AddChangeAsync(caller.District, entry));
        log.Add(caller.District, entry);
        return default;
    }

    /// <summary>
    /// A change by an endpoint that is not OData's, after it was done and before it is answered: <c>await AuditedRequests.ChangedAsync(http, "ingest/passes", 200, rows)</c>.
    /// </summary>
    /// <param name="http">The request of a good key.</param>
    /// <param name="target">What was changed, with record keys at most.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="rows">How many rows were handed in; null: they were not counted.</param>
    public static Task ChangedAsync(HttpContext http, string target, int status, long? rows)
    {
        var caller = Caller.Of(http.User) ?? throw new InvalidOperationException("A request without a good key has changed something.");
        var entry = new AuditEntry
        {
            At = Now(http), KeyId = caller.KeyId, Role = caller.Role.ToString(), Address = AddressOf(http), Method = http.Request.Method, Target = target, Status = status, Rows = rows,
        };
        return Log(http).AddChangeAsync(caller.District, () => entry);
    }

    private static AuditLog Log(HttpContext http) => http.RequestServices.GetRequiredService<AuditLog>();

    private static DateTimeOffset Now(HttpContext http) => http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        IPAddress address => address.ToString() is { Length: <= LongestAddress } text ? text : address.ToString()[..LongestAddress],
    };
}
