using K12Sync.Api.SignIn;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace K12Sync.Api.Pages.Account;

/// <summary>Adds and removes one's own passkeys.</summary>
[SignInPage]
internal sealed class PasskeysPage(SignedIn me, SignInManager<PersonRow> ceremonies, TimeProvider clock) : FreshPage(me, clock)
{
    private const int LongestName = 60;

    public IReadOnlyList<PasskeyRow> Passkeys { get; private set; } = [];
    public string? Problem { get; private set; }
    public string? Name { get; private set; }

    public async Task OnGetAsync() => Passkeys = (await Me.Operations.LookAsync(Stopped)).Passkeys;

    /// <summary>What a new passkey is to be made for.</summary>
    public async Task<IActionResult> OnPostOptionsAsync()
    {
        var person = (await Me.Operations.LookAsync(Stopped)).Person;
        return Content(await ceremonies.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = Me.Key.ToString(), Name = person.Email, DisplayName = person.Name }), "application/json");
    }

    public async Task<IActionResult> OnPostAddAsync(string? credential, string? name)
    {
        Name = name?.Trim() is { Length: > 0 and <= LongestName } some ? some : "Passkey";
        var made = await ceremonies.PerformPasskeyAttestationAsync(credential ?? "{}");
        if (made.Succeeded && made.UserEntity.Id == Me.Key.ToString() && await Me.Operations.AddPasskeyAsync(PeopleStore.Facts(made.Passkey, Name), Stopped))
        {
            await TellAsync("account/passkeys", "added");
            Done = "The passkey is added. Next time you can sign in with it.";
            return RedirectToPage();
        }
        HttpContext.RequestServices.GetRequiredService<ILogger<PasskeysPage>>().LogInformation("A passkey was not added: {Reason}", made.Failure?.Message ?? "it is somebody's already");
        await OnGetAsync();
        (Problem, Response.StatusCode) = ("The passkey was not added. Try again.", StatusCodes.Status422UnprocessableEntity);
        return Page();
    }

    public async Task<IActionResult> OnPostRemoveAsync(long id)
    {
        if (await Me.Operations.RemovePasskeyAsync(id, Stopped))
        {
            await TellAsync("account/passkeys", "removed");
            Done = "The passkey is removed. Delete it on your device too.";
        }
        return RedirectToPage();
    }
}
