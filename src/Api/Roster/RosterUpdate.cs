using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Roster;

/// <summary>A stay at a school as a roster gives it, both days inclusive; null: open.</summary>
public readonly record struct RosterStay(long SchoolId, DateOnly? From, DateOnly? To);

/// <summary>What a roster says of one student.</summary>
/// <param name="StudentNumber">Who.</param>
/// <param name="Facts">Null: it says nothing of the person. A birth date or state id it does not give is kept.</param>
/// <param name="Stays">Where the student attends. A student nobody knows and who attends nowhere is not added.</param>
/// <param name="Ends">The schools whose stay ends, but for those in <paramref name="Stays"/>; null: all.</param>
public sealed record RosterStudent(string StudentNumber, StudentFacts? Facts, IReadOnlyList<RosterStay> Stays, IReadOnlyCollection<long>? Ends);

/// <summary>A school that more students would leave than may go at once.</summary>
public sealed record Exodus(string SchoolCode, int Leaving, int Enrolled);

/// <summary>
/// Takes in one roster in one transaction: students come, change, leave a school and come back; nobody is deleted. Days whose passes are
/// affected become pending. Without <see cref="CommitAsync"/> nothing of it happened.
/// </summary>
public sealed class RosterUpdate : IAsyncDisposable
{
    /// <summary>So many may leave a school at once, whatever their share.</summary>
    public const int AlwaysAllowed = 5;

    private const int RowsAtOnce = 500;

    private readonly K12SyncDb _db;
    private readonly Transaction _transaction;
    private readonly Dictionary<long, (School School, DateOnly Today, int Enrolled)> _schools;
    private readonly Dictionary<long, int> _leaving = [];

    private RosterUpdate(K12SyncDb db, Transaction transaction, Dictionary<long, (School, DateOnly, int)> schools) =>
        (_db, _transaction, _schools) = (db, transaction, schools);

    /// <summary>The schools there are.</summary>
    public IEnumerable<School> Schools => _schools.Values.Select(s => s.School);

    /// <summary>How many stays have ended.</summary>
    public int Retired => _leaving.Values.Sum();

    public static async Task<RosterUpdate> BeginAsync(K12SyncDb db, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(clock);
        var now = clock.GetUtcNow();
        var transaction = await db.TransactAsync(cancellation);
        var ends = await db.Enrollments.GroupBy(e => new { e.SchoolId, e.To }).Select(g => new { g.Key.SchoolId, g.Key.To, Count = g.Count() }).ToListAsync(cancellation);
        var schools = await db.Schools.AsNoTracking().ToListAsync(cancellation);
        return new RosterUpdate(db, transaction, schools.ToDictionary(s => s.Id, s =>
        {
            var today = s.Zone.At(now).Day;
            return (s, today, ends.Where(e => e.SchoolId == s.Id && !(e.To < today)).Sum(e => e.Count));
        }));
    }

    /// <summary>There is a student with this number.</summary>
    public Task<bool> IsKnownAsync(string studentNumber, CancellationToken cancellation) =>
        _db.Students.AnyAsync(s => s.StudentNumber == studentNumber, cancellation);

