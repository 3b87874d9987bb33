namespace K12Sync.Api.Imports.OneRoster;

/// <summary>The files of one OneRoster roster, wherever they are.</summary>
internal abstract class RosterPackage : IDisposable
{
    public const string Manifest = "manifest.csv";

    /// <summary>Opens a zip, or the folder in which a manifest lies.</summary>
    /// <exception cref="ImportRefusedException">The zip cannot be trusted.</exception>
    public static RosterPackage Open(string path) =>
        ZippedRoster.IsZip(path) ? ZippedRoster.Open(path) : new Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>There is a file of this name.</summary>
    public abstract bool Has(string file);

    /// <summary>The file from its start; as often as need be.</summary>
    public abstract Stream Read(string file);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class Folder(string path) : RosterPackage
    {
        public override bool Has(string file) => File.Exists(Path.Combine(path, file));

        public override Stream Read(string file) =>
            new FileStream(Path.Combine(path, file), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
    }
}
