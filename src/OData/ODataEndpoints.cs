using K12Sync.OData.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace K12Sync.OData;

/// <summary>Maps a model onto HTTP.</summary>
public static class ODataEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Serves <paramref name="model"/> below <paramref name="prefix"/>. What it returns takes the host's own conventions: authorization, rate limits.</summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="prefix">Begins with a slash and does not end with one, as in <c>/odata</c>.</param>
    /// <param name="model">What is served.</param>
    /// <param name="options">Limits and database; defaults when null.</param>
    public static IEndpointConventionBuilder MapOData(this IEndpointRouteBuilder endpoints, string prefix, ODataModel model, ODataOptions? options = null)
    {
        if (!prefix.StartsWith('/') || prefix.EndsWith('/'))
            throw new ArgumentException("A prefix begins with a slash and does not end with one.", nameof(prefix));
        var logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("K12Sync.OData");
        var service = new ODataService(prefix, model, options ?? new ODataOptions(), logger);
        endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(service.Dispose);
        return endpoints.MapMethods(prefix + "/{**path}", Methods, service.HandleAsync).WithMetadata(service);
    }
}
