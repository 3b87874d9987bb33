using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync files list|show|confirm|resend</c>: what was frozen for an SIS or an agency, where it went, what was answered, and what a person decides where that cannot be told.</summary>
internal static class FilesCommand
{
    private static readonly Phrase[] Header =
        [Phrase.HeadId, Phrase.HeadFile, Phrase.HeadStatus, Phrase.HeadRows, Phrase.HeadBytes, Phrase.HeadTries, Phrase.HeadDelivered, Phrase.HeadWhere, Phrase.HeadHashOrWhy];

    public static Command Build(CommonOptions common) => new("files", "Files for an SIS and submissions to agencies as they were frozen: where they are, their exact bytes and the answers, and what to do where that is unknown.")
    {
        List(common),
        Show(common),
        Decide(common, "confirm", "Says that an unconfirmed file or submission has arrived: the SIS or the agency has it, and what is in it counts as delivered.", (work, id, stop) => work.Batches.ConfirmAsync(id, stop), Phrase.FileConfirmed),
        Decide(common, "resend", "Says that an unconfirmed file or submission has not arrived: the next run sends the same bytes under the same name.", (work, id, stop) => work.Batches.SendAgainAsync(id, stop), Phrase.FileGoesAgain),
    };

    private static Command List(CommonOptions common)
    {
        var name = new Option<string>("--connector") { Description = "Which connector.", HelpName = "NAME", Required = true };
        var status = new Option<BatchStatus?>("--status") { Description = "Only those of this status." };
        var most = new Option<int>("--most") { Description = "How many, the latest first.", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "Lists the files or submissions of a connector, the latest first.") { name, status, most, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var speech = new RowSpeech(Speech.Of(connector), RowFormat.Table);
            var files = await work.Batches.ListAsync(connector.Id, parsed.GetValue(status), parsed.GetValue(most), cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(files);
            else
                Terminal.PrintTable(null, speech.Headings(Header), files.Select(f => (string[])
                    [$"{f.Id}", f.FileName, speech.Word(f.Status), $"{f.Rows}", $"{f.Bytes}", $"{f.Attempts}", $"{f.DeliveredAt:yyyy-MM-dd HH:mm:ss}", Where(f.Destination, connector), f.Reason ?? f.Sha256]));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(CommonOptions common)
    {
        var id = Id();
        var answer = new Option<bool>("--answer") { Description = "Print what the agency answered, byte for byte, instead of what it was sent." };
        var command = new Command("show", "Prints the exact bytes of a file or submission.") { id, answer };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var content = await work.Batches.ContentAsync(parsed.GetRequiredValue(id), cancellation) ?? throw NoSuchFile(parsed.GetRequiredValue(id));
            if (parsed.GetValue(answer))
                content = await work.Batches.AnswerAsync(parsed.GetRequiredValue(id), cancellation)
                    ?? throw new CommandFailedException((await SpeechAsync(work, parsed.GetRequiredValue(id), cancellation)).Say(Phrase.NoAnswerKept, ("file", parsed.GetRequiredValue(id))));
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(content, cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Decide(CommonOptions common, string name, string description, Func<Workplace, long, CancellationToken, Task<DecideResult>> decide, Phrase done)
    {
        var id = Id();
        var command = new Command(name, description) { id };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var file = parsed.GetRequiredValue(id);
            var texts = await SpeechAsync(work, file, cancellation);
            Terminal.PrintLine(await decide(work, file, cancellation) switch
            {
                DecideResult.Done => texts.Say(done, ("file", file)),
                DecideResult.NoSuchFile => throw NoSuchFile(file),
                _ => throw new CommandFailedException(texts.Say(Phrase.FileIsKnown, ("file", file), ("status", texts.Word(BatchStatus.DeliveredUnconfirmed)))),
            });
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Where it went, as it was kept; in the language of the connector's people if it goes there still.</summary>
    private static string Where(string? kept, Connector connector) =>
        kept is not null && kept == connector.Definition.Destination.Describe() ? Speech.Of(connector).Of(connector.Definition.Destination) : kept ?? "";

    private static async Task<AgencyTexts> SpeechAsync(Workplace work, long file, CancellationToken cancellation) =>
        await Speech.OfBatchAsync(work.Db, await work.Connectors.ListAsync(cancellation), file, cancellation);

    private static Argument<long> Id() => new("ID") { Description = "Which file, by its id in the list." };

    private static CommandFailedException NoSuchFile(long id) => new($"There is no file {id}. 'k12sync files list --connector NAME' lists them; the content of one that is listed was purged.");
}
