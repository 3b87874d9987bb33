using K12Sync.Api.Access;
using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages.SignIn;

/// <summary>Where a provider's word leads: into a session, or, for who has one, to another way in.</summary>
[SignInPage]
internal sealed class BackPage(External external, SignInDesk desk, SignedIn me) : PageModel
{
    [TempData]
    public string? Done { get; set; }

    public async Task<IActionResult> OnGetAsync(string? to, bool connect)
    {
        if (await External.TakeAsync(HttpContext) is not { } said)
            return RedirectToPage("/SignIn/SignIn", new { problem = "provider" });
        if (connect && Caller.Of(User)?.PersonId is not null)
            return await ConnectAsync(said);
        if (await external.FindAsync(said, HttpContext.RequestAborted) is { } who)
            switch (await desk.ByProofAsync(who, HttpContext.RequestAborted))
            {
                case SignInOutcome.In admitted:
                    await Sessions.BeginAsync(HttpContext, admitted, said.Provider);
                    return LocalRedirect(Url.IsLocalUrl(to) ? to : "/account");
                case SignInOutcome.Out refused:
                    Sessions.TellRefused(HttpContext, refused, said.Provider);
                    break;
            }
        return RedirectToPage("/SignIn/SignIn", new { problem = "unknown" });
    }

    private async Task<IActionResult> ConnectAsync(Said said)
    {
        if (await me.Operations.ConnectAsync(said.Provider, said.Subject, HttpContext.RequestAborted))
        {
            await Sessions.TellAsync(HttpContext, me.Key, me.Caller.Role.ToString(), "account/providers", $"connected {said.Provider}", StatusCodes.Status200OK);
            Done = "From now on you can sign in that way too.";
        }
        else
            Done = "Nothing was changed: that account is connected already, or you are connected to another one there.";
        return LocalRedirect("/account");
    }
}
