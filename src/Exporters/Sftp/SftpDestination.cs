using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// A directory of an SFTP server, by way of OpenSSH's <c>ssh</c>. The session is made when it is first needed and shared by all calls, many of
/// which may be at work at once.
/// </summary>
/// <remarks>
/// A file gets its name by <c>posix-rename</c> where the server has it: one step, so that our temporary file being there proves that the rename did not
/// happen. That step would replace a file of the name, so it is looked for first; what another program puts there between the two is replaced.
/// Publishing to one name is one at a time within this object.
/// </remarks>
public sealed class SftpDestination : IDestination
{
    private readonly SftpDestinationDefinition _definition;
    private readonly string _connectorName;
    private readonly SftpOptions _options;
    private readonly TimeProvider _time;
    private readonly SftpConnection _connection;
    private readonly SemaphoreSlim _room;
    private readonly NameLocks _names = new();

    /// <param name="definition">The server, and the directory on it.</param>
    /// <param name="secrets">What lets us in.</param>
    /// <param name="connectorName">For advice on what to do.</param>
    /// <param name="options">Deadlines; null: the usual ones.</param>
    /// <param name="time">Null: the system's.</param>
    public SftpDestination(
        SftpDestinationDefinition definition, DestinationSecrets secrets, string connectorName, SftpOptions? options = null, TimeProvider? time = null)
        : this(definition, connectorName, options ?? SftpOptions.Default, time ?? TimeProvider.System,
            new SshDialer(definition, secrets, connectorName, options ?? SftpOptions.Default, time ?? TimeProvider.System))
    {
    }

    internal SftpDestination(SftpDestinationDefinition definition, string connectorName, SftpOptions options, TimeProvider time, ISftpDialer dialer)
    {
        (_definition, _connectorName, _options, _time) = (definition, connectorName, options, time);
        _connection = new SftpConnection(dialer, options, time);
        _room = new SemaphoreSlim(options.CallsAtOnce);
    }

    /// <inheritdoc/>
    public ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        CallAsync<StageResult>([temporaryName], Failed, async session =>
            await new SftpUpload(session, _definition.Path, In(temporaryName), content).RunAsync(_definition.ReadBack, cancellation) is { } trouble
                ? Failed(trouble)
                : new StageResult.Staged(), cancellation);

    /// <inheritdoc/>
    public ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation) =>
        CallAsync([temporaryName, finalName], Doubted, async session =>
        {
            using var turn = await _names.EnterAsync(finalName, cancellation);
            // From here on it is not cancelled: a rename that nobody waits for is one that nobody knows of.
            return await new SftpPublishing(session, _definition.Path, In(temporaryName), In(finalName)).RunAsync(existing);
        }, cancellation);

    /// <inheritdoc/>
    public ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation) =>
        CallAsync<LookResult>([temporaryName, finalName], trouble => new LookResult.Unreachable(trouble),
            session => new SftpLook(session, _definition.Path).RunAsync(In(temporaryName), In(finalName), cancellation), cancellation);

    /// <inheritdoc/>
    public ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation) =>
        CallAsync<StageResult>([temporaryName], Failed, async session =>
        {
            var status = await session.RemoveAsync(In(temporaryName)).WaitAsync(cancellation);
            return status.Code is StatusCode.Ok or StatusCode.NoSuchFile
                ? new StageResult.Staged()
                : Failed(await Explanations.ExplainAsync(session, _definition.Path, "removing a file", status).WaitAsync(cancellation));
        }, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) =>
        new SftpTrial(this, _definition, new HostKeyPins(_definition, _connectorName, _options, _time), _connection, _options, _time).RunAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private string In(string name) => RemoteNames.In(_definition.Path, name);

    private async ValueTask<T> CallAsync<T>(string[] names, Func<Trouble, T> failed, Func<SftpSession, Task<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (names.Select(RemoteNames.FindFileFault).FirstOrDefault(f => f is not null) is { } fault)
            return failed(new Trouble(TroubleKind.Unsupported, fault));
        SftpSession? session = null;
        await _room.WaitAsync(cancellation);
        try
        {
            session = await _connection.GetAsync(cancellation);
            return await work(session);
        }
        catch (SftpException e)
        {
            // It has ended, or has answered with something that is no answer: after that no answer can be trusted.
            session?.Abort(e.Trouble);
            return failed(e.Trouble);
        }
        finally
        {
            _room.Release();
        }
    }

    private static StageResult Failed(Trouble trouble) => NeedsAPerson(trouble) ? new StageResult.Refused(trouble) : new StageResult.TryAgain(trouble);

    private static PublishResult Doubted(Trouble trouble) => NeedsAPerson(trouble) ? new PublishResult.Refused(trouble) : new PublishResult.TryAgain(trouble);

    /// <summary>True where waiting does not help.</summary>
    internal static bool NeedsAPerson(Trouble trouble) => trouble.Kind is TroubleKind.AuthenticationRefused or TroubleKind.HostKeyMismatch
        or TroubleKind.PermissionDenied or TroubleKind.DirectoryMissing or TroubleKind.Unsupported or TroubleKind.Incomplete;
}
