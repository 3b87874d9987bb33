using K12Sync.Data;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>The caller's own district, and no other.</summary>
internal sealed class DistrictView
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public string? DataContact { get; init; }
    public string? DataContactMail { get; init; }
    public int? RecordDays { get; init; }
    public DateOnly? KeptFrom { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<DistrictView> Of(K12SyncDb db) => db.Districts.Select(d => new DistrictView
    {
        Id = d.Id,
        Name = d.Name,
        DataContact = d.DataContact,
        DataContactMail = d.DataContactMail,
        RecordDays = d.RecordDays,
        KeptFrom = d.KeptFrom,
        Version = EF.Property<long>(d, Stamps.Version),
        ChangeVersion = EF.Property<long>(d, Stamps.ChangeVersion),
    });
}

internal sealed class SchoolView
{
    public long Id { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public string? SisSchoolCode { get; init; }
    public int? GraceMinutes { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<SchoolView> Of(K12SyncDb db, SchoolSet schools) => db.Schools.Only(schools, s => s.Id).Select(s => new SchoolView
    {
        Id = s.Id,
        Code = s.Code,
        Name = s.Name,
        TimeZone = (string)(object)s.Zone,
        SisSchoolCode = s.SisSchoolCode,
        GraceMinutes = s.GraceMinutes,
        Version = EF.Property<long>(s, Stamps.Version),
        ChangeVersion = EF.Property<long>(s, Stamps.ChangeVersion),
    });
}

/// <summary>A student without the birth date: nobody who looks for a tardy needs it.</summary>
internal sealed class StudentView
{
    public long Id { get; init; }
    public string StudentNumber { get; init; } = "";
    public string? StateId { get; init; }
    public string FirstName { get; init; } = "";
    public string MiddleName { get; init; } = "";
    public string LastName { get; init; } = "";
    public string Grade { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>Of some schools: who is or was enrolled there.</summary>
    public static IQueryable<StudentView> Of(K12SyncDb db, SchoolSet schools)
    {
        var enrolled = db.Enrollments.Only(schools, e => e.SchoolId);
        var students = schools.IsAll ? db.Students : db.Students.Where(s => enrolled.Any(e => e.StudentNumber == s.StudentNumber));
        return students.Select(s => new StudentView
        {
            Id = s.Id,
            StudentNumber = s.StudentNumber,
            StateId = s.Facts.StateId,
            FirstName = s.Facts.FirstName,
            MiddleName = s.Facts.MiddleName,
            LastName = s.Facts.LastName,
            Grade = s.Facts.Grade,
            Version = EF.Property<long>(s, Stamps.Version),
            ChangeVersion = EF.Property<long>(s, Stamps.ChangeVersion),
        });
    }
}
