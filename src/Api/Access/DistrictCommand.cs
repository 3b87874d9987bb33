using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;

namespace K12Sync.Api.Access;

/// <summary><c>k12sync district show|contact|retention</c>.</summary>
internal static class DistrictCommand
{
    private const int LongestText = 200;
    private const int FewestFileDays = 30;
    private const int FewestRecordDays = 400;
    private const string ForEver = "forever";
    private const int MostDays = 3660;

    public static Command Build(CommonOptions common) => new("district", "What the district says of itself.") { Show(common), Contact(common), Retention(common) };

    private static Command Show(CommonOptions common)
    {
        var command = new Command("show", "Shows whom to ask about the district's data, and how long it keeps what.") { common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var district = await work.DistrictItself.FindAsync(cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(new { district.Name, district.DataContact, district.DataContactMail, district.FileDays, district.RecordDays, district.AuditDays, district.KeptFrom });
            else
                Terminal.PrintLine($"{district.Name}: {(district.DataContact is null ? "nobody is named to ask about its data" : $"{district.DataContact} <{district.DataContactMail}> is to be asked about its data")}; "
                    + Kept(district));
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

    private static Command Retention(CommonOptions common)
    {
        var files = Days("--file-days", "Contents of delivered files, after their delivery", FewestFileDays);
        var records = Days("--record-days", "Passes, tardies, check-ins, child-days and what was told of them, after their day. A school year and the agencies' yearly limits need 400 days", FewestRecordDays);
        var audit = Days("--audit-days", "Entries of the audit", FewestRecordDays);
        var command = new Command("retention", "Says how long what is kept; what is not named stays as it is. 'serve' deletes what is older every day, 'purge' at once. Nothing of a day that is gone is taken in any more.") { files, records, audit };
        command.Validators.Add(result =>
        {
            if (result.GetResult(files) is null && result.GetResult(records) is null && result.GetResult(audit) is null)
                result.AddError("Say how long something is kept, for instance --record-days 800, or --record-days forever.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            await work.DistrictItself.KeepAsync(KeepingOf(parsed.GetValue(files)), KeepingOf(parsed.GetValue(records)), KeepingOf(parsed.GetValue(audit)), cancellation);
            Terminal.PrintLine($"{work.District}: {Kept(await work.DistrictItself.FindAsync(cancellation))}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> Days(string name, string what, int fewest)
    {
        var days = new Option<string?>(name) { Description = $"{what}: {fewest} to {MostDays}, or '{ForEver}'.", HelpName = "N" };
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value != ForEver
                && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= fewest && number <= MostDays))
                result.AddError($"{name} is {fewest} to {MostDays}, or '{ForEver}'.");
        });
        return days;
    }

    private static Keeping? KeepingOf(string? text) => text is null ? null : new Keeping(text == ForEver ? null : int.Parse(text, CultureInfo.InvariantCulture));

    private static string Kept(District district) =>
        $"contents of files are kept {For(district.FileDays)}; passes, tardies, check-ins and child-days {For(district.RecordDays)}"
        + (district.KeptFrom is { } line ? string.Create(CultureInfo.InvariantCulture, $" (nothing is taken of days before {line:yyyy-MM-dd})") : "") + $"; the audit {For(district.AuditDays)}.";

    private static string For(int? days) => days is { } some ? $"for {some} days" : "for ever";
}
