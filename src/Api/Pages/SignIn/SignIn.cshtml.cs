using K12Sync.Api.Access;
using K12Sync.Api.SignIn;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages.SignIn;

/// <summary>Sign in by password, passkey or a provider.</summary>
[SignInPage]
internal sealed class SignInPage(SignInDesk desk, Providers providers, SignInManager<PersonRow> ceremonies) : PageModel
{
    /// <summary>The same for every reason, so that nobody learns who is known here.</summary>
    private const string Refused = "That address and password do not go together, or there were too many tries. Check both. After ten wrong tries there is a pause of 15 minutes.";

    private const string NotByProvider = "That account is nobody's here. Sign in another way, or ask whoever looks after K12Sync in your district to add you with the address of that account.";

    /// <summary>Where to go on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public string? Email { get; private set; }
    public string? Problem { get; private set; }
    public string? Notice { get; private set; }
    public IReadOnlyList<Provider> Providers => providers.All;

    public IActionResult OnGet(string? problem, bool again, string? done)
    {
        if (Caller.Of(User)?.PersonId is not null && !again)
            return Onward();
        Problem = problem switch { "provider" => "Signing in there did not come about. Try again, or sign in another way.", "unknown" => NotByProvider, _ => null };
        Notice = again ? "You signed in a while ago. To change how you get in, show once more that it is you." : done switch { "out" => "You are signed out.", "everywhere" => "You are signed out everywhere.", _ => null };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? email, string? password)
    {
        Email = email?.Trim();
        switch (await desk.ByPasswordAsync(Email ?? "", password ?? "", HttpContext.RequestAborted))
        {
            case SignInOutcome.In admitted:
                await Sessions.BeginAsync(HttpContext, admitted, "password");
                return Onward();
            case SignInOutcome.CodeNeeded needed:
                await Sessions.BeginHalfWayAsync(HttpContext, needed);
                return RedirectToPage("/SignIn/Code", new { to = Local(To) });
            case SignInOutcome.Out refused:
                Sessions.TellRefused(HttpContext, refused, "password");
                break;
        }
        (Problem, Response.StatusCode) = (Refused, StatusCodes.Status401Unauthorized);
        return Page();
    }

    /// <summary>What a passkey is challenged with.</summary>
    public async Task<IActionResult> OnPostOptionsAsync() => Content(await ceremonies.MakePasskeyRequestOptionsAsync(null), "application/json");

    public async Task<IActionResult> OnPostPasskeyAsync(string? credential)
    {
        var shown = await ceremonies.PerformPasskeyAssertionAsync(credential ?? "{}");
        if (shown.Succeeded && PersonKey.Read(await ceremonies.UserManager.GetUserIdAsync(shown.User)) is { } who)
            switch (await desk.ByProofAsync(who, HttpContext.RequestAborted))
            {
                case SignInOutcome.In admitted:
                    await ((IUserPasskeyStore<PersonRow>)HttpContext.RequestServices.GetRequiredService<IUserStore<PersonRow>>()).AddOrUpdatePasskeyAsync(shown.User, shown.Passkey, HttpContext.RequestAborted);
                    await Sessions.BeginAsync(HttpContext, admitted, "passkey");
                    return Onward();
                case SignInOutcome.Out refused:
                    Sessions.TellRefused(HttpContext, refused, "passkey");
                    break;
            }
        HttpContext.RequestServices.GetRequiredService<ILogger<SignInPage>>().LogInformation("A passkey was refused: {Reason}", shown.Failure?.Message ?? "its person may not come in");
        (Problem, Response.StatusCode) = ("That passkey is not known here. Use your password, or another passkey.", StatusCodes.Status401Unauthorized);
        return Page();
    }

    /// <summary>Sends to a provider, which sends back.</summary>
    public IActionResult OnPostWith(string? provider) => providers.Find(provider ?? "") is { } found
        ? Challenge(new AuthenticationProperties { RedirectUri = Url.Page("/SignIn/Back", new { to = Local(To) }) }, found.Name)
        : NotFound();

    private LocalRedirectResult Onward() => LocalRedirect(Local(To) ?? "/account");

    private string? Local(string? to) => Url.IsLocalUrl(to) ? to : null;
}
