using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages.SignIn;

/// <summary>Ends the session of this browser.</summary>
internal sealed class SignOutPage : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.SignOutAsync(Sessions.Scheme);
        return RedirectToPage("/SignIn/SignIn", new { done = "out" });
    }
}
