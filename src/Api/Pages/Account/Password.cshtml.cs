using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace K12Sync.Api.Pages.Account;

/// <summary>Changes one's own password.</summary>
[SignInPage]
internal sealed class PasswordPage(SignedIn me, TimeProvider clock) : FreshPage(me, clock)
{
    public bool HasOne { get; private set; }
    public string Email { get; private set; } = "";
    public string? PresentProblem { get; private set; }
    public string? PasswordProblem { get; private set; }
    public string? RepeatProblem { get; private set; }

    public async Task OnGetAsync()
    {
        var person = (await Me.Operations.LookAsync(Stopped)).Person;
        (HasOne, Email) = (person.PasswordHash is not null, person.Email);
    }

    public async Task<IActionResult> OnPostAsync(string? present, string? password, string? repeat)
    {
        await OnGetAsync();
        if (password is not { Length: > 0 })
            PasswordProblem = "Choose a password.";
        else if (password != repeat)
            RepeatProblem = "These are two different passwords. Type the same one twice.";
        else
            switch (await Me.Operations.ChangePasswordAsync(present ?? "", password, Stopped))
            {
                case ChangePasswordResult.Changed(var person):
                    await Sessions.RestartAsync(HttpContext, new SignInOutcome.In(Me.Key, person));
                    await TellAsync("account/password", "changed");
                    Done = "Your password is changed.";
                    return RedirectToPage("/Account/Account");
                case ChangePasswordResult.Weak(var reason):
                    PasswordProblem = reason;
                    break;
                default:
                    PresentProblem = "That is not your present password, or there were too many tries.";
                    break;
            }
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
