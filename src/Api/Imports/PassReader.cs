using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Imports;

/// <summary>A school that passes may name.</summary>
internal sealed record PassSchool(long Id, ZoneReader Zone);

/// <summary>Reads rows of <c>passes.csv</c>. A row that is no pass is rejected in the table's report; <paramref name="note"/> takes what is to be said about one that is.</summary>
internal sealed class PassReader(CsvTable table, Dictionary<string, PassSchool> schools, Action<string> note)
{
    private const int FirstYear = 1900;
    private const int LastYear = 2999;

    private readonly int _id = table.Column("PassId");
    private readonly int _school = table.Column("SchoolCode");
    private readonly int _number = table.Column("StudentNumber");
    private readonly int _code = table.Column("Code");
    private readonly int _issuedAt = table.Column("IssuedAt");
    private readonly int _voided = table.Column("Voided");

    /// <summary>The pass of the table's present row, or null if it was rejected.</summary>
    public IncomingPass? Read()
    {
        var (id, number, code, voided) = (table.Text(_id), table.Text(_number), table.Text(_code), table.Text(_voided));
        if (!IsText("PassId", id) || !IsText("StudentNumber", number) || !IsText("Code", code))
            return null;
        if (!schools.TryGetValue(table.Text(_school), out var school))
            table.Reject($"School '{table.Text(_school)}' is not in schools.csv.");
        else if (!YesNo.TryRead(voided, whenBlank: false, out var isVoided))
            table.Reject($"Voided is '{voided}'. Write true or false.");
        else if (Moment(school.Zone.Zone) is { } issuedAt)
            return new IncomingPass(new HallPass(id, school.Id, number, code, issuedAt, isVoided), school.Zone.At(issuedAt).Day);
        return null;
    }

    private bool IsText(string name, string value)
    {
        if (!string.IsNullOrWhiteSpace(value) && value.Length <= HallPass.MaxTextLength)
            return true;
        table.Reject($"{name} must have 1 to {HallPass.MaxTextLength} characters.");
        return false;
    }

    private DateTimeOffset? Moment(SchoolZone zone)
    {
        if (!WallClock.TryMoment(table.Utf8Text(_issuedAt), out var wall, out var offset))
        {
            table.Reject($"IssuedAt is '{table.Text(_issuedAt)}'. Write it like 2026-09-15T08:05:30-04:00; without offset it is the school's wall clock.");
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
                note($"{wall:yyyy-MM-dd HH:mm} happened twice in {zone}, because the clocks went back; the earlier one was taken. Give an offset to say which.");
                return earlier.ToUniversalTime();
            default:
                table.Reject($"{wall:yyyy-MM-dd HH:mm} did not exist in {zone}: the clocks went forward over it. Correct the time, or give it with its offset.");
                return null;
        }
    }
}
