using System.Globalization;
using System.Threading.RateLimiting;
using K12Sync.Api.OData;
using K12Sync.Api.Passes;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Access;

/// <summary>What stands between the network and the rows: keys, what they are good for, and how much they may ask.</summary>
internal static class AccessServices
{
    /// <summary>The policy of whatever is read.</summary>
    public const string Readers = nameof(Readers);

    /// <summary>The policy of where passes are handed in.</summary>
    public const string Givers = nameof(Givers);

    /// <summary>The policy of where check-ins are handed in.</summary>
    public const string AttendanceGivers = nameof(AttendanceGivers);

    public static IServiceCollection AddKeys(this IServiceCollection services, AccessSettings settings)
    {
        services.AddSingleton<KeyDoor>();
        // Not AddAuthentication: that brings a ring of keys for cookies, which only sign-in has a place for.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = ApiKeyAuthentication.Key;
            options.AddScheme<ApiKeyAuthentication>(ApiKeyAuthentication.Key, null);
        });
        services.AddWebEncoders().AddTransient<ApiKeyAuthentication>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Readers, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.Of(c.User) is { } caller && (caller.ReadsSomething || (c.Resource is HttpContext http && IsOpenTo(caller, http)))))
            .AddPolicy(Givers, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.Of(c.User) is { Gives: true }))
            .AddPolicy(AttendanceGivers, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.Of(c.User) is { GivesAttendance: true }));
        var budget = new RequestBudget(settings);
        services.AddSingleton(budget);
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(budget.PerMinute, AtOnce(settings));
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                if (Pages.PageServices.IsPage(rejected.HttpContext))
                    await Pages.PageServices.RefuseAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "Too many tries", "Too much was asked from here in a short time. Wait a minute, go back, and try again.");
                else
                    await Refusal.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "TooManyRequests", "Too much is asked at a time. Retry-After says when to go on.");
            };
        });
        return services;
    }

    /// <summary>A caller who reads nothing may hand in one pass, or one check-in.</summary>
    public static bool IsOpenTo(Caller caller, HttpContext http) => PassWrites.IsOpenTo(caller, http) || OData.Childcare.EventWrites.IsOpenTo(caller, http);

    /// <summary>Before anything is mapped that asks for a key.</summary>
    public static void UseKeys(this IApplicationBuilder app) => app.Use(AnswerWhenAwayAsync).UseAuthentication().UseRateLimiter().UseAuthorization();

    /// <summary>Keys are in the database too: where that cannot be asked, nobody can be let in or turned away.</summary>
    private static async Task AnswerWhenAwayAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (e.IsDatabaseAway() && !http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("K12Sync.Database").LogWarning(e, "The database cannot be asked at the moment.");
            http.Response.Headers.RetryAfter = PassDesk.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            if (Pages.PageServices.IsPage(http))
                await Pages.PageServices.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "Not at the moment", "The database cannot be asked at the moment. Wait a little, and try again.");
            else
                await Refusal.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "Unavailable", "The database cannot be asked at the moment. Retry-After says when to try again.");
        }
    }

    private static PartitionedRateLimiter<HttpContext> AtOnce(AccessSettings settings) => PartitionedRateLimiter.Create<HttpContext, string>(http => RequestBudget.Who(http) switch
    {
        (true, var caller) when RequestBudget.IsHandingIn(http) => RateLimitPartition.GetConcurrencyLimiter("passes " + caller, _ => new ConcurrencyLimiterOptions { PermitLimit = settings.PassesAtOnce, QueueLimit = settings.PassesWaiting }),
        (true, { } caller) => RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = settings.AtOnce, QueueLimit = settings.Waiting }),
        _ => RateLimitPartition.GetNoLimiter(""),
    });
}
