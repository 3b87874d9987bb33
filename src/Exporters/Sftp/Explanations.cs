using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Finds out what a server means when it says no: most say only "Failure", whether the disk is full or the name is taken.</summary>
internal static class Explanations
{
    /// <param name="session">The session that said it.</param>
    /// <param name="directory">Where it was said.</param>
    /// <param name="doing">What was tried, such as <c>writing a file</c>.</param>
    /// <param name="status">What it said.</param>
    /// <param name="needed">Bytes that had to fit.</param>
    public static async Task<Trouble> ExplainAsync(SftpSession session, string directory, string doing, Status status, long needed = 0)
    {
        var where = directory.Length == 0 ? "." : directory;
        switch (status.Code)
        {
            case StatusCode.NoSuchFile:
                return (await session.StatAsync(where)).Status.Code == StatusCode.NoSuchFile
                    ? DirectoryMissing(where)
                    : new Trouble(TroubleKind.Unknown, $"While {doing} the server said {status}, although the directory '{where}' is there.");
            case StatusCode.PermissionDenied:
                return new Trouble(TroubleKind.PermissionDenied, $"The server does not allow {doing} in '{where}': it said {status}.");
            case StatusCode.BadMessage:
                return new Trouble(TroubleKind.Unsupported, $"The server does not take such a name, or such a request: while {doing} it said {status}.");
            case StatusCode.Unsupported:
                return new Trouble(TroubleKind.Unsupported, $"The server cannot do what is needed for {doing}: it said {status}.");
            default:
                return await FindCauseAsync(session, where, doing, status, needed);
        }
    }

    public static Trouble DirectoryMissing(string directory) =>
        new(TroubleKind.DirectoryMissing, $"The directory '{directory}' is not there. Make it on the server, or correct the path of the connector.");

    /// <summary>For people: bytes in the unit that suits them.</summary>
    public static string Size(ulong bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000} KB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000} GB"),
    };

    private static async Task<Trouble> FindCauseAsync(SftpSession session, string directory, string doing, Status status, long needed)
    {
        var space = session.Offers.FileSystemStat ? (await session.SpaceAsync(directory)).Value : null;
        return space switch
        {
            { IsReadOnly: true } => new Trouble(TroubleKind.PermissionDenied, $"The file system of '{directory}' can only be read: while {doing} the server said {status}."),
            { HasFreeNames: false } => new Trouble(TroubleKind.NoSpace, $"The file system of '{directory}' holds as many files as it can."),
            { FreeBytes: var free } when free < (ulong)needed || free == 0 =>
                new Trouble(TroubleKind.NoSpace, $"The disk of '{directory}' is full: {Size(free)} are free, {Size((ulong)needed)} are needed."),
            null => new Trouble(TroubleKind.Unknown, $"While {doing} the server said {status} and nothing more. A full disk looks like this on servers that do not tell their free space."),
            _ => new Trouble(TroubleKind.Unknown, $"While {doing} the server said {status} and nothing more. There is free space; a used-up quota looks like this."),
        };
    }
}
