using System.Runtime.InteropServices;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// A rename that is one step and never replaces. <see cref="File.Move(string,string,bool)"/> is that on Windows only: on Unix it looks first and
/// renames then, and a file that appears between the two is lost.
/// </summary>
/// <remarks>
/// Linux has <c>renameat2(RENAME_NOREPLACE)</c>. Where the file system (NFS, some FUSE) or the C library does not know it, <c>link</c> and
/// <c>unlink</c> do: <c>link</c> is one step and refuses a name that is taken. Cut off between the two, both names show the same file,
/// which the next call recognises and finishes. Where neither is to be had the rename is refused: checking first is not the same.
/// </remarks>
internal static partial class ExclusiveRename
{
    private const int NotPermitted = 1;
    private const int NoAccess = 13;
    private const int Exists = 17;
    private const int Invalid = 22;
    private const int ReadOnly = 30;
    private const int NameTooLong = 36;
    private const int NoSuchCall = 38;
    private const int NotSupportedMac = 45;
    private const int NotSupportedLinux = 95;
    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;

    /// <summary>Renames within a folder.</summary>
    public static PublishResult Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            return OnWindows(from, to);
        return OperatingSystem.IsLinux() && ByRename(from, to) is { } result ? result : ByLink(from, to);
    }

    /// <summary>Null if this system does not know the call.</summary>
    internal static PublishResult? ByRename(string from, string to)
    {
        try
        {
            if (RenameAt(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0)
                return new PublishResult.Published();
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        // "Not permitted" is also what a sandbox says to a call it does not know; link will say so again if it is meant.
        var errno = Marshal.GetLastPInvokeError();
        return errno is Invalid or NoSuchCall or NotPermitted ? null : Classify(errno, from, to);
    }

    internal static PublishResult ByLink(string from, string to)
    {
        if (Link(from, to) == 0)
            return DropOldName(from);
        var errno = Marshal.GetLastPInvokeError();
        return errno is NotPermitted or NoSuchCall or NotSupportedMac or NotSupportedLinux
            ? new PublishResult.Refused(new Trouble(TroubleKind.Unsupported, "The file system can neither rename without replacing nor link, so a file that is there could be lost."))
            : Classify(errno, from, to);
    }

    private static PublishResult Classify(int errno, string from, string to) => errno switch
    {
        Exists => SameFile.Is(from, to) ? DropOldName(from) : new PublishResult.NameTaken(),
        NoAccess or ReadOnly or NameTooLong => new PublishResult.Refused(new Trouble(errno == NameTooLong ? TroubleKind.Unsupported : TroubleKind.PermissionDenied, Marshal.GetPInvokeErrorMessage(errno))),
        _ => new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, Marshal.GetPInvokeErrorMessage(errno))),
    };

    private static PublishResult DropOldName(string from) =>
        Unlink(from) == 0 ? new PublishResult.Published() : new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())));

    private static PublishResult OnWindows(string from, string to)
    {
        const int AlreadyExists = unchecked((int)0x800700B7);
        const int FileExists = unchecked((int)0x80070050);
        try
        {
            File.Move(from, to, overwrite: false);
            return new PublishResult.Published();
        }
        catch (IOException e) when (e.HResult is AlreadyExists or FileExists)
        {
            return new PublishResult.NameTaken();
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);
}
