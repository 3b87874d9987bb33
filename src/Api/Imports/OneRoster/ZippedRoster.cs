using System.IO.Compression;

namespace K12Sync.Api.Imports.OneRoster;

/// <summary>
/// A roster in a zip. Nothing is ever unpacked to disk: the rows are students. Before the first row is read, every file of the roster has
/// been read through once, so that a zip that is damaged, too large or not what it says is refused as a whole.
/// </summary>
internal sealed class ZippedRoster : RosterPackage
{
    /// <summary>The most bytes that all files of a zip may have together when unpacked: 1 GiB.</summary>
    public const long MostBytes = 1L << 30;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(i => CrcOfByte((uint)i))];

    private readonly string _name;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _files = new(StringComparer.OrdinalIgnoreCase);

    private ZippedRoster(string name, ZipArchive zip) => (_name, _zip) = (name, zip);

    /// <summary>It is called a zip, or starts like one.</summary>
    public static bool IsZip(string path)
    {
        if (Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase))
            return true;
        using var file = File.OpenRead(path);
        var start = new byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().SequenceEqual("PK\x3\x4"u8);
    }

    /// <summary>Opens a zip whose every file has been looked at.</summary>
    public static new ZippedRoster Open(string path)
    {
        var name = Path.GetFileName(path);
        ZippedRoster? roster = null;
        try
        {
            roster = new ZippedRoster(name, ZipFile.OpenRead(path));
            roster.TakeFiles();
            roster.ReadThrough();
            return roster;
        }
        catch (InvalidDataException e)
        {
            roster?.Dispose();
            throw new ImportRefusedException($"{name} is no zip that can be read, or it is damaged. Nothing was stored. Make or fetch it again.", e);
        }
        catch
        {
            roster?.Dispose();
            throw;
        }
    }

    public override bool Has(string file) => _files.ContainsKey(file);

    public override Stream Read(string file) => _files[file].Open();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _zip.Dispose();
        base.Dispose(disposing);
    }

    private void TakeFiles()
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var entry in _zip.Entries)
        {
            var segments = entry.FullName.TrimEnd('/').Split('/');
            if (entry.FullName.AsSpan().ContainsAny("\\:\0") || segments.Any(s => s is "" or "." or ".."))
                throw Refused("holds a file whose name leads out of it");
            if (segments[0] == "__MACOSX" || segments[^1].StartsWith('.') || entry.FullName.EndsWith('/'))
                continue;
            if (entry.IsEncrypted)
                throw Refused("is encrypted; a password cannot be given here. Send it over an encrypted way instead");
            if (entry.Length > MostBytes - bytes)
                throw TooLarge();
            bytes += entry.Length;
            folders.Add(entry.FullName[..^segments[^1].Length]);
            if (segments.Length > 2 || folders.Count > 1)
                throw Refused("has its files in several folders; a roster's lie together, at the top or in one folder");
            if (!_files.TryAdd(segments[^1], entry))
                throw Refused($"holds {segments[^1]} twice");
        }
        if (!Has(Manifest))
            throw Refused($"has no {Manifest}, so it is no OneRoster roster");
    }

    /// <summary>What the directory of a zip says of sizes may be a lie; this counts. The archive itself does not look at checksums.</summary>
    private void ReadThrough()
    {
        var bytes = 0L;
        var buffer = new byte[1 << 16];
        foreach (var entry in RosterManifest.KnownFiles.Prepend(Manifest).Where(Has).Select(f => _files[f]))
        {
            using var text = entry.Open();
            var (crc, before) = (uint.MaxValue, bytes);
            while (text.Read(buffer) is > 0 and var read)
            {
                if ((bytes += read) > MostBytes)
                    throw TooLarge();
                foreach (var b in buffer.AsSpan(0, read))
                    crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
            }
            if (~crc != entry.Crc32 || bytes - before != entry.Length)
                throw new InvalidDataException("A file is not what the zip says of it.");
        }
    }

    private static uint CrcOfByte(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }

    private ImportRefusedException TooLarge() => Refused("unpacks to more than 1 GiB");

    private ImportRefusedException Refused(string what) => new($"{_name} {what}. Nothing was stored.");
}
