using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>Sorts what file systems report: what may mend itself, and what waits for a person.</summary>
internal static class FileTrouble
{
    private const int ReadOnlyUnix = 30;
    private const int ReadOnlyWindows = unchecked((int)0x80070013);
    private const int FullUnix = 28;
    private const int FullWindows = unchecked((int)0x80070070);
    private const int QuotaLinux = 122;

    /// <summary>True for trouble of the file system; false for a bug.</summary>
    public static bool IsOne(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>True where waiting does not help: no permission, a path that leads nowhere, a name too long, a read-only file system.</summary>
    public static bool NeedsAPerson(Exception e) =>
        e is UnauthorizedAccessException or DirectoryNotFoundException or PathTooLongException or DriveNotFoundException
        || e.HResult is ReadOnlyUnix or ReadOnlyWindows;

    /// <summary>The trouble in the words of the system.</summary>
    public static Trouble Of(Exception e) => new(KindOf(e), e.Message);

    private static TroubleKind KindOf(Exception e) => e switch
    {
        _ when IsFull(e) => TroubleKind.NoSpace,
        UnauthorizedAccessException => TroubleKind.PermissionDenied,
        DirectoryNotFoundException or DriveNotFoundException => TroubleKind.DirectoryMissing,
        PathTooLongException => TroubleKind.Unsupported,
        _ when e.HResult is ReadOnlyUnix or ReadOnlyWindows => TroubleKind.PermissionDenied,
        _ => TroubleKind.Unknown,
    };

    /// <summary>True where the disk or the quota is full.</summary>
    public static bool IsFull(Exception e) => e.HResult is FullUnix or FullWindows or QuotaLinux;
}
