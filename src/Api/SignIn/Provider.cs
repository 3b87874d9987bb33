using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace K12Sync.Api.SignIn;

/// <summary>A provider that says who somebody is, as it is known to do it and as the settings differ.</summary>
internal sealed record Provider(string Name, string Title, string ClientId, string ClientSecret, Uri Authorization, Uri Token, Uri UserInformation, string Scope, string Subject, string Email)
{
    /// <summary>The scheme of what a provider has said, until it is clear whether that person is one of ours.</summary>
    public const string Scheme = "External";

    /// <summary>The property by which a provider says that it has seen to it that the address is theirs.</summary>
    private const string EmailVerified = "email_verified";

    /// <summary>See <see cref="ProviderSettings.TrustsEmail"/>.</summary>
    public bool TrustsEmail { get; init; }

    /// <summary>The secret goes into a header instead of the form.</summary>
    public bool SecretInHeader { get; init; }

    /// <summary>It knows proof keys (RFC 7636).</summary>
    public bool KnowsProofKeys { get; init; }

    /// <summary>Where it sends people back to.</summary>
    public string CallbackPath => $"/sign-in/from/{Name}";

    /// <summary>Sets up the framework's handler.</summary>
    public void Apply(OAuthOptions options)
    {
        (options.ClientId, options.ClientSecret, options.CallbackPath, options.SignInScheme, options.UsePkce) = (ClientId, ClientSecret, CallbackPath, Scheme, KnowsProofKeys);
        (options.AuthorizationEndpoint, options.TokenEndpoint, options.UserInformationEndpoint) = (Authorization.ToString(), Token.ToString(), UserInformation.ToString());
        options.Scope.Clear();
        foreach (var scope in Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            options.Scope.Add(scope);
        (options.CorrelationCookie.SameSite, options.CorrelationCookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        if (SecretInHeader)
            options.BackchannelHttpHandler = new SecretHeader(this) { InnerHandler = new SocketsHttpHandler() };
        options.Events.OnCreatingTicket = AskAsync;
        options.Events.OnRemoteFailure = FailAsync;
    }

    private async Task AskAsync(OAuthCreatingTicketContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UserInformation) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken), Accept = { new MediaTypeWithQualityHeaderValue("application/json") } } };
        using var answer = await context.Backchannel.SendAsync(request, context.HttpContext.RequestAborted);
        answer.EnsureSuccessStatusCode();
        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(context.HttpContext.RequestAborted), cancellationToken: context.HttpContext.RequestAborted);
        if (Find(json.RootElement, Subject) is not { Length: > 0 } subject)
            throw new AuthenticationFailureException($"{Title} did not say who it is: its answer has no {Subject}.");
        context.Identity!.AddClaim(new Claim(External.SubjectClaim, subject));
        if (Find(json.RootElement, Email) is { Length: > 0 } email && (TrustsEmail || Find(json.RootElement, EmailVerified) is "true"))
            context.Identity.AddClaim(new Claim(External.EmailClaim, email));
    }

    private async Task FailAsync(RemoteFailureContext context)
    {
        context.HttpContext.RequestServices.GetRequiredService<ILogger<Provider>>().LogWarning(context.Failure, "Signing in by {Provider} failed", Name);
        context.Response.Redirect("/sign-in?problem=provider");
        context.HandleResponse();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    /// <summary>A property, or one of an object in it: <c>data.id</c>. Numbers and truth values as text.</summary>
    private static string? Find(JsonElement json, string path)
    {
        foreach (var name in path.Split('.'))
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return null;
        return json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number => json.GetRawText(),
            JsonValueKind.True => "true",
            _ => null,
        };
    }

    private sealed class SecretHeader(Provider provider) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri == provider.Token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(provider.ClientId)}:{Uri.EscapeDataString(provider.ClientSecret)}")));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
