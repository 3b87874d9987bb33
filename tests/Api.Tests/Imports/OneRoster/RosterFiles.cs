using System.IO.Compression;
using System.Text;

namespace K12Sync.Api.Tests.Imports.OneRoster;

/// <summary>
/// Writes a small roster. Students are told as <c>0001 LHS</c> or <c>0001 LHS+RMS 2026-08-17..2027-06-12</c>: number, schools, and the days
/// of the roles as OneRoster has them, the last exclusive. A student's sourcedId is <c>u-</c> and the number, a school's is <c>o-</c> and the code.
/// </summary>
public sealed class RosterFiles
{
    private readonly Dictionary<string, StringBuilder> _files = [];
    private readonly Dictionary<string, string> _manifest = [];
    private readonly bool _hasRoles;

    private RosterFiles(string version, string mode)
    {
        _hasRoles = version != "1.1";
        _manifest["manifest.version"] = "1.0";
        _manifest["oneroster.version"] = version;
        Header("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId", mode);
        Header("users.csv", _hasRoles
            ? "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
            : "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password", mode);
        if (_hasRoles)
            Header("roles.csv", "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId", mode);
        Mode = mode;
        Org("o-district", "district", "").Org("o-LHS", "school", "LHS").Org("o-RMS", "school", "RMS");
    }

    public string Mode { get; }

    private string Status => Mode == "delta" ? "active" : "";

    public static RosterFiles Of(string version, string mode = "bulk") => new(version, mode);

    public static RosterFiles Bulk(params string[] students) => Of("1.2").Students(students);

    public static RosterFiles Delta(params string[] students) => Of("1.2", "delta").Students(students);

    /// <summary>Students <c>0001</c> to the count, all at Lincoln High.</summary>
    public static RosterFiles BulkOf(int count) => Bulk([.. Enumerable.Range(1, count).Select(i => $"{i:0000} LHS")]);

    public RosterFiles Org(string id, string type, string identifier) => Row("orgs.csv", $"{id},{Status},,{id},{type},{identifier},");

    public RosterFiles Students(params string[] students)
    {
        foreach (var student in students)
            Student(student);
        return this;
    }

    /// <summary>A student with other values in some columns.</summary>
    public RosterFiles Student(
        string student, string? status = null, string? id = null, string? identifier = null, string enabled = "true", string grades = "09", string userIds = "", string? roleStatus = null)
    {
        var words = student.Split(' ');
        var days = words.Length > 2 ? words[2].Split("..") : ["", ""];
        var user = id ?? "u-" + words[0];
        var schools = words.Length > 1 ? words[1].Split('+').Select(s => "o-" + s).ToList() : [];
        var who = $"Given{words[0]},Family{words[0]},Middle,{identifier ?? words[0]},,,,,\"{grades}\",";
        if (!_hasRoles)
            return Row("users.csv", $"{user},{status ?? Status},,{enabled},\"{string.Join(',', schools)}\",student,name,\"{userIds}\",{who}");
        foreach (var school in schools)
            Row("roles.csv", $"r-{user}-{school},{roleStatus ?? Status},,{user},primary,student,{days[0]},{days[1]},{school},");
        return Row("users.csv", $"{user},{status ?? Status},,{enabled},name,\"{userIds}\",{who}");
    }

    /// <summary>A row as it is written; the file gets a header of its own first if it is new.</summary>
    public RosterFiles Row(string file, string row)
    {
        _files[file].Append(row).Append("\r\n");
        return this;
    }

    public RosterFiles Header(string file, string header, string? mode = null)
    {
        _files[file] = new StringBuilder(header + "\r\n");
        _manifest["file." + file[..^4]] = mode ?? Mode;
        return this;
    }

    /// <summary>A property of the manifest; null: it has none.</summary>
    public RosterFiles Manifest(string property, string? value)
    {
        if (value is null)
            _manifest.Remove(property);
        else
            _manifest[property] = value;
        return this;
    }

    public RosterFiles Without(string file)
    {
        _files.Remove(file);
        return this;
    }

    /// <summary>Writes it into a new folder, and returns the folder.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in Texts())
            File.WriteAllText(Path.Combine(folder, name), text);
        return folder;
    }

    /// <summary>Writes it into a new zip, under names that <paramref name="rename"/> may change, and returns the path.</summary>
    public string ZipTo(string path, Func<string, string>? rename = null)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in Texts())
        {
            using var writer = new StreamWriter(zip.CreateEntry(rename?.Invoke(name) ?? name).Open());
            writer.Write(text);
        }
        return path;
    }

    private IEnumerable<(string Name, string Text)> Texts() => _files.Select(f => (f.Key, f.Value.ToString()))
        .Append(("manifest.csv", "propertyName,value\r\n" + string.Concat(_manifest.Select(p => $"{p.Key},{p.Value}\r\n"))));
}
