using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Childcare;

/// <summary><c>k12sync submissions periods|review|submit|list</c>: pay periods that are submitted whole, once, by a person.</summary>
internal static class SubmissionsCommand
{
    private const string Word = "submit";
    private static readonly string[] PeriodHeader = ["From", "To", "State", "ToSubmit", "Blocking", "Submitted"];
    private static readonly string[] RowHeader = ["Child", "Site", "Date", "State", "Minutes", "Units", "Status", "Fate", "Reason", "ToDo"];
    private static readonly Phrase[] ListHeader =
    [
        Phrase.HeadId, Phrase.HeadConnector, Phrase.HeadProvider, Phrase.HeadFrom, Phrase.HeadTo, Phrase.HeadStatus, Phrase.HeadRows, Phrase.HeadAccepted, Phrase.HeadRejected, Phrase.HeadReceipt,
        Phrase.HeadCertifiedBy, Phrase.HeadCertifiedAt, Phrase.HeadWhy,
    ];

    public static Command Build(CommonOptions common) => new("submissions", "Pay periods that an agency takes whole and once: how they stand, what submitting would do, and submitting.")
    {
        Periods(common), Review(common), Submit(common), List(common),
    };

    private static Option<string> Connector() => new("--connector") { Description = "Which connector.", HelpName = "NAME", Required = true };

    private static Option<string?> Provider() => new("--provider") { Description = "Under which Provider ID (default: the only one).", HelpName = "ID" };

