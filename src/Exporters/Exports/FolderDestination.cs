using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using K12Sync.Domain.Exports;
using Microsoft.Win32.SafeHandles;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// A folder of this machine or a mounted share. The temporary file is in the same folder, since only there is a rename one step; file
/// and folder are flushed to the disk before a step is reported as done.
/// </summary>
/// <remarks>
/// Staging makes the folder if it is missing. Looking does not, and does not take a missing folder for an empty one: a share that is not
/// mounted says nothing about the files on it.
/// </remarks>
public sealed class FolderDestination : IDestination
{
    private readonly string _folder;

    /// <param name="folder">An absolute path. Need not exist yet.</param>
    /// <exception cref="ArgumentException">The path is relative.</exception>
    public FolderDestination(string folder)
    {
        if (!Path.IsPathFullyQualified(folder))
            throw new ArgumentException("The folder must be an absolute path.", nameof(folder));
        _folder = folder;
    }

    /// <inheritdoc/>
    /// <remarks>A file that is already there under the temporary name is ours, of an attempt that was cut off, and is replaced.</remarks>
    public async ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        if (FileNames.FindFault(temporaryName) is { } fault)
            return new StageResult.Refused(Nameless(fault));
        if (FolderMaking.Make(_folder) is { } trouble)
            return trouble;
        try
        {
            var length = await WriteAsync(Path.Combine(_folder, temporaryName), content, cancellation);
            if (length != content.Length)
                return new StageResult.TryAgain(new Trouble(TroubleKind.WrongContent, $"{content.Length} bytes were written, but the file has {length}."));
            // Now, not only after the rename: a power cut between the two must not lose the temporary name, by which recovery goes.
            FolderFlush.Flush(_folder);
            return new StageResult.Staged();
        }
        catch (Exception e) when (FileTrouble.IsOne(e))
        {
            return FileTrouble.NeedsAPerson(e) ? new StageResult.Refused(FileTrouble.Of(e)) : new StageResult.TryAgain(FileTrouble.Of(e));
        }
    }

    /// <inheritdoc/>
    public ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if ((FileNames.FindFault(temporaryName) ?? FileNames.FindFault(finalName)) is { } fault)
            return new(new PublishResult.Refused(Nameless(fault)));
        try
        {
            var (from, to) = (Path.Combine(_folder, temporaryName), Path.Combine(_folder, finalName));
            var result = existing == ExistingFile.Refuse ? ExclusiveRename.Rename(from, to) : Replace(from, to);
            if (result is PublishResult.Published)
                FolderFlush.Flush(_folder);
            return new(result);
        }
        catch (Exception e) when (FileTrouble.IsOne(e))
        {
            return new(FileTrouble.NeedsAPerson(e) ? new PublishResult.Refused(FileTrouble.Of(e)) : new PublishResult.TryAgain(FileTrouble.Of(e)));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation)
    {
        if ((FileNames.FindFault(temporaryName) ?? FileNames.FindFault(finalName)) is { } fault)
            return new LookResult.Unreachable(Nameless(fault));
        try
        {
            if (!IsThere(_folder) || !File.GetAttributes(_folder).HasFlag(FileAttributes.Directory))
                return new LookResult.Unreachable(new Trouble(TroubleKind.DirectoryMissing, $"The folder '{_folder}' is not there."));
            var temporaryThere = IsThere(Path.Combine(_folder, temporaryName));
            return new LookResult.Seen(temporaryThere, await SightAsync(Path.Combine(_folder, finalName), cancellation));
        }
        catch (Exception e) when (FileTrouble.IsOne(e))
        {
            return new LookResult.Unreachable(FileTrouble.Of(e));
        }
    }

    /// <inheritdoc/>
    public ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (FileNames.FindFault(temporaryName) is { } fault)
            return new(new StageResult.Refused(Nameless(fault)));
        try
        {
            File.Delete(Path.Combine(_folder, temporaryName));
            return new(new StageResult.Staged());
        }
        catch (DirectoryNotFoundException)
        {
            // No folder, no temporary file in it.
            return new(new StageResult.Staged());
        }
        catch (Exception e) when (FileTrouble.IsOne(e))
        {
            return new(FileTrouble.NeedsAPerson(e) ? new StageResult.Refused(FileTrouble.Of(e)) : new StageResult.TryAgain(FileTrouble.Of(e)));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TestStep> TestAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (FolderMaking.Make(_folder) is { } trouble)
        {
            yield return new TestStep("Folder", TestOutcome.Failed, TroubleOf(trouble));
            yield break;
        }
        yield return new TestStep("Folder", TestOutcome.Passed, $"'{_folder}' is there.");
        var (probe, renamed) = ($".k12sync-test-{Guid.NewGuid():N}.part", $".k12sync-test-{Guid.NewGuid():N}.part");
        try
        {
            var staged = await StageAsync(probe, new byte[1024], cancellation);
            yield return staged is StageResult.Staged
                ? new TestStep("Write", TestOutcome.Passed, "A file can be written.")
                : new TestStep("Write", TestOutcome.Failed, TroubleOf(staged));
            if (staged is not StageResult.Staged)
                yield break;
            var published = await PublishAsync(probe, renamed, ExistingFile.Refuse, cancellation);
            yield return published is PublishResult.Published
                ? new TestStep("Rename", TestOutcome.Passed, "It can be renamed, and a file that is there is not overwritten.")
                : new TestStep("Rename", TestOutcome.Failed, published is PublishResult.Refused refused ? refused.Trouble.Reason : "The folder's file system did not rename it.");
            yield return await DiscardAsync(renamed, cancellation) is StageResult.Staged
                ? new TestStep("Clean-up", TestOutcome.Passed, "Nothing of the test is left.")
                : new TestStep("Clean-up", TestOutcome.Warning, $"'{renamed}' could not be removed.");
        }
        finally
        {
            // Also after a failure, and when nobody wants to hear more.
            await DiscardAsync(probe, CancellationToken.None);
            await DiscardAsync(renamed, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string TroubleOf(StageResult result) => result switch
    {
        StageResult.TryAgain again => again.Trouble.Reason,
        StageResult.Refused refused => refused.Trouble.Reason,
        _ => "",
    };

    private static Trouble Nameless(string fault) => new(TroubleKind.Unsupported, fault);

    private static PublishResult.Published Replace(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        return new PublishResult.Published();
    }

    /// <summary>The length the file then has.</summary>
    private static async Task<long> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        // Deleted and made anew, never opened: what is there could be a link to something else.
        File.Delete(path);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous);
        await RandomAccess.WriteAsync(file, content, fileOffset: 0, cancellation);
        RandomAccess.FlushToDisk(file);
        return RandomAccess.GetLength(file);
    }

    /// <summary>Unlike <see cref="File.Exists"/>, which answers "no" to every error, this throws where it cannot tell.</summary>
    private static bool IsThere(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static async Task<FileSighting?> SightAsync(string path, CancellationToken cancellation)
    {
        if (!IsThere(path))
            return null;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        var hash = await SHA256.HashDataAsync(file, cancellation);
        return new FileSighting(file.Position, Convert.ToHexString(hash));
    }
}
