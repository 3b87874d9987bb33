using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Gives a staged file its final name, and says whether that happened, did not, or cannot be known.</summary>
internal sealed class SftpPublishing(SftpSession session, string directory, string temporary, string final)
{
    private const string Renaming = "renaming a file";

    public async Task<PublishResult> RunAsync(ExistingFile existing)
    {
        if (existing == ExistingFile.Replace && session.Offers.PosixRename)
            return await ConcludeAsync(await session.PosixRenameAsync(temporary, final), existing);
        var there = await session.StatAsync(final, followLinks: false);
        if (there.Status.Code == StatusCode.NoSuchFile)
            return await ConcludeAsync(await RenameAsync(), existing);
        if (there.Value is not { } file)
            return await RefuseAsync("looking for the final name", there.Status);
        return existing == ExistingFile.Refuse ? new PublishResult.NameTaken() : await DeleteThenRenameAsync(file);
    }

    private Task<Status> RenameAsync() =>
        session.Offers.PosixRename ? session.PosixRenameAsync(temporary, final) : session.RenameAsync(temporary, final);

    /// <summary>The server cannot replace in one step. What it has is deleted only when ours is there to take its place.</summary>
    private async Task<PublishResult> DeleteThenRenameAsync(RemoteFile there)
    {
        if (there.IsDirectory == true)
            return IsADirectory();
        if ((await session.StatAsync(temporary, followLinks: false)).Status is { IsOk: false } missing)
            return await RefuseAsync("looking for the temporary file", missing);
        if (await session.RemoveAsync(final) is { IsOk: false, Code: not StatusCode.NoSuchFile } kept)
            return await RefuseAsync("removing the file that has the name", kept);
        return await ConcludeAsync(await session.RenameAsync(temporary, final), ExistingFile.Replace) is PublishResult.Published
            ? new PublishResult.Published("The server cannot replace a file in one step: the old one was deleted first, and for a moment there was none.")
            : new PublishResult.TryAgain(new Trouble(TroubleKind.Unknown, "The old file was deleted, but the new one did not get its name. It is there under its temporary name."));
    }

    private async Task<PublishResult> ConcludeAsync(Status status, ExistingFile existing)
    {
        switch (status.Code)
        {
            case StatusCode.Ok:
                return new PublishResult.Published();
            case StatusCode.NoSuchFile:
                return new PublishResult.TryAgain(await Explanations.ExplainAsync(session, directory, Renaming, status));
            case StatusCode.Failure:
                return await ExplainFailureAsync(status, existing);
            default:
                return await RefuseAsync(Renaming, status);
        }
    }

    private async Task<PublishResult> ExplainFailureAsync(Status status, ExistingFile existing)
    {
        var (ours, theirs) = (session.StatAsync(temporary, followLinks: false), session.StatAsync(final, followLinks: false));
        if ((await ours).Value is not null && (await theirs).Value is { } there)
        {
            if (existing == ExistingFile.Refuse)
                return new PublishResult.NameTaken();
            if (there.IsDirectory == true)
                return IsADirectory();
        }
        return new PublishResult.TryAgain(await Explanations.ExplainAsync(session, directory, Renaming, status));
    }

    /// <summary>The server said no before anything was changed.</summary>
    private async Task<PublishResult> RefuseAsync(string doing, Status status)
    {
        var trouble = await Explanations.ExplainAsync(session, directory, doing, status);
        return SftpDestination.NeedsAPerson(trouble) && trouble.Kind != TroubleKind.DirectoryMissing ? new PublishResult.Refused(trouble) : new PublishResult.TryAgain(trouble);
    }

    private PublishResult.Refused IsADirectory() => new(new Trouble(TroubleKind.Unsupported, $"'{final}' is a directory on the server."));
}
