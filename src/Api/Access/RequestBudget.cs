using System.Threading.RateLimiting;
using K12Sync.Api.OData;
using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Authorization;

namespace K12Sync.Api.Access;

/// <summary>How many requests a key or a person may make in a minute, and an address without a good key, and how often one may try to sign in.</summary>
internal sealed class RequestBudget : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly int _ofAKey;

    public RequestBudget(AccessSettings settings)
    {
        _ofAKey = settings.RequestsPerMinute;
        PerMinute = PartitionedRateLimiter.Create<HttpContext, string>(http => Who(http) switch
        {
            _ when IsSignIn(http) => Window("sign-in " + AddressOf(http), settings.SignIn.TriesPerMinute),
            (true, var caller) when IsHandingIn(http) => Window("passes " + caller, settings.PassesPerMinute),
            (true, { } caller) => Window(caller, settings.RequestsPerMinute),
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

    /// <summary>A key or a person, or the address of who asks for what needs one without having one; nobody where none is needed.</summary>
    public static (bool IsKnown, string? Name) Who(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
            return (false, null);
        return Caller.Of(http.User) is { } caller ? (true, caller.Name) : (false, AddressOf(http));
    }

    /// <summary>Somebody tries to get in, by a password, a code or a link.</summary>
    private static bool IsSignIn(HttpContext http) => HttpMethods.IsPost(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<SignInPageAttribute>() is not null;

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "?";

    /// <summary>Single passes and check-ins are counted by themselves.</summary>
    public static bool IsHandingIn(HttpContext http) => PassWrites.IsPost(http) || OData.Childcare.EventWrites.IsPost(http);

    private static RateLimitPartition<string> Window(string name, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(name, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Minute });
}
