namespace K12Sync.Exporters.Sftp;

/// <summary>What a server offers beyond SFTP version 3, by its VERSION packet and <c>limits@openssh.com</c>.</summary>
/// <param name="PosixRename">A rename that replaces, in one step.</param>
/// <param name="Fsync">Bytes are on the disk when it says so.</param>
/// <param name="FileSystemStat">How much room there is.</param>
/// <param name="Limits">It can be asked how long packets may be.</param>
/// <param name="Chunk">Bytes of a file in one packet.</param>
internal sealed record Offers(bool PosixRename, bool Fsync, bool FileSystemStat, bool Limits, int Chunk)
{
    /// <summary>What every server must take (section 3: packets of 34000 bytes).</summary>
    public const int UsualChunk = 32 * 1024;

    /// <summary>Where the server takes more: fewer replies for all programs on the way. Not all that it takes, or a slow line would seem silent.</summary>
    private const int LargeChunk = 128 * 1024;

    private const int LeastChunk = 512;

    /// <summary>Reads the extension pairs of a VERSION packet.</summary>
    public static Offers Of(byte[] version)
    {
        var pairs = new ReplyReader(version);
        var offered = new HashSet<(string Name, string Version)>();
        while (!pairs.AtEnd)
            offered.Add((pairs.Text(), pairs.Text()));
        return new Offers(
            offered.Contains((Extension.PosixRename, "1")),
            offered.Contains((Extension.Fsync, "1")),
            offered.Contains((Extension.FileSystemStat, "2")),
            offered.Contains((Extension.Limits, "1")),
            UsualChunk);
    }

    /// <summary>Those of a server that says how much it takes in one packet. Zero means that it sets no limit.</summary>
    public Offers Within(ulong longestRead, ulong longestWrite) => this with
    {
        Chunk = (int)Math.Max(LeastChunk, Math.Min(LargeChunk, Math.Min(OrUsual(longestRead), OrUsual(longestWrite)))),
    };

    private static ulong OrUsual(ulong limit) => limit == 0 ? UsualChunk : limit;
}

/// <summary>Names of extensions of OpenSSH, as its file PROTOCOL defines them.</summary>
internal static class Extension
{
    public const string PosixRename = "posix-rename@openssh.com";
    public const string Fsync = "fsync@openssh.com";
    public const string FileSystemStat = "statvfs@openssh.com";
    public const string Limits = "limits@openssh.com";
}

/// <summary>What a server says of a file.</summary>
/// <param name="Size">In bytes; null if it does not say.</param>
/// <param name="Permissions">Kind and permissions as Unix has them; null if it does not say.</param>
internal sealed record RemoteFile(ulong? Size, uint? Permissions)
{
    private const uint KindMask = 0xF000;
    private const uint Directory = 0x4000;

    /// <summary>Null if the server does not tell.</summary>
    public bool? IsDirectory => Permissions is { } p && (p & KindMask) != 0 ? (p & KindMask) == Directory : null;
}

/// <summary>What a server says of the file system that a path is on.</summary>
/// <param name="FreeBytes">For the user who is logged in.</param>
/// <param name="HasFreeNames">False when no further file can be made although there is room.</param>
/// <param name="IsReadOnly">Nothing can be written there.</param>
internal sealed record RemoteSpace(ulong FreeBytes, bool HasFreeNames, bool IsReadOnly);

/// <summary>What was asked for, or why not.</summary>
/// <param name="Value">Null exactly if <paramref name="Status"/> is not OK.</param>
/// <param name="Status">The answer of the server.</param>
internal readonly record struct Answer<T>(T? Value, Status Status)
    where T : class;
