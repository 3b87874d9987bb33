using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Api.Roster;
using K12Sync.Api.Tardies;
using K12Sync.Domain.BellSchedules;

namespace K12Sync.Api.Imports;

/// <summary><c>k12sync import PATH</c>.</summary>
internal static class ImportCommand
{
    /// <summary>The district's name where nobody has given one.</summary>
    public const string UnnamedDistrict = "District";

    public static Command Build(CommonOptions common)
    {
        var path = new Argument<string>("PATH") { Description = "A folder of import files, one of them, or a OneRoster .zip." };
        var closeGaps = new Option<GapClosingStrategy?>("--close-gaps") { Description = "Close gaps of bell schedules: NextOpensEarly, PreviousEndsLate or Split. No bell moves.", HelpName = "STRATEGY" };
        var effective = CommonOptions.Day("--effective", "First day of changes to schedules that exist already (default: today at the school).");
        var asWritten = new Option<bool>("--codes-as-written") { Description = "Take external codes with blanks, invisible or look-alike characters as they are." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show which tardies would change, and which of them were sent; store nothing." };
        var mostRetired = MostRetired();
        var command = new Command("import", "Reads schools, students, rosters, codes, bell schedules, calendar and passes; sites, providers, children, authorizations, closures, absences and attendance. Adds and updates; never deletes.")
        {
            path, closeGaps, effective, asWritten, mostRetired, dryRun, common.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!Path.Exists(parsed.GetRequiredValue(path)))
                throw new ImportRefusedException($"There is no file or folder {parsed.GetRequiredValue(path)}.");
            var dry = parsed.GetValue(dryRun);
            await using var work = dry
                ? await common.OpenAsync(parsed, cancellation)
                : await Workplace.OpenOrMakeAsync(common.Premises(parsed), parsed.GetValue(common.District), UnnamedDistrict, cancellation);
            var choices = new ImportChoices(parsed.GetValue(closeGaps), parsed.GetValue(effective), parsed.GetValue(asWritten), parsed.GetValue(mostRetired));
            var remarks = new List<RowRemark>();
            var json = parsed.GetValue(common.Json);
            IReadOnlyList<FileReport> reports = [];
            IReadOnlyList<TardyChange>? changes = null;
            if (dry)
                changes = await work.PreviewAsync(ImportAsync, cancellation);
            else
                await ImportAsync(cancellation);
            var days = dry ? 0 : await work.Tardies.MapPendingAsync(cancellation);
            if (json)
                Terminal.PrintJson(new { Files = reports, Remarks = remarks, WouldChange = changes });
            else
                Print(reports, changes);
            Terminal.Tell(dry ? "Nothing was stored." : $"Mapped the passes of {days} school days.");
            if (!dry && await work.Attendance.BringUpToDateAsync(cancellation) is { Days: > 0 } attendance)
                Terminal.Tell($"Judged {Counted.Of(attendance.Days, "child-day")}; {Counted.Of(attendance.CheckedOut, "forgotten check-out was", "forgotten check-outs were")} given the site's closing time.");
            return reports.Any(r => r.Rejected + r.Held > 0) ? ExitCode.NeedsAPerson : ExitCode.Done;

            async Task ImportAsync(CancellationToken stop) =>
                reports = await work.Imports.ImportAsync(parsed.GetRequiredValue(path), choices, json ? remarks.Add : Print, stop);
        });
        return command;
    }

    private static void Print(RowRemark remark) => Terminal.PrintLine(remark.ToString());

    private static Option<int> MostRetired()
    {
        var option = new Option<int>("--most-retired")
        {
            Description = $"A OneRoster roster that more than this share of a school's students would leave (and more than {RosterUpdate.AlwaysAllowed}) is held as a whole.",
            HelpName = "PERCENT",
            DefaultValueFactory = _ => ImportChoices.UsualMostRetiredPercent,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 100)
                result.AddError("--most-retired is a share in percent, 0 to 100.");
        });
        return option;
    }

    /// <summary>One line for each file, and a column more for each thing that rosters alone have, where there is one.</summary>
    private static void Print(IReadOnlyList<FileReport> reports, IReadOnlyList<TardyChange>? changes)
    {
        var columns = new (string Heading, Func<FileReport, int> Count, bool Always)[]
        {
            ("Added", r => r.Added, true), ("Updated", r => r.Updated, true), ("Unchanged", r => r.Unchanged, true), ("Retired", r => r.Retired, false),
            ("Used", r => r.Used, false), ("Passed over", r => r.PassedOver, false), ("Held", r => r.Held, false), ("Rejected", r => r.Rejected, true),
        }.Where(c => c.Always || reports.Any(r => c.Count(r) > 0)).ToList();
        Terminal.PrintTable(null, ["File", .. columns.Select(c => c.Heading)],
            reports.Select(r => (string[])[r.File, .. columns.Select(c => $"{c.Count(r)}")]));
        if (changes is not null)
            Terminal.PrintTable($"Tardies that would change: {changes.Count}; sent before, so corrected: {changes.Count(c => c.SentBy.Count > 0)}",
                ["School", "Date", "Student", "Now", "Would be", "Sent by"],
                changes.Select(c => (string[])[c.SchoolCode, $"{c.Date:yyyy-MM-dd}", c.StudentNumber, Describe(c.Before), Describe(c.After), string.Join(", ", c.SentBy)]));
    }

    private static string Describe(TardyState? state) => state is null ? "no tardy" : $"{state.PeriodName}, {state.MinutesLate} min, {state.ExternalCode}";
}
