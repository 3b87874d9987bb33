using System.Collections.Immutable;
using System.Globalization;
using K12Sync.Domain;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Exporters.EdFi;

/// <summary>The days of a session.</summary>
/// <param name="Term">Its name.</param>
/// <param name="First">Inclusive.</param>
/// <param name="Last">Inclusive.</param>
public sealed record EdFiSession(EdFiTerm Term, DateOnly First, DateOnly Last);

/// <summary>A school or a childcare site, as the Ed-Fi system knows it.</summary>
public sealed class EdFiSchool
{
    private const int LongestSessionName = 60;
    private static readonly (int First, int Last) SchoolYears = (1991, 2050);

    /// <exception cref="ArgumentException">The values make no school; <see cref="Check"/> says why without throwing.</exception>
    public EdFiSchool(long schoolId, SchoolZone zone, params IEnumerable<EdFiSession> sessions)
    {
        (SchoolId, Zone, Sessions) = (schoolId, zone, [.. sessions.OrderBy(s => s.First)]);
        if (Check(schoolId, Sessions) is { } fault)
            throw new ArgumentException(fault);
    }

    /// <summary>The <c>schoolId</c> of the Ed-Fi system.</summary>
    public long SchoolId { get; }

    /// <summary>Whose wall clock event times are read from.</summary>
    public SchoolZone Zone { get; }

    /// <summary>In order; no two have a day in common.</summary>
    public ImmutableArray<EdFiSession> Sessions { get; }

    /// <summary>Why these values are no school, or null. Session names have 1 to 60 characters, school years are 1991 to 2050 (5.2 XSD).</summary>
    public static string? Check(long schoolId, IReadOnlyCollection<EdFiSession> sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        if (schoolId <= 0)
            return "The Ed-Fi school id is a positive number. Take it from the Ed-Fi system.";
        EdFiSession? before = null;
        foreach (var session in sessions.OrderBy(s => s.First))
        {
            if (FindFault(session) is { } fault)
                return fault;
            if (before is not null && session.First <= before.Last)
                return $"The sessions {before.Term.SessionName} and {session.Term.SessionName} have days in common. A date must have one session.";
            before = session;
        }
        return null;
    }

    private static string? FindFault(EdFiSession session)
    {
        var (name, year) = session.Term;
        if (name.Length is 0 or > LongestSessionName)
            return "A session name has 1 to 60 characters. Take it from the Ed-Fi system.";
        if (ExactText.FindFault(name) is { } fault)
            return $"The session name {name} has {fault}. It is sent byte for byte; retype it.";
        if (year < SchoolYears.First || year > SchoolYears.Last)
            return string.Create(CultureInfo.InvariantCulture, $"The school year of {name} is {year}; it is the year in which the school year ends, 1991 to 2050.");
        return session.Last < session.First ? $"The session {name} ends before it begins." : null;
    }

    /// <summary>The session that a date lies in, or null.</summary>
    public EdFiTerm? TermOn(DateOnly date) => Sessions.FirstOrDefault(s => s.First <= date && date <= s.Last)?.Term;
}

/// <summary>What every mapping to an event needs, with the reason why it cannot be had.</summary>
internal static class EdFiSubject
{
    private const int LongestStudentId = 32;

    /// <summary>Why no event can be made of this student and date at this school, or null.</summary>
    public static string? FindFault(string? studentUniqueId, DateOnly date, EdFiSchool school)
    {
        if (string.IsNullOrEmpty(studentUniqueId))
            return "There is no Ed-Fi student id (StudentUniqueId). Enter the id that the Ed-Fi system has.";
        if (studentUniqueId.Length > LongestStudentId)
            return $"The Ed-Fi student id has {studentUniqueId.Length} characters; Ed-Fi takes at most {LongestStudentId}. Correct it.";
        if (ExactText.FindFault(studentUniqueId) is { } fault)
            return $"The Ed-Fi student id has {fault}. It is sent byte for byte; retype it.";
        return school.TermOn(date) is null
            ? string.Create(CultureInfo.InvariantCulture, $"No session of Ed-Fi school {school.SchoolId} has the date {date:yyyy-MM-dd}. Enter the session with its first and last day.")
            : null;
    }
}
