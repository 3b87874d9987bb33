using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace K12Sync.Api.Pages.Account;

/// <summary>Sets up codes from an authenticator app, or turns them off.</summary>
[SignInPage]
internal sealed class AuthenticatorPage(SignedIn me, AuthenticatorSecrets secrets, TimeProvider clock) : FreshPage(me, clock)
{
    private string _secret = "";
    private string _email = "";

    /// <summary>The password was set just now.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Welcome { get; set; }

    public bool IsOn { get; private set; }
    public int CodesLeft { get; private set; }
    public IReadOnlyList<string>? Codes { get; private set; }
    public string? Problem { get; private set; }
    public (string Path, int Size) Qr => QrCode.Of(TimeCodes.Uri(_secret, _email));
    public string Spaced => string.Join(' ', _secret.Chunk(4).Select(c => new string(c)));

    /// <summary>The secret that is shown, encrypted: it is stored when a code of it has come back.</summary>
    public string Offer => secrets.Offer(Me.Key, _secret);

    public async Task OnGetAsync()
    {
        var person = (await Me.Operations.LookAsync(Stopped)).Person;
        (IsOn, CodesLeft, _email, _secret) = (person.HasAuthenticator, person.RecoveryCodesLeft, person.Email, TimeCodes.NewSecret());
    }

    public async Task<IActionResult> OnPostAsync(string? offer, string? code)
    {
        await OnGetAsync();
        if (IsOn)
            return RedirectToPage();
        if (secrets.Accept(Me.Key, offer ?? "") is not { } offered)
            Problem = "That took too long. Here is a new key: remove the old one from the app and scan this one.";
        else if (await Me.Operations.AddAuthenticatorAsync(_secret = offered, code ?? "", Stopped) is { } codes)
        {
            await TellAsync("account/authenticator", "on");
            Codes = codes;
            return Page();
        }
        else
            Problem = "That is not the code of this moment. Look whether the phone's clock is set by itself, and type the next one.";
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostCodesAsync()
    {
        await OnGetAsync();
        if (!IsOn)
            return RedirectToPage();
        Codes = await Me.Operations.RenewRecoveryCodesAsync(Stopped);
        await TellAsync("account/authenticator", "new recovery codes");
        return Page();
    }

    public async Task<IActionResult> OnPostOffAsync()
    {
        await Me.Operations.RemoveAuthenticatorAsync(Stopped);
        await TellAsync("account/authenticator", "off");
        Done = "Codes from an app are off.";
        return RedirectToPage("/Account/Account");
    }
}
