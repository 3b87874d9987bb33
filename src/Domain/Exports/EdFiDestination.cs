using System.Collections.Immutable;
using K12Sync.Domain.Childcare;

namespace K12Sync.Domain.Exports;

/// <summary>An Ed-Fi API: child-days or tardies go there as attendance events, one call for each.</summary>
/// <param name="Address">Its base address, as its host gives it out. HTTPS; HTTP only on this machine.</param>
/// <param name="Key">The client id. The client secret is the connector's password.</param>
/// <param name="Records">What is sent.</param>
/// <param name="SchoolIds">The Ed-Fi <c>schoolId</c>, by school code (tardies) or site code (child-days). What is not here is not sent.</param>
/// <param name="Sessions">The sessions of the school years, with the exact names that the Ed-Fi system has.</param>
public sealed record EdFiDestinationDefinition(
    Uri Address, string Key, RecordKind Records, ImmutableSortedDictionary<string, long> SchoolIds, ImmutableArray<EdFiSessionSetting> Sessions) : DestinationDefinition
{
    /// <summary>Where the Ed-Fi Alliance's own categories are.</summary>
    public const string EdFiNamespace = "uri://ed-fi.org/AttendanceEventCategoryDescriptor";

    /// <summary>What is sent as <c>studentUniqueId</c>.</summary>
    public EdFiStudentId StudentId { get; init; }

    /// <summary>Of the categories that are not whole URIs themselves.</summary>
    public string Namespace { get; init; } = EdFiNamespace;

    /// <summary>The category of a day in care; null: the Alliance's.</summary>
    public string? Attended { get; init; }

    /// <summary>Categories of absences; one that is not here has the Alliance's.</summary>
    public ImmutableSortedDictionary<AbsenceCode, string> Absences { get; init; } = ImmutableSortedDictionary<AbsenceCode, string>.Empty;

    /// <summary>Categories of tardies, by the SIS's code, byte for byte. A code that is not here stops the tardy.</summary>
    public ImmutableSortedDictionary<string, string> Tardies { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where tokens are, from <see cref="Address"/>; null: where an Ed-Fi ODS/API has them.</summary>
    public string? TokenPath { get; init; }

    /// <summary>Where the resources are, from <see cref="Address"/>; null: where an Ed-Fi ODS/API has them.</summary>
    public string? DataPath { get; init; }

    /// <inheritdoc/>
    public override RecordKind Sends => Records;

    /// <inheritdoc/>
    public override string OwnLayout => "ed-fi";

    /// <inheritdoc/>
    public override string Describe() => $"Ed-Fi API at {Address}";
}

/// <summary>A session of a school year.</summary>
/// <param name="Name">Byte for byte the name that the Ed-Fi system has.</param>
/// <param name="SchoolYear">The year in which the school year ends.</param>
/// <param name="First">Inclusive.</param>
/// <param name="Last">Inclusive.</param>
/// <param name="School">The code of the only school or site that it is of; null: all that have none of their own.</param>
public sealed record EdFiSessionSetting(string Name, int SchoolYear, DateOnly First, DateOnly Last, string? School = null);

/// <summary>Which of a student's ids the Ed-Fi system knows the student by.</summary>
public enum EdFiStudentId
{
    /// <summary>The number here; of a child the child's number.</summary>
    StudentNumber,

    /// <summary>The state's id of a student; of a child the agency's id that it is linked to in the site's state.</summary>
    StateId,
}
