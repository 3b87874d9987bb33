namespace K12Sync.Domain.Roster;

/// <summary>A student of the district. Numbers are text: leading zeros are part of them.</summary>
public sealed class Student
{
    private Student() => Facts = null!;

    /// <summary>A new student; <paramref name="studentNumber"/> never changes.</summary>
    public Student(string studentNumber, StudentFacts facts)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(studentNumber);
        (StudentNumber, Facts) = (studentNumber, facts);
    }

    public long Id { get; private set; }

    /// <summary>Unique in the district, compared ordinally.</summary>
    public string StudentNumber { get; private set; } = "";

    public StudentFacts Facts { get; private set; }

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    public bool Edit(StudentFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (Facts == facts)
            return false;
        Facts = facts;
        return true;
    }
}

/// <summary>Who a student is. Names are kept as written, in any script.</summary>
public sealed record StudentFacts(string? StateId, string FirstName, string MiddleName, string LastName, DateOnly? BirthDate, string Grade);

/// <summary>
/// A student attends a school. A student may attend two; a pass at any other school is <c>NotEnrolled</c>. There is one stay for each
/// student and school: who comes back continues it.
/// </summary>
public sealed class Enrollment
{
    private Enrollment()
    {
    }

    /// <summary>Enrolled from <paramref name="from"/> to <paramref name="to"/>, both inclusive; null: open.</summary>
    public Enrollment(long schoolId, string studentNumber, DateOnly? from = null, DateOnly? to = null) =>
        (SchoolId, StudentNumber, From, To) = (schoolId, studentNumber, from, to);

    public long Id { get; private set; }

    public long SchoolId { get; private set; }

    public string StudentNumber { get; private set; } = "";

    /// <summary>First day, inclusive; null: always.</summary>
    public DateOnly? From { get; private set; }

    /// <summary>Last day, inclusive; null: still. Before <see cref="From"/>: the student never came.</summary>
    public DateOnly? To { get; private set; }

    /// <summary>
    /// Takes what a roster says of the stay, both days inclusive, null: open. <see cref="To"/> becomes what is said; <see cref="From"/> only
    /// ever moves back, so that a later start (another year, a return) does not disown the days the student was there before.
    /// Returns false if that changes nothing.
    /// </summary>
    public bool Attend(DateOnly? from, DateOnly? to)
    {
        var before = (From, To);
        (From, To) = (From is { } mine && from is { } said ? (mine < said ? mine : said) : null, to);
        return before != (From, To);
    }

    /// <summary>Ends the stay after <paramref name="lastDay"/>, inclusive. Returns false if it had ended by then.</summary>
    public bool Leave(DateOnly lastDay)
    {
        if (To <= lastDay)
            return false;
        To = lastDay;
        return true;
    }

    /// <summary>The last day is before <paramref name="day"/>.</summary>
    public bool EndedBefore(DateOnly day) => To < day;
}
