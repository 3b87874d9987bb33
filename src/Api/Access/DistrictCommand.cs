using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Access;

/// <summary><c>k12sync district show|contact|keep-files</c>.</summary>
internal static class DistrictCommand
{
    private const int LongestText = 200;
    private const int FewestDays = 30;
    private const int MostDays = 3660;

    public static Command Build(CommonOptions common) => new("district", "What the district says of itself.") { Show(common), Contact(common), KeepFiles(common) };

    private static Command Show(CommonOptions common)
    {
        var command = new Command("show", "Shows whom to ask about the district's data, and how long it keeps contents of files.") { common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var district = await work.DistrictItself.FindAsync(cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(new { district.Name, district.DataContact, district.DataContactMail, district.FileDays });
            else
                Terminal.PrintLine($"{district.Name}: {(district.DataContact is null ? "nobody is named to ask about its data" : $"{district.DataContact} <{district.DataContactMail}> is to be asked about its data")}; "
                    + $"contents of files are kept {(district.FileDays is { } days ? $"for {days} days" : "for ever")}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Contact(CommonOptions common)
    {
        var name = new Option<string>("--contact") { Description = "Who it is.", HelpName = "NAME", Required = true };
        var mail = new Option<string>("--mail") { Description = "Where to write to them.", HelpName = "ADDRESS", Required = true };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= LongestText } text || string.IsNullOrWhiteSpace(text))
                result.AddError($"A name has 1 to {LongestText} characters.");
        });
        mail.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: <= LongestText } text || !System.Net.Mail.MailAddress.TryCreate(text, out var address) || address.Address != text)
                result.AddError("That is no mail address. Write it like privacy@district.example.");
        });
        var command = new Command("contact", "Names whom to ask about the district's data. Keys that read see it at Districts.") { name, mail };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            await work.DistrictItself.NameContactAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(mail), cancellation);
            Terminal.PrintLine($"{parsed.GetRequiredValue(name)} <{parsed.GetRequiredValue(mail)}> is to be asked about the data of {work.District}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command KeepFiles(CommonOptions common)
    {
        var days = new Option<int?>("--file-days") { Description = $"For so many days after delivery, {FewestDays} to {MostDays}; without it, for ever.", HelpName = "N" };
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= FewestDays and <= MostDays))
                result.AddError($"--file-days is {FewestDays} to {MostDays}.");
        });
        var command = new Command("keep-files", "Says how long the contents of delivered files are kept. 'serve' deletes older ones every day, 'purge' at once.") { days };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            await work.DistrictItself.KeepFilesAsync(parsed.GetValue(days), cancellation);
            Terminal.PrintLine(parsed.GetValue(days) is { } some ? $"{work.District} keeps the contents of delivered files for {some} days." : $"{work.District} keeps the contents of files for ever.");
            return ExitCode.Done;
        });
        return command;
    }
}
