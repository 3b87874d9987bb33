using K12Sync.Api.CommandLine;
using K12Sync.Api.SignIn;
using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace K12Sync.Api.Pages.SignIn;

/// <summary>What a one-time link opens: somebody sets a password, or is the first person of a district.</summary>
[SignInPage]
internal sealed class WelcomePage(Premises premises, Passwords passwords) : PageModel
{
    private const int LongestName = 200;

    public LinkState State { get; private set; } = new LinkState.Gone();
    public string? Name { get; private set; }
    public string? Email { get; private set; }
    public string? NameProblem { get; private set; }
    public string? EmailProblem { get; private set; }
    public string? PasswordProblem { get; private set; }
    public string? RepeatProblem { get; private set; }

    public string Title => State switch { LinkState.Gone => "This link is good for nothing any more", LinkState.OfFirst => "Set K12Sync up", _ => "Set your password" };

    public async Task OnGetAsync(string link)
    {
        await using var db = Open(link);
        if (db is not null)
            State = await new LinkOperations(db, passwords, premises.Clock).LookAsync(link, HttpContext.RequestAborted);
        Answer();
    }

    public async Task<IActionResult> OnPostAsync(string link, string? name, string? email, string? password, string? repeat)
    {
        await using var db = Open(link);
        var operations = db is null ? null : new LinkOperations(db, passwords, premises.Clock);
        State = operations is null ? new LinkState.Gone() : await operations.LookAsync(link, HttpContext.RequestAborted);
        (Name, Email) = (name?.Trim(), email?.Trim());
        if (operations is null || !IsComplete(password, repeat))
            return Answer();
        var result = State is LinkState.OfFirst
            ? await operations.BeginAsync(link, Name!, Email!, password!, HttpContext.RequestAborted)
            : await operations.UseAsync(link, password!, HttpContext.RequestAborted);
        switch (result)
        {
            case UseLinkResult.Done(var person):
                return await GoOnAsync(new PersonKey(SignInLinkText.DistrictOf(link)!.Value, person.Id), person);
            case UseLinkResult.Weak(var reason):
                PasswordProblem = reason;
                break;
            case UseLinkResult.EmailTaken:
                EmailProblem = "Somebody signs in with that address already. Each person has one of their own.";
                break;
            default:
                State = new LinkState.Gone();
                break;
        }
        return Answer();
    }

    private bool IsComplete(string? password, string? repeat)
    {
        if (State is LinkState.OfFirst && Name is not { Length: > 0 and <= LongestName })
            NameProblem = $"Write your name, in {LongestName} characters at most.";
        if (State is LinkState.OfFirst && !EmailText.IsOne(Email))
            EmailProblem = "That is no e-mail address. Write it like dana@district.example.";
        if (password is not { Length: > 0 })
            PasswordProblem = "Choose a password.";
        else if (password != repeat)
            RepeatProblem = "These are two different passwords. Type the same one twice.";
        return NameProblem is null && EmailProblem is null && PasswordProblem is null && RepeatProblem is null;
    }

    /// <summary>The link stands for the password; what is asked for besides is still asked for.</summary>
    private async Task<IActionResult> GoOnAsync(PersonKey who, PersonRow person)
    {
        await Sessions.TellAsync(HttpContext, who, person.Role.ToString(), "account/password", "set by a one-time link", StatusCodes.Status200OK);
        if (person.HasAuthenticator)
        {
            await Sessions.BeginHalfWayAsync(HttpContext, new SignInOutcome.CodeNeeded(who, person));
            return RedirectToPage("/SignIn/Code");
        }
        await Sessions.BeginAsync(HttpContext, new SignInOutcome.In(who, person), "one-time link");
        return RedirectToPage("/Account/Authenticator", new { welcome = true });
    }

    private PageResult Answer()
    {
        if (State is LinkState.Gone)
            Response.StatusCode = StatusCodes.Status404NotFound;
        else if (HttpMethods.IsPost(Request.Method))
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private K12SyncDb? Open(string link) => SignInLinkText.DistrictOf(link) is { } district ? premises.Database.Open(district) : null;
}
