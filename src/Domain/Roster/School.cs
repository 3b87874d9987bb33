using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Roster;

/// <summary>A school: one zone, one calendar, one rule of grace.</summary>
public sealed class School
{
    /// <summary>The most minutes of grace that make sense.</summary>
    public const int MaxGraceMinutes = 120;

    private School() => Zone = null!;

    /// <summary>A new school; <paramref name="code"/> never changes.</summary>
    public School(string code, SchoolFacts facts)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentNullException.ThrowIfNull(facts);
        Code = code;
        Zone = facts.Zone;
        Edit(facts);
    }

    public long Id { get; private set; }

    /// <summary>Unique in the district, compared ordinally.</summary>
    public string Code { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>Decides on which day and at which wall-clock time a pass was issued.</summary>
    public SchoolZone Zone { get; private set; }

    /// <summary>The school as the SIS knows it, or null: <see cref="Code"/> then serves.</summary>
    public string? SisSchoolCode { get; private set; }

    /// <summary>Null: the pass decides. A number of minutes (0 or more): a pass at or before bell + grace is on time.</summary>
    public int? GraceMinutes { get; private set; }

    /// <summary>Takes new facts. Returns false if they are the ones it has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Grace is negative or above <see cref="MaxGraceMinutes"/>.</exception>
    public bool Edit(SchoolFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.GraceMinutes is < 0 or > MaxGraceMinutes)
            throw new ArgumentOutOfRangeException(nameof(facts), facts.GraceMinutes, $"Grace is 0 to {MaxGraceMinutes} minutes.");
        var before = new SchoolFacts(Name, Zone, SisSchoolCode, GraceMinutes);
        (Name, Zone, SisSchoolCode, GraceMinutes) = (facts.Name, facts.Zone, facts.SisSchoolCode, facts.GraceMinutes);
        return before != facts;
    }
}

/// <summary>Everything about a school but its code.</summary>
public sealed record SchoolFacts(string Name, SchoolZone Zone, string? SisSchoolCode, int? GraceMinutes);
