namespace K12Sync.Domain.Exports;

/// <summary>
/// Where frozen files go. The two steps are separate because the ledger commits between them: nothing is visible under its final
/// name before <see cref="PublishAsync"/>, and after a crash <see cref="LookAsync"/> tells which step was reached.
/// </summary>
/// <remarks>A destination turns its library's exceptions into results in its own file; only cancellation passes through.</remarks>
public interface IDestination
{
    /// <summary>Writes all bytes under <paramref name="temporaryName"/>, makes them durable where that can be had, and checks the size.</summary>
    ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Gives the staged file its final name in one step. Never overwrites.</summary>
    ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, CancellationToken cancellation);

    /// <summary>What is there now under both names.</summary>
    ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation);

    /// <summary>Removes a temporary file of ours that is no longer wanted; one that is not there is no fault.</summary>
    ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation);
}

/// <summary>Makes the destination of a definition.</summary>
public interface IDestinations
{
    /// <summary>The destination; opening it is its own business and happens when it is first used.</summary>
    IDestination Open(DestinationDefinition definition);
}

/// <summary>Result of writing the temporary file.</summary>
public abstract record StageResult
{
    private StageResult()
    {
    }

    /// <summary>All bytes are there, under the temporary name.</summary>
    public sealed record Staged : StageResult;

    /// <summary>The world may mend itself: try the same bytes later.</summary>
    public sealed record TryAgain(string Reason) : StageResult;

    /// <summary>A person must change something first.</summary>
    public sealed record Refused(string Reason) : StageResult;
}

/// <summary>Result of giving the file its final name.</summary>
public abstract record PublishResult
{
    private PublishResult()
    {
    }

    /// <summary>It has its final name.</summary>
    public sealed record Published : PublishResult;

    /// <summary>A file of that name is already there and is not ours to overwrite.</summary>
    public sealed record NameTaken : PublishResult;

    /// <summary>Unknown or failed: look before doing anything else.</summary>
    public sealed record TryAgain(string Reason) : PublishResult;

    /// <summary>A person must change something first.</summary>
    public sealed record Refused(string Reason) : PublishResult;
}

/// <summary>What is at the destination.</summary>
public abstract record LookResult
{
    private LookResult()
    {
    }

    /// <summary>The destination answered. <paramref name="Final"/> is null if there is no file of the final name.</summary>
    public sealed record Seen(bool TemporaryThere, FileSighting? Final) : LookResult;

    /// <summary>It did not, which says nothing about the files.</summary>
    public sealed record Unreachable(string Reason) : LookResult;
}

/// <summary>A file seen at the destination.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Upper-case hex.</param>
public sealed record FileSighting(long Length, string Sha256);
