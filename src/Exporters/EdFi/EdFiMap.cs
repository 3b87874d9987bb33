using System.Collections.Frozen;
using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Exporters.EdFi;

/// <summary>What a connector to Ed-Fi says of schools, sessions and categories, ready to be used.</summary>
public sealed class EdFiMap
{
    private readonly EdFiDestinationDefinition _definition;
    private readonly FrozenDictionary<long, EdFiSchool> _schools;
    private readonly FrozenDictionary<long, EdFiSite> _sites;

    /// <param name="definition">Without a fault, see <see cref="FindFault"/>.</param>
    /// <param name="schools">The schools of the connector.</param>
    /// <param name="sites">The childcare sites of the owner.</param>
    public EdFiMap(EdFiDestinationDefinition definition, IEnumerable<ConnectorSchool> schools, IEnumerable<Site> sites)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _definition = definition;
        Categories = CategoriesOf(definition);
        _schools = schools.Where(s => definition.SchoolIds.ContainsKey(s.Code)).ToFrozenDictionary(s => s.Id, s => School(s.Code, s.Zone));
        _sites = sites.Where(s => definition.SchoolIds.ContainsKey(s.Code)).ToFrozenDictionary(s => s.Id, s => new EdFiSite(s.Id, School(s.Code, s.Zone)));
    }

    /// <summary>Which category is what.</summary>
    public EdFiCategories Categories { get; }

    /// <summary>The Ed-Fi school of one of ours; null: the connector names none.</summary>
    public EdFiSchool? SchoolOf(long schoolId) => _schools.GetValueOrDefault(schoolId);

    /// <summary>What Ed-Fi should hold of a child's date, at each site that the day, or a stay that reaches into it, is about and that the connector names.</summary>
    public IReadOnlyList<EdFiMapping> Of(OwedChildDay day)
    {
        ArgumentNullException.ThrowIfNull(day);
        var line = day.Line;
        var sites = day.Before.Append(line.Day).OfType<AttendanceDay.Attended>().SelectMany(d => d.Care).Select(c => (long?)c.SiteId).Append(line.Day.Site).Append(line.Site?.Id).OfType<long>().Distinct();
        var child = new ChildDate(_definition.StudentId == EdFiStudentId.StateId ? line.AgencyChildId : line.ChildNumber, line.Date, line.Day, day.Before);
        return [.. sites.Where(_sites.ContainsKey).Order().Select(s => ChildDayEvents.Of(child, _sites[s], Categories))];
    }

    /// <summary>What Ed-Fi should hold of a student's day; null: the connector names no Ed-Fi school for it.</summary>
    public TardyEventsOfDay? Of(IReadOnlyCollection<TardyLine> day) =>
        SchoolOf(day.First().SchoolId) is { } school ? TardyEvents.Of(day, school, new EdFiTardyRules(Categories, _definition.StudentId)) : null;

    private EdFiSchool School(string code, SchoolZone zone) => new(_definition.SchoolIds[code], zone, SessionsOf(_definition, code));

    private static IEnumerable<EdFiSession> SessionsOf(EdFiDestinationDefinition definition, string code)
    {
        var own = definition.Sessions.Where(s => s.School == code).ToList();
        return (own.Count > 0 ? own : definition.Sessions.Where(s => s.School is null)).Select(s => new EdFiSession(new EdFiTerm(s.Name, s.SchoolYear), s.First, s.Last));
    }

    private static EdFiCategories CategoriesOf(EdFiDestinationDefinition definition)
    {
        var (attended, absences, tardies) = Parts(definition);
        return new EdFiCategories(attended, absences, tardies);
    }

    private static (EdFiCategory Attended, Dictionary<AbsenceCode, EdFiCategory> Absences, Dictionary<string, EdFiCategory> Tardies) Parts(EdFiDestinationDefinition definition)
    {
        var usual = EdFiCategories.Standard(ImmutableDictionary<string, EdFiCategory>.Empty);
        string Whole(string category) => category.Contains("://", StringComparison.Ordinal) ? category : $"{definition.Namespace}#{category}";
        EdFiCategory Of(EdFiCategory standard, string? own) => standard with { Descriptor = Whole(own ?? standard.Descriptor.Split('#')[1]) };
        return (Of(usual.Attended, definition.Attended),
            Enum.GetValues<AbsenceCode>().ToDictionary(c => c, c => Of(usual.Of(c)!, definition.Absences.GetValueOrDefault(c))),
            definition.Tardies.ToDictionary(t => t.Key, t => new EdFiCategory(Whole(t.Value)), StringComparer.Ordinal));
    }

    /// <summary>What is wrong with a connector's settings, in a sentence, or null.</summary>
    public static string? FindFault(EdFiDestinationDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var (attended, absences, tardies) = Parts(definition);
        return EdFiApi.Check(definition.Address)
            ?? (definition.SchoolIds.IsEmpty ? "\"schoolIds\" names the Ed-Fi schoolId of each school or site, like {\"LHS\": 255901001}." : null)
            ?? (definition.SchoolIds.Values.Distinct().Count() < definition.SchoolIds.Count ? "\"schoolIds\": two schools or sites have the same Ed-Fi schoolId. They would overwrite each other's events." : null)
            ?? (definition.Sessions.FirstOrDefault(s => s.School is { } code && !definition.SchoolIds.ContainsKey(code)) is { } of ? $"\"sessions\": {of.School} is not in \"schoolIds\"." : null)
            ?? definition.SchoolIds.Select(s => EdFiSchool.Check(s.Value, [.. SessionsOf(definition, s.Key)])).FirstOrDefault(fault => fault is not null)
            ?? (definition.SchoolIds.Keys.FirstOrDefault(code => !SessionsOf(definition, code).Any()) is { } without ? $"\"sessions\": there is none for {without}. Give every session its exact name, its first and its last day." : null)
            ?? EdFiCategories.Check(attended, absences, tardies);
    }
}
