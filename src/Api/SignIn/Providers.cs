using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace K12Sync.Api.SignIn;

/// <summary>The providers that are set up: what is publicly known of each, and what the settings say otherwise.</summary>
internal sealed class Providers(IReadOnlyList<Provider> all)
{
    /// <summary>In the order in which they are offered.</summary>
    public IReadOnlyList<Provider> All { get; } = all;

    /// <summary>One by name; null: it is not set up.</summary>
    public Provider? Find(string name) => All.SingleOrDefault(p => p.Name == name);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">They leave something out.</exception>
    public static Providers Read(SignInSettings settings) => new([.. new (string Name, string Title, ProviderSettings? Settings)[]
    {
        ("google", "Google", settings.Google), ("entra", "Microsoft", settings.Entra), ("clever", "Clever", settings.Clever), ("classlink", "ClassLink", settings.ClassLink),
    }.Where(p => p.Settings is not null).Select(p => Of(p.Name, p.Title, p.Settings!))]);

    private static Provider Of(string name, string title, ProviderSettings settings)
    {
        if (settings.ClientId.Length == 0 || settings.ClientSecret.Length == 0)
            throw new InvalidOperationException($"Access:SignIn:{title} needs ClientId and ClientSecret, as {title} gave them for this service.");
        var known = Known(name, settings);
        return known with
        {
            Title = title,
            ClientId = settings.ClientId,
            ClientSecret = settings.ClientSecret,
            Authorization = settings.AuthorizationEndpoint ?? known.Authorization,
            Token = settings.TokenEndpoint ?? known.Token,
            UserInformation = settings.UserInformationEndpoint ?? known.UserInformation,
            Scope = settings.Scope ?? known.Scope,
            Subject = settings.SubjectProperty ?? known.Subject,
            Email = settings.EmailProperty ?? known.Email,
            TrustsEmail = settings.TrustsEmail ?? known.TrustsEmail,
        };
    }

    /// <summary>As their documentation has it. Clever and ClassLink do not say that an address is verified, so there it is the subject that counts.</summary>
    private static Provider Known(string name, ProviderSettings settings) => name switch
    {
        "google" => Blank(name, "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "https://openidconnect.googleapis.com/v1/userinfo", "openid email") with { KnowsProofKeys = true },
        // In a directory of the district's own, its administrators give out addresses. In one that anybody's account is good for, people write what they like.
        "entra" => Blank(name, $"https://login.microsoftonline.com/{Tenant(settings)}/oauth2/v2.0/authorize", $"https://login.microsoftonline.com/{Tenant(settings)}/oauth2/v2.0/token",
            "https://graph.microsoft.com/oidc/userinfo", "openid email profile") with { KnowsProofKeys = true, TrustsEmail = true },
        "clever" => Blank(name, "https://clever.com/oauth/authorize", "https://clever.com/oauth/tokens", "https://api.clever.com/userinfo", "openid") with { SecretInHeader = true },
        _ => Blank(name, "https://launchpad.classlink.com/oauth2/v2/auth", "https://launchpad.classlink.com/oauth2/v2/token", "https://nodeapi.classlink.com/v2/my/info", "profile") with { Subject = "UserId", Email = "Email" },
    };

    private static Provider Blank(string name, string authorization, string token, string userInformation, string scope) =>
        new(name, "", "", "", new Uri(authorization), new Uri(token), new Uri(userInformation), scope, "sub", "email");

    private static string Tenant(ProviderSettings settings) => settings.Tenant?.ToUpperInvariant() switch
    {
        null or "" => throw new InvalidOperationException("Access:SignIn:Entra needs Tenant: the id or domain of the district's directory."),
        "COMMON" or "ORGANIZATIONS" or "CONSUMERS" => throw new InvalidOperationException($"Access:SignIn:Entra:Tenant cannot be '{settings.Tenant}': people of any directory would come in by whatever address they give themselves. Name the district's directory."),
        _ => Uri.EscapeDataString(settings.Tenant!),
    };
}

/// <summary>Adds them to the server.</summary>
internal static class ProviderServices
{
    private static readonly TimeSpan IsKeptFor = TimeSpan.FromMinutes(10);

    /// <exception cref="InvalidOperationException">The settings leave something out.</exception>
    public static AuthenticationBuilder AddProviders(this AuthenticationBuilder builder, SignInSettings settings)
    {
        var providers = Providers.Read(settings);
        builder.Services.AddSingleton(providers).AddSingleton<External>();
        builder.AddCookie(Provider.Scheme, cookie =>
        {
            (cookie.Cookie.Name, cookie.Cookie.HttpOnly, cookie.Cookie.SameSite, cookie.Cookie.SecurePolicy) = ("k12sync.external", true, SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
            cookie.ExpireTimeSpan = IsKeptFor;
        });
        foreach (var provider in providers.All)
            builder.AddOAuth<OAuthOptions, OAuthHandler<OAuthOptions>>(provider.Name, provider.Title, provider.Apply);
        return builder;
    }
}
