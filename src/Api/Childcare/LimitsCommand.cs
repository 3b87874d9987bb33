using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Childcare.States;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync attendance limits</c>: where the counts stand that a state limits.</summary>
internal static class LimitsCommand
{
    private static readonly Phrase[] Header =
        [Phrase.HeadChild, Phrase.HeadSite, Phrase.HeadState, Phrase.HeadLimit, Phrase.HeadFrom, Phrase.HeadTo, Phrase.HeadCount, Phrase.HeadAllowed, Phrase.HeadLeft, Phrase.HeadNotices];

    /// <summary>A count as programs are shown it.</summary>
    private sealed record Counted(string Child, string Site, string State, string Limit, DateOnly From, DateOnly To, int Count, int Allowed, int Left, bool IsExceeded, IReadOnlyList<Notice> Notices);

    private sealed record Notice(int Threshold, DateOnly On);

    public static Command Build(CommonOptions common)
    {
        var state = new Option<string?>("--state") { Description = "Only this state, by postal code.", HelpName = "XX" };
        var asOf = CommonOptions.Day("--as-of", "The last day that counts (default: today, by each site's clock).");
        var format = RowPrinting.Option();
        var command = new Command("limits", "Brings child-days up to date, and prints each child's count against each limit of its state, the nearest to its limit first.") { state, asOf, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            if (parsed.GetValue(state) is { } one && StateProfiles.Find(one) is null)
                throw new CommandFailedException(ChildLinkOperations.WhyNot(new ChildLinkAnswer.NoSuchState(), one)!);
            await work.Attendance.BringUpToDateAsync(cancellation);
            var lines = await work.DayLimits.ListAsync(parsed.GetValue(state), parsed.GetValue(asOf), cancellation);
            var texts = Speech.Of(await work.Connectors.ListAsync(cancellation), state: parsed.GetValue(state));
            var speech = new RowSpeech(texts, parsed.GetValue(format));
            RowPrinting.Print(parsed.GetValue(format), speech.Headings(Header), [.. lines.Select(Of)], c => Row(c, speech));
            if (lines.Count(l => l.Reading.IsExceeded) is > 0 and var over)
                Terminal.Tell(texts.Count(over, Phrase.OneOverLimit, Phrase.OverLimit));
            return ExitCode.Done;
        });
        return command;
    }

    private static Counted Of(LimitLine line)
    {
        var r = line.Reading;
        return new Counted(line.ChildNumber, line.SiteCode, line.State, r.Rule.Name, r.From, r.To, r.Count, r.Limit, r.Left, r.IsExceeded, [.. r.Notices.Select(n => new Notice(n.Threshold, n.On))]);
    }

    private static string[] Row(Counted c, RowSpeech speech) =>
    [
        c.Child, c.Site, c.State, speech.Limit(c.Limit), c.From == DateOnly.MinValue ? "" : Text(c.From), Text(c.To), Number(c.Count), Number(c.Allowed), Number(c.Left),
        string.Join("; ", c.Notices.Select(n => speech.Texts.Say(Phrase.NoticeOn, ("count", n.Threshold), ("date", n.On)))),
    ];

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
