using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;

namespace K12Sync.Api.SignIn;

/// <summary><c>k12sync user add|reset|list|lock|unlock|remove|show-students</c>: who signs in. No command ever knows a password.</summary>
internal static class UserCommand
{
    private const int LongestText = 200;
    private const int MostHours = 7 * 24;
    private const int UsualHours = 72;

    public static Command Build(CommonOptions common) => new("user", "People who sign in.")
    {
        Add(common), Reset(common), List(common), Lock(common), Unlock(common), Remove(common), ShowStudents(common),
    };

    private static Command Add(CommonOptions common)
    {
        var name = new Option<string>("--name") { Description = "Who it is.", HelpName = "NAME", Required = true };
        var email = new Option<string>("--email") { Description = "The address they sign in with.", HelpName = "ADDRESS", Required = true };
        var role = new Option<KeyRole>("--role") { Description = "What they are here.", HelpName = "ROLE", Required = true };
        var school = new Option<string[]>("--school") { Description = "A school they see, by code; may be given several times (default: all; SchoolAdmin and Office need one).", HelpName = "S" };
        var hours = Hours();
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= LongestText } text || string.IsNullOrWhiteSpace(text))
                result.AddError($"A name has 1 to {LongestText} characters.");
        });
        email.Validators.Add(result =>
        {
            if (!EmailText.IsOne(result.GetValueOrDefault<string>()))
                result.AddError("That is no mail address. Write it like dana@district.example.");
        });
        var command = new Command("add", "Adds somebody and prints a link by which they set a password, once.") { name, email, role, school, hours };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var added = await work.People.AddAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(email), parsed.GetValue(role), parsed.GetValue(school) ?? [], TimeSpan.FromHours(parsed.GetValue(hours)), cancellation);
            Print(work, added switch
            {
                AddPersonResult.Added(var link, var until) => new NewLink(link, until),
                AddPersonResult.EmailTaken => throw new CommandFailedException($"Somebody signs in with {parsed.GetValue(email)} already. Each person has an address of their own, in all districts together."),
                AddPersonResult.SchoolNeeded => throw new CommandFailedException($"Somebody of the role {parsed.GetValue(role)} is for one school or several: say which with --school."),
                AddPersonResult.NoSuchSchool(var code) => throw new CommandFailedException($"There is no school '{code}' in {work.District}."),
                _ => throw new InvalidOperationException($"{added} has no words."),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Reset(CommonOptions common)
    {
        var email = Email();
        var factor = new Option<bool>("--second-factor") { Description = "Also forget their authenticator app and recovery codes, for who has lost the phone. Make sure that it is them." };
        var hours = Hours();
        var command = new Command("reset", "Takes somebody's password and passkeys away, ends their sessions, and prints a link by which they set a new password, once.") { email, factor, hours };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            Print(work, await work.People.ResetAsync(parsed.GetRequiredValue(email), parsed.GetValue(factor), TimeSpan.FromHours(parsed.GetValue(hours)), cancellation) ?? throw Unknown(parsed.GetRequiredValue(email)));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command List(CommonOptions common)
    {
        var command = new Command("list", "Lists the people.") { common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var people = await work.People.ListAsync(cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(people);
            else if (people.Count == 0)
                Terminal.Tell("There is nobody yet. 'k12sync serve' prints a link by which the first person is set up, or use 'k12sync user add'.");
            else
                Terminal.PrintTable(null, ["Name", "Address", "Role", "School", "Signs in by", "Last sign-in", "Sees students until", "State"],
                    people.Select(p => new[] { p.Name, p.Email, $"{p.Role}", p.School ?? "(all)", p.WaysIn.Length == 0 ? "(nothing yet)" : p.WaysIn, At(p.LastSignInAt), At(p.SeesStudentsUntil), p.State }));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Lock(CommonOptions common) => Change(common, "lock", "Keeps somebody out, and ends their sessions a second later.",
        (work, email, cancellation) => work.People.LockAsync(email, cancellation), email => $"{email} is locked out.");

    private static Command Unlock(CommonOptions common) => Change(common, "unlock", "Lets somebody in again who was locked, or tried too often.",
        (work, email, cancellation) => work.People.UnlockAsync(email, cancellation), email => $"{email} may sign in again.");

    private static Command Remove(CommonOptions common) => Change(common, "remove", "Removes somebody with all that they signed in by. The audit keeps the name.",
        (work, email, cancellation) => work.People.RemoveAsync(email, cancellation), email => $"Removed {email}.");

    private static Command Change(CommonOptions common, string name, string description, Func<Workplace, string, CancellationToken, Task<bool>> change, Func<string, string> done)
    {
        var email = Email();
        var command = new Command(name, description) { email };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            if (!await change(work, parsed.GetRequiredValue(email), cancellation))
                throw Unknown(parsed.GetRequiredValue(email));
            Terminal.PrintLine(done(parsed.GetRequiredValue(email)));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command ShowStudents(CommonOptions common)
    {
        var email = Email();
        var hours = new Option<int>("--hours") { Description = $"For so many hours, 1 to {MostHours}; then they are masked again by themselves.", HelpName = "H", Required = true };
        Within(hours);
        var command = new Command("show-students", "Lets somebody of the role Support see students unmasked for a time.") { email, hours };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            Terminal.PrintLine(await work.People.ShowStudentsAsync(parsed.GetRequiredValue(email), TimeSpan.FromHours(parsed.GetValue(hours)), cancellation) switch
            {
                ShowPersonResult.Shown(var until) => $"{parsed.GetValue(email)} sees students until {At(until)}.",
                ShowPersonResult.SeesThemAnyway(var role) => throw new CommandFailedException($"{parsed.GetValue(email)} has the role {role}. Only for Support are students masked."),
                _ => throw Unknown(parsed.GetRequiredValue(email)),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Workplace work, NewLink link)
    {
        Terminal.PrintLine(work.LinkTo(link).ToString());
        Terminal.Tell($"Give this link to them and nobody else. It is good until {At(link.Until)}, for one time; it is not stored and cannot be shown again.");
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "The address they sign in with." };

    private static Option<int> Hours()
    {
        var hours = new Option<int>("--hours") { Description = $"The link is good for so many hours, 1 to {MostHours} (default: {UsualHours}).", HelpName = "H", DefaultValueFactory = _ => UsualHours };
        Within(hours);
        return hours;
    }

    private static void Within(Option<int> hours) => hours.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostHours))
            result.AddError($"--hours is 1 to {MostHours}.");
    });

    private static CommandFailedException Unknown(string email) => new($"Nobody signs in with {email}. 'k12sync user list' shows who does.");

    private static string At(DateTimeOffset? at) => at is { } some ? string.Create(CultureInfo.InvariantCulture, $"{some.UtcDateTime:yyyy-MM-dd HH:mm}Z") : "";
}