    private static Command Periods(CommonOptions common)
    {
        var (name, provider, format) = (Connector(), Provider(), RowPrinting.Option());
        var command = new Command("periods", "Asks the agency for its pay periods, and says which are due.") { name, provider, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var review = Reviewed(await work.Submissions.ReviewAsync(connector, parsed.GetValue(provider), null, cancellation));
            if (review.Trouble is { } trouble)
                throw new CommandFailedException(trouble);
            RowPrinting.Print(parsed.GetValue(format), PeriodHeader, review.Periods, p => [Day(p.Days.From), Day(p.Days.To), $"{p.State}", Number(p.ToSubmit), Number(p.Blocking), Number(p.Submitted)]);
            return review.Periods.Any(p => p.State == PayPeriodState.Due) ? ExitCode.NeedsAPerson : ExitCode.Done;
        });
        return command;
    }

    private static Command Review(CommonOptions common)
    {
        var (name, provider, format) = (Connector(), Provider(), RowPrinting.Option());
        var from = CommonOptions.Day("--from", "The first day of a pay period (default: of the oldest that is due).");
        var to = CommonOptions.Day("--to", "Its last day.");
        var command = new Command("review", "Shows what submitting a pay period would do, row by row, what blocks it first. Sends nothing.") { name, provider, from, to, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var review = Reviewed(await work.Submissions.ReviewAsync(connector, parsed.GetValue(provider), Range(parsed.GetValue(from), parsed.GetValue(to)), cancellation));
            RowPrinting.Print(parsed.GetValue(format), RowHeader, review.Rows, Row);
            Terminal.Tell(Summary(review));
            return review.Blocking > 0 ? ExitCode.NeedsAPerson : ExitCode.Done;
        });
        return command;
    }

    private static Command Submit(CommonOptions common)
    {
        var (name, provider) = (Connector(), Provider());
        var from = CommonOptions.Day("--from", "The first day of the pay period, exactly.");
        var to = CommonOptions.Day("--to", "Its last day, exactly.");
        (from.Required, to.Required) = (true, true);
        var by = new Option<string>("--certified-by") { Description = "Who certifies that the attendance is complete and true.", HelpName = "PERSON", Required = true };
        var confirm = new Option<bool>("--confirm") { Description = "Submit without asking once more. A submission cannot be taken back." };
        var command = new Command("submit", "Submits a pay period to the agency, once. What was submitted cannot be edited or sent again.") { name, provider, from, to, by, confirm, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var period = Range(parsed.GetValue(from), parsed.GetValue(to))!.Value;
            if (!parsed.GetValue(confirm))
                await AskAsync(work, connector, parsed.GetValue(provider), period, cancellation);
            return await work.SubmissionsThatTell(Terminal.Tell, Speech.Of(connector)).SubmitAsync(connector, parsed.GetValue(provider), period, parsed.GetRequiredValue(by), cancellation) switch
            {
                SubmitResult.Refused(var reason) => throw new CommandFailedException(reason),
                SubmitResult.Blocked(var review, var reason) => Blocked(review, reason),
                SubmitResult.Ran(var report, var submission) => Print(connector, report, submission, parsed.GetValue(common.Json)),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        });
        return command;
    }

    /// <summary>Shows what is about to go and has it typed out.</summary>
    private static async Task AskAsync(Workplace work, Connector connector, string? provider, DayRange period, CancellationToken cancellation)
    {
        var review = Reviewed(await work.Submissions.ReviewAsync(connector, provider, period, cancellation));
        Terminal.Tell(Summary(review));
        if (review.Wording is { } wording)
            Terminal.Tell($"You certify: {wording}");
        await Console.Error.WriteAsync($"Type '{Word}' to submit it: ");
        if ((await Console.In.ReadLineAsync(cancellation))?.Trim() != Word)
            throw new CommandFailedException($"Nothing was submitted. Type '{Word}', or say --confirm.");
    }

    private static int Blocked(PeriodReview review, string reason)
    {
        Terminal.PrintTable(null, RowHeader, review.Rows.Where(r => r.Fate == PeriodRowFate.Blocks).Select(Row));
        throw new CommandFailedException(reason);
    }

    private static int Print(Connector connector, ExportReport report, Submission? submission, bool asJson)
    {
        if (asJson)
            Terminal.PrintJson(new { report.Run.RunNumber, report.Run.Status, Submission = submission, report.Run.Unconfirmed, report.Run.Error });
        else if (submission is not null)
            Terminal.PrintLine($"Submission {submission.Id} of {submission.ProviderId}, {Day(submission.PeriodFrom)} to {Day(submission.PeriodTo)}: {Speech.Of(connector).Word(submission.Status)}. {submission.RowsAccepted} of {Counted.Of(submission.Rows, "child-day")} taken, {submission.RowsRejected} not{(submission.ReceiptId is { } receipt ? $". The agency's number: {receipt}" : "")}.");
        if (!asJson && submission?.Reason is { } why)
            Terminal.PrintLine(why);
        if (!asJson && submission?.Status == BatchStatus.DeliveredUnconfirmed)
            Terminal.PrintLine($"It is never sent again by itself. Once you have looked: 'k12sync files confirm {submission.Id}', or 'k12sync files resend {submission.Id}'.");
        if (report.Run.RowsRejected > 0)
            Terminal.Tell($"'k12sync transfers --connector {connector.Name} --status Error' says what was not taken, and why.");
        if (ExportCommand.HowItEnded(Speech.Of(connector), report.Run) is { } ended)
            Terminal.Tell(ended);
        return submission is null || report.Run.Status is SyncRunStatus.Failed or SyncRunStatus.Skipped ? ExitCode.Failed
            : submission.Status != BatchStatus.Delivered || submission.RowsRejected > 0 ? ExitCode.NeedsAPerson : ExitCode.Done;
    }

    private static Command List(CommonOptions common)
    {
        var name = new Option<string?>("--connector") { Description = "Only of this connector.", HelpName = "NAME" };
        var provider = new Option<string?>("--provider") { Description = "Only under this Provider ID.", HelpName = "ID" };
        var most = new Option<int>("--most") { Description = "How many, the latest first.", DefaultValueFactory = _ => 20 };
        var format = RowPrinting.Option();
        var command = new Command("list", "Lists what was sent to agencies, the latest first, with what became of it and who certified it.") { name, provider, most, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = parsed.GetValue(name) is { } wanted ? await ConnectorCommand.FindAsync(work, wanted, cancellation) : null;
            var speech = new RowSpeech(Speech.Of(await work.Connectors.ListAsync(cancellation), connector?.Name), parsed.GetValue(format));
            RowPrinting.Print(parsed.GetValue(format), speech.Headings(ListHeader), await work.Submissions.ListAsync(connector?.Id, parsed.GetValue(provider), parsed.GetValue(most), cancellation), s =>
            [
                s.Id.ToString(CultureInfo.InvariantCulture), s.ConnectorName, s.ProviderId, Day(s.PeriodFrom), Day(s.PeriodTo), speech.Word(s.Status), Number(s.Rows), Number(s.RowsAccepted), Number(s.RowsRejected),
                s.ReceiptId ?? "", s.CertifiedBy ?? "", s.CertifiedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "", s.Reason ?? "",
            ]);
            return ExitCode.Done;
        });
        return command;
    }

    private static PeriodReview Reviewed(ReviewResult result) => result is ReviewResult.Reviewed(var review) ? review : throw new CommandFailedException(((ReviewResult.Refused)result).Reason);

    private static DayRange? Range(DateOnly? from, DateOnly? to) => (from, to) switch
    {
        (null, null) => null,
        ({ } first, { } last) when first <= last => new DayRange(first, last),
        _ => throw new CommandFailedException("Say the first day of the pay period with --from and its last one with --to."),
    };

    private static string Summary(PeriodReview review) => review.Trouble
        ?? $"{review.ProviderId} ({review.ProviderName}), {PayPeriodText.Of(review.Days)}, {review.State}: {Counted.Of(review.Goes, "child-day")} of {Counted.Of(review.Children, "child", "children")} would be submitted, {Counted.Of(review.Blocking, "blocks", "block")} it, {Counted.Of(review.LeftOut, "is", "are")} left out, {Counted.Of(review.Submitted, "was", "were")} submitted before.{(review.Nothing is { } nothing ? " " + nothing : "")}";

    private static string[] Row(ReviewRow row) =>
        [row.ChildNumber, row.SiteCode, Day(row.Date), $"{row.State}", Number(row.Minutes), row.Units, row.StatusText, $"{row.Fate}", row.Reason ?? "", row.ToDo ?? ""];

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
