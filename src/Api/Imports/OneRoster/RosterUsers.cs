using K12Sync.Api.Roster;

namespace K12Sync.Api.Imports.OneRoster;

/// <summary>What the files beside users.csv say of a user.</summary>
internal sealed class RosterUser
{
    private List<RosterStay>? _stays;

    /// <summary>A row says that it is one.</summary>
    public bool IsStudent { get; set; }

    /// <summary>The first row that names one of our schools, and how many do.</summary>
    public (long Line, int Rows) Placed { get; private set; }

    /// <summary>Where it attends, each school once.</summary>
    public IReadOnlyList<RosterStay> Stays => _stays ?? [];

    /// <summary>Where it does not attend any more.</summary>
    public List<long> Ends { get; } = [];

    /// <summary>It attends a school that is not ours.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>A row of it was refused or passed over: it is not retired for what may be in there.</summary>
    public bool IsSpared { get; set; }

    public DateOnly? BirthDate { get; set; }

    /// <summary>Its row in users.csv, or 0.</summary>
    public long TakenOn { get; set; }

    public void Place(long line) => Placed = Placed.Rows == 0 ? (line, 1) : (Placed.Line, Placed.Rows + 1);

    /// <summary>Several stays at one school are one: from the first day of any to the last of any.</summary>
    public void Attend(RosterStay stay)
    {
        _stays ??= new List<RosterStay>(1);
        var i = _stays.FindIndex(s => s.SchoolId == stay.SchoolId);
        if (i < 0)
            _stays.Add(stay);
        else
            _stays[i] = new RosterStay(stay.SchoolId,
                _stays[i].From is { } a && stay.From is { } b ? (a < b ? a : b) : null,
                _stays[i].To is { } c && stay.To is { } d ? (c > d ? c : d) : null);
    }
}

/// <summary>
/// Who attends which school, as roles.csv (1.2) says or, where a roster has none and its users name no school, the classes of
/// enrollments.csv do; and birth dates. Kept in memory: ids and days, no names.
/// </summary>
internal sealed class RosterUsers(RosterReading reading, RosterOrgs orgs)
{
    private readonly Dictionary<string, RosterUser> _users = new(StringComparer.Ordinal);

    /// <summary>What is known of a user so far.</summary>
    public RosterUser this[string sourcedId] => _users.TryGetValue(sourcedId, out var user) ? user : _users[sourcedId] = new RosterUser();

    public static RosterUsers Read(RosterReading reading, RosterOrgs orgs)
    {
        var users = new RosterUsers(reading, orgs);
        if (reading.PlacesFrom != "users.csv")
            users.ReadPlaces();
        if (reading.Has("demographics.csv"))
            users.ReadBirthDates();
        return users;
    }

    /// <summary>Counts the rows that placed users, and refuses those of users that users.csv does not have.</summary>
    public void Settle()
    {
        if (reading.PlacesFrom == "users.csv")
            return;
        var report = reading.Report(reading.PlacesFrom);
        foreach (var user in _users.Values)
        {
            var (line, rows) = user.Placed;
            if (user.TakenOn > 0)
                report.Use(rows);
            else if (user.IsSpared || rows > 0)
                reading.Doubt();
            if (user.TakenOn == 0 && rows > 0)
                report.Reject(line, $"users.csv has no readable row of this user{(rows > 1 ? $" (nor of the {rows - 1} rows of it that follow)" : "")}. " +
                    "OneRoster ids are not kept: send the user's row in the same roster.", rows);
        }
    }

    private void ReadPlaces()
    {
        var schoolOf = SchoolsOfClasses();
        using var table = reading.Open(reading.PlacesFrom);
        while (table.Read())
        {
            if (table.Text("userSourcedId").Length == 0)
            {
                table.Reject("userSourcedId is blank.");
                reading.Doubt();
            }
            else if (!table.Says("role", "student"))
                table.Report.PassOver();
            else
                TakePlace(table, this[table.Text("userSourcedId")], schoolOf);
        }
    }

    private void TakePlace(RosterTable table, RosterUser user, Dictionary<string, string>? schoolOf)
    {
        user.IsStudent = true;
        if (!table.TryStatus(out var status) || !table.TryDays(out var first, out var last))
        {
            user.IsSpared = true;
            return;
        }
        var org = schoolOf is null ? table.Text("orgSourcedId")
            : table.Text("schoolSourcedId") is { Length: > 0 } given ? given
            : schoolOf.GetValueOrDefault(table.Text("classSourcedId"), "");
        if (status == RowStatus.Inactive || (status == RowStatus.Leaving && schoolOf is not null))
        {
            // A class that was dropped is not a school that was left.
            user.IsSpared |= status == RowStatus.Inactive;
            table.Report.PassOver();
        }
        else if (org.Length == 0)
        {
            user.IsSpared = true;
            table.Reject("The row names no school.");
        }
        else
            TakePlace(table, user, orgs.Find(org, table), status == RowStatus.Active, first, last);
    }

    private static void TakePlace(RosterTable table, RosterUser user, OrgPlace place, bool isActive, DateOnly? first, DateOnly? last)
    {
        switch (place)
        {
            case OrgPlace.AtSchool(var school):
                user.Place(table.Line);
                // It ends on the day it begins: the student never came.
                if (isActive && !(last < first))
                    user.Attend(new RosterStay(school, first, last));
                else
                    user.Ends.Add(school);
                break;
            case OrgPlace.Unmatched(var reason, var mayBeOurs):
                user.IsElsewhere = true;
                user.IsSpared |= mayBeOurs;
                table.Reject(reason);
                break;
            default:
                table.Report.PassOver();
                break;
        }
    }

    /// <summary>Null where rows name their school themselves.</summary>
    private Dictionary<string, string>? SchoolsOfClasses()
    {
        if (reading.PlacesFrom != "enrollments.csv")
            return null;
        var schoolOf = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!reading.Has("classes.csv"))
            return schoolOf;
        using var table = reading.Open("classes.csv");
        while (table.Read())
            if (schoolOf.TryAdd(table.Text("sourcedId"), table.Text("schoolSourcedId")))
                table.Report.Use();
            else
                table.Reject("The class is listed twice; the first row was used.");
        return schoolOf;
    }

    private void ReadBirthDates()
    {
        using var table = reading.Open("demographics.csv");
        while (table.Read())
        {
            if (!table.TryDay("birthDate", out var day))
                continue;
            if (day is null || table.Says("status", "tobedeleted"))
                table.Report.PassOver();
            else
            {
                this[table.Text("sourcedId")].BirthDate = day;
                table.Report.Use();
            }
        }
    }
}
