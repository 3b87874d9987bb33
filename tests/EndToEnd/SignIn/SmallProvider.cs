using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace K12Sync.EndToEnd.SignIn;

/// <summary>An OAuth 2.0 server (RFC 6749, codes, with RFC 7636 where a client uses it) at which everybody is who the test says.</summary>
internal sealed class SmallProvider : IAsyncDisposable
{
    public const string ClientId = "k12sync-of-riverbend";
    public const string ClientSecret = "the secret:of+the client";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Redirect, string? Challenge)> _codes = new();

    private SmallProvider(WebApplication app) => _app = app;

    public Uri Root => new(_app.Urls.Single());

    /// <summary>What it says of whoever asks.</summary>
    public JsonObject Says { get; set; } = [];

    /// <summary>The secret has to come in a header.</summary>
    public bool WantsHeader { get; init; }

    public static async Task<SmallProvider> StartAsync(bool wantsHeader = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new SmallProvider(builder.Build()) { WantsHeader = wantsHeader };
        provider._app.MapGet("/authorize", provider.Authorize);
        provider._app.MapPost("/token", provider.TokenAsync);
        provider._app.MapGet("/me", (HttpRequest request) => request.Headers.Authorization == "Bearer access" ? Results.Text(provider.Says.ToJsonString(), "application/json") : Results.Unauthorized());
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>The settings by which a service takes this server for one it knows.</summary>
    public string Settings(string name, string more = "") =>
        "{\"Access\": {\"SignIn\": {" + $"\"{name}\"" + ": {"
        + $"\"ClientId\": \"{ClientId}\", \"ClientSecret\": \"{ClientSecret}\", \"AuthorizationEndpoint\": \"{Root}authorize\", \"TokenEndpoint\": \"{Root}token\", \"UserInformationEndpoint\": \"{Root}me\"{more}"
        + "}}}}";

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["state"].Count != 1)
            return Results.BadRequest();
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["redirect_uri"].ToString(), query["code_challenge"]);
        return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"].ToString(), new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var isKnown = WantsHeader
            ? AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme == "Basic"
                && Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)) == $"{ClientId}:{Uri.EscapeDataString(ClientSecret)}"
            : form["client_id"] == ClientId && form["client_secret"] == ClientSecret;
        if (!isKnown || !_codes.TryRemove(form["code"].ToString(), out var code) || code.Redirect != form["redirect_uri"])
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        if (code.Challenge is { } challenge && challenge != WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        return Results.Json(new { access_token = "access", token_type = "Bearer" });
    }
}
