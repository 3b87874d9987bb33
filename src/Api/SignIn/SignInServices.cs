using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace K12Sync.Api.SignIn;

/// <summary>How people get in, beside the keys that programs have.</summary>
internal static class SignInServices
{
    /// <summary>The policy of pages for whoever has signed in.</summary>
    public const string People = nameof(People);

    /// <summary>What a program in a browser sends along with a change, because a page elsewhere cannot: <c>K12Sync-Request: 1</c>.</summary>
    public const string RequestHeader = "K12Sync-Request";

    private static readonly TimeSpan HalfWayIsGoodFor = TimeSpan.FromMinutes(10);
    private static readonly string[] ForPrograms = ["/odata", "/ingest", "/openapi.json"];

    /// <summary>After the keys.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="premises">Where the people are.</param>
    /// <param name="settings">Section <c>Access</c>.</param>
    /// <param name="tell">Told when a key file is made.</param>
    /// <exception cref="SecretsLockedException">What protects the keys of cookies is named and cannot be used.</exception>
    public static IServiceCollection AddSignIn(this IServiceCollection services, Premises premises, AccessSettings settings, Action<string> tell)
    {
        ProtectCookies(services, premises, tell);
        services.AddSingleton<PersonDoor>().AddSingleton<Passwords>().AddSingleton<AuthenticatorSecrets>().AddSingleton<SignInDesk>().AddSingleton(settings).AddScoped<SignedIn>();
        services.Configure<AuthenticationSchemeOptions>(ApiKeyAuthentication.Key, key => key.ForwardDefaultSelector = SchemeOf);
        services.AddAuthentication().AddCookie(Sessions.Scheme, cookie => Session(cookie, settings.SignIn)).AddCookie(Sessions.HalfWayScheme, HalfWay)
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, Ceremony).AddProviders(settings.SignIn);
        services.AddAuthorizationBuilder().AddPolicy(People, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.Of(c.User)?.PersonId is not null));
        AddPasskeys(services, settings);
        return services;
    }

    /// <summary>After keys and authorization: a change that is asked for by a cookie has to come from a page of ours.</summary>
    public static void UseSignIn(this IApplicationBuilder app) => app.Use((http, next) =>
        Caller.Of(http.User)?.PersonId is not null && IsForPrograms(http) && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !http.Request.Headers.ContainsKey(RequestHeader)
            ? Refusal.WriteAsync(http, StatusCodes.Status403Forbidden, "HeaderNeeded", $"Who has signed in, and has no key, changes something only with the header '{RequestHeader}: 1', which pages elsewhere cannot send.")
            : next(http));

    /// <summary>A key where one is given or nothing else can be; otherwise the session. Asked with every request, and null costs nothing.</summary>
    private static string? SchemeOf(HttpContext http) =>
        http.Request.Headers.Authorization.Count > 0 || (IsForPrograms(http) && !http.Request.Cookies.ContainsKey(Sessions.Cookie)) ? null : Sessions.Scheme;

    /// <summary>In any case of letters, as routes are found.</summary>
    private static bool IsForPrograms(HttpContext http) => ForPrograms.Any(p => http.Request.Path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));

    private static void ProtectCookies(IServiceCollection services, Premises premises, Action<string> tell)
    {
        var protection = services.AddDataProtection().SetApplicationName("K12Sync");
        new SecretKeys(premises.Folder, tell).Protect(protection, mayMake: true);
        services.AddOptions<KeyManagementOptions>().Configure<KeyFileCipher>((options, cipher) =>
        {
            options.XmlRepository = new ProgramKeyRing(new ProgramKeys(premises.Database));
            if (SecretKeys.ByKeyFile)
                options.XmlEncryptor = cipher;
        });
    }

    private static void Session(CookieAuthenticationOptions cookie, SignInSettings settings)
    {
        Plain(cookie.Cookie, Sessions.Cookie);
        (cookie.ExpireTimeSpan, cookie.SlidingExpiration) = (settings.Idle, true);
        (cookie.LoginPath, cookie.AccessDeniedPath, cookie.ReturnUrlParameter) = ("/sign-in", "/denied", "to");
        cookie.Events.OnValidatePrincipal = context => Sessions.ValidateAsync(context, settings.Longest);
        cookie.Events.OnRedirectToLogin = context => IsForPrograms(context.HttpContext) ? UnauthorizedAsync(context.HttpContext) : RedirectAsync(context);
        cookie.Events.OnRedirectToAccessDenied = context => IsForPrograms(context.HttpContext)
            ? Refusal.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, "Forbidden", "Your role is not for that.")
            : RedirectAsync(context);
    }

    private static Task RedirectAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    private static Task UnauthorizedAsync(HttpContext http)
    {
        // Not Basic: the browser would ask for a name and a password of its own.
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Refusal.WriteAsync(http, StatusCodes.Status401Unauthorized, "Unauthorized", "The session has ended. Sign in again, or send a key.");
    }

    private static void HalfWay(CookieAuthenticationOptions cookie)
    {
        Plain(cookie.Cookie, "k12sync.half-way");
        (cookie.ExpireTimeSpan, cookie.SlidingExpiration) = (HalfWayIsGoodFor, false);
    }

    /// <summary>What a passkey was challenged with, until it answers.</summary>
    private static void Ceremony(CookieAuthenticationOptions cookie)
    {
        Plain(cookie.Cookie, "k12sync.passkey");
        (cookie.ExpireTimeSpan, cookie.SlidingExpiration) = (HalfWayIsGoodFor, false);
    }

    /// <summary>Lax and not strict, because who comes back from a provider comes from elsewhere.</summary>
    private static void Plain(CookieBuilder cookie, string name) =>
        (cookie.Name, cookie.HttpOnly, cookie.SameSite, cookie.SecurePolicy, cookie.IsEssential) = (name, true, SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, true);

    private static void AddPasskeys(IServiceCollection services, AccessSettings settings)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<IUserStore<PersonRow>, PeopleStore>();
        services.AddIdentityCore<PersonRow>().AddSignInManager();
        services.TryAddScoped<IPasskeyHandler<PersonRow>, PasskeyHandler<PersonRow>>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            // It stands for password and code together, so the authenticator has to have asked for a finger, a face or a PIN.
            (passkeys.UserVerificationRequirement, passkeys.ResidentKeyRequirement) = ("required", "required");
            passkeys.ServerDomain = settings.Address?.Host;
        });
    }
}
