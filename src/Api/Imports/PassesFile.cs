using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports;

/// <summary>
/// <c>PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided</c>. IssuedAt is ISO 8601 with offset or Z; without either it is the school's
/// wall clock: a time skipped in spring is rejected, one repeated in autumn is taken as the earlier, with a note.
/// </summary>
internal sealed class PassesFile(K12SyncDb db, TimeProvider clock) : IFileImport
{
    private const int RowsAtOnce = 20_000;

    // Any clock that was ever set, and years away from where a zone's offset leads out of the calendar.
    private const int FirstYear = 1900;
    private const int LastYear = 2999;

    public string FileName => "passes.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["PassId", "SchoolCode", "StudentNumber", "Code", "IssuedAt"], ["Voided"]);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellation);
        var store = new PassStore(db, clock);
        var (passes, lines) = (new List<IncomingPass>(), new List<long>());
        while (table?.Read() == true)
        {
            if (Pass(table, report, schools) is not { } pass)
                continue;
            passes.Add(pass);
            lines.Add(table.Line);
            if (passes.Count == RowsAtOnce)
                await StoreAsync();
        }
        await StoreAsync();

        async Task StoreAsync()
        {
            var receipts = await store.StoreAsync(passes, cancellation);
            for (var i = 0; i < receipts.Count; i++)
                Count(report, receipts[i], lines[i]);
            passes.Clear();
            lines.Clear();
        }
    }

    private static void Count(FileReport report, PassReceipt receipt, long line)
    {
        switch (receipt)
        {
            case PassReceipt.Added:
                report.Add();
                break;
            case PassReceipt.Voided:
                report.Update();
                break;
            case PassReceipt.Unchanged:
                report.Keep();
                break;
            default:
                report.Reject(line, "This PassId was already used with other content, or the pass has been voided since. To change a pass, void it and give a new one with an id of its own.");
                break;
        }
    }

    private static IncomingPass? Pass(CsvTable table, FileReport report, Dictionary<string, School> schools)
    {
        var (id, number, code, voided) = (table.Text("PassId"), table.Text("StudentNumber"), table.Text("Code"), table.Text("Voided"));
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("PassId", id), ("StudentNumber", number), ("Code", code)])
            if (string.IsNullOrWhiteSpace(value) || value.Length > HallPass.MaxTextLength)
            {
                table.Reject($"{name} must have 1 to {HallPass.MaxTextLength} characters.");
                return null;
            }
        if (!schools.TryGetValue(table.Text("SchoolCode"), out var school))
            table.Reject($"School '{table.Text("SchoolCode")}' is not in schools.csv.");
        else if (!YesNo.TryRead(voided, whenBlank: false, out var isVoided))
            table.Reject($"Voided is '{voided}'. Write true or false.");
        else if (Moment(table, report, school.Zone) is { } issuedAt)
            return new IncomingPass(new HallPass(id, school.Id, number, code, issuedAt, isVoided), school.Zone.At(issuedAt).Day);
        return null;
    }

    private static DateTimeOffset? Moment(CsvTable table, FileReport report, SchoolZone zone)
    {
        if (!WallClock.TryMoment(table.Text("IssuedAt"), out var wall, out var offset))
        {
            table.Reject($"IssuedAt is '{table.Text("IssuedAt")}'. Write it like 2026-09-15T08:05:30-04:00; without offset it is the school's wall clock.");
            return null;
        }
        if (wall.Year is < FirstYear or > LastYear)
        {
            table.Reject($"IssuedAt is in the year {wall.Year:0000}. Passes are from {FirstYear} to {LastYear}; check the date.");
            return null;
        }
        if (offset is { } known)
            return new DateTimeOffset(wall, known).ToUniversalTime();
        switch (zone.Read(DateOnly.FromDateTime(wall), TimeOnly.FromDateTime(wall)))
        {
            case LocalReading.Once(var instant):
                return instant.ToUniversalTime();
            case LocalReading.Repeated(var earlier, _):
                report.Note(table.Line, $"{wall:yyyy-MM-dd HH:mm} happened twice in {zone}, because the clocks went back; the earlier one was taken. Give an offset to say which.");
                return earlier.ToUniversalTime();
            default:
                table.Reject($"{wall:yyyy-MM-dd HH:mm} did not exist in {zone}: the clocks went forward over it. Correct the time, or give it with its offset.");
                return null;
        }
    }
}
