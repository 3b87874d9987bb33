using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// There is no session, or no longer. Never leaves the destination: it becomes the result of the call. What was asked for and not
/// answered may have happened or not.
/// </summary>
internal sealed class SftpException(Trouble trouble) : Exception(trouble.Reason)
{
    public Trouble Trouble => trouble;

    public static SftpException Of(TroubleKind kind, string reason) => new(new Trouble(kind, reason));
}
