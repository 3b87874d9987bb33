using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Storage;

/// <summary><c>k12sync migrate</c>.</summary>
internal static class MigrateCommand
{
    public static Command Build(CommonOptions common)
    {
        var command = new Command("migrate", "Brings the database to this version's schema, after a backup. Makes it if there is none.") { common.Data };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = common.Folder(parsed);
            var before = await folder.ExamineAsync(cancellation);
            var backup = await folder.MigrateAsync(cancellation);
            Console.Out.WriteLine(before switch
            {
                SchemaState.Current => $"{folder.DatabasePath} is up to date; nothing was changed.",
                SchemaState.Missing => $"{folder.DatabasePath} was made.",
                _ => $"{folder.DatabasePath} was brought up to date. The copy from before is {backup}.",
            });
            return ExitCode.Done;
        });
        return command;
    }
}
