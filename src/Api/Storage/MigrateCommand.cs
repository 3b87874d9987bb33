using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Storage;

/// <summary><c>k12sync migrate</c>.</summary>
internal static class MigrateCommand
{
    public static Command Build(CommonOptions common)
    {
        var command = new Command("migrate", "Brings the database to this version's schema, after a backup. Makes it if there is none.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var database = common.Premises(parsed).Database;
            var before = await database.ExamineAsync(cancellation);
            var backup = await database.MigrateAsync(cancellation);
            Console.Out.WriteLine(before switch
            {
                SchemaState.Current => $"The database in {database.Where} is up to date; nothing was changed.",
                SchemaState.Missing => $"The database in {database.Where} was made.",
                _ => $"The database in {database.Where} was brought up to date.{(backup is null ? "" : $" The copy from before is {backup}.")}",
            });
            return ExitCode.Done;
        });
        return command;
    }
}
