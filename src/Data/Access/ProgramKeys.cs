using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Access;

/// <summary>
/// Keys of the program itself, such as those of its cookies, which are read before anybody knows whose request it is. They are rows of no district, so no district sees them; they are
/// in the database so that every node has them.
/// </summary>
public sealed class ProgramKeys(Database database)
{
    // Of the clock that stamps are taken from no row is here, because there is no district here.
    private const string Insert = """INSERT INTO "SecretKeys" ("Name", "Xml", "DistrictId", "Version", "ChangeVersion") VALUES (@name, @xml, @district, 0, 0);""";

    /// <summary>Every key, the oldest first.</summary>
    public IReadOnlyList<string> Read()
    {
        using var db = database.Open(default);
        return [.. db.SecretKeys.AsNoTracking().OrderBy(k => k.Id).Select(k => k.Xml)];
    }

    /// <summary>Adds a key.</summary>
    public void Add(string name, string xml)
    {
        using var db = database.Open(default);
        using var command = DistrictSql.Command(db, Insert, ("@name", name), ("@xml", xml));
        command.ExecuteNonQuery();
    }
}
