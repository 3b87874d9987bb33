using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>The pinned host keys of a connector, as lines of a known-hosts file. Fingerprints become keys by asking the server, each time: it may have changed to the next one.</summary>
internal sealed class HostKeyPins(SftpDestinationDefinition definition, string connectorName, SftpOptions options, TimeProvider time)
{
    private readonly PinnedKeys _pinned = PinnedKeys.Parse(definition.HostKeys);

    /// <summary>The lines for this host, at least one.</summary>
    /// <exception cref="SftpException">Nothing is pinned, or nothing that the server shows.</exception>
    public async Task<string> KnownHostsAsync(CancellationToken cancellation)
    {
        if (_pinned.Fault is { } fault)
            throw SftpException.Of(TroubleKind.Incomplete, NoKey(fault));
        if (_pinned.IsEmpty)
            throw SftpException.Of(TroubleKind.HostKeyMismatch, NothingPinned(await ScanAsync(cancellation)));
        var found = _pinned.HasFingerprints ? await FindAsync(cancellation) : [];
        var name = definition.Port == 22 ? definition.Host : $"[{definition.Host}]:{definition.Port}";
        return string.Concat(_pinned.Keys.Concat(found).Distinct().Select(k => $"{name} {k}\n"));
    }

    /// <summary>The server showed another key than those pinned.</summary>
    /// <param name="shown">Its fingerprint, if known.</param>
    public async ValueTask<Trouble> MismatchAsync(string? shown)
    {
        if (shown is null)
        {
            var scan = await new HostKeyScan(options, time).ScanAsync(definition.Host, definition.Port, CancellationToken.None);
            shown = scan is HostKeyScanResult.Shown keys ? Describe(keys.Keys) : "a key that it shows to nobody who only asks";
        }
        return new Trouble(TroubleKind.HostKeyMismatch,
            $"'{definition.Host}' does not show the host key that is pinned. Pinned: {_pinned.Describe()}. Shown: {shown}. Nothing was sent. " +
            $"Ask the server's operator whether the key was changed; if so, pin the new one: k12sync connector pin {connectorName}");
    }

    /// <summary>The host key as a step of a test.</summary>
    public async Task<TestStep> TryAsync(CancellationToken cancellation)
    {
        const string Name = "Host key";
        try
        {
            var shown = await ScanAsync(cancellation);
            var first = shown.FirstOrDefault(_pinned.Trust) ?? shown[0];
            return _pinned switch
            {
                { Fault: { } fault } => new TestStep(Name, TestOutcome.Failed, NoKey(fault), first.ToString()),
                { IsEmpty: true } => new TestStep(Name, TestOutcome.Failed, NothingPinned(shown), first.ToString()),
                _ when _pinned.Trust(first) => new TestStep(Name, TestOutcome.Passed, $"It shows {first.Fingerprint} ({first.Type}), which is pinned.", first.ToString()),
                _ => new TestStep(Name, TestOutcome.Failed, (await MismatchAsync(Describe(shown))).Reason, first.ToString()),
            };
        }
        catch (SftpException e)
        {
            return new TestStep(Name, TestOutcome.Failed, e.Trouble.Reason);
        }
    }

    private async Task<ImmutableArray<HostKey>> FindAsync(CancellationToken cancellation)
    {
        var shown = await ScanAsync(cancellation);
        ImmutableArray<HostKey> trusted = [.. shown.Where(_pinned.Trust)];
        // Whole keys may still match one that was not shown to the scan: ssh itself decides then.
        return trusted.IsEmpty && _pinned.Keys.IsEmpty ? throw new SftpException(await MismatchAsync(Describe(shown))) : trusted;
    }

    private string NothingPinned(ImmutableArray<HostKey> shown) =>
        $"No host key is pinned for '{definition.Host}', so nothing is sent. It shows {Describe(shown)}. " +
        $"Compare with what the server's operator says, then pin it: k12sync connector pin {connectorName}";

    private static string NoKey(string entry) => $"'{entry}' is pinned, but is neither a fingerprint like SHA256:... nor a key like ssh-ed25519 AAAA....";

    private async Task<ImmutableArray<HostKey>> ScanAsync(CancellationToken cancellation) =>
        await new HostKeyScan(options, time).ScanAsync(definition.Host, definition.Port, cancellation) switch
        {
            HostKeyScanResult.Shown shown => shown.Keys,
            HostKeyScanResult.Failed failed => throw new SftpException(failed.Trouble),
            var other => throw new InvalidOperationException($"No case for {other.GetType().Name}."),
        };

    private static string Describe(ImmutableArray<HostKey> keys) => string.Join(", ", keys.Select(k => $"{k.Fingerprint} ({k.Type})"));
}
