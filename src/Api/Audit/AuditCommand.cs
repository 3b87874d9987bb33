using System.CommandLine;
using System.Globalization;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Audit;

namespace K12Sync.Api.Audit;

/// <summary><c>k12sync audit list|verify</c>: who changed what and who looked at students, and whether the record of it is whole.</summary>
internal static class AuditCommand
{
    private const int MostListed = 10_000;

    public static Command Build(CommonOptions common) => new("audit", "Who changed what, and who looked at students.") { List(common), Verify(common) };

    private static Command List(CommonOptions common)
    {
        var most = new Option<int>("--most") { Description = "How many, the latest first.", DefaultValueFactory = _ => 50 };
        most.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostListed))
                result.AddError($"--most is 1 to {MostListed}.");
        });
        var command = new Command("list", "Lists the latest entries.") { most, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var entries = await work.Audit.ListAsync(parsed.GetValue(most), cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(entries.Select(e => new { e.Key, e.Person, e.Entry }));
            else
                Terminal.PrintTable(null, ["When", "Who", "From", "Did", "What", "Asked", "Status", "Rows"], entries.Select(Row));
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row((AuditEntryRow Entry, string? Key, string? Person) line) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{line.Entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"),
        line.Entry.Person ?? (line.Entry.PersonId is { } person ? line.Person ?? $"person {person}" : $"key {line.Key ?? line.Entry.KeyId?.ToString(CultureInfo.InvariantCulture)}"), line.Entry.Address ?? "", line.Entry.Method, line.Entry.Target,
        line.Entry.Query ?? line.Entry.Properties ?? "", line.Entry.Status.ToString(CultureInfo.InvariantCulture), line.Entry.Rows?.ToString(CultureInfo.InvariantCulture) ?? "",
    ];

    private static Command Verify(CommonOptions common)
    {
        var against = new Option<string?>("--against") { Description = "What an earlier 'audit verify --json' printed, kept where nobody who can write the database can write.", HelpName = "FILE" };
        var command = new Command("verify", "Looks through every chain of entries and says the first place at which one was altered, deleted or moved.") { against, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var noted = parsed.GetValue(against) is { } file
                ? AuditOperations.ReadEnds(await File.ReadAllTextAsync(file, cancellation)) ?? throw new CommandFailedException($"{file} is not what 'k12sync audit verify --json' prints.")
                : [];
            await using var work = await common.OpenAsync(parsed, cancellation);
            var chains = await work.Audit.VerifyAsync(noted, cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(chains.OfType<ChainState.Whole>().Select(w => new AuditEnd(w.Node, w.Entries, w.Hash)));
            foreach (var chain in chains)
                Tell(chain, parsed.GetValue(common.Json));
            return chains.All(c => c is ChainState.Whole) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static void Tell(ChainState chain, bool quiet)
    {
        if (chain is ChainState.Broken broken)
            Terminal.Tell($"The chain of {broken.Node} is broken at entry {broken.Number}. {broken.Reason} What comes after it proves nothing.");
        else if (!quiet && chain is ChainState.Whole whole)
            Terminal.PrintLine($"The chain of {whole.Node} is whole: {whole.Entries} entries, the last {whole.Hash}.");
    }
}
