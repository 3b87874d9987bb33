using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Data.SchoolCalendar;
using K12Sync.Data.Storage;
using K12Sync.Domain.BehaviorCodes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Passes;

/// <summary>
/// Says at once what stored passes come to, by the rule that maps days. Students and their other passes are looked up each time; what is large and seldom changes, the schools'
/// calendars and the codes, is kept and read again when one of its rows has got a new stamp, or is gone, whoever did that. That is not even asked while these passes are all that
/// has been written in the district. For one thread, and one district.
/// </summary>
internal sealed class PassJudge
{
    private readonly Dictionary<long, SchoolRules> _schools = [];
    private StampRange? _before;
    private long _othersWrote;

    /// <summary>Each of these passes, which are stored, by its id; as of now.</summary>
    /// <param name="db">The district.</param>
    /// <param name="passes">Stored together.</param>
    /// <param name="stamps">What storing them took.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<IReadOnlyDictionary<string, JudgedPass>> JudgeAsync(
        K12SyncDb db, IReadOnlyCollection<IncomingPass> passes, StampRange stamps, CancellationToken cancellation)
    {
        if (_before is not { } before || !stamps.Follows(before))
            _othersWrote = stamps.First;
        _before = stamps;
        var ids = passes.Select(p => p.Pass.PassId).ToHashSet(StringComparer.Ordinal);
        var numbers = passes.Select(p => p.Pass.StudentNumber).Distinct(StringComparer.Ordinal).ToArray();
        if (passes.Select(p => p.Pass.SchoolId).Distinct().Where(IsInDoubt).ToArray() is { Length: > 0 } doubtful)
            await RefreshAsync(db, doubtful, stamps.Last, cancellation);
        var known = await db.Students.AsNoTracking().Where(s => EF.Parameter(numbers).Contains(s.StudentNumber)).Select(s => s.StudentNumber).ToHashSetAsync(StringComparer.Ordinal, cancellation);
        var enrolled = (await db.Enrollments.AsNoTracking().Where(e => EF.Parameter(numbers).Contains(e.StudentNumber)).ToListAsync(cancellation)).ToLookup(e => e.SchoolId);
        var days = (await RowsAsync(db, numbers, passes.Min(p => p.Date), passes.Max(p => p.Date), cancellation)).ToLookup(p => (p.Pass.SchoolId, p.Date));
        var judged = new Dictionary<string, JudgedPass>(ids.Count, StringComparer.Ordinal);
        foreach (var (school, date) in passes.Select(p => (p.Pass.SchoolId, p.Date)).Distinct())
        {
            var rules = _schools[school];
            var rows = days[(school, date)].ToList();
            var mapper = SchoolMapper.Of(rules.School, rules.Calendar, new DistrictFacts(rules.Codes, known), enrolled[school]);
            foreach (var (row, mapped) in rows.Zip(mapper.Map([.. rows.Select(r => r.Pass)], date, date)))
                if (ids.Contains(row.Pass.PassId))
                    judged[row.Pass.PassId] = new JudgedPass(row.Id, row.Pass, rules.School.Code, row.RecordedAt, row.Version, row.ChangeVersion, mapped.Outcome, mapper.Facts.Code(row.Pass.Code)?.PassMessage);
        }
        return judged;
    }

    /// <summary>All passes of these students in those days: only passes of one student compete.</summary>
    private static async Task<List<Row>> RowsAsync(K12SyncDb db, string[] numbers, DateOnly first, DateOnly last, CancellationToken cancellation) =>
        await db.Passes.AsNoTracking().Where(p => EF.Parameter(numbers).Contains(p.StudentNumber) && p.Date >= first && p.Date <= last)
            .Select(p => new Row(p.Id, new HallPass(p.PassId, p.SchoolId, p.StudentNumber, p.Code, p.IssuedAt, p.Voided), p.Date, p.RecordedAt,
                EF.Property<long>(p, "Version"), EF.Property<long>(p, "ChangeVersion"))).ToListAsync(cancellation);

    /// <summary>Somebody else has written since the school's rules were seen to be the present ones.</summary>
    private bool IsInDoubt(long school) => !_schools.TryGetValue(school, out var rules) || rules.SeenAt < _othersWrote;

    private async Task RefreshAsync(K12SyncDb db, long[] schools, long now, CancellationToken cancellation)
    {
        // The stamps first: what changes in between is read with an old stamp, and read again the next time.
        foreach (var (school, stamps) in await StampsAsync(db, schools, cancellation))
            if (_schools.TryGetValue(school, out var rules) && rules.Stamps == stamps)
                rules.SeenAt = now;
            else
                _schools[school] = new SchoolRules(stamps, await db.Schools.AsNoTracking().SingleAsync(s => s.Id == school, cancellation),
                    await new CalendarStore(db).LoadAsync(school, cancellation), await db.BehaviorCodes.AsNoTracking().ToListAsync(cancellation)) { SeenAt = now };
    }

    /// <summary>Every row that decides has a stamp of its own that only grows, so a count and the highest stamp tell any change.</summary>
    private static async Task<List<(long School, Stamps Stamps)>> StampsAsync(K12SyncDb db, long[] schools, CancellationToken cancellation)
    {
        var codes = await db.BehaviorCodes.GroupBy(_ => 1).Select(g => new Count(g.Count(), g.Max(c => EF.Property<long>(c, "ChangeVersion")))).SingleOrDefaultAsync(cancellation);
        var found = await db.Schools.Where(s => EF.Parameter(schools).Contains(s.Id)).Select(s => new
        {
            s.Id,
            Self = EF.Property<long>(s, "ChangeVersion"),
            Schedules = db.BellSchedules.Count(b => b.SchoolId == s.Id),
            LastSchedule = db.BellSchedules.Where(b => b.SchoolId == s.Id).Max(b => (long?)EF.Property<long>(b, "ChangeVersion")),
            Versions = db.BellScheduleVersions.Count(v => db.BellSchedules.Any(b => b.SchoolId == s.Id && b.Id == v.ScheduleId)),
            LastVersion = db.BellScheduleVersions.Where(v => db.BellSchedules.Any(b => b.SchoolId == s.Id && b.Id == v.ScheduleId)).Max(v => (long?)EF.Property<long>(v, "ChangeVersion")),
            Weekdays = db.DefaultWeeks.Count(d => d.SchoolId == s.Id),
            LastWeekday = db.DefaultWeeks.Where(d => d.SchoolId == s.Id).Max(d => (long?)EF.Property<long>(d, "ChangeVersion")),
            Days = db.DatedDays.Count(d => d.SchoolId == s.Id),
            LastDay = db.DatedDays.Where(d => d.SchoolId == s.Id).Max(d => (long?)EF.Property<long>(d, "ChangeVersion")),
        }).ToListAsync(cancellation);
        return [.. found.Select(s => (s.Id, new Stamps(codes, s.Self, new(s.Schedules, s.LastSchedule), new(s.Versions, s.LastVersion), new(s.Weekdays, s.LastWeekday), new(s.Days, s.LastDay))))];
    }

    private sealed record Row(long Id, HallPass Pass, DateOnly Date, DateTimeOffset RecordedAt, long Version, long ChangeVersion);

    private sealed record Count(int Rows, long? Last);

    private sealed record Stamps(Count? Codes, long School, Count Schedules, Count Versions, Count Weekdays, Count Days);

    private sealed record SchoolRules(Stamps Stamps, School School, Calendar Calendar, IReadOnlyList<BehaviorCode> Codes)
    {
        /// <summary>They were the present ones when this stamp was the last.</summary>
        public long SeenAt { get; set; }
    }
}
