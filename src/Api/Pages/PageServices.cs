using System.Collections.Concurrent;
using System.Security.Cryptography;
using K12Sync.Api.Serving;
using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages;

/// <summary>What people see in a browser. Nothing on a page comes from elsewhere, and everything but the ceremony of a passkey works without JavaScript.</summary>
internal static class PageServices
{
    private static readonly TimeSpan AssetsAreKeptFor = TimeSpan.FromDays(365);

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages().AddMvcOptions(mvc => mvc.Filters.Add<StaleForms>());
        services.AddAntiforgery(forms =>
        {
            (forms.Cookie.Name, forms.Cookie.HttpOnly, forms.Cookie.SameSite, forms.Cookie.SecurePolicy) = ("k12sync.forms", true, SameSiteMode.Strict, CookieSecurePolicy.SameAsRequest);
            // A page has stricter ones of its own, see below.
            forms.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>Before the pages: what every one of them says to the browser, and what none takes.</summary>
    public static void UsePages(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!IsPage(http))
            return next(http);
        Headers(http);
        // A password that crosses a network in the clear is everybody's.
        if (http.Request.IsHttps || LocalPages.IsFromHere(http) || http.Request.Path == "/unprotected")
            return next(http);
        http.Response.Redirect("/unprotected");
        return Task.CompletedTask;
    });

    public static void MapPages(this WebApplication app)
    {
        app.MapRazorPages();
        app.MapGet("/assets/{name}", (string name, HttpContext http) =>
        {
            if (PageAssets.Find(name) is not { } asset)
                return Results.NotFound();
            http.Response.GetTypedHeaders().CacheControl = new() { Public = true, MaxAge = AssetsAreKeptFor };
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Bytes(asset.Bytes, asset.ContentType);
        });
    }

    /// <summary>The request is for a page, and so its answer is for people.</summary>
    public static bool IsPage(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is not null;

    /// <summary>Answers before the page is asked.</summary>
    public static Task RefuseAsync(HttpContext http, int status, string title, string words)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, "text/html; charset=utf-8");
        return http.Response.WriteAsync($"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} - K12Sync</title>
            <link rel="stylesheet" href="{PageAssets.Address("site.css")}"></head><body><main class="narrow"><h1>{title}</h1><p>{words}</p></main></body></html>
            """, http.RequestAborted);
    }

    private static void Headers(HttpContext http)
    {
        // Who signs in by a provider is sent there by a form, and browsers look at where that leads.
        var providers = http.RequestServices.GetRequiredService<Providers>().All.Select(p => p.Authorization.GetLeftPart(UriPartial.Authority)).Distinct();
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action {string.Join(' ', providers.Prepend("'self'"))}; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        // To ourselves only. Not "no-referrer": browsers then say of a form of ours that it comes from nowhere, and a passkey from nowhere is refused.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";
        (headers.CacheControl, headers.Pragma) = ("no-cache, no-store", "no-cache");
    }
}

/// <summary>Style and script of the pages, in the program itself. Their addresses change when they do, so browsers may keep them.</summary>
internal static class PageAssets
{
    private static readonly ConcurrentDictionary<string, (byte[] Bytes, string ContentType, string Address)?> Known = new(StringComparer.Ordinal);

    /// <summary>One by name; null: there is none.</summary>
    public static (byte[] Bytes, string ContentType, string Address)? Find(string name) => Known.TryGetValue(name, out var known) ? known : Read(name) is { } read ? Known[name] = read : null;

    /// <summary>Where a page finds it.</summary>
    public static string Address(string name) => Find(name)?.Address ?? throw new InvalidOperationException($"There is no {name}.");

    private static (byte[] Bytes, string ContentType, string Address)? Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream("assets/" + name);
        if (stream is null)
            return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var type = Path.GetExtension(name) switch { ".css" => "text/css; charset=utf-8", ".js" => "text/javascript; charset=utf-8", ".svg" => "image/svg+xml", _ => "application/octet-stream" };
        return (bytes, type, $"/assets/{name}?v={Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]}");
    }
}
