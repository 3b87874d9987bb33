using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync transfers</c>: where each child-day stands with its agency; <c>transfers send</c> sends one.</summary>
internal static class TransfersCommand
{
    private static readonly Phrase[] Header =
        [Phrase.HeadChild, Phrase.HeadSite, Phrase.HeadDate, Phrase.HeadDay, Phrase.HeadStatus, Phrase.HeadReason, Phrase.HeadAgencySays, Phrase.HeadConnector, Phrase.HeadProvider, Phrase.HeadTransferred];

    public static Command Build(CommonOptions common)
    {
        var name = new Option<string?>("--connector") { Description = "Only of this connector.", HelpName = "NAME" };
        var provider = new Option<string?>("--provider") { Description = "Only what was told under this Provider ID.", HelpName = "ID" };
        var site = new Option<string?>("--site") { Description = "Only this site.", HelpName = "CODE" };
        var child = new Option<string?>("--child") { Description = "Only this child, by your number.", HelpName = "NUMBER" };
        var from = CommonOptions.Day("--from", "First day, in the site's zone.");
        var to = CommonOptions.Day("--to", "Last day, inclusive.");
        var status = new Option<TransferStatus?>("--status") { Description = "Only Transferred, OutOfSync or Error." };
        var format = RowPrinting.Option();
        var command = new Command("transfers", "Prints where each child-day stands with its agency, errors first, then those that are not transferred yet.") { name, provider, site, child, from, to, status, format, SendCommand.Build(common) };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var sites = await work.Db.Sites.AsNoTracking().ToDictionaryAsync(s => s.Id, s => s.Code, cancellation);
            if (parsed.GetValue(name) is { } connector)
                await ConnectorCommand.FindAsync(work, connector, cancellation);
            var filter = new TransferFilter(parsed.GetValue(name), parsed.GetValue(provider), SiteOf(sites, parsed.GetValue(site)), parsed.GetValue(child), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(status));
            var speech = new RowSpeech(Speech.Of(await work.Connectors.ListAsync(cancellation), parsed.GetValue(name)), parsed.GetValue(format));
            RowPrinting.Print(parsed.GetValue(format), speech.Headings(Header), await work.Transfers.ListAsync(filter, cancellation), t =>
            [
                t.ChildNumber, t.SiteId is { } id ? sites[id] : "", t.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), speech.Word(t.State), speech.Word(t.Status), t.Reason ?? "", t.AgencySays ?? "",
                t.ConnectorName, t.ProviderId ?? "", t.TransferredAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "",
            ]);
            return ExitCode.Done;
        });
        return command;
    }

    private static long? SiteOf(Dictionary<long, string> sites, string? code) =>
        code is null ? null : sites.Where(s => s.Value == code).Select(s => (long?)s.Key).FirstOrDefault() ?? throw new CommandFailedException($"There is no site '{code}'.");
}
