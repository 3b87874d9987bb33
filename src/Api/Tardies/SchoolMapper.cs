using K12Sync.Data;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.TardyEngine;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tardies;

/// <summary>What decides about passes of every school of a district, as it is set now. Loaded once for a run: a roster is large.</summary>
internal sealed record DistrictFacts(IReadOnlyList<BehaviorCode> Codes, IReadOnlySet<string> Students)
{
    public static async Task<DistrictFacts> LoadAsync(K12SyncDb db, CancellationToken cancellation) => new(
        await db.BehaviorCodes.AsNoTracking().ToListAsync(cancellation),
        await db.Students.AsNoTracking().Select(s => s.StudentNumber).ToHashSetAsync(StringComparer.Ordinal, cancellation));
}

/// <summary>One school with everything that decides about its passes, as it is set now.</summary>
internal sealed class SchoolMapper
{
    private readonly School _school;
    private readonly Calendar _calendar;
    private readonly SchoolFactsInMemory _facts;

    private SchoolMapper(School school, Calendar calendar, SchoolFactsInMemory facts) =>
        (_school, _calendar, _facts) = (school, calendar, facts);

    public School School => _school;

    public Calendar Calendar => _calendar;

    public ISchoolFacts Facts => _facts;

    public static async Task<SchoolMapper> LoadAsync(K12SyncDb db, DistrictFacts district, long schoolId, CancellationToken cancellation)
    {
        var school = await db.Schools.AsNoTracking().SingleAsync(s => s.Id == schoolId, cancellation);
        var calendar = await new CalendarStore(db).LoadAsync(schoolId, cancellation);
        var enrolled = await db.Enrollments.AsNoTracking().Where(e => e.SchoolId == schoolId).ToListAsync(cancellation);
        return Of(school, calendar, district, enrolled);
    }

    /// <summary>Of facts that are at hand. Of the roster they need to hold no more than the students whose passes are mapped.</summary>
    public static SchoolMapper Of(School school, Calendar calendar, DistrictFacts district, IEnumerable<Enrollment> enrolled) =>
        new(school, calendar, new SchoolFactsInMemory(school, district, enrolled));

    public MappedPass[] Map(IReadOnlyList<HallPass> passes, DateOnly first, DateOnly last) =>
        PassMapper.Map(SchoolYearMap.Build(_school.Zone, _calendar, first, last), _facts, passes);

    private sealed class SchoolFactsInMemory(
        School school, DistrictFacts district, IEnumerable<Enrollment> enrolled) : ISchoolFacts
    {
        private readonly Dictionary<string, BehaviorCode> _codes = district.Codes
            .Where(c => c.SchoolId is null || c.SchoolId == school.Id)
            .GroupBy(c => c.Code, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(c => !c.IsActive).ThenBy(c => c.SchoolId is null).First(), StringComparer.Ordinal);

        private readonly Dictionary<string, Enrollment> _enrolled = enrolled.ToDictionary(e => e.StudentNumber, StringComparer.Ordinal);

        public int? GraceMinutes => school.GraceMinutes;

        public StudentStanding Standing(string studentNumber, DateOnly day) =>
            _enrolled.TryGetValue(studentNumber, out var stay) && (stay.From ?? day) <= day && day <= (stay.To ?? day) ? StudentStanding.Enrolled
            : district.Students.Contains(studentNumber) ? StudentStanding.NotEnrolled
            : StudentStanding.Unknown;

        public BehaviorCode? Code(string code) => _codes.GetValueOrDefault(code);
    }
}
