using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>What is on the server under two names. "Not there" is said only where the directory is.</summary>
internal sealed class SftpLook(SftpSession session, string directory)
{
    public async Task<LookResult> RunAsync(string temporary, string final, CancellationToken cancellation)
    {
        var (place, ours, theirs) = (
            session.StatAsync(directory.Length == 0 ? "." : directory), session.StatAsync(temporary, followLinks: false), session.StatAsync(final));
        await Task.WhenAll(place, ours, theirs).WaitAsync(cancellation);
        foreach (var status in new[] { (await ours).Status, (await theirs).Status })
            if (!status.IsOk && status.Code != StatusCode.NoSuchFile)
                return await CannotTellAsync("looking for a file", status).WaitAsync(cancellation);
        if ((await place).Value is null)
            return (await place).Status.Code == StatusCode.NoSuchFile
                ? new LookResult.Unreachable(Explanations.DirectoryMissing(directory))
                : await CannotTellAsync("looking at the directory", (await place).Status).WaitAsync(cancellation);
        var isTemporaryThere = (await ours).Value is not null;
        if ((await theirs).Value is not { } file)
            return new LookResult.Seen(isTemporaryThere, null);
        if (file.IsDirectory == true)
            return new LookResult.Unreachable(new Trouble(TroubleKind.Unsupported, $"'{final}' is a directory on the server."));
        var read = await RemoteHash.OfAsync(session, final, file.Size, cancellation);
        return read switch
        {
            { Value: { } sighting } => new LookResult.Seen(isTemporaryThere, sighting),
            // Taken between the two.
            { Status.Code: StatusCode.NoSuchFile } => new LookResult.Seen(isTemporaryThere, null),
            _ => await CannotTellAsync("reading a file", read.Status).WaitAsync(cancellation),
        };
    }

    private async Task<LookResult> CannotTellAsync(string doing, Status status) =>
        new LookResult.Unreachable(await Explanations.ExplainAsync(session, directory, doing, status));
}
