using K12Sync.Data;
using K12Sync.Data.Passes;
using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Roster;

/// <summary>What saving did.</summary>
public enum Saved
{
    Added,
    Updated,
    Unchanged,
}

/// <summary>A student as a roster gives it: who, and at which school.</summary>
public sealed record RosterLine(string StudentNumber, StudentFacts Facts, long SchoolId);

/// <summary>Adds and updates schools, students and enrolments. Nothing here deletes. Days whose passes are affected become pending.</summary>
public sealed class RosterOperations(K12SyncDb db)
{
    /// <summary>Adds a school or takes its new facts.</summary>
    public async Task<Saved> SaveSchoolAsync(string code, SchoolFacts facts, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        var school = await db.Schools.SingleOrDefaultAsync(s => s.Code == code, cancellation);
        if (school is null)
        {
            db.Add(new School(code, facts));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return Saved.Added;
        }
        var moved = !school.Zone.Equals(facts.Zone);
        if (!school.Edit(facts))
            return Saved.Unchanged;
        await db.SaveChangesAsync(cancellation);
        var days = new PendingDays(db);
        await days.MarkSchoolAsync(school.Id, DateOnly.MinValue, cancellation);
        if (moved)
            await days.MoveToZoneAsync(school.Id, facts.Zone, cancellation);
        await transaction.CommitAsync(cancellation);
        return Saved.Updated;
    }

    /// <summary>Adds or updates many students, and enrols each at its school. Answers for each line, in order.</summary>
    public async Task<IReadOnlyList<Saved>> SaveStudentsAsync(IReadOnlyList<RosterLine> lines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var numbers = lines.Select(l => l.StudentNumber).Distinct(StringComparer.Ordinal).ToList();
        await using var transaction = await db.TransactAsync(cancellation);
        var students = await db.Students.Where(s => numbers.Contains(s.StudentNumber)).ToDictionaryAsync(s => s.StudentNumber, StringComparer.Ordinal, cancellation);
        var enrolled = await db.Enrollments.Where(e => numbers.Contains(e.StudentNumber)).ToDictionaryAsync(e => (e.StudentNumber, e.SchoolId), cancellation);
        var moved = new HashSet<string>(StringComparer.Ordinal);
        var saved = lines.Select(line => Save(line, students, enrolled, moved)).ToList();
        await db.SaveChangesAsync(cancellation);
        await new PendingDays(db).MarkStudentsAsync(moved, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return saved;
    }

    /// <summary>A line without dates says that the student attends now: a stay that was ended, by a OneRoster roster say, goes on.</summary>
    private Saved Save(RosterLine line, Dictionary<string, Student> students, Dictionary<(string, long), Enrollment> enrolled, HashSet<string> moved)
    {
        var isNew = !students.TryGetValue(line.StudentNumber, out var student);
        if (student is null)
            db.Add(students[line.StudentNumber] = student = new Student(line.StudentNumber, line.Facts));
        var edited = student.Edit(line.Facts);
        bool enrols;
        if (enrolled.TryGetValue((line.StudentNumber, line.SchoolId), out var stay))
            enrols = stay.Attend(stay.From, null);
        else
        {
            db.Add(enrolled[(line.StudentNumber, line.SchoolId)] = new Enrollment(line.SchoolId, line.StudentNumber));
            enrols = true;
        }
        if (enrols)
            moved.Add(line.StudentNumber);
        return isNew ? Saved.Added : edited || enrols ? Saved.Updated : Saved.Unchanged;
    }
}
