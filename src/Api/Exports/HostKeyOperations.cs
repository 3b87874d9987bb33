using System.Collections.Immutable;
using K12Sync.Api.Access;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;

namespace K12Sync.Api.Exports;

/// <summary>What became of a host key that was to be pinned.</summary>
internal abstract record PinResult
{
    private PinResult()
    {
    }

    /// <summary>Nothing is sent to a server that does not show it, or another that is pinned.</summary>
    /// <param name="Fingerprint">Of it.</param>
    /// <param name="Released">The connector was held because the server did not show a pinned key, and may run again.</param>
    public sealed record Pinned(string Fingerprint, bool Released) : PinResult;

    /// <summary>Nothing was pinned.</summary>
    public sealed record Refused(string Reason) : PinResult;
}

/// <summary>Pins what a person has compared with what the server's operator says.</summary>
internal sealed class HostKeyOperations(ConnectorOperations connectors, DestinationLimits limits)
{
    /// <summary>Pins a fingerprint or a whole key. The server must show it now, unless it is for later.</summary>
    /// <param name="connector">Which.</param>
    /// <param name="given"><c>SHA256:...</c> or <c>ssh-ed25519 AAAA...</c>.</param>
    /// <param name="forLater">It is for a server that will change its key: those pinned stay, and it need not be shown yet.</param>
    /// <param name="cancellation">Stops asking the server.</param>
    public async Task<PinResult> PinAsync(Connector connector, string given, bool forLater, CancellationToken cancellation)
    {
        if (connector.Definition.Destination is not SftpDestinationDefinition sftp)
            return new PinResult.Refused($"Connector {connector.Name} delivers to {connector.Definition.Destination.Describe()}; only SFTP servers have host keys.");
        if (given.Any(char.IsControl) || (HostKey.Parse(given) is null && !given.StartsWith("SHA256:", StringComparison.Ordinal)))
            return new PinResult.Refused($"'{given}' is neither a fingerprint like SHA256:... nor a key like 'ssh-ed25519 AAAA...'.");
        if (forLater)
            return await PinAsync(connector, sftp, HostKey.Parse(given)?.ToString() ?? given, forLater, cancellation);
        var (shown, trouble) = await ScanAsync(sftp, cancellation);
        if (trouble is not null)
            return new PinResult.Refused(trouble);
        return shown.FirstOrDefault(k => k.Fingerprint == given || k == HostKey.Parse(given)) is { } key
            ? await PinAsync(connector, sftp, key.ToString(), forLater, cancellation)
            : new PinResult.Refused($"'{sftp.Host}' shows {string.Join(", ", shown.Select(k => $"{k.Fingerprint} ({k.Type})"))}, not what you named. Nothing was pinned. If it will show it later, say that it is the next one.");
    }

    /// <summary>Pins a key that the server was seen to show.</summary>
    public async Task<PinResult> PinAsync(Connector connector, SftpDestinationDefinition sftp, string key, bool besideOthers, CancellationToken cancellation)
    {
        ImmutableArray<string> pins = besideOthers ? [.. sftp.HostKeys.Append(key).Distinct()] : [key];
        return new PinResult.Pinned(HostKey.Parse(key)?.Fingerprint ?? key, await connectors.PinAsync(connector.Name, pins, cancellation));
    }

    /// <summary>What the server shows, or why that cannot be told.</summary>
    public async Task<(ImmutableArray<HostKey> Shown, string? Trouble)> ScanAsync(SftpDestinationDefinition sftp, CancellationToken cancellation)
    {
        if (await limits.RefuseUseAsync(sftp, cancellation) is { } refused)
            return ([], refused);
        return await new HostKeyScan().ScanAsync(sftp.Host, sftp.Port, cancellation) switch
        {
            HostKeyScanResult.Shown shown => (shown.Keys, null),
            HostKeyScanResult.Failed failed => ([], failed.Trouble.Reason),
            var other => throw new InvalidOperationException($"No case for {other.GetType().Name}."),
        };
    }
}
