using System.Runtime.InteropServices;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Makes new names in a folder durable. Flushing a file secures its bytes, not the name under which they are found; POSIX wants the folder
/// flushed for that, and .NET does not open folders.
/// </summary>
internal static partial class FolderFlush
{
    private const int NoAccess = 13;
    private const int Invalid = 22;
    private const int NotSupportedMac = 45;
    private const int NotSupportedLinux = 95;

    /// <summary>Flushes a folder, as far as the system lets us.</summary>
    /// <exception cref="IOException">The disk failed: the names may not be durable.</exception>
    public static void Flush(string folder)
    {
        // Windows offers no flush of a folder to ordinary users; NTFS writes names to its journal by itself.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, flags: 0);
        var errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (descriptor >= 0)
        {
            errno = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
            _ = Close(descriptor);
        }
        // A folder that we may write but not list cannot be opened; some network file systems have no flush of folders.
        if (errno is not (0 or NoAccess or Invalid or NotSupportedMac or NotSupportedLinux))
            throw new IOException($"The folder '{folder}' could not be flushed: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
