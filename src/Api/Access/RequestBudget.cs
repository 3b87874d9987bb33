using System.Globalization;
using System.Threading.RateLimiting;
using K12Sync.Api.OData;
using Microsoft.AspNetCore.Authorization;

namespace K12Sync.Api.Access;

/// <summary>How many requests a key may make in a minute, and an address without a good key.</summary>
internal sealed class RequestBudget : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly int _ofAKey;

    public RequestBudget(AccessSettings settings)
    {
        _ofAKey = settings.RequestsPerMinute;
        PerMinute = PartitionedRateLimiter.Create<HttpContext, string>(http => Who(http) switch
        {
            (true, var key) when IsHandingIn(http) => Window("passes " + key, settings.PassesPerMinute),
            (true, var key) => Window("key " + key, settings.RequestsPerMinute),
            (false, { } address) => Window(address, settings.RefusalsPerMinute),
            _ => RateLimitPartition.GetNoLimiter(""),
        });
    }

    public PartitionedRateLimiter<HttpContext> PerMinute { get; }

    /// <summary>
    /// Counts the requests of a batch, which has been counted as one. Null: they are within the limit; otherwise how long to wait, and none of them is counted. A batch of more
    /// than a key has in a minute takes the whole minute.
    /// </summary>
    public TimeSpan? HoldBack(HttpContext batch, int requests)
    {
        using var lease = PerMinute.AttemptAcquire(batch, Math.Clamp(requests, 1, _ofAKey) - 1);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Minute;
    }

    public void Dispose() => PerMinute.Dispose();

    /// <summary>A key, or the address of who asks for what needs one without having one; nobody where none is needed.</summary>
    public static (bool HasKey, string? Name) Who(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
            return (false, null);
        return Caller.Of(http.User) is { } caller ? (true, caller.KeyId.ToString(CultureInfo.InvariantCulture)) : (false, http.Connection.RemoteIpAddress?.ToString() ?? "?");
    }

    /// <summary>Single passes and check-ins are counted by themselves.</summary>
    public static bool IsHandingIn(HttpContext http) => PassWrites.IsPost(http) || OData.Childcare.EventWrites.IsPost(http);

    private static RateLimitPartition<string> Window(string name, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(name, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Minute });
}
