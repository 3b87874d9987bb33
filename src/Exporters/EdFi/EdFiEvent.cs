using System.Globalization;

namespace K12Sync.Exporters.EdFi;

/// <summary>A session (term) of a school, as Ed-Fi names it.</summary>
/// <param name="SessionName">Such as <c>2026-2027 Fall Semester</c>; byte for byte the name the Ed-Fi system has.</param>
/// <param name="SchoolYear">The year in which the school year ends: 2027 is 2026-2027.</param>
public sealed record EdFiTerm(string SessionName, int SchoolYear);

/// <summary>A section of a course, as Ed-Fi names it within a school and a session.</summary>
public sealed record EdFiSection(string SectionIdentifier, string LocalCourseCode);

/// <summary>
/// What makes an attendance event one event in Ed-Fi. The category is part of it: another category is another event, and the one before stays
/// where it is until it is deleted.
/// </summary>
/// <remarks>Source: public (Ed-Fi data standard 5.2, <c>StudentSchoolAttendanceEvent</c> and <c>StudentSectionAttendanceEvent</c>).</remarks>
/// <param name="StudentUniqueId">As the Ed-Fi system knows the student.</param>
/// <param name="SchoolId">As the Ed-Fi system knows the school.</param>
/// <param name="Term">The session that the date lies in.</param>
/// <param name="Date">By the clock on the school's wall.</param>
/// <param name="Category">The whole URI of the attendance event category.</param>
/// <param name="Section">Null: an event of the school; otherwise of this section.</param>
public sealed record EdFiEventKey(string StudentUniqueId, long SchoolId, EdFiTerm Term, DateOnly Date, string Category, EdFiSection? Section = null)
{
    /// <summary>The collection of the API that holds such events.</summary>
    public string Resource => Section is null ? "studentSchoolAttendanceEvents" : "studentSectionAttendanceEvents";

    /// <summary>Shows nothing of the student.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Resource} of {Date:yyyy-MM-dd} at school {SchoolId}");
}

/// <summary>An attendance event of Ed-Fi: at most one for a student, school, date and category (and section).</summary>
/// <param name="Key">Which one.</param>
public sealed record EdFiEvent(EdFiEventKey Key)
{
    /// <summary>The reason in words, at most 255 characters; null: none is given.</summary>
    public string? Reason { get; init; }

    /// <summary>The part of the day that the event takes, 0 to 1 with two decimals; null: not said.</summary>
    public decimal? PartOfDay { get; init; }

    /// <summary>How long, in minutes, 0 to <see cref="MostMinutes"/>; of a tardy the minutes late. Null: not said.</summary>
    public int? Minutes { get; init; }

    /// <summary>By the clock on the school's wall, to the second, without a zone.</summary>
    public TimeOnly? Arrival { get; init; }

    /// <summary>As <see cref="Arrival"/>. Earlier than it only on the night when clocks are set back.</summary>
    public TimeOnly? Departure { get; init; }

    /// <summary>The most minutes an event may have.</summary>
    /// <remarks>Source: public (5.2 XSD, <c>AttendanceEventDuration</c>).</remarks>
    public const int MostMinutes = 1440;

    /// <summary>Shows nothing of the student.</summary>
    public override string ToString() => Key.ToString();
}
