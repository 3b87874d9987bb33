namespace K12Sync.Api.Imports;

/// <summary>How one kind of import file is read. A rejected row never stops the others.</summary>
internal interface IFileImport
{
    /// <summary>The name by which the file is known in a folder.</summary>
    string FileName { get; }

    /// <summary>Reads the file at <paramref name="path"/> into the district.</summary>
    Task ReadAsync(string path, FileReport report, CancellationToken cancellation);
}

internal static class Counting
{
    /// <summary>Counts a row by what saving it did.</summary>
    public static void Count(this FileReport report, Roster.Saved saved, int rows = 1)
    {
        switch (saved)
        {
            case Roster.Saved.Added:
                report.Add(rows);
                break;
            case Roster.Saved.Updated:
                report.Update(rows);
                break;
            default:
                report.Keep(rows);
                break;
        }
    }
}
