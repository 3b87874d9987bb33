using System.Runtime.InteropServices;

namespace K12Sync.Exporters.Exports;

/// <summary>Whether two names are links to one file. Known on Linux; elsewhere the answer is no.</summary>
internal static partial class SameFile
{
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const uint InodeWanted = 0x100;

    /// <summary>True if both names are there and are one file; a symbolic link is itself, not what it points to.</summary>
    public static bool Is(string one, string other) =>
        OperatingSystem.IsLinux() && Identify(one) is { } first && Identify(other) is { } second && first == second;

    private static (uint Major, uint Minor, ulong Inode)? Identify(string path)
    {
        try
        {
            return Stat(CurrentFolder, path, DoNotFollow, InodeWanted, out var found) == 0 ? (found.DeviceMajor, found.DeviceMinor, found.Inode) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The parts of <c>struct statx</c> that are needed. The kernel fixes its layout for all processors, unlike that of <c>struct stat</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, out FileStatus found);
}