    /// <summary>Takes in some students, each number once. Answers for each, in order.</summary>
    public async Task<IReadOnlyList<Saved>> SaveAsync(IReadOnlyList<RosterStudent> lines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lines);
        // EF.Parameter: one JSON parameter instead of 500, which halves the time of a large roster.
        var numbers = lines.Select(l => l.StudentNumber).ToList();
        var students = await _db.Students.Where(s => EF.Parameter(numbers).Contains(s.StudentNumber)).ToDictionaryAsync(s => s.StudentNumber, StringComparer.Ordinal, cancellation);
        var stays = (await _db.Enrollments.Where(e => EF.Parameter(numbers).Contains(e.StudentNumber)).ToListAsync(cancellation))
            .ToLookup(e => e.StudentNumber, StringComparer.Ordinal);
        var moved = new List<string>();
        var saved = new List<Saved>(lines.Count);
        foreach (var line in lines)
        {
            var person = SavePerson(line, students.GetValueOrDefault(line.StudentNumber));
            var moves = Attend(line, stays[line.StudentNumber]) | Leave(line, stays[line.StudentNumber]);
            if (moves)
                moved.Add(line.StudentNumber);
            saved.Add(person == Saved.Unchanged && moves ? Saved.Updated : person);
        }
        await StoreAsync(moved, cancellation);
        return saved;
    }

    /// <summary>The stays at these schools that have not ended and of which <paramref name="isThere"/> says no.</summary>
    public async Task<IReadOnlyList<long>> FindMissingAsync(IReadOnlyCollection<long> schools, Func<string, long, bool> isThere, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isThere);
        var missing = new List<long>();
        await foreach (var stay in _db.Enrollments.AsNoTracking().Where(e => schools.Contains(e.SchoolId)).AsAsyncEnumerable().WithCancellation(cancellation))
            if (!stay.EndedBefore(_schools[stay.SchoolId].Today) && !isThere(stay.StudentNumber, stay.SchoolId))
                missing.Add(stay.Id);
        return missing;
    }

    /// <summary>Ends these stays: yesterday was the last day.</summary>
    public async Task RetireAsync(IEnumerable<long> stays, CancellationToken cancellation)
    {
        foreach (var ids in stays.Chunk(RowsAtOnce))
        {
            var chunk = await _db.Enrollments.Where(e => EF.Parameter(ids).Contains(e.Id)).ToListAsync(cancellation);
            await StoreAsync([.. chunk.Where(Leave).Select(s => s.StudentNumber)], cancellation);
        }
    }

    /// <summary>The schools that more than <paramref name="mostPercent"/> of those enrolled before, and more than <see cref="AlwaysAllowed"/>, would leave.</summary>
    public IReadOnlyList<Exodus> Exoduses(int mostPercent) =>
    [
        .. _leaving.Select(l => new Exodus(_schools[l.Key].School.Code, l.Value, _schools[l.Key].Enrolled))
            .Where(e => e.Leaving > AlwaysAllowed && e.Leaving * 100L > (long)mostPercent * e.Enrolled)
            .OrderBy(e => e.SchoolCode, StringComparer.Ordinal),
    ];

    public Task CommitAsync(CancellationToken cancellation) => _transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        _db.ChangeTracker.Clear();
    }

    private Saved SavePerson(RosterStudent line, Student? student)
    {
        if (line.Facts is not { } facts)
            return Saved.Unchanged;
        if (student is null && line.Stays.Count > 0)
        {
            _db.Add(new Student(line.StudentNumber, facts));
            return Saved.Added;
        }
        var edited = student?.Edit(facts with { BirthDate = facts.BirthDate ?? student.Facts.BirthDate, StateId = facts.StateId ?? student.Facts.StateId });
        return edited == true ? Saved.Updated : Saved.Unchanged;
    }

    private bool Attend(RosterStudent line, IEnumerable<Enrollment> stays)
    {
        var moves = false;
        foreach (var (schoolId, from, to) in line.Stays)
        {
            if (stays.FirstOrDefault(s => s.SchoolId == schoolId) is not { } stay)
            {
                _db.Add(new Enrollment(schoolId, line.StudentNumber, from, to));
                moves = true;
                continue;
            }
            var wasHere = !stay.EndedBefore(_schools[schoolId].Today);
            moves |= stay.Attend(from, to);
            if (wasHere && stay.EndedBefore(_schools[schoolId].Today))
                CountLeaving(schoolId);
        }
        return moves;
    }

    private bool Leave(RosterStudent line, IEnumerable<Enrollment> stays)
    {
        var moves = false;
        foreach (var stay in stays.Where(s => line.Ends?.Contains(s.SchoolId) != false && line.Stays.All(l => l.SchoolId != s.SchoolId)))
            moves |= Leave(stay);
        return moves;
    }

    private bool Leave(Enrollment stay)
    {
        if (!stay.Leave(_schools[stay.SchoolId].Today.AddDays(-1)))
            return false;
        CountLeaving(stay.SchoolId);
        return true;
    }

    private void CountLeaving(long schoolId) => _leaving[schoolId] = _leaving.GetValueOrDefault(schoolId) + 1;

    private async Task StoreAsync(IReadOnlyCollection<string> moved, CancellationToken cancellation)
    {
        await _db.SaveChangesAsync(cancellation);
        await new PendingDays(_db).MarkStudentsAsync(moved, cancellation);
        _db.ChangeTracker.Clear();
    }
}
