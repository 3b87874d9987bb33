namespace K12Sync.Domain.Exports;

/// <summary>
/// Where frozen files go. The two steps are separate because the ledger commits between them: nothing is visible under its final
/// name before <see cref="PublishAsync"/>, and after a crash <see cref="LookAsync"/> tells which step was reached.
/// </summary>
/// <remarks>
/// Calls for different files may overlap; those for one file do not. A destination turns its library's exceptions into results in its own
/// file; only cancellation passes through. Disposing ends its session, if it has one.
/// </remarks>
public interface IDestination : IAsyncDisposable
{
    /// <summary>Writes all bytes under <paramref name="temporaryName"/>, makes them durable where that can be had, and checks the size.</summary>
    ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>
    /// Gives the staged file its final name in one step. What is done about a file that has the name already is said by
    /// <paramref name="existing"/>; nothing is ever overwritten that was not asked for.
    /// </summary>
    ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation);

    /// <summary>What is there now under both names.</summary>
    ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation);

    /// <summary>Removes a temporary file of ours that is no longer wanted; one that is not there is no fault.</summary>
    ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation);

    /// <summary>
    /// Tries everything a run would need, one step after the other, and leaves nothing behind. The first step that fails is the last.
    /// </summary>
    IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation);
}

/// <summary>Makes the destination of a connector.</summary>
public interface IDestinations
{
    /// <summary>The destination; opening it is its own business and happens when it is first used.</summary>
    IDestination Open(Connector connector);
}

/// <summary>What publishing does about a file that has the final name already.</summary>
public enum ExistingFile
{
    /// <summary>Leaves it and answers <see cref="PublishResult.NameTaken"/>.</summary>
    Refuse,

    /// <summary>
    /// Replaces it, in one step where the far side can (posix-rename). Where it cannot, the file is deleted first, and the answer says so:
    /// for a moment there is none.
    /// </summary>
    Replace,
}

/// <summary>What stands in the way at a destination.</summary>
/// <param name="Kind">What sort it is; decides whether trying again makes sense.</param>
/// <param name="Reason">In words for people, with what to do. Never a secret, never a student's data.</param>
public sealed record Trouble(TroubleKind Kind, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Reason;
}

/// <summary>Sorts of trouble at a destination.</summary>
public enum TroubleKind
{
    /// <summary>The world may mend itself, and nothing more is known.</summary>
    Unknown,

    /// <summary>No address, refused, no route, no answer in time.</summary>
    Unreachable,

    /// <summary>It broke off or fell silent in the middle.</summary>
    Interrupted,

    /// <summary>Disk or quota is full.</summary>
    NoSpace,

    /// <summary>What is there is not what was sent.</summary>
    WrongContent,

    /// <summary>A file of the same name is there already.</summary>
    NameTaken,

    /// <summary>User, password or key were not accepted. Tried twice at most: servers lock accounts.</summary>
    AuthenticationRefused,

    /// <summary>The server does not show a pinned host key. Never tried again by itself.</summary>
    HostKeyMismatch,

    /// <summary>Not allowed there.</summary>
    PermissionDenied,

    /// <summary>The directory is not there.</summary>
    DirectoryMissing,

    /// <summary>The far side cannot do what is needed, or takes no such name.</summary>
    Unsupported,

    /// <summary>Something is missing on our side: a secret, a key file, a program.</summary>
    Incomplete,
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
    public sealed record TryAgain(Trouble Trouble) : StageResult;

    /// <summary>A person must change something first.</summary>
    public sealed record Refused(Trouble Trouble) : StageResult;
}

/// <summary>Result of giving the file its final name.</summary>
public abstract record PublishResult
{
    private PublishResult()
    {
    }

    /// <summary>It has its final name.</summary>
    /// <param name="Warning">What was not as safe as it should be, in words for people; usually null.</param>
    public sealed record Published(string? Warning = null) : PublishResult;

    /// <summary>A file of that name is already there and was not to be replaced.</summary>
    public sealed record NameTaken : PublishResult;

    /// <summary>Unknown or failed: look before doing anything else.</summary>
    public sealed record TryAgain(Trouble Trouble) : PublishResult;

    /// <summary>A person must change something first.</summary>
    public sealed record Refused(Trouble Trouble) : PublishResult;
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
    public sealed record Unreachable(Trouble Trouble) : LookResult;
}

/// <summary>A file seen at the destination.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Upper-case hex.</param>
public sealed record FileSighting(long Length, string Sha256);

/// <summary>One step of trying out a destination.</summary>
/// <param name="Name">What was tried, such as <c>Host key</c>.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Says">What was found, in plain words, with what to do where it failed.</param>
/// <param name="HostKey">The key the server showed, in OpenSSH's form, where the step found one.</param>
public sealed record TestStep(string Name, TestOutcome Outcome, string Says, string? HostKey = null);

/// <summary>How a step of a test went.</summary>
public enum TestOutcome
{
    Passed,

    /// <summary>It works, but less safely or less quickly than it could.</summary>
    Warning,

    Failed,
}
