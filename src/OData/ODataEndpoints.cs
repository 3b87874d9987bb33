using System.Text.Json;
using K12Sync.OData.Http;
using K12Sync.OData.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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

    /// <summary>Serves the same model as OpenAPI 3.1, for tools that do not read $metadata.</summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="pattern">Where, as in <c>/openapi.json</c>.</param>
    /// <param name="prefix">Where the model itself is served.</param>
    /// <param name="model">What is served.</param>
    /// <param name="title">The name of the service.</param>
    /// <param name="version">The version of the service.</param>
    public static IEndpointConventionBuilder MapODataOpenApi(
        this IEndpointRouteBuilder endpoints, string pattern, string prefix, ODataModel model, string title, string version) =>
        endpoints.MapGet(pattern, async (HttpContext http) =>
        {
            http.Response.ContentType = "application/json;charset=utf-8";
            using var memory = new MemoryStream();
            await using (var json = new Utf8JsonWriter(memory))
                new OpenApiPage(model, json).Write(title, version, ODataRequest.RootOf(http, prefix));
            http.Response.ContentLength = memory.Length;
            await http.Response.Body.WriteAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length), http.RequestAborted).ConfigureAwait(false);
        });
}
