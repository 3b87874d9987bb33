using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Tries out an SFTP destination step by step, in the order in which a run would meet trouble, and says what it finds in plain words.</summary>
internal sealed class SftpTrial(
    SftpDestination destination, SftpDestinationDefinition definition, HostKeyPins pins, SftpConnection connection, SftpOptions options, TimeProvider time)
{
    private const string Content = "A test of K12Sync. It can be deleted.\n";

    private readonly string _first = $".k12sync-test-{Guid.NewGuid():N}.part";
    private readonly string _second = $".k12sync-test-{Guid.NewGuid():N}.part";
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<TestStep> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (var step in StepsAsync(cancellation))
            {
                yield return step;
                if (step.Outcome == TestOutcome.Failed)
                    yield break;
            }
        }
        finally
        {
            // Also after a failure, and when nobody wants to hear more.
            await CleanUpAsync();
        }
    }

    private async IAsyncEnumerable<TestStep> StepsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if ((RemoteNames.FindHostFault(definition.Host) ?? RemoteNames.FindUserFault(definition.User)) is { } fault)
        {
            yield return Failed("Settings", fault);
            yield break;
        }
        var probe = new ServerProbe(definition.Host, definition.Port, options, time);
        IPAddress[] addresses = [];
        yield return await StepAsync("Name", async () =>
        {
            addresses = await probe.ResolveAsync(cancellation);
            return $"'{definition.Host}' is {string.Join(", ", addresses.Select(a => a.ToString()))}.";
        });
        TcpClient? client = null;
        try
        {
            yield return await StepAsync("Connection", async () =>
            {
                client = await probe.ConnectAsync(addresses, cancellation);
                return $"Port {definition.Port} takes connections.";
            });
            yield return await StepAsync("Server", async () => $"It is {await probe.IdentifyAsync(client!, cancellation)}.");
        }
        finally
        {
            client?.Dispose();
        }
        yield return await pins.TryAsync(cancellation);
        SftpSession session = null!;
        yield return await StepAsync("Login", async () =>
        {
            session = await connection.GetAsync(cancellation);
            return $"'{definition.User}' is let in, and the server speaks SFTP. {Describe(session.Offers)}";
        });
        yield return await StepAsync("Directory", () => FindDirectoryAsync(session).WaitAsync(cancellation));
        yield return await WriteAsync(cancellation);
        yield return await RenameAsync(cancellation);
        yield return await RenameOverAsync(session, cancellation);
        yield return await StepAsync("Free space", () => FindSpaceAsync(session).WaitAsync(cancellation));
        yield return await CleanUpAsync() is { } left
            ? new TestStep("Clean-up", TestOutcome.Warning, $"'{left}' could not be removed: the server lets files be made, but not deleted.")
            : new TestStep("Clean-up", TestOutcome.Passed, "Nothing of the test is left.");
    }

    private static string Describe(Offers offers)
    {
        var missing = new[] { (offers.PosixRename, "to replace a file in one step"), (offers.Fsync, "to wait until a file is on the disk"), (offers.FileSystemStat, "to tell its free space") }
            .Where(o => !o.Item1).Select(o => o.Item2).ToArray();
        return missing.Length == 0 ? "It offers all that is of use." : $"It does not offer {string.Join(", or ", missing)}; files arrive all the same.";
    }

    private async Task<string> FindDirectoryAsync(SftpSession session)
    {
        var path = definition.Path.Length == 0 ? "." : definition.Path;
        var found = await session.StatAsync(path);
        if (found.Value is not { } file)
            throw new SftpException(await Explanations.ExplainAsync(session, path, "looking at the directory", found.Status));
        if (file.IsDirectory == false)
            throw SftpException.Of(TroubleKind.DirectoryMissing, $"'{path}' is a file on the server, not a directory.");
        return (await session.RealPathAsync(path)).Value is { } real ? $"'{path}' is there; the server calls it '{ForeignText.OneLine(real)}'." : $"'{path}' is there.";
    }

    private async Task<TestStep> WriteAsync(CancellationToken cancellation)
    {
        _left.Add(_first);
        return TroubleOf(await destination.StageAsync(_first, System.Text.Encoding.ASCII.GetBytes(Content), cancellation)) is { } trouble
            ? Failed("Write", trouble)
            : new TestStep("Write", TestOutcome.Passed, "A file can be written, and has the size it should have.");
    }

    private async Task<TestStep> RenameAsync(CancellationToken cancellation)
    {
        _left.Add(_second);
        return await destination.PublishAsync(_first, _second, ExistingFile.Refuse, cancellation) switch
        {
            PublishResult.Published => new TestStep("Rename", TestOutcome.Passed, "It can be renamed."),
            PublishResult.Refused refused => Failed("Rename", refused.Trouble.Reason),
            PublishResult.TryAgain again => Failed("Rename", again.Trouble.Reason),
            _ => Failed("Rename", "The server says that a name which was never used is taken."),
        };
    }

    /// <summary>The second name is taken now. What does the server do about it?</summary>
    private async Task<TestStep> RenameOverAsync(SftpSession session, CancellationToken cancellation)
    {
        const string Name = "Rename over a file";
        if (TroubleOf(await destination.StageAsync(_first, System.Text.Encoding.ASCII.GetBytes(Content), cancellation)) is { } trouble)
            return Failed(Name, trouble);
        return await StepAsync(Name, async () =>
        {
            if (!session.Offers.PosixRename)
                return await TryPlainAsync(session);
            var replaced = await session.PosixRenameAsync(RemoteNames.In(definition.Path, _first), RemoteNames.In(definition.Path, _second));
            return replaced.IsOk ? "A file can be replaced in one step." : throw Warn($"The server offers to replace a file in one step, but then said {replaced}.");
        }).WaitAsync(cancellation);
    }

    private async Task<string> TryPlainAsync(SftpSession session) =>
        (await session.RenameAsync(RemoteNames.In(definition.Path, _first), RemoteNames.In(definition.Path, _second))).IsOk
            ? throw Warn("The server replaces a file of the same name without being asked. Use file names that do not come again.")
            : throw Warn("The server leaves a file of the same name alone, as it should, and cannot replace one in one step. A connector that replaces deletes it first; for a moment there is none.");

    private async Task<string> FindSpaceAsync(SftpSession session)
    {
        if (!session.Offers.FileSystemStat)
            throw Warn("The server does not tell. A full disk will show as a failure without a reason.");
        var answer = await session.SpaceAsync(definition.Path.Length == 0 ? "." : definition.Path);
        return answer.Value switch
        {
            null => throw Warn($"The server offers to tell, but then said {answer.Status}."),
            { FreeBytes: < 10_000_000 } little => throw Warn($"Only {Explanations.Size(little.FreeBytes)} are free."),
            var space => $"{Explanations.Size(space.FreeBytes)} are free.",
        };
    }

    /// <summary>A file of the test that could not be removed, or null.</summary>
    private async Task<string?> CleanUpAsync()
    {
        string? kept = null;
        foreach (var name in _left.ToArray())
            // Not cancelled with the test: the files would stay.
            if (await destination.DiscardAsync(name, CancellationToken.None) is StageResult.Staged)
                _left.Remove(name);
            else
                kept = name;
        _left.Clear();
        return kept;
    }

    private static async Task<TestStep> StepAsync(string name, Func<Task<string>> work)
    {
        try
        {
            return new TestStep(name, TestOutcome.Passed, await work());
        }
        catch (StepWarning e)
        {
            return new TestStep(name, TestOutcome.Warning, e.Message);
        }
        catch (SftpException e)
        {
            return Failed(name, e.Trouble.Reason);
        }
    }

    private static TestStep Failed(string name, string says) => new(name, TestOutcome.Failed, says);

    private static StepWarning Warn(string says) => new(says);

    private static string? TroubleOf(StageResult result) => result switch
    {
        StageResult.TryAgain again => again.Trouble.Reason,
        StageResult.Refused refused => refused.Trouble.Reason,
        _ => null,
    };

    private sealed class StepWarning(string says) : Exception(says);
}
