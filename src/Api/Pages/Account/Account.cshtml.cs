using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Pages.Account;

/// <summary>Who somebody is here, and how they get in.</summary>
internal sealed class AccountPage(SignedIn me, Providers providers, TimeProvider clock) : PersonPage(me)
{
    public WaysIn Ways { get; private set; } = null!;
    public string Schools { get; private set; } = "";
    public IReadOnlyList<Provider> Providers => providers.All;

    public async Task OnGetAsync()
    {
        Ways = await Me.Operations.LookAsync(Stopped);
        Schools = Caller.Schools.IsAll ? "All of the district" : string.Join(", ", await Me.Db.Schools.Where(s => Caller.Schools.Ids.Contains(s.Id)).OrderBy(s => s.Code).Select(s => s.Name).ToListAsync(Stopped));
    }

    public async Task<IActionResult> OnPostEverywhereAsync()
    {
        await Me.Operations.EndSessionsAsync(Stopped);
        HttpContext.RequestServices.GetRequiredService<PersonDoor>().Forget(Me.Key);
        await TellAsync("account/sessions", "ended everywhere");
        await HttpContext.SignOutAsync(Sessions.Scheme);
        return RedirectToPage("/SignIn/SignIn", new { done = "everywhere" });
    }

    public IActionResult OnPostConnect(string? provider)
    {
        if (providers.Find(provider ?? "") is not { } found)
            return NotFound();
        return IsFresh ? Challenge(new AuthenticationProperties { RedirectUri = Url.Page("/SignIn/Back", new { connect = true }) }, found.Name) : Again();
    }

    public async Task<IActionResult> OnPostDisconnectAsync(string? provider)
    {
        if (providers.Find(provider ?? "") is not { } found)
            return NotFound();
        if (!IsFresh)
            return Again();
        await Me.Operations.DisconnectAsync(found.Name, Stopped);
        await TellAsync("account/providers", $"disconnected {found.Name}");
        Done = $"{found.Title} is disconnected.";
        return RedirectToPage();
    }

    private bool IsFresh => Sessions.BeganAt(User) is { } began && began + Sessions.Fresh > clock.GetUtcNow();

    private RedirectToPageResult Again() => RedirectToPage("/SignIn/SignIn", new { to = "/account", again = true });
}
