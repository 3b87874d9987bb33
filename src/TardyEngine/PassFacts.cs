using K12Sync.Domain.BehaviorCodes;

namespace K12Sync.TardyEngine;

/// <summary>Whether a student number belongs at a school on a day.</summary>
public enum StudentStanding
{
    /// <summary>Attends the school that day.</summary>
    Enrolled,

    /// <summary>Is in the district's roster, but does not attend this school that day.</summary>
    NotEnrolled,

    /// <summary>Is not in the district's roster.</summary>
    Unknown,
}

/// <summary>What has to be known about one school, beside its calendar, to judge its passes.</summary>
public interface ISchoolFacts
{
    /// <summary>Null: the pass decides. A number of minutes, 0 or more: a pass at or before bell + grace is on time.</summary>
    int? GraceMinutes { get; }

    /// <summary>The student's standing at this school. <paramref name="day"/> is the school's day, not UTC's.</summary>
    StudentStanding Standing(string studentNumber, DateOnly day);

    /// <summary>The school's own code of that name, else the district's, else null. Compared ordinally.</summary>
    BehaviorCode? Code(string code);
}

/// <summary>Everything that decides about a pass but the moment it was issued.</summary>
/// <param name="Voided">The pass was taken back.</param>
/// <param name="Standing">The student's standing at the school on the day of the pass.</param>
/// <param name="Code">The code the pass carries; null: it is not set up.</param>
/// <param name="GraceMinutes">Null: the pass decides. Otherwise minutes after the bell, inclusive, that still count as on time.</param>
public readonly record struct PassFacts(bool Voided, StudentStanding Standing, BehaviorCode? Code, int? GraceMinutes);
