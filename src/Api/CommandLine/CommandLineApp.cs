using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using System.Text;
using K12Sync.Api.Access;
using K12Sync.Api.Audit;
using K12Sync.Api.BehaviorCodes;
using K12Sync.Api.Childcare;
using K12Sync.Api.Demo;
using K12Sync.Api.EdFi;
using K12Sync.Api.Exports;
using K12Sync.Api.Imports;
using K12Sync.Api.Serving;
using K12Sync.Api.SignIn;
using K12Sync.Api.Simulators;
using K12Sync.Api.Storage;
using K12Sync.Api.Tardies;
using K12Sync.Data.Storage;

namespace K12Sync.Api.CommandLine;

/// <summary>The command line: every command, and what all of them have in common.</summary>
internal static class CommandLineApp
{
    /// <summary>Runs one command and returns its exit code, see <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TimeProvider clock)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var settings = new CommonOptions(clock);
        var root = new RootCommand("K12Sync takes tardies from kiosks and passes to the systems that count.")
        {
            ServeCommand.Build(settings),
            DemoCommand.Build(settings),
            ImportCommand.Build(settings),
            MapCommand.Build(settings),
            AttendanceCommand.Build(settings),
            IndianaCommand.Build(settings),
            ChildrenCommand.Build(settings),
            SubmissionsCommand.Build(settings),
            TransfersCommand.Build(settings),
            SimulateCommand.Build(settings),
            EdFiCommand.Build(settings),
            ExportCommand.Build(settings),
            ConnectorCommand.Build(settings),
            LayoutCommand.Build(settings),
            FilesCommand.Build(settings),
            CorrectionsCommand.Build(settings),
            WhyCommand.Build(settings),
            KeysCommand.Build(settings),
            UserCommand.Build(settings),
            CodesCommand.Build(settings),
            AuditCommand.Build(settings),
            DistrictCommand.Build(settings),
            PurgeCommand.Build(settings),
            MigrateCommand.Build(settings),
            BackupCommands.Backup(settings),
            BackupCommands.Restore(settings),
            settings.Data,
            settings.Connection,
            settings.District,
        };
        var parsed = root.Parse(args);
        if (parsed.Action is not ParseErrorAction)
            return await AuditedCommands.EndedAsync(settings, parsed, await InvokeAsync(parsed));
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync($"k12sync: {error.Message}");
        await Console.Error.WriteLineAsync("Add --help to see what the command takes.");
        return ExitCode.Usage;
    }

    // After Ctrl-C: a run that is under way ends cleanly within half a minute.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(40);

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LongestEnd });
        }
        catch (Exception e) when (e is CommandFailedException or DatabaseRefusedException or ImportRefusedException or SecretsLockedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"k12sync: {e.Message}");
            return ExitCode.Failed;
        }
        catch (Exception e) when ((e as DbException ?? e.InnerException as DbException) is { } refused)
        {
            await Console.Error.WriteLineAsync($"k12sync: the database did not take it: {refused.Message} Nothing that was under way is half stored. Check that the disk has room, that the data folder may be written to, and that no other program holds the database; then run the command again.");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("k12sync: stopped. What was stored so far is stored; run the command again to go on.");
            return ExitCode.Failed;
        }
    }
}

/// <summary>What a command's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Not done; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>Done, but <c>import</c> rejected rows or held a roster, or <c>export</c> left something waiting for a person.</summary>
    public const int NeedsAPerson = 2;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 64;
}

/// <summary>A command cannot go on; the message tells the person at the keyboard why and what to do.</summary>
public sealed class CommandFailedException : Exception
{
    public CommandFailedException(string message) : base(message)
    {
    }

    public CommandFailedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public CommandFailedException()
    {
    }
}
