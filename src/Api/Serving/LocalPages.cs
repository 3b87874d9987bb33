using System.Net;

namespace K12Sync.Api.Serving;

/// <summary>Pages that need no key, and so are for who sits at this machine: they name districts and connectors.</summary>
internal static class LocalPages
{
    /// <summary>The names of this machine for itself.</summary>
    public static string[] Names { get; } = ["localhost", "127.0.0.1", "[::1]"];

    private static readonly string[] MarksOfProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Real-IP", "Via"];

    /// <summary>To everybody else the page is not there.</summary>
    public static RouteHandlerBuilder OnlyFromHere(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter(async (context, next) => IsFromHere(context.HttpContext) ? await next(context) : Results.NotFound());

    /// <summary>It was asked for on this machine, by this machine's own name, and nobody has passed it on.</summary>
    public static bool IsFromHere(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && Names.Contains(http.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
        && !MarksOfProxies.Any(http.Request.Headers.ContainsKey);
}
