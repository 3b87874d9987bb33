using System.CommandLine;
using K12Sync.Api.CommandLine;
using K12Sync.Domain.BellSchedules;

namespace K12Sync.Api.Imports;

/// <summary><c>k12sync import PATH</c>.</summary>
internal static class ImportCommand
{
    /// <summary>The district's name where nobody has given one.</summary>
    public const string UnnamedDistrict = "District";

    public static Command Build(CommonOptions common)
    {
        var path = new Argument<string>("PATH") { Description = "A folder of import files, or one of them." };
        var closeGaps = new Option<GapClosingStrategy?>("--close-gaps") { Description = "Close gaps of bell schedules: NextOpensEarly, PreviousEndsLate or Split. No bell moves.", HelpName = "STRATEGY" };
        var effective = CommonOptions.Day("--effective", "First day of changes to schedules that exist already (default: today at the school).");
        var asWritten = new Option<bool>("--codes-as-written") { Description = "Take external codes with blanks, invisible or look-alike characters as they are." };
        var command = new Command("import", "Reads schools, students, codes, bell schedules, calendar and passes. Adds and updates; never deletes.")
        {
            path, closeGaps, effective, asWritten, common.Data, common.District, common.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!Path.Exists(parsed.GetRequiredValue(path)))
                throw new ImportRefusedException($"There is no file or folder {parsed.GetRequiredValue(path)}.");
            await using var work = await Workplace.OpenOrMakeAsync(common.Folder(parsed), parsed.GetValue(common.District), UnnamedDistrict, common.Clock, cancellation);
            var choices = new ImportChoices(parsed.GetValue(closeGaps), parsed.GetValue(effective), parsed.GetValue(asWritten));
            var remarks = new List<RowRemark>();
            var json = parsed.GetValue(common.Json);
            var reports = await work.Imports.ImportAsync(parsed.GetRequiredValue(path), choices, json ? remarks.Add : Print, cancellation);
            var days = await work.Tardies.MapPendingAsync(cancellation);
            if (json)
                Terminal.PrintJson(new { Files = reports, Remarks = remarks });
            else
                Print(reports);
            Terminal.Tell($"Mapped the passes of {days} school days.");
            return reports.Any(r => r.Rejected > 0) ? ExitCode.NeedsAPerson : ExitCode.Done;
        });
        return command;
    }

    private static void Print(RowRemark remark) => Console.Out.WriteLine(remark.ToString());

    /// <summary>One line for each file.</summary>
    public static void Print(IReadOnlyList<FileReport> reports) => Terminal.PrintTable(null, ["File", "Added", "Updated", "Unchanged", "Rejected"],
        reports.Select(r => (string[])[r.File, $"{r.Added}", $"{r.Updated}", $"{r.Unchanged}", $"{r.Rejected}"]));
}
