using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync indiana status|start</c>: who enters a licence's days, what blocks its service periods, and from when on the connection sends them.</summary>
internal static class IndianaCommand
{
    public static Command Build(CommonOptions common) => new("indiana", "Indiana's CCMS connection: where licences stand, and the day on which it begins.") { Status(common), Start(common) };

    private static Command Status(CommonOptions common)
    {
        var (name, language) = (ConnectorOption(), LanguageOption());
        var command = new Command("status", "Asks the state, and shows for each licence who enters the days and where its service periods stand. Sends nothing.") { name, language, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var chosen = parsed.GetValue(language) is { } code ? SpokenLanguages.Find(code) : null;
            var licenses = await work.Indiana.StatusAsync(connector, chosen, cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(licenses);
            else
                Print(licenses, AgencyTexts.Of(chosen ?? ((AgencyDestinationDefinition)connector.Definition.Destination).Language));
            return licenses.Any(l => l.Trouble is not null) ? ExitCode.Failed
                : licenses.Any(l => l.Periods.Any(p => p.Standing is IndianaStanding.RosterDiffers or IndianaStanding.Blocked or IndianaStanding.BeforeStart or IndianaStanding.UnderWay)) ? ExitCode.NeedsAPerson
                : ExitCode.Done;
        });
        return command;
    }

    private static Command Start(CommonOptions common)
    {
        var name = ConnectorOption();
        var license = new Option<string>("--license") { Description = "The licence number, hyphens included.", HelpName = "NUMBER", Required = true };
        var on = CommonOptions.Day("--on", "The first day of a service period, in the future.");
        on.Required = true;
        var command = new Command("start", "Chooses the service period with which the connection of a licence begins. Periods before it are entered in the portal, the first always.") { name, license, on };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var result = await work.Indiana.StartAsync(connector, parsed.GetRequiredValue(license), parsed.GetValue(on)!.Value, cancellation);
            if (result is IndianaStartResult.Refused)
                throw new CommandFailedException(result.Says);
            Terminal.PrintLine(result.Says);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<IndianaLicense> licenses, AgencyTexts texts)
    {
        string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
        foreach (var license in licenses)
        {
            Terminal.PrintLine($"{texts.Say(Phrase.License)} {license.License} ({license.Name})");
            if (license.Trouble is not null)
                Terminal.PrintLine($"  {license.Trouble}");
            if (license.Entry is { } entry)
                Terminal.PrintLine($"  {texts.Say(Phrase.DataEntry)}: {Word(entry.Selection)}{(entry.Since is null ? "" : $", {texts.Say(Phrase.Since)}: {Day(entry.Since)}")}"
                    + $"{(entry.Next is null ? "" : $", {texts.Say(Phrase.Next)}: {Word(entry.Next)} {Day(entry.NextFrom)}")}");
            if (license.Notice is not null)
                Terminal.PrintLine($"  {license.Notice}");
            if (license.Periods.Count > 0)
                Terminal.PrintTable(null, [texts.Say(Phrase.Period), texts.Say(Phrase.Due), texts.Say(Phrase.Standing), texts.Say(Phrase.Why)],
                    license.Periods.Select(p => new[] { $"{Day(p.From)}..{Day(p.To)}", Day(p.Due), p.State, p.Why ?? "" }));
        }
    }

    /// <summary>As the portal writes it.</summary>
    private static string Word(IndianaSelection? selection) => selection == IndianaSelection.Connection ? "CCMS" : "PPP";

    private static async Task<Connector> FindAsync(Workplace work, string name, CancellationToken cancellation) =>
        await ConnectorCommand.FindAsync(work, name, cancellation) is { Definition.Destination: AgencyDestinationDefinition { System: AgencySystem.IndianaCcms } } connector
            ? connector
            : throw new CommandFailedException($"Connector {name} does not send to Indiana.");

    private static Option<string> ConnectorOption() => new("--connector") { Description = "Which connector.", HelpName = "NAME", Required = true };

    private static Option<string?> LanguageOption()
    {
        var option = new Option<string?>("--language") { Description = "en or es (default: the connector's).", HelpName = "CODE" };
        option.AcceptOnlyFromAmong([.. Enum.GetValues<SpokenLanguage>().Select(SpokenLanguages.CodeOf)]);
        return option;
    }
}
