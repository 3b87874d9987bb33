using K12Sync.Api.Access;
using Microsoft.AspNetCore.Authorization;

namespace K12Sync.Api.Audit;

/// <summary>The audit of what comes over the network.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<AuditLog>().AddHostedService(s => s.GetRequiredService<AuditLog>());

    /// <summary>Before anything that needs a key: what cannot be recorded is not answered.</summary>
    public static void UseAudit(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<AuditLog>();
        app.Use(async (http, next) =>
        {
            if (log.IsFull && http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null)
            {
                http.Response.Headers.RetryAfter = "10";
                await Refusal.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "NotAudited", "The database does not take the record of who asks what, so nothing is answered until it does. Its log says why.");
                return;
            }
            await next(http);
        });
    }
}
