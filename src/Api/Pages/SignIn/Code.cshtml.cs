using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages.SignIn;

/// <summary>The second factor, after the password: a code from an app, or a recovery code.</summary>
[SignInPage]
internal sealed class CodePage(SignInDesk desk) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    /// <summary>A recovery code is asked for instead.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Recovery { get; set; }

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await Sessions.HalfWayAsync(HttpContext) is null ? Again() : Page();

    public async Task<IActionResult> OnPostAsync(string? code)
    {
        if (await Sessions.HalfWayAsync(HttpContext) is not { } halfWay)
            return Again();
        var result = Recovery
            ? await desk.ByRecoveryCodeAsync(halfWay.Who, halfWay.Stamp, code ?? "", HttpContext.RequestAborted)
            : await desk.ByCodeAsync(halfWay.Who, halfWay.Stamp, code ?? "", HttpContext.RequestAborted);
        if (result is SignInOutcome.In admitted)
        {
            await Sessions.BeginAsync(HttpContext, admitted, Recovery ? "password and recovery code" : "password and code");
            return LocalRedirect(Url.IsLocalUrl(To) ? To : "/account");
        }
        Sessions.TellRefused(HttpContext, (SignInOutcome.Out)result, Recovery ? "recovery code" : "code");
        (Problem, Response.StatusCode) = (Recovery
            ? "That is none of your recovery codes, or it was used before."
            : "That code is not the one of this moment, or it was used before. Wait for the next and type it. After ten wrong tries there is a pause of 15 minutes.", StatusCodes.Status401Unauthorized);
        return Page();
    }

    private RedirectToPageResult Again() => RedirectToPage("/SignIn/SignIn", new { to = Url.IsLocalUrl(To) ? To : null });
}
