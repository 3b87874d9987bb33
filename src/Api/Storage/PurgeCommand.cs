using System.CommandLine;
using K12Sync.Api.CommandLine;

namespace K12Sync.Api.Storage;

/// <summary><c>k12sync purge</c>: what <c>serve</c> does every day by itself.</summary>
internal static class PurgeCommand
{
    public static Command Build(CommonOptions common)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Count what would be deleted; delete nothing." };
        var command = new Command("purge", "Deletes contents of delivered files that are older than the district keeps them. Their names, sizes, hashes and numbers stay.") { dryRun };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var isDry = parsed.GetValue(dryRun);
            Terminal.PrintLine(await work.Purge.PurgeAsync(isDry, cancellation) switch
            {
                null => $"{work.District} keeps the contents of files for ever. 'k12sync district keep-files --file-days N' changes that.",
                { } count when isDry => $"Would delete the contents of {count} {(count == 1 ? "file" : "files")}.",
                { } count => $"Deleted the contents of {count} {(count == 1 ? "file" : "files")}.",
            });
            return ExitCode.Done;
        });
        return command;
    }
}
