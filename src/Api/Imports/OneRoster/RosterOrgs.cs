using K12Sync.Domain.Roster;

namespace K12Sync.Api.Imports.OneRoster;

/// <summary>What an organisation of a roster is here.</summary>
internal abstract record OrgPlace
{
    private OrgPlace()
    {
    }

    /// <summary>One of our schools.</summary>
    public sealed record AtSchool(long SchoolId) : OrgPlace;

    /// <summary>A district, a department, a state: nobody attends it.</summary>
    public sealed record NoSchool : OrgPlace;

    /// <summary>A school that is not ours yet; or it may be one of ours, and is not clear which.</summary>
    public sealed record Unmatched(string Reason, bool MayBeOurs) : OrgPlace;
}

/// <summary>
/// Finds the schools a roster means: by identifier as SchoolCode, then as SisSchoolCode, then by sourcedId as SchoolCode. None is made:
/// OneRoster does not say in which time zone a school is, and it is never guessed.
/// </summary>
internal sealed class RosterOrgs
{
    private readonly Dictionary<string, OrgPlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _takenBy = [];
    private readonly ILookup<string, School> _byCode;
    private readonly ILookup<string, School> _bySisCode;

    private RosterOrgs(IReadOnlyCollection<School> schools)
    {
        _byCode = schools.ToLookup(s => s.Code, StringComparer.Ordinal);
        _bySisCode = schools.Where(s => s.SisSchoolCode is not null).ToLookup(s => s.SisSchoolCode!, StringComparer.Ordinal);
    }

    /// <summary>Our schools that the roster mentions.</summary>
    public IReadOnlyCollection<long> Mentioned => _takenBy.Keys;

    public static RosterOrgs Read(RosterReading reading, IReadOnlyCollection<School> schools)
    {
        var orgs = new RosterOrgs(schools);
        if (!reading.Has("orgs.csv"))
            return orgs;
        using var table = reading.Open("orgs.csv");
        while (table.Read())
            orgs.Take(table, reading);
        return orgs;
    }

    /// <summary>The place that a row of another file names. An organisation that orgs.csv does not list may still be a SchoolCode.</summary>
    public OrgPlace Find(string sourcedId, RosterTable table)
    {
        if (!_places.TryGetValue(sourcedId, out var place))
        {
            _places[sourcedId] = place = _byCode[sourcedId].FirstOrDefault() is { } school
                ? Match(sourcedId, school, "sourcedId as SchoolCode", table)
                : new OrgPlace.Unmatched($"Organisation '{sourcedId}' is not in orgs.csv, and no school here has it as SchoolCode. Add its row to orgs.csv.", MayBeOurs: true);
        }
        return place;
    }

    private void Take(RosterTable table, RosterReading reading)
    {
        var id = table.Text("sourcedId");
        if (id.Length == 0)
        {
            table.Reject("sourcedId is blank.");
            reading.Doubt();
        }
        else if (_places.ContainsKey(id))
            table.Reject($"Organisation '{id}' is listed twice; the first row was used.");
        else if (!table.Says("type", "school"))
        {
            _places[id] = new OrgPlace.NoSchool();
            table.Report.PassOver();
        }
        else
        {
            _places[id] = Place(id, table.Text("identifier"), table);
            if (_places[id] is OrgPlace.Unmatched(var reason, _))
                table.Reject(reason);
            else
                table.Report.Use();
        }
    }

    private OrgPlace Place(string id, string identifier, RosterTable table)
    {
        if (identifier.Length > 0 && _byCode[identifier].FirstOrDefault() is { } byCode)
            return Match(id, byCode, "identifier as SchoolCode", table);
        if (identifier.Length > 0 && _bySisCode[identifier].ToList() is { Count: > 0 } bySisCode)
            return bySisCode.Count == 1
                ? Match(id, bySisCode[0], "identifier as SisSchoolCode", table)
                : new OrgPlace.Unmatched($"Several schools here have SisSchoolCode '{identifier}': {string.Join(", ", bySisCode.Select(s => s.Code).Order(StringComparer.Ordinal))}. Make it one.", MayBeOurs: true);
        if (_byCode[id].FirstOrDefault() is { } bySourcedId)
            return Match(id, bySourcedId, "sourcedId as SchoolCode", table);
        return new OrgPlace.Unmatched($"No school here has SchoolCode or SisSchoolCode '{identifier}', or SchoolCode '{id}'. " +
            "Add it to schools.csv with its TimeZone first; OneRoster does not say where a school is.", MayBeOurs: false);
    }

    private OrgPlace Match(string id, School school, string by, RosterTable table)
    {
        if (!_takenBy.TryAdd(school.Id, id))
            return new OrgPlace.Unmatched($"Organisation '{id}' would be school {school.Code}, and so is organisation '{_takenBy[school.Id]}'. One school is one organisation.", MayBeOurs: true);
        table.Report.Note(table.Line, $"Organisation '{id}' is school {school.Code} (by {by}).");
        return new OrgPlace.AtSchool(school.Id);
    }
}
