namespace K12Sync.Api.Imports.OneRoster;

/// <summary>One roster while it is being read: its files, their reports, and whether all of it could be understood.</summary>
internal sealed class RosterReading(RosterPackage package, RosterManifest manifest, FileReport report)
{
    private readonly Dictionary<string, FileReport> _reports = [];

    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["orgs.csv"] = ["sourcedId", "type"],
        ["users.csv"] = ["sourcedId", "givenName", "familyName"],
        ["roles.csv"] = ["userSourcedId", "role", "orgSourcedId"],
        ["enrollments.csv"] = ["userSourcedId", "role"],
        ["classes.csv"] = ["sourcedId", "schoolSourcedId"],
        ["demographics.csv"] = ["sourcedId", "birthDate"],
    };

    private static readonly string[] Optional =
    [
        "status", "identifier", "beginDate", "endDate", "schoolSourcedId", "classSourcedId", "enabledUser", "userIds", "middleName", "grades", "orgSourcedIds",
    ];

    public RosterManifest Manifest => manifest;

    /// <summary>A row could not be understood, so who is missing may be in it: nobody may be retired for being missing.</summary>
    public bool InDoubt { get; private set; }

    /// <summary>There is something in this row, but not whose it is.</summary>
    public void Doubt() => InDoubt = true;

    public bool Has(string file) => manifest[file] != RosterFileMode.Absent;

    /// <summary>What became of a file of the roster.</summary>
    public FileReport Report(string file) => _reports.TryGetValue(file, out var known) ? known : _reports[file] = report.Part(file);

    /// <summary>The file that says who attends which school.</summary>
    public string PlacesFrom => field ??= FindPlaces();

    /// <summary>The roster holds every student of the schools it mentions.</summary>
    public bool IsWhole => manifest["users.csv"] == RosterFileMode.Bulk && manifest[PlacesFrom] == RosterFileMode.Bulk;

    /// <summary>The files have the columns they need. Where one has not, its report says so.</summary>
    public bool CheckFiles() =>
        Check("orgs.csv") & Check("demographics.csv") && Check("users.csv") && Check(PlacesFrom) && (PlacesFrom != "enrollments.csv" || Check("classes.csv"));

    /// <summary>The rows of a file that is there.</summary>
    public RosterTable Open(string file) => new(Open(file, Report(file))!, Report(file), manifest[file], Doubt);

    /// <summary>As <see cref="Open(string)"/>, to look ahead: nothing is reported.</summary>
    private RosterTable Peek(string file)
    {
        var unseen = new FileReport(file);
        return new RosterTable(Open(file, unseen)!, unseen, manifest[file], () => { });
    }

    private bool Check(string file)
    {
        if (!Has(file))
        {
            if (package.Has(file))
                Report(file).Note(1, "manifest.csv says that this file is absent; it was not read.");
            return true;
        }
        using (var sound = Open(file, new FileReport(file)))
            if (sound is not null)
                return true;
        Open(file, Report(file))?.Dispose();
        return false;
    }

    private string FindPlaces()
    {
        if (manifest.HasRoles && Has("roles.csv"))
            return "roles.csv";
        if (Has("enrollments.csv") && (manifest.HasRoles || UsersNameNoSchool()))
            return "enrollments.csv";
        return !manifest.HasRoles || !Has("users.csv") ? "users.csv"
            : throw new ImportRefusedException("The roster has users.csv, but neither roles.csv nor enrollments.csv: nothing says who is a student. Nothing of it was stored.");
    }

    /// <summary>Looks no further than the first student who has a school.</summary>
    private bool UsersNameNoSchool()
    {
        using var table = Has("users.csv") ? Peek("users.csv") : null;
        while (table?.HasColumn("orgSourcedIds") == true && table.Read())
            if (table.Says("role", "student") && table.Text("orgSourcedIds").Length > 0)
                return false;
        return true;
    }

    private CsvTable? Open(string file, FileReport to) => CsvTable.OpenAny(() => package.Read(file), to,
        file == "users.csv" && !manifest.HasRoles ? [.. Needed[file], "role"] : Needed[file], Optional);
}

/// <summary>What the <c>status</c> of a row says.</summary>
internal enum RowStatus
{
    Active,

    /// <summary><c>tobedeleted</c>.</summary>
    Leaving,

    /// <summary>Of OneRoster 1.0, and still met.</summary>
    Inactive,
}

/// <summary>The rows of one file of a roster.</summary>
internal sealed class RosterTable(CsvTable table, FileReport report, RosterFileMode mode, Action doubt) : IDisposable
{
    public FileReport Report => report;

    public bool IsDelta => mode == RosterFileMode.Delta;

    public long Line => table.Line;

    public bool HasColumn(string name) => table.Column(name) >= 0;

    public bool Read()
    {
        if (table.Read())
            return true;
        if (table.Unreadable > 0)
            doubt();
        return false;
    }

    public string Text(string column) => table.Text(column);

    public void Reject(string reason) => table.Reject(reason);

    public bool Says(string column, string value) => table.Text(column).Equals(value, StringComparison.OrdinalIgnoreCase);

    /// <summary>False, with the row rejected: the status is none. It may be blank in a bulk file only.</summary>
    public bool TryStatus(out RowStatus status)
    {
        (var known, status) = Text("status").ToUpperInvariant() switch
        {
            "" => (!IsDelta, RowStatus.Active),
            "ACTIVE" => (true, RowStatus.Active),
            "TOBEDELETED" => (true, RowStatus.Leaving),
            "INACTIVE" => (true, RowStatus.Inactive),
            _ => (false, default),
        };
        if (!known)
            Reject($"status is '{Text("status")}'. In a {(IsDelta ? "delta" : "bulk")} file it is active or tobedeleted{(IsDelta ? "" : ", or blank")}.");
        return known;
    }

    /// <summary>
    /// The first and the last day that a row names, both inclusive: <c>endDate</c> is exclusive in OneRoster. False, with the row rejected,
    /// if they are no dates or the wrong way round.
    /// </summary>
    public bool TryDays(out DateOnly? first, out DateOnly? last)
    {
        (first, last) = (null, null);
        if (!TryDay("beginDate", out first) || !TryDay("endDate", out var end))
            return false;
        if (end < first || end == DateOnly.MinValue)
        {
            Reject("endDate is before beginDate.");
            return false;
        }
        last = end?.AddDays(-1);
        return true;
    }

    /// <summary>A day, or null where the row has none. False, with the row rejected, if it is not written as one.</summary>
    public bool TryDay(string column, out DateOnly? day)
    {
        day = null;
        if (Text(column) is { Length: > 0 } text)
        {
            if (!WallClock.TryDay(text, out var read))
            {
                Reject($"{column} must be written like 2026-08-17, or be blank.");
                return false;
            }
            day = read;
        }
        return true;
    }

    public void Dispose() => table.Dispose();
}
