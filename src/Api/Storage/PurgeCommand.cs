using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Retention;

namespace K12Sync.Api.Storage;

/// <summary><c>k12sync purge</c>: what <c>serve</c> does every day by itself.</summary>
internal static class PurgeCommand
{
    public static Command Build(CommonOptions common)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Count what would be deleted; delete nothing." };
        var command = new Command("purge", "Deletes what is older than the district keeps it, see 'district retention': contents of delivered files, days with their passes and check-ins, entries of the audit. How many of each there were stays, and so does whatever is still owed, held or undecided.") { dryRun, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var work = await common.OpenAsync(parsed, cancellation);
            var isDry = parsed.GetValue(dryRun);
            var purged = await work.Purge.PurgeAsync(isDry, cancellation);
            if (parsed.GetValue(common.Json))
                Terminal.PrintJson(purged);
            else
                foreach (var line in Lines(purged, isDry ? "Would delete" : "Deleted", work.District))
                    Terminal.PrintLine(line);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(Purged purged, string did, string district)
    {
        yield return purged.Contents is { } contents
            ? $"{did} the contents of {Counted.Of(contents, "file")}."
            : $"{district} keeps the contents of files for ever. 'k12sync district retention --file-days N' changes that.";
        if (purged is { SchoolDays: { } school, ChildDays: { } childcare })
        {
            yield return $"{did} {Counted.Of(school.Days, "school-day")}: {Counted.Of(school.Rows, "pass", "passes")}, {Counted.Of(school.Records, "tardy", "tardies")}, {Counted.Of(school.Lines, "line")} of runs.";
            yield return $"{did} {Counted.Of(childcare.Days, "child-day")}: {Counted.Of(childcare.Rows, "check-in or check-out", "check-ins and check-outs")}, {Counted.Of(childcare.Records, "absence")}, {Counted.Of(childcare.Lines, "line")} of runs.";
            foreach (var (reason, days) in school.And(childcare).Kept.OrderBy(k => k.Key))
                yield return $"Kept {Counted.Of(days, "older day")}: {Words(reason)}.";
        }
        else
        {
            yield return $"{district} keeps passes, tardies, check-ins and child-days for ever. 'k12sync district retention --record-days N' changes that.";
        }
        yield return purged.AuditEntries is { } entries ? $"{did} {Counted.Of(entries, "entry", "entries")} of the audit." : $"{district} keeps the audit for ever.";
    }

    private static string Words(KeptBecause reason) => reason switch
    {
        KeptBecause.NotDecided => "nobody has decided about all of it yet (the schedule was never set, a child was not checked out, or it waits to be worked out)",
        KeptBecause.Owed => "a connector still owes something of it",
        KeptBecause.WaitsForAPerson => "something of it is held, or waits to be corrected by hand",
        KeptBecause.Unconfirmed => "whether something of it arrived is not known",
        _ => "it is in the last file of a connector that takes files back",
    };
}
