using K12Sync.Api.Access;
using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;
using K12Sync.OData;

namespace K12Sync.Api.Passes;

/// <summary>A pass as it is handed in by itself, not checked yet. Null: not given.</summary>
/// <param name="PassId">The giver's own id.</param>
/// <param name="SchoolId">The school by id; with <paramref name="SchoolCode"/> both must be the same one. Neither: the only school of the key.</param>
/// <param name="SchoolCode">The school by code.</param>
/// <param name="StudentNumber">As typed or scanned.</param>
/// <param name="Code">The behavior code.</param>
/// <param name="IssuedAt">With its offset: by itself a pass has no wall clock to go by.</param>
/// <param name="Voided">Taken back.</param>
internal sealed record PassForm(string? PassId, long? SchoolId, string? SchoolCode, string? StudentNumber, string? Code, DateTimeOffset? IssuedAt, bool Voided)
{
    /// <summary>Checks it as a row of a file is checked.</summary>
    public PassReading Read(PassSchools schools, Caller caller)
    {
        var wrong = new List<InvalidProperty>();
        foreach (var (name, value) in ((string, string?)[])[(nameof(PassId), PassId), (nameof(StudentNumber), StudentNumber), (nameof(Code), Code)])
            if (PassRules.WhyNoText(name, value) is { } reason)
                wrong.Add(new InvalidProperty(name, reason));
        if (IssuedAt is null)
            wrong.Add(new InvalidProperty(nameof(IssuedAt), "IssuedAt is missing. Write it like 2026-09-15T08:05:30-04:00."));
        var school = School(schools, caller, wrong);
        if (school is not null && !caller.GivesPasses(school.Id))
            return new PassReading.NotYours();
        if (IssuedAt is { } at && school is not null)
        {
            var (instant, why) = PassRules.Moment(at.DateTime, at.Offset, school.Zone.Zone);
            if (instant is null)
                wrong.Add(new InvalidProperty(nameof(IssuedAt), why!));
            else if (wrong.Count == 0)
                return new PassReading.Sound(new IncomingPass(new HallPass(PassId!, school.Id, StudentNumber!, Code!, instant.Value, Voided), school.Zone.At(instant.Value).Day));
        }
        return new PassReading.Wrong(wrong);
    }

    private PassSchool? School(PassSchools schools, Caller caller, List<InvalidProperty> wrong)
    {
        if ((SchoolId ?? (SchoolCode is null ? caller.Schools.One : null)) is { } id)
        {
            if (schools.Find(id) is not { } school)
                wrong.Add(new InvalidProperty(nameof(SchoolId), "There is no such school."));
            else if (SchoolCode is not null && school.Code != SchoolCode)
                wrong.Add(new InvalidProperty(nameof(SchoolCode), "SchoolId and SchoolCode are of different schools. One of them is enough."));
            else
                return school;
        }
        else if (SchoolCode is null)
            wrong.Add(new InvalidProperty(nameof(SchoolCode), "SchoolCode or SchoolId is missing: this key is for more than one school."));
        else if (schools.Find(SchoolCode) is { } school)
            return school;
        else
            wrong.Add(new InvalidProperty(nameof(SchoolCode), schools.WhyNot(SchoolCode)));
        return null;
    }
}

/// <summary>What checking a <see cref="PassForm"/> found.</summary>
internal abstract record PassReading
{
    private PassReading()
    {
    }

    /// <summary>It can be stored.</summary>
    public sealed record Sound(IncomingPass Pass) : PassReading;

    /// <summary>It cannot, for these reasons.</summary>
    public sealed record Wrong(IReadOnlyList<InvalidProperty> Properties) : PassReading;

    /// <summary>The caller gives no passes of that school.</summary>
    public sealed record NotYours : PassReading;
}
