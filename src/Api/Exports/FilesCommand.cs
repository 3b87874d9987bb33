using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Exports;

/// <summary><c>k12sync files list|show|confirm|resend</c>: what was frozen, where it went, and what a person decides where that cannot be told.</summary>
internal static class FilesCommand
{
    public static Command Build(CommonOptions common) => new("files", "Files that were frozen for connectors: where they are, their exact bytes, and what to do where that is unknown.")
    {
        List(common),
        Show(common),
        Decide(common, "confirm", "Says that the SIS has an unconfirmed file: its tardies count as delivered.", (work, id, stop) => work.Batches.ConfirmAsync(id, stop), "counts as delivered"),
        Decide(common, "resend", "Says that the SIS does not have an unconfirmed file: the next run sends the same bytes under the same name.", (work, id, stop) => work.Batches.SendAgainAsync(id, stop), "goes again with the next run"),
    };

    private static Command List(CommonOptions common)
    {
        var name = new Option<string>("--connector") { Description = "Which connector.", HelpName = "NAME", Required = true };
        var status = new Option<BatchStatus?>("--status") { Description = "Only those of this status." };
        var most = new Option<int>("--most") { Description = "How many, the latest first.", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "Lists the files of a connector, the latest first.") { name, status, most, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var connector = await ConnectorCommand.FindAsync(work, parsed.GetRequiredValue(name), cancellation);
            var files = await work.Batches.ListAsync(connector.Id, parsed.GetValue(status), parsed.GetValue(most), cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(files);
            else
                Terminal.PrintTable(null, ["Id", "File", "Status", "Rows", "Bytes", "Tries", "Delivered (UTC)", "Where", "SHA-256 / why"], files.Select(f => (string[])
                    [$"{f.Id}", f.FileName, $"{f.Status}", $"{f.Rows}", $"{f.Bytes}", $"{f.Attempts}", $"{f.DeliveredAt:yyyy-MM-dd HH:mm:ss}", f.Destination ?? "", f.Reason ?? f.Sha256]));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(CommonOptions common)
    {
        var id = Id();
        var command = new Command("show", "Prints the exact bytes of a file.") { id };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var content = await work.Batches.ContentAsync(parsed.GetRequiredValue(id), cancellation) ?? throw NoSuchFile(parsed.GetRequiredValue(id));
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(content, cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Decide(CommonOptions common, string name, string description, Func<Workplace, long, CancellationToken, Task<DecideResult>> decide, string done)
    {
        var id = Id();
        var command = new Command(name, description) { id };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var file = parsed.GetRequiredValue(id);
            Console.Out.WriteLine(await decide(work, file, cancellation) switch
            {
                DecideResult.Done => $"File {file} {done}.",
                DecideResult.NoSuchFile => throw NoSuchFile(file),
                _ => throw new CommandFailedException($"Where file {file} is, is known; there is nothing to decide. Only files of status {BatchStatus.DeliveredUnconfirmed} wait for it."),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<long> Id() => new("ID") { Description = "Which file, by its id in the list." };

    private static CommandFailedException NoSuchFile(long id) => new($"There is no file {id}. 'k12sync files list --connector NAME' lists them; the content of one that is listed was purged.");
}
