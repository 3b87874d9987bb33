using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace K12Sync.Api.Access;

/// <summary>
/// <c>Authorization: Bearer KEY</c>, or Basic with the key as the password and any user name, which is what spreadsheets can do. Never in a URL. A key that is
/// wrong, expired, revoked or not there gets the same answer.
/// </summary>
internal sealed class ApiKeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyDoor door)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string Key = "ApiKey";

    private const int LongestHeader = 1_000;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyIn(Request.Headers.Authorization.ToString()) is not { } text)
            return AuthenticateResult.NoResult();
        return await door.FindAsync(text, Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Key), Key))
            : AuthenticateResult.Fail("No good key.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Basic realm=\"K12Sync\", charset=\"UTF-8\"";
        return Refusal.WriteAsync(Context, StatusCodes.Status401Unauthorized, "Unauthorized", "This needs a key: as a bearer token, or as the password of Basic with any user name.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Refusal.WriteAsync(Context, StatusCodes.Status403Forbidden, "Forbidden", "This key is not for that. What a key is good for was said when it was made.");

    private static string? KeyIn(string header)
    {
        if (header.Length > LongestHeader || !AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { Length: > 0 } parameter)
            return null;
        if (value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return parameter;
        if (!value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
