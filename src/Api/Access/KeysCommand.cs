using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;

namespace K12Sync.Api.Access;

/// <summary><c>k12sync keys create|list|revoke|show-students</c>: who may speak to the service.</summary>
internal static class KeysCommand
{
    private const int LongestName = 100;
    private const int MostDays = 3660;
    private const int MostHours = 7 * 24;

    public static Command Build(CommonOptions common) => new("keys", "Keys by which programs read from the service.") { Create(common), List(common), Revoke(common), ShowStudents(common) };

    private static Command Create(CommonOptions common)
    {
        var name = new Option<string>("--name") { Description = "What the key is called, for people.", HelpName = "NAME", Required = true };
        var role = new Option<KeyRole>("--role") { Description = "What it is good for.", HelpName = "ROLE", Required = true };
        var school = new Option<string[]>("--school") { Description = "A school it sees, by code; may be given several times (default: all; SchoolAdmin and Office need one).", HelpName = "S" };
        var days = new Option<int?>("--days") { Description = "It expires after so many days (default: it does not).", HelpName = "D" };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= LongestName } text || string.IsNullOrWhiteSpace(text))
                result.AddError($"A name has 1 to {LongestName} characters.");
        });
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostDays))
                result.AddError($"--days is 1 to {MostDays}.");
        });
        var command = new Command("create", "Makes a key and prints it, once.") { name, role, school, days };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var made = await work.Keys.MakeAsync(parsed.GetRequiredValue(name), parsed.GetValue(role), parsed.GetValue(school) ?? [], parsed.GetValue(days), cancellation);
            Terminal.PrintLine(made switch
            {
                MakeKeyResult.Made(var text) => text,
                MakeKeyResult.NameTaken => throw new CommandFailedException($"A key '{parsed.GetValue(name)}' is in use. Revoke it first, or choose another name."),
                MakeKeyResult.SchoolNeeded => throw new CommandFailedException($"A key for {parsed.GetValue(role)} is for one school or several: say which with --school."),
                MakeKeyResult.NoSuchSchool(var code) => throw new CommandFailedException($"There is no school '{code}' in {work.District}."),
                _ => throw new InvalidOperationException($"{made} has no words."),
            });
            Terminal.Tell("This is the key. It is not stored and cannot be shown again.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command List(CommonOptions common)
    {
        var command = new Command("list", "Lists the keys, never their texts.") { common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var keys = await work.Keys.ListAsync(cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(keys);
            else if (keys.Count == 0)
                Terminal.Tell("There are no keys.");
            else
                Terminal.PrintTable(null, ["Name", "Role", "School", "Created", "Expires", "Last used", "Sees students until", "State"],
                    keys.Select(k => new[] { k.Name, $"{k.Role}", k.School ?? "(all)", At(k.CreatedAt), At(k.ExpiresAt), At(k.LastUsedAt), At(k.SeesStudentsUntil), k.State }));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke(CommonOptions common)
    {
        var name = new Argument<string>("NAME") { Description = "Which key." };
        var command = new Command("revoke", "Takes a key back. A second later it is good for nothing.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            if (!await work.Keys.RevokeAsync(parsed.GetRequiredValue(name), cancellation))
                throw new CommandFailedException($"No key '{parsed.GetValue(name)}' is in use. 'k12sync keys list' shows what there is.");
            Terminal.PrintLine($"Revoked key {parsed.GetValue(name)}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command ShowStudents(CommonOptions common)
    {
        var name = new Option<string>("--name") { Description = "Which key.", HelpName = "NAME", Required = true };
        var hours = new Option<int>("--hours") { Description = $"For so many hours, 1 to {MostHours}; then they are masked again by themselves.", HelpName = "H", Required = true };
        hours.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostHours))
                result.AddError($"--hours is 1 to {MostHours}.");
        });
        var command = new Command("show-students", "Lets a Support key see students unmasked for a time.") { name, hours };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            Terminal.PrintLine(await work.Keys.ShowStudentsAsync(parsed.GetRequiredValue(name), TimeSpan.FromHours(parsed.GetValue(hours)), cancellation) switch
            {
                ShowStudentsResult.Shown(var until) => $"Key {parsed.GetValue(name)} sees students until {At(until)}.",
                ShowStudentsResult.SeesThemAnyway(var role) => throw new CommandFailedException($"'{parsed.GetValue(name)}' is a key for {role}. Only keys for Support see students masked."),
                _ => throw new CommandFailedException($"No key '{parsed.GetValue(name)}' is in use. 'k12sync keys list' shows what there is."),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static string At(DateTimeOffset? at) => at is { } some ? string.Create(CultureInfo.InvariantCulture, $"{some.UtcDateTime:yyyy-MM-dd HH:mm}Z") : "";
}
