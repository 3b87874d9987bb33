using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>What a server shows when it is asked for its host keys.</summary>
public abstract record HostKeyScanResult
{
    private HostKeyScanResult()
    {
    }

    /// <summary>Its keys, the one to pin first: Ed25519, then ECDSA, then RSA. At least one.</summary>
    public sealed record Shown(ImmutableArray<HostKey> Keys) : HostKeyScanResult;

    /// <summary>It showed none.</summary>
    public sealed record Failed(Trouble Trouble) : HostKeyScanResult;
}

/// <summary>
/// Asks a server for its host keys, without logging in. What it answers is only what somebody on the way there wants it to be: a person compares
/// a fingerprint with what the server's operator says before it is pinned.
/// </summary>
public sealed class HostKeyScan(SftpOptions? options = null, TimeProvider? time = null)
{
    private static readonly string[] Preferred = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

    private readonly SftpOptions _options = options ?? SftpOptions.Default;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="host">Name or address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellation">Ends the program that asks.</param>
    public async Task<HostKeyScanResult> ScanAsync(string host, int port, CancellationToken cancellation)
    {
        string output;
        try
        {
            if (RemoteNames.FindHostFault(host) is { } fault)
                return new HostKeyScanResult.Failed(new Trouble(TroubleKind.Incomplete, fault));
            output = await RunAsync(host, port, cancellation);
        }
        catch (Win32Exception)
        {
            return new HostKeyScanResult.Failed(SshDialer.ProgramMissing(_options.KeyScan));
        }
        var keys = output.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split(' ', 2))
            .Select(parts => parts is [_, var key] ? HostKey.Parse(key.TrimEnd('\r')) : null).OfType<HostKey>()
            .OrderBy(Rank).DistinctBy(k => k.Base64).ToImmutableArray();
        if (!keys.IsEmpty)
            return new HostKeyScanResult.Shown(keys);
        var trouble = await new ServerProbe(host, port, _options, _time).FindTroubleAsync(cancellation);
        return new HostKeyScanResult.Failed(trouble ?? new Trouble(TroubleKind.Unreachable, $"'{host}' port {port} is an SSH server, but showed no host key in time."));
    }

    private static int Rank(HostKey key) => Array.IndexOf(Preferred, key.Type) is >= 0 and var at ? at : Preferred.Length;

    /// <summary>The program has its own deadline, which starts again with every byte; ours does not.</summary>
    private async Task<string> RunAsync(string host, int port, CancellationToken cancellation) => (await ToolRun.RunAsync(
        new ProcessStartInfo(_options.KeyScan, ["-T", SshDialer.WholeSeconds(_options.Answer), "-p", port.ToString(CultureInfo.InvariantCulture), "--", host]),
        2 * _options.Answer, _time, cancellation)).Output;
}
