using K12Sync.Api.Roster;
using K12Sync.Data;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports;

/// <summary><c>SchoolCode,StudentNumber,StateId,FirstName,MiddleName,LastName,BirthDate,Grade</c>. Numbers are text; a student may have a row for each of two schools.</summary>
internal sealed class StudentsFile(K12SyncDb db) : IFileImport
{
    private const int RowsAtOnce = 500;

    public string FileName => "students.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SchoolCode", "StudentNumber", "FirstName", "LastName"], ["StateId", "MiddleName", "BirthDate", "Grade"]);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Code, s => s.Id, StringComparer.Ordinal, cancellation);
        var roster = new RosterOperations(db);
        var lines = new List<RosterLine>();
        var given = new Dictionary<string, (StudentFacts Facts, long Line)>(StringComparer.Ordinal);
        while (table?.Read() == true)
        {
            if (Line(table, schools) is { } line)
            {
                if (given.TryGetValue(line.StudentNumber, out var before) && before.Facts != line.Facts)
                    report.Note(table.Line, $"Line {before.Line} gives the same student other values; these were taken. Make the two rows agree.");
                given[line.StudentNumber] = (line.Facts, table.Line);
                lines.Add(line);
            }
            if (lines.Count == RowsAtOnce)
                await SaveAsync();
        }
        await SaveAsync();

        async Task SaveAsync()
        {
            foreach (var saved in await roster.SaveStudentsAsync(lines, cancellation))
                report.Count(saved);
            lines.Clear();
        }
    }

    private static RosterLine? Line(CsvTable table, Dictionary<string, long> schools)
    {
        var (number, birth) = (table.Text("StudentNumber"), table.Text("BirthDate"));
        DateOnly day = default;
        if (!schools.TryGetValue(table.Text("SchoolCode"), out var school))
            table.Reject($"School '{table.Text("SchoolCode")}' is not in schools.csv.");
        else if (string.IsNullOrWhiteSpace(number) || number.Length > HallPass.MaxTextLength)
            table.Reject($"StudentNumber must have 1 to {HallPass.MaxTextLength} characters.");
        else if (birth.Length > 0 && !WallClock.TryDay(birth, out day))
            table.Reject("BirthDate must be written like 2012-04-30, or be blank.");
        else
            return new RosterLine(number, new StudentFacts(table.TextOrNull("StateId"), table.Text("FirstName"), table.Text("MiddleName"),
                table.Text("LastName"), birth.Length > 0 ? day : null, table.Text("Grade")), school);
        return null;
    }
}
