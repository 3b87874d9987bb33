namespace K12Sync.Api.Imports.OneRoster;

/// <summary>What a file of a roster is.</summary>
internal enum RosterFileMode
{
    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>All there is.</summary>
    Bulk,

    /// <summary>What has changed.</summary>
    Delta,
}

/// <summary>
/// A roster's <c>manifest.csv</c>: <c>propertyName,value</c> with <c>oneroster.version</c> and, for each file, <c>file.users</c> =
/// bulk, delta or absent (OneRoster CSV binding 1.1 and 1.2, "manifest.csv").
/// </summary>
internal sealed class RosterManifest
{
    /// <summary>The files that are looked at. A roster has more.</summary>
    public static readonly string[] KnownFiles = ["orgs.csv", "users.csv", "roles.csv", "enrollments.csv", "classes.csv", "demographics.csv"];

    private readonly Dictionary<string, RosterFileMode> _modes = new(StringComparer.Ordinal);

    private RosterManifest(bool hasRoles) => HasRoles = hasRoles;

    /// <summary>1.2: who is a student, and where, is in roles.csv. In 1.1 it is in users.csv.</summary>
    public bool HasRoles { get; }

    /// <summary>What a file is.</summary>
    public RosterFileMode this[string file] => _modes[file];

    /// <summary>Reads and checks it against what is there.</summary>
    /// <exception cref="ImportRefusedException">It is not one of ours to read, or it does not say what it must.</exception>
    public static RosterManifest Read(RosterPackage package)
    {
        var said = Properties(package);
        var version = said.GetValueOrDefault("oneroster.version", "");
        if (version is not ("1.1" or "1.2") && !version.StartsWith("1.2.", StringComparison.Ordinal))
            throw Refused(version.Length == 0 ? "does not say which oneroster.version it is" : $"says OneRoster {version}; 1.1 and 1.2 are read");
        var manifest = new RosterManifest(hasRoles: version != "1.1");
        foreach (var file in KnownFiles)
            manifest._modes[file] = Mode(file, said, package.Has(file));
        return manifest;
    }

    private static RosterFileMode Mode(string file, Dictionary<string, string> said, bool isThere)
    {
        if (!said.TryGetValue(Property(file), out var value))
            return !isThere ? RosterFileMode.Absent : throw Refused($"does not say whether {file} is bulk or delta. Add a row {Property(file)},bulk if it holds everything");
        RosterFileMode? mode = value.ToUpperInvariant() switch
        {
            "ABSENT" => RosterFileMode.Absent,
            "BULK" => RosterFileMode.Bulk,
            "DELTA" => RosterFileMode.Delta,
            _ => null,
        };
        return mode switch
        {
            null => throw Refused($"says {Property(file)} is '{value}'. It is bulk, delta or absent"),
            RosterFileMode.Bulk or RosterFileMode.Delta when !isThere => throw Refused($"says {file} is {value}, but it is not there"),
            _ => mode.Value,
        };
    }

    private static Dictionary<string, string> Properties(RosterPackage package)
    {
        string? fault = null;
        var report = new FileReport(RosterPackage.Manifest, remark => fault ??= remark.IsRejection ? remark.ToString() : null);
        var said = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var table = CsvTable.OpenAny(() => package.Read(RosterPackage.Manifest), report, ["propertyName", "value"], []);
        while (table?.Read() == true)
            if (!said.TryAdd(table.Text("propertyName").Trim(), table.Text("value").Trim()))
                table.Reject($"{table.Text("propertyName")} is said twice.");
        return fault is null ? said : throw new ImportRefusedException($"{fault} Nothing of the roster was stored.");
    }

    private static string Property(string file) => "file." + file[..^".csv".Length];

    private static ImportRefusedException Refused(string what) => new($"{RosterPackage.Manifest} {what}. Nothing of the roster was stored.");
}
