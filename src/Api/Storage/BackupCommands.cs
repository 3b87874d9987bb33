using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Serving;
using K12Sync.Data.Access;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Storage;

/// <summary><c>k12sync backup</c> and <c>k12sync restore</c>.</summary>
internal static class BackupCommands
{
    private const string OnPostgres = "A PostgreSQL database is backed up and restored with its own tools, such as pg_dump and pg_restore.";

    public static Command Backup(CommonOptions common)
    {
        var file = new Argument<string>("FILE") { Description = "Where the copy goes; must not be there yet." };
        var command = new Command("backup", "Copies the database into one file, while it is in use. The key file of stored secrets is not in it.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            var database = common.Premises(parsed).Database as DataFolder ?? throw new CommandFailedException(OnPostgres);
            if (await database.ExamineAsync(cancellation) == SchemaState.Missing)
                throw new CommandFailedException($"There is no K12Sync database in {database.Where}.");
            await database.BackUpAsync(parsed.GetRequiredValue(file), cancellation);
            Console.Out.WriteLine($"Copied the database to {parsed.GetRequiredValue(file)}. Keep the key file of stored secrets somewhere else.");
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Restore(CommonOptions common)
    {
        var file = new Argument<string?>("FILE") { Description = "A file that 'k12sync backup' made. On PostgreSQL, leave it out, after you have restored the database yourself.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("restore", "Puts a backup in the database's place, and holds every connector until a person has compared what was delivered since. Stop 'k12sync serve' first.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            var premises = common.Premises(parsed);
            var held = 0;
            async Task Hold(Database database) => held = await HoldAllAsync(database, premises.Clock, cancellation);
            switch (premises.Database, parsed.GetValue(file))
            {
                case (DataFolder folder, { } backup):
                    await RestoreAsync(premises, folder, backup, Hold, cancellation);
                    break;
                case (DataFolder, null):
                    throw new CommandFailedException("Name the backup to restore.");
                case (_, null):
                    await Hold(premises.Database);
                    break;
                default:
                    throw new CommandFailedException($"{OnPostgres} Then run 'k12sync restore' without a file, so that nothing is sent twice.");
            }
            Console.Out.WriteLine(held == 0 ? "There is no connector to hold." : $"Held {held} {(held == 1 ? "connector" : "connectors")}: what was delivered since the backup is not known here. "
                + "Compare 'k12sync files list --connector NAME' with what the SIS has, then 'k12sync connector release NAME'.");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task RestoreAsync(Premises premises, DataFolder folder, string backup, Func<Database, Task> prepare, CancellationToken cancellation)
    {
        Directory.CreateDirectory(premises.Folder);
        using var alone = SoleServer.Claim(premises, "Stop it before you restore.");
        if (await folder.RestoreAsync(backup, prepare, cancellation) is { } before)
            Console.Out.WriteLine($"The database that was there is now {before}.");
        Console.Out.WriteLine($"Restored {backup}.");
    }

    /// <summary>A restored database does not know what was delivered since: nothing may be sent until a person has looked.</summary>
    private static async Task<int> HoldAllAsync(Database database, TimeProvider clock, CancellationToken cancellation)
    {
        var held = 0;
        foreach (var (district, _) in await new DistrictDirectory(database).ListAsync(cancellation))
        {
            await using var db = database.Open(district);
            foreach (var connector in await db.Connectors.Where(c => c.RemovedAt == null).ToListAsync(cancellation))
            {
                connector.HoldBack(new ConnectorHold(ConnectorHoldKind.Restored,
                    $"The database was restored from a backup, which does not know what was delivered since. Compare 'k12sync files list --connector {connector.Name}' with what the SIS has, then 'k12sync connector release {connector.Name}'."), clock.GetUtcNow());
                held++;
            }
            await db.SaveChangesAsync(cancellation);
        }
        return held;
    }
}
