using System.Globalization;
using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Domain;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Imports;

/// <summary><c>SchoolCode,Name,TimeZone,SisSchoolCode,GraceMinutes</c>. Grace blank: the pass decides.</summary>
internal sealed class SchoolsFile(K12SyncDb db) : IFileImport
{
    public string FileName => "schools.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SchoolCode", "Name", "TimeZone"], ["SisSchoolCode", "GraceMinutes"]);
        var roster = new RosterOperations(db);
        while (table?.Read() == true)
        {
            var (code, zoneId, grace) = (table.Text("SchoolCode"), table.Text("TimeZone"), table.Text("GraceMinutes"));
            var minutes = 0;
            if (string.IsNullOrWhiteSpace(code) || code.Length > HallPass.MaxTextLength)
                table.Reject($"SchoolCode must have 1 to {HallPass.MaxTextLength} characters.");
            else if (ExactText.FindFault(code) is { } fault)
                table.Reject($"SchoolCode has {fault}. Other files name the school by exactly this code; retype it.");
            else if (ExactText.FindFault(table.Text("SisSchoolCode")) is { } sisFault)
                table.Reject($"SisSchoolCode has {sisFault}. It must equal the SIS's code exactly; retype it.");
            else if (SchoolZone.Find(zoneId) is not { } zone)
                table.Reject($"'{zoneId}' is not an IANA time zone. Write one like America/Chicago or America/Indiana/Indianapolis.");
            else if (grace.Length > 0 && (!int.TryParse(grace, NumberStyles.None, CultureInfo.InvariantCulture, out minutes) || minutes > School.MaxGraceMinutes))
                table.Reject($"GraceMinutes is '{grace}'. Leave it blank (the pass decides) or give 0 to {School.MaxGraceMinutes}.");
            else
                report.Count(await roster.SaveSchoolAsync(code,
                    new SchoolFacts(table.Text("Name"), zone, table.TextOrNull("SisSchoolCode"), grace.Length > 0 ? minutes : null), cancellation));
        }
    }
}
