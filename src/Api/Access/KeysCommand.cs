using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;

namespace K12Sync.Api.Access;

/// <summary><c>k12sync keys create|list|revoke</c>: who may speak to the service.</summary>
internal static class KeysCommand
{
    private const int LongestName = 100;
    private const int MostDays = 3660;

    public static Command Build(CommonOptions common) => new("keys", "Keys by which programs read from the service.") { Create(common), List(common), Revoke(common) };

    private static Command Create(CommonOptions common)
    {
        var name = new Option<string>("--name") { Description = "What the key is called, for people.", HelpName = "NAME", Required = true };
        var role = new Option<KeyRole>("--role") { Description = "What it is good for.", HelpName = "ROLE", Required = true };
        var school = new Option<string?>("--school") { Description = "The only school it sees, by code (default: all; SchoolAdmin and Office need one).", HelpName = "S" };
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
            var made = await work.Keys.MakeAsync(parsed.GetRequiredValue(name), parsed.GetValue(role), parsed.GetValue(school), parsed.GetValue(days), cancellation);
            Terminal.PrintLine(made switch
            {
                MakeKeyResult.Made(var text) => text,
                MakeKeyResult.NameTaken => throw new CommandFailedException($"A key '{parsed.GetValue(name)}' is in use. Revoke it first, or choose another name."),
                MakeKeyResult.SchoolNeeded => throw new CommandFailedException($"A key for {parsed.GetValue(role)} is for one school: say which with --school."),
                _ => throw new CommandFailedException($"There is no school '{parsed.GetValue(school)}' in {work.District}."),
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
                Terminal.PrintTable(null, ["Name", "Role", "School", "Created", "Expires", "Last used", "State"],
                    keys.Select(k => new[] { k.Name, $"{k.Role}", k.School ?? "(all)", At(k.CreatedAt), At(k.ExpiresAt), At(k.LastUsedAt), k.State }));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke(CommonOptions common)
    {
        var name = new Argument<string>("NAME") { Description = "Which key." };
        var command = new Command("revoke", "Takes a key back, from the next request on.") { name };
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

    private static string At(DateTimeOffset? at) => at is { } some ? string.Create(CultureInfo.InvariantCulture, $"{some.UtcDateTime:yyyy-MM-dd HH:mm}Z") : "";
}
