using K12Sync.Api.Roster;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Roster;

namespace K12Sync.Api.Imports.OneRoster;

/// <summary>
/// The students of users.csv. The student number is <c>identifier</c>, the number the school knows a student by; where that is blank it is
/// sourcedId, with a note. A user who is disabled or inactive is passed over: neither changed nor retired, because access that is
/// switched off says nothing about attending.
/// </summary>
internal sealed class RosterStudents(RosterReading reading, RosterOrgs orgs, RosterUsers users, RosterUpdate update)
{
    private const int RowsAtOnce = 500;

    private readonly Dictionary<string, long> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _spared = new(StringComparer.Ordinal);
    private readonly HashSet<(string, long)> _there = [];
    private (long Line, int Rows) _named;

    /// <summary>The roster says that the student attends the school, or is not clear about it.</summary>
    public bool IsThere(string studentNumber, long school) => _spared.Contains(studentNumber) || _there.Contains((studentNumber, school));

    public async Task SaveAsync(CancellationToken cancellation)
    {
        if (!reading.Has("users.csv"))
            return;
        using var table = reading.Open("users.csv");
        var lines = new List<RosterStudent>();
        while (table.Read())
        {
            if (await StudentAsync(table, cancellation) is { } line)
                lines.Add(line);
            if (lines.Count == RowsAtOnce)
                await StoreAsync();
        }
        await StoreAsync();
        if (_named.Rows > 0)
            table.Report.Note(_named.Line, $"identifier is blank here{(_named.Rows > 1 ? $" and in {_named.Rows - 1} more rows" : "")}; sourcedId was taken as the student number.");

        async Task StoreAsync()
        {
            foreach (var saved in await update.SaveAsync(lines, cancellation))
                table.Report.Count(saved);
            lines.Clear();
        }
    }

    private async Task<RosterStudent?> StudentAsync(RosterTable table, CancellationToken cancellation)
    {
        var (id, identifier) = (table.Text("sourcedId"), table.Text("identifier"));
        if (string.IsNullOrWhiteSpace(id))
        {
            table.Reject("sourcedId is blank.");
            reading.Doubt();
            return null;
        }
        var number = string.IsNullOrWhiteSpace(identifier) ? id : identifier;
        var byRole = !reading.Manifest.HasRoles;
        if (byRole && !table.Says("role", "student"))
            table.Report.PassOver();
        else if (users[id] is { IsStudent: true } or { TakenOn: > 0 } || byRole)
            return await StudentAsync(table, users[id], number, identifier.Length == 0, cancellation);
        else if (table.IsDelta && await update.IsKnownAsync(number, cancellation))
            table.Reject($"{reading.PlacesFrom} does not say whether this user is a student. Send the user's role in the same roster.");
        else
            table.Report.PassOver();
        return null;
    }

    private async Task<RosterStudent?> StudentAsync(RosterTable table, RosterUser user, string number, bool isNamed, CancellationToken cancellation)
    {
        var known = user.TakenOn;
        user.TakenOn = known > 0 ? known : table.Line;
        if (user.IsSpared)
            _spared.Add(number);
        if (number.Length > HallPass.MaxTextLength)
            table.Reject($"identifier must have at most {HallPass.MaxTextLength} characters.");
        else if (known > 0 || !_given.TryAdd(number, table.Line))
            Spare(table, number, $"The {(known > 0 ? "sourcedId" : "student number")} was given on line {(known > 0 ? known : _given[number])} already; that row was used.");
        else if (!table.TryStatus(out var status))
            _spared.Add(number);
        else if (!YesNo.TryRead(table.Text("enabledUser"), whenBlank: true, out var enabled))
            Spare(table, number, $"enabledUser is '{table.Text("enabledUser")}'. Write true or false.");
        else if (status == RowStatus.Leaving)
            return new RosterStudent(number, null, [], null);
        else if (status == RowStatus.Inactive || !enabled)
            Spare(table, number, null);
        else if (await PlaceAsync(table, user, number, cancellation) is { } places)
        {
            if (isNamed)
                _named = _named.Rows == 0 ? (table.Line, 1) : (_named.Line, _named.Rows + 1);
            foreach (var stay in places.Stays)
                _there.Add((number, stay.SchoolId));
            return new RosterStudent(number, Facts(table, user), places.Stays, places.Ends);
        }
        return null;
    }

    /// <summary>Where a student attends and what it leaves; null, with the row counted, where that is not clear.</summary>
    private async Task<(IReadOnlyList<RosterStay> Stays, IReadOnlyCollection<long> Ends)?> PlaceAsync(
        RosterTable table, RosterUser user, string number, CancellationToken cancellation)
    {
        if (reading.PlacesFrom == "users.csv")
            return NamedSchools(table, number);
        if (user.Stays.Count + user.Ends.Count > 0)
            return (user.Stays, user.Ends);
        if (user.IsElsewhere || user.IsSpared)
            table.Report.PassOver();
        else if (table.IsDelta && await update.IsKnownAsync(number, cancellation))
            return ([], []);
        else
            Spare(table, number, $"No row of {reading.PlacesFrom} places this student at a school.");
        return null;
    }

    /// <summary>orgSourcedIds is the whole list: in a delta, the student has left the other schools that the roster mentions.</summary>
    private (IReadOnlyList<RosterStay> Stays, IReadOnlyCollection<long> Ends)? NamedSchools(RosterTable table, string number)
    {
        var (stays, unmatched) = (new List<RosterStay>(), (string?)null);
        foreach (var org in table.Text("orgSourcedIds").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            switch (orgs.Find(org, table))
            {
                case OrgPlace.AtSchool(var school):
                    stays.Add(new RosterStay(school, null, null));
                    break;
                case OrgPlace.Unmatched(var reason, var mayBeOurs):
                    unmatched ??= reason;
                    if (mayBeOurs)
                        _spared.Add(number);
                    break;
            }
        if (stays.Count == 0)
        {
            if (unmatched is null)
                Spare(table, number, "orgSourcedIds names no school.");
            else
                table.Reject(unmatched);
            return null;
        }
        if (unmatched is not null)
            table.Report.Note(table.Line, $"Enrolled at the other schools of the row only. {unmatched}");
        return ([.. stays.Distinct()], table.IsDelta && unmatched is null ? orgs.Mentioned : []);
    }

    /// <summary>Refuses the row, or passes it over where there is nothing wrong with it, without touching the student.</summary>
    private void Spare(RosterTable table, string number, string? reason)
    {
        _spared.Add(number);
        if (reason is null)
            table.Report.PassOver();
        else
            table.Reject(reason);
    }

    private static StudentFacts Facts(RosterTable table, RosterUser user) => new(
        StateId(table.Text("userIds")), table.Text("givenName"), table.Text("middleName"), table.Text("familyName"), user.BirthDate,
        table.Text("grades").Split(',')[0].Trim());

    /// <summary><c>{type:id},{type:id}</c>: the id of the first type that names the state.</summary>
    private static string? StateId(string userIds)
    {
        foreach (var pair in userIds.Split(',', StringSplitOptions.TrimEntries))
        {
            var bare = pair.TrimStart('{').TrimEnd('}');
            var colon = bare.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && bare[..colon].Contains("state", StringComparison.OrdinalIgnoreCase) && bare[(colon + 1)..].Trim() is { Length: > 0 } id)
                return id;
        }
        return null;
    }
}
