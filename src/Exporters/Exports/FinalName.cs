using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Gives uploaded files their final name, by the connector's policy about files that have it already, and the file that says they are done.
/// Our temporary file tells whether the rename has happened: while it is there, it has not.
/// </summary>
internal sealed class FinalName(IDestination destination, ConnectorDefinition definition)
{
    private ExistingFile Existing => definition.ExistingFile == OnExistingFile.Replace ? ExistingFile.Replace : ExistingFile.Refuse;

    /// <summary>Renames, and looks where the answer leaves a doubt.</summary>
    public async Task<BatchEnd> GiveAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        var result = await destination.PublishAsync(Temporary(batch), batch.FileName, Existing, cancellation);
        if (result is PublishResult.NameTaken && definition.ExistingFile == OnExistingFile.MoveAside)
            result = await MoveAsideAsync(batch, cancellation) ?? result;
        return result switch
        {
            PublishResult.Published published => await DoneAsync(batch, published.Warning, cancellation),
            PublishResult.Refused refused => new BatchEnd.Stuck(NotPublished(batch, refused.Trouble), MayMend: false),
            PublishResult.TryAgain again => await LookAsync(batch, cancellation) ?? new BatchEnd.Stuck(NotPublished(batch, again.Trouble), MayMend: true),
            PublishResult.NameTaken => await LookAsync(batch, cancellation) ?? new BatchEnd.Stuck(NameTaken(batch.FileName), MayMend: false, OnlyThisFile: true),
            _ => throw Unexpected(result),
        };
    }

    /// <summary>What the destination shows of a batch that was being published; null: the rename has not happened.</summary>
    public async Task<BatchEnd?> LookAsync(UnfinishedBatch batch, CancellationToken cancellation) =>
        await destination.LookAsync(Temporary(batch), batch.FileName, cancellation) switch
        {
            LookResult.Seen { TemporaryThere: true } => null,
            LookResult.Seen seen => await ConcludeAsync(batch, seen.Final, cancellation),
            LookResult.Unreachable unreachable => new BatchEnd.Stuck(
                unreachable.Trouble with { Reason = $"Whether '{batch.FileName}' has arrived cannot be told: {unreachable.Trouble.Reason}" }, MayMend: MayMend(unreachable.Trouble)),
            var other => throw Unexpected(other),
        };

    /// <summary>
    /// The temporary file is gone. If the final name shows our bytes, the rename happened. If not, they were taken already, or changed, or
    /// never arrived, and nothing that can be seen tells which: sending again might double them.
    /// </summary>
    private async Task<BatchEnd> ConcludeAsync(UnfinishedBatch batch, FileSighting? final, CancellationToken cancellation)
    {
        if (final is not null && IsOurs(batch, final))
            return await DoneAsync(batch, null, cancellation);
        return new BatchEnd.Unconfirmed(final is null
            ? $"'{batch.FileName}' is not at the destination any more, and neither is its temporary file: it may have been taken."
            : $"'{batch.FileName}' is at the destination with other content, and our temporary file is gone: ours may have been taken.");
    }

    /// <summary>True if a file that is there has the bytes of a batch.</summary>
    public static bool IsOurs(UnfinishedBatch batch, FileSighting seen) =>
        seen.Length == batch.Length && string.Equals(seen.Sha256, batch.Sha256, StringComparison.OrdinalIgnoreCase);

    /// <summary>Renames what has the name to a name of its own, and publishes. Null if it is gone meanwhile or does not let itself be renamed.</summary>
    private async Task<PublishResult?> MoveAsideAsync(UnfinishedBatch batch, CancellationToken cancellation)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{batch.FileName}.before-{batch.BatchId}");
        return await destination.PublishAsync(batch.FileName, aside, ExistingFile.Refuse, cancellation) is PublishResult.Refused refused
            ? refused
            : await destination.PublishAsync(Temporary(batch), batch.FileName, ExistingFile.Refuse, cancellation) switch
            {
                PublishResult.Published => new PublishResult.Published($"A file with the name '{batch.FileName}' was there and is now '{aside}'."),
                var other => other,
            };
    }

    /// <summary>The file is there; the one that says so follows, where one is wanted. Until it is, the batch counts as being published.</summary>
    private async Task<BatchEnd> DoneAsync(UnfinishedBatch batch, string? warning, CancellationToken cancellation)
    {
        if (definition.DoneFile is null)
            return new BatchEnd.Delivered(warning);
        var done = definition.DoneFile.Replace("{file}", batch.FileName, StringComparison.Ordinal);
        var temporary = string.Create(CultureInfo.InvariantCulture, $".k12sync-{batch.BatchId}-done.part");
        if (await destination.StageAsync(temporary, ReadOnlyMemory<byte>.Empty, cancellation) is var staged and not StageResult.Staged)
            return NotDone(batch, done, staged is StageResult.Refused refused ? refused.Trouble : ((StageResult.TryAgain)staged).Trouble, staged is StageResult.TryAgain);
        // A done file that is there already says the same.
        return await destination.PublishAsync(temporary, done, ExistingFile.Replace, cancellation) switch
        {
            PublishResult.Published => new BatchEnd.Delivered(warning),
            PublishResult.TryAgain again => NotDone(batch, done, again.Trouble, mayMend: true),
            PublishResult.Refused refusedName => NotDone(batch, done, refusedName.Trouble, mayMend: false),
            var other => throw Unexpected(other),
        };
    }

    private static BatchEnd.Stuck NotDone(UnfinishedBatch batch, string done, Trouble trouble, bool mayMend) =>
        new(trouble with { Reason = $"'{batch.FileName}' is there, but '{done}', which says so, could not be written: {trouble.Reason}" }, mayMend);

    private static string Temporary(UnfinishedBatch batch) =>
        batch.TemporaryName ?? throw new InvalidOperationException($"Batch {batch.BatchId} is being published without a temporary name.");

    private static Trouble NotPublished(UnfinishedBatch batch, Trouble trouble) =>
        trouble with { Reason = $"'{batch.FileName}' was not published: {trouble.Reason}" };

    private static Trouble NameTaken(string fileName) => new(TroubleKind.NameTaken,
        $"'{fileName}' is already at the destination and is never overwritten. Once it is moved away, the same bytes are delivered.");

    private static bool MayMend(Trouble trouble) =>
        trouble.Kind is TroubleKind.Unknown or TroubleKind.Unreachable or TroubleKind.Interrupted or TroubleKind.NoSpace or TroubleKind.WrongContent;

    private static InvalidOperationException Unexpected(object result) => new($"No case for {result.GetType().Name}.");
}
