using K12Sync.Api.Passes;
using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Imports;

/// <summary>Reads rows of <c>passes.csv</c>. A row that is no pass is rejected in the table's report; <paramref name="note"/> takes what is to be said about one that is.</summary>
internal sealed class PassReader(CsvTable table, PassSchools schools, Action<string> note)
{
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
        if (schools.Find(table.Text(_school)) is not { } school)
            table.Reject(schools.WhyNot(table.Text(_school)));
        else if (!YesNo.TryRead(voided, whenBlank: false, out var isVoided))
            table.Reject($"Voided is '{voided}'. Write true or false.");
        else if (Moment(school.Zone.Zone) is { } issuedAt)
            return new IncomingPass(new HallPass(id, school.Id, number, code, issuedAt, isVoided), school.Zone.At(issuedAt).Day);
        return null;
    }

    private bool IsText(string name, string value)
    {
        if (PassRules.WhyNoText(name, value) is not { } reason)
            return true;
        table.Reject(reason);
        return false;
    }

    private DateTimeOffset? Moment(SchoolZone zone)
    {
        if (!WallClock.TryMoment(table.Utf8Text(_issuedAt), out var wall, out var offset))
        {
            table.Reject($"IssuedAt is '{table.Text(_issuedAt)}'. Write it like 2026-09-15T08:05:30-04:00; without offset it is the school's wall clock.");
            return null;
        }
        var (instant, why) = PassRules.Moment(wall, offset, zone);
        if (instant is null)
            table.Reject(why!);
        else if (why is not null)
            note(why);
        return instant;
    }
}
