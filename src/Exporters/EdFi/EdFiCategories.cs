using System.Collections.Frozen;
using System.Text.RegularExpressions;
using K12Sync.Domain;
using K12Sync.Domain.Childcare;

namespace K12Sync.Exporters.EdFi;

/// <summary>An attendance event category, and the reason that goes with it.</summary>
/// <param name="Descriptor">The whole URI, byte for byte: <c>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy</c>. States have their own namespaces.</param>
/// <param name="Reason">In words, 1 to 255 characters; null: none.</param>
public sealed record EdFiCategory(string Descriptor, string? Reason = null);

/// <summary>
/// Which category each state of a child-day and each tardy code is. Total where we know every code (a missing absence code is refused here), exact everywhere:
/// codes are compared byte for byte, and a tardy code that is not in the map stops its row.
/// </summary>
public sealed partial class EdFiCategories
{
    /// <summary>Where the Ed-Fi Alliance's own categories are.</summary>
    public const string EdFiNamespace = "uri://ed-fi.org/AttendanceEventCategoryDescriptor";

    private const int LongestText = 255;
    private const int LongestCode = 50;

    private readonly FrozenDictionary<AbsenceCode, EdFiCategory> _absences;
    private readonly FrozenDictionary<string, EdFiCategory> _tardies;

    /// <exception cref="ArgumentException">The map has a fault; <see cref="Check"/> says which without throwing.</exception>
    public EdFiCategories(EdFiCategory attended, IReadOnlyDictionary<AbsenceCode, EdFiCategory> absences, IReadOnlyDictionary<string, EdFiCategory> tardies)
    {
        if (Check(attended, absences, tardies) is { } fault)
            throw new ArgumentException(fault);
        (Attended, _absences, _tardies) = (attended, absences.ToFrozenDictionary(), tardies.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Of a day on which the child was there.</summary>
    public EdFiCategory Attended { get; }

    /// <summary>The category of an absence, or null where the map does not have it.</summary>
    public EdFiCategory? Of(AbsenceCode code) => _absences.GetValueOrDefault(code);

    /// <summary>The category of a tardy by the SIS's code, or null where the map does not have it.</summary>
    public EdFiCategory? OfTardy(string externalCode) => _tardies.GetValueOrDefault(externalCode);

    /// <summary>
    /// The Alliance's categories: <c>In Attendance</c>, <c>Unexcused Absence</c> for an absence that nobody explained, <c>Excused Absence</c> for the others,
    /// with the reason in words.
    /// </summary>
    /// <remarks>The categories are public (5.2 descriptors); which absence is which of them is assumed. Confirm with the state.</remarks>
    /// <param name="tardies">By the SIS's code; a district's codes are its own.</param>
    public static EdFiCategories Standard(IReadOnlyDictionary<string, EdFiCategory> tardies) => new(
        InEdFi("In Attendance"),
        new Dictionary<AbsenceCode, EdFiCategory>
        {
            [AbsenceCode.Unexplained] = InEdFi("Unexcused Absence"),
            [AbsenceCode.Explained] = InEdFi("Excused Absence", "Explained by the family"),
            [AbsenceCode.Illness] = InEdFi("Excused Absence", "Illness"),
            [AbsenceCode.ChronicCondition] = InEdFi("Excused Absence", "Chronic condition"),
            [AbsenceCode.CourtOrderedVisit] = InEdFi("Excused Absence", "Court-ordered visit"),
        },
        tardies);

    /// <summary>One of the Alliance's categories.</summary>
    public static EdFiCategory InEdFi(string code, string? reason = null) => new($"{EdFiNamespace}#{code}", reason);

    /// <summary>Why this is no map, or null.</summary>
    public static string? Check(EdFiCategory attended, IReadOnlyDictionary<AbsenceCode, EdFiCategory> absences, IReadOnlyDictionary<string, EdFiCategory> tardies)
    {
        ArgumentNullException.ThrowIfNull(attended);
        ArgumentNullException.ThrowIfNull(absences);
        ArgumentNullException.ThrowIfNull(tardies);
        foreach (var code in Enum.GetValues<AbsenceCode>())
            if (!absences.ContainsKey(code))
                return $"The absence code {code} has no Ed-Fi category. Give every absence code one.";
        foreach (var code in tardies.Keys)
            if (code.Length == 0 || ExactText.FindFault(code) is not null)
                return $"The tardy code '{code}' is blank, or holds what cannot be seen. Write it as the SIS has it.";
        return absences.Values.Concat(tardies.Values).Prepend(attended).Select(FindFault).FirstOrDefault(fault => fault is not null);
    }

    private static string? FindFault(EdFiCategory category)
    {
        var (descriptor, reason) = category;
        if (descriptor.Length > LongestText || DescriptorForm().Match(descriptor) is not { Success: true } match || match.Groups["code"].Length > LongestCode)
            return $"'{descriptor}' is no attendance event category. Write it like {EdFiNamespace}#Tardy, as the Ed-Fi system has it.";
        if (ExactText.FindFault(descriptor) is { } fault)
            return $"The category {descriptor} has {fault}. It is sent byte for byte; retype it.";
        return reason is { Length: 0 or > LongestText } || (reason is not null && ExactText.FindFault(reason) is not null)
            ? $"The reason for {descriptor} is blank, longer than {LongestText} characters, or holds what cannot be seen. Correct it or leave it out."
            : null;
    }

    [GeneratedRegex(@"^uri://[^\s#]+/AttendanceEventCategoryDescriptor#(?<code>[^#]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex DescriptorForm();
}
