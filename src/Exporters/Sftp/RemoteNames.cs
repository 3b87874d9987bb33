using System.Text;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Names of hosts, users and files, before they become parts of a command or a path.</summary>
internal static class RemoteNames
{
    private const int LongestFileName = 255;

    /// <summary>Why a host is refused, or null. It becomes an argument of a program and the first word of a line in its files.</summary>
    public static string? FindHostFault(string host) => FindFault(host, "host");

    /// <summary>Why a user name is refused, or null.</summary>
    public static string? FindUserFault(string user) => FindFault(user, "user");

    /// <summary>Why a file name is refused, or null. Servers that take longer names are rare, and those that do not say so badly.</summary>
    public static string? FindFileFault(string name) => FileNames.FindFault(name)
        ?? (Encoding.UTF8.GetByteCount(name) > LongestFileName ? $"A file name must not be longer than {LongestFileName} bytes." : null);

    /// <summary>The path of a file in a directory, which is relative to where the server lets the user in unless it begins with a slash.</summary>
    public static string In(string directory, string name) => directory switch
    {
        "" or "." => name,
        _ when directory.EndsWith('/') => directory + name,
        _ => $"{directory}/{name}",
    };

    private static string? FindFault(string value, string what) =>
        value.Length == 0 || value[0] == '-' || value.Any(c => c is ' ' or '"' or '\'' or '\\' or ',' or '#' || char.IsControl(c))
            ? $"The {what} '{ForeignText.OneLine(value)}' of the connector is not one: it is empty, begins with '-' or holds a character that cannot be there."
            : null;
}
