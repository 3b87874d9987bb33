using System.Globalization;
using System.Security.Claims;
using K12Sync.Api.Audit;
using K12Sync.Data.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace K12Sync.Api.SignIn;

/// <summary>What a session is: who, since when, and the stamp that ends it when it changes. The cookie holds it, encrypted; whatever else matters is read anew.</summary>
internal static class Sessions
{
    /// <summary>The scheme of who has signed in.</summary>
    public const string Scheme = "Session";

    /// <summary>The scheme of who has given the right password, and whom a code is asked of.</summary>
    public const string HalfWayScheme = "HalfWay";

    /// <summary>The name of the cookie.</summary>
    public const string Cookie = "k12sync.session";

    /// <summary>What changes the ways in is for who has signed in so short a time ago.</summary>
    public static TimeSpan Fresh { get; } = TimeSpan.FromMinutes(20);

    private const string Who = "who";
    private const string Stamp = "stamp";
    private const string Since = "since";

    /// <summary>Begins a session, and writes down that it did.</summary>
    /// <param name="http">The request.</param>
    /// <param name="admitted">Who is in.</param>
    /// <param name="by">How: <c>password</c>, <c>code</c>, <c>passkey</c>, ...</param>
    public static async Task BeginAsync(HttpContext http, SignInOutcome.In admitted, string by)
    {
        await http.SignOutAsync(HalfWayScheme);
        await RestartAsync(http, admitted);
        await TellAsync(http, admitted.Key, admitted.Person.Role.ToString(), "session", $"by {by}", StatusCodes.Status200OK);
    }

    /// <summary>The same session with another stamp, after every other one has ended.</summary>
    public static Task RestartAsync(HttpContext http, SignInOutcome.In admitted)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.RequestServices.GetRequiredService<PersonDoor>().Forget(admitted.Key);
        var caller = PersonDoor.CallerOf(admitted.Person, admitted.Key.District, now);
        return http.SignInAsync(Scheme, caller.ToPrincipal(Scheme, Claims(admitted.Key, admitted.Person.Stamp, now)));
    }

    /// <summary>The password was right; a code is asked for.</summary>
    public static Task BeginHalfWayAsync(HttpContext http, SignInOutcome.CodeNeeded needed) =>
        http.SignInAsync(HalfWayScheme, new ClaimsPrincipal(new ClaimsIdentity(Claims(needed.Key, needed.Person.Stamp, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()), HalfWayScheme)));

    /// <summary>Of whom a code is asked; null: of nobody, or too long ago.</summary>
    public static async Task<(PersonKey Who, string Stamp)?> HalfWayAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(HalfWayScheme);
        return result.Principal is { } principal && Read(principal) is var (who, stamp, _) ? (who, stamp) : null;
    }

    /// <summary>When this session began; null: there is none.</summary>
    public static DateTimeOffset? BeganAt(ClaimsPrincipal user) => Read(user)?.Since;

    /// <summary>Looks with every request whether the session still stands, and as what.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context, TimeSpan longest)
    {
        var services = context.HttpContext.RequestServices;
        if (context.Principal is { } principal && Read(principal) is var (who, stamp, since) && since + longest > services.GetRequiredService<TimeProvider>().GetUtcNow()
            && await services.GetRequiredService<PersonDoor>().FindAsync(who, stamp, context.HttpContext.RequestAborted) is { } caller)
            context.ReplacePrincipal(caller.ToPrincipal(Scheme, Claims(who, stamp, since)));
        else
            context.RejectPrincipal();
    }

    /// <summary>Writes into the audit what somebody did about getting in. It waits until the entry is there.</summary>
    /// <param name="http">The request.</param>
    /// <param name="who">Whom it is about.</param>
    /// <param name="role">Their role.</param>
    /// <param name="target">What was done.</param>
    /// <param name="details">More of it; nothing secret.</param>
    /// <param name="status">What came of it.</param>
    public static Task TellAsync(HttpContext http, PersonKey who, string role, string target, string? details, int status)
    {
        var entry = Entry(http, who, role, target, details, status);
        return http.RequestServices.GetRequiredService<AuditLog>().AddChangeAsync(who.District, () => entry);
    }

    /// <summary>Writes into the audit that somebody tried to get in and did not. Nobody waits for it: the answer would take longer where there is somebody of that name.</summary>
    public static void TellRefused(HttpContext http, SignInOutcome.Out refused, string by)
    {
        if (refused is not { Key: { } who, Role: { } role })
            return;
        var entry = Entry(http, who, role.ToString(), "session", $"by {by}: refused, {refused.Why}", StatusCodes.Status401Unauthorized);
        http.RequestServices.GetRequiredService<AuditLog>().Add(who.District, () => entry);
    }

    private static AuditEntry Entry(HttpContext http, PersonKey who, string role, string target, string? details, int status) => new()
    {
        At = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), PersonId = who.Id, Role = role, Address = AuditedRequests.AddressOf(http), Method = http.Request.Method,
        Target = target, Query = details, Status = status,
    };

    private static Claim[] Claims(PersonKey who, string stamp, DateTimeOffset since) =>
        [new(Who, who.ToString()), new(Stamp, stamp), new(Since, since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))];

    private static (PersonKey Who, string Stamp, DateTimeOffset Since)? Read(ClaimsPrincipal user) =>
        PersonKey.Read(user.FindFirstValue(Who)) is { } who && user.FindFirstValue(Stamp) is { } stamp
            && long.TryParse(user.FindFirstValue(Since), NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            ? (who, stamp, DateTimeOffset.FromUnixTimeSeconds(since))
            : null;
}
