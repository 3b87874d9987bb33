using K12Sync.Api.Access;
using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages;

/// <summary>A page for whoever has signed in. Others are sent to sign in, and come back.</summary>
[Authorize(Policy = SignInServices.People)]
internal abstract class PersonPage(SignedIn me) : PageModel
{
    /// <summary>Who has signed in, with what they may do.</summary>
    public Caller Caller => me.Caller;

    /// <summary>Their rows.</summary>
    protected SignedIn Me => me;

    /// <summary>What was done just now, told once by the page that is shown next.</summary>
    [TempData]
    public string? Done { get; set; }

    protected CancellationToken Stopped => HttpContext.RequestAborted;

    /// <summary>Puts into the audit what was done here.</summary>
    protected Task TellAsync(string target, string? details = null) => Sessions.TellAsync(HttpContext, me.Key, Caller.Role.ToString(), target, details, StatusCodes.Status200OK);
}

/// <summary>A page that changes how somebody gets in. A browser that was left open is not enough for that: who signed in longer ago has to do so again.</summary>
internal abstract class FreshPage(SignedIn me, TimeProvider clock) : PersonPage(me)
{
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (Sessions.BeganAt(User) is { } began && began + Sessions.Fresh > clock.GetUtcNow())
            await next();
        else
            context.Result = new RedirectToPageResult("/SignIn/SignIn", new { to = $"{Request.Path}", again = true });
    }
}
