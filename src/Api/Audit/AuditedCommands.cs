using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Audit;

/// <summary>
/// What of the command line is audited: every command but those named here, so that a new one is audited unless somebody says that it neither changes anything
/// nor shows students. In one place, after the command has ended.
/// </summary>
internal static class AuditedCommands
{
    private const string Method = "RUN";

    private static readonly HashSet<string> NeitherChangeNorShow =
        ["serve", "simulate kinderconnect", "simulate kindertrack", "simulate indiana", "simulate ed-fi", "audit list", "audit verify", "keys list", "user list", "connector list", "connector next", "connector test", "submissions periods", "submissions list", "layout list", "layout show", "files list", "district show"];

    /// <summary>Options and arguments whose values name things of the district and no student. Of others the name alone is kept.</summary>
    private static readonly HashSet<string> Told =
        ["NAME", "ID", "EMAIL", "--name", "--email", "--role", "--school", "--connector", "--kind", "--status", "--days", "--hours", "--close-gaps", "--from", "--to", "--date", "--until", "--rows", "--file-days", "--contact", "--mail", "--state", "--as-of", "--provider", "--certified-by", "--site"];

    /// <summary>Adds the entry of a command that has ended, in each district that it was for.</summary>
    /// <returns>The command's exit code, or <see cref="ExitCode.Failed"/> if it was done and the entry could not be written.</returns>
    public static async Task<int> EndedAsync(CommonOptions common, ParseResult parsed, int exitCode)
    {
        var command = parsed.CommandResult.Command;
        var words = string.Join(' ', Words(parsed.CommandResult));
        if (command.Action is null || parsed.Action != command.Action || NeitherChangeNorShow.Contains(words))
            return exitCode;
        var premises = common.Premises(parsed);
        if (premises.Database is DataFolder folder && !File.Exists(folder.DatabasePath))
            return exitCode;
        try
        {
            // A database that the command has refused is not touched by its entry either.
            if (await premises.Database.ExamineAsync(CancellationToken.None) != SchemaState.Current)
                return exitCode;
            var entry = new AuditEntry
            {
                At = common.Clock.GetUtcNow(), Person = Environment.UserName, Method = Method, Target = words, Query = Given(parsed.CommandResult), Status = exitCode,
            };
            foreach (var district in await DistrictsAsync(premises, parsed.GetValue(common.District)))
            {
                await using var db = premises.Database.Open(district);
                await new AuditBook(db, AuditBook.Here).AddAsync([entry], CancellationToken.None);
            }
            return exitCode;
        }
        catch (DatabaseRefusedException)
        {
            return exitCode;
        }
        catch (Exception e) when ((e as DbException ?? e.InnerException as DbException) is not null)
        {
            // A command that failed has said why already.
            if (exitCode == ExitCode.Done)
                await Console.Error.WriteLineAsync($"k12sync: it is done, but the audit's entry about it could not be written: {e.Message}");
            return exitCode == ExitCode.Done ? ExitCode.Failed : exitCode;
        }
    }

    private static IEnumerable<string> Words(CommandResult result) =>
        result.Parent is CommandResult parent ? Words(parent).Append(result.Command.Name) : [];

    private static async Task<IReadOnlyList<DistrictId>> DistrictsAsync(Premises premises, string? name)
    {
        var all = await new DistrictDirectory(premises.Database).ListAsync(CancellationToken.None);
        return [.. all.Where(d => name is null || d.Name == name).Select(d => d.Id)];
    }

    private static string? Given(CommandResult result)
    {
        var given = result.Children.Select(child => child switch
        {
            // Where the database is says nothing about what was done there.
            OptionResult { Implicit: false, Option.Recursive: false } option => Text(option.Option.Name, option.Tokens),
            ArgumentResult { Tokens.Count: > 0 } argument => Text(argument.Argument.Name, argument.Tokens),
            _ => null,
        }).OfType<string>();
        return string.Join(' ', given) is { Length: > 0 } text ? text : null;
    }

    private static string Text(string name, IReadOnlyList<Token> tokens) =>
        tokens.Count == 0 ? name : $"{name}={(Told.Contains(name) ? string.Join(',', tokens.Select(t => t.Value)) : "?")}";
}
