using System.Collections.Immutable;
using K12Sync.Domain.Childcare;

namespace K12Sync.Domain.Exports;

/// <summary>Categories of an Ed-Fi destination in JSON, and the rest of what is its own there.</summary>
/// <param name="Attended">Of a day in care.</param>
/// <param name="Absences">By our code.</param>
/// <param name="Tardies">By the SIS's code.</param>
internal sealed record EdFiCategoriesForm(string? Attended = null, ImmutableSortedDictionary<AbsenceCode, string>? Absences = null, ImmutableSortedDictionary<string, string>? Tardies = null)
{
    private static readonly (string Name, RecordKind Kind)[] Kinds = [("ChildDays", RecordKind.ChildDay), ("Tardies", RecordKind.Tardy)];

    public static DestinationForm Of(EdFiDestinationDefinition edFi) => new()
    {
        Type = edFi.OwnLayout,
        Address = edFi.Address,
        Records = Array.Find(Kinds, k => k.Kind == edFi.Records).Name,
        Key = edFi.Key,
        StudentId = edFi.StudentId == default ? null : edFi.StudentId,
        SchoolIds = edFi.SchoolIds,
        Sessions = edFi.Sessions,
        Namespace = edFi.Namespace == EdFiDestinationDefinition.EdFiNamespace ? null : edFi.Namespace,
        Categories = edFi.Attended is null && edFi.Absences.IsEmpty && edFi.Tardies.IsEmpty ? null
            : new EdFiCategoriesForm(edFi.Attended, edFi.Absences.IsEmpty ? null : edFi.Absences, edFi.Tardies.IsEmpty ? null : edFi.Tardies),
        TokenPath = edFi.TokenPath,
        DataPath = edFi.DataPath,
    };

    /// <summary>Whether schools, sessions and categories are such as Ed-Fi takes is looked at where its rules are known.</summary>
    public static EdFiDestinationDefinition Definition(DestinationForm form)
    {
        if (form is not { Path: null, Host: null, Port: null, User: null, HostKeys: null, KeyFile: null, ReadBack: null, State: null, Providers: null, Locations: null, AbsenceCodes: null, CorrectionDays: null, OverMidnight: null })
            throw new FormatException("\"destination\": an Ed-Fi API has address, records, key, studentId, schoolIds, sessions, namespace, categories, tokenPath and dataPath, and nothing of files or agencies.");
        if (form.Address is not { IsAbsoluteUri: true })
            throw new FormatException("\"address\" is missing or no web address. Write it like \"https://api.example.org/edfi\".");
        if (Array.Find(Kinds, k => k.Name == form.Records) is not { Name: not null } records)
            throw new FormatException("\"records\" is \"ChildDays\" or \"Tardies\".");
        if (string.IsNullOrEmpty(form.Key))
            throw new FormatException("\"key\" is missing: the client id that the host of the Ed-Fi API gave out. The client secret is stored with 'k12sync connector secret'.");
        return new EdFiDestinationDefinition(form.Address, form.Key, records.Kind, (form.SchoolIds ?? ImmutableSortedDictionary<string, long>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal), form.Sessions ?? [])
        {
            StudentId = form.StudentId ?? EdFiStudentId.StudentNumber,
            Namespace = form.Namespace ?? EdFiDestinationDefinition.EdFiNamespace,
            Attended = form.Categories?.Attended,
            Absences = form.Categories?.Absences ?? ImmutableSortedDictionary<AbsenceCode, string>.Empty,
            Tardies = Ordinal(form.Categories?.Tardies),
            TokenPath = form.TokenPath,
            DataPath = form.DataPath,
        };
    }

    /// <summary>Codes are compared byte for byte.</summary>
    private static ImmutableSortedDictionary<string, string> Ordinal(ImmutableSortedDictionary<string, string>? codes) =>
        codes is null ? ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal) : codes.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
