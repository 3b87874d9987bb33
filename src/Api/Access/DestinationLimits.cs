using System.Net;
using System.Net.Sockets;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Access;

/// <summary>
/// Where connectors may deliver. With a list of SFTP servers, only there, whoever asks. Without one, anywhere but to addresses that are no server of an SIS: link-local
/// ones, where clouds keep their metadata, and those that name no single machine.
/// </summary>
/// <remarks>
/// Who sits at this machine may name any folder and key file of it: there is nothing to win. A key comes from elsewhere, and its holder has no other way to this
/// machine's files: it gets <c>outbox</c> in the data folder (or what the settings name), no key files, and without a list no server on this machine itself.
/// Several districts share a data folder, so each then gets a folder of its own in <c>outbox</c>.
/// </remarks>
/// <param name="dataFolder">Where relative folders start.</param>
/// <param name="settings">Asked for when they are needed.</param>
internal sealed class DestinationLimits(string dataFolder, Func<AccessSettings> settings)
{
    private static readonly TimeSpan LongestLookup = TimeSpan.FromSeconds(5);

    // Those of AWS over IPv6, of Alibaba and of Azure are not link-local.
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16")];

    private static readonly StringComparison OfPaths = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Set when a key asks: the folder that is its own where the settings name none.</summary>
    public Func<CancellationToken, Task<string>>? FolderOfKey { get; init; }

    /// <summary>Why a connector may not be set to deliver there, in a sentence; null: it may.</summary>
    /// <param name="wanted">Where to.</param>
    /// <param name="present">Where it delivers now; null: it is new. What stays as it is needs no leave.</param>
    /// <param name="cancellation">Stops looking up the server's name.</param>
    public async Task<string?> RefuseAsync(DestinationDefinition wanted, DestinationDefinition? present, CancellationToken cancellation) => wanted switch
    {
        FolderDestinationDefinition folder => folder == present ? null : await RefuseFolderAsync(folder, cancellation),
        SftpDestinationDefinition sftp => RefuseKeyFile(sftp, present as SftpDestinationDefinition) ?? await RefuseHostAsync(sftp.Host, FolderOfKey is not null && !(present is SftpDestinationDefinition there && IsSameServer(there, sftp)), cancellation),
        AgencyDestinationDefinition agency => await RefuseHostAsync(agency.Address.Host, FolderOfKey is not null && !(present is AgencyDestinationDefinition there && there.Address == agency.Address), cancellation, isSftp: false),
        EdFiDestinationDefinition edFi => await RefuseHostAsync(edFi.Address.Host, FolderOfKey is not null && !(present is EdFiDestinationDefinition there && there.Address == edFi.Address), cancellation, isSftp: false),
        _ => null,
    };

    /// <summary>Why nothing may be sent there now, in a sentence; null: it may. The settings may have changed since the connector was set, or what the server's name means.</summary>
    public Task<string?> RefuseUseAsync(DestinationDefinition destination, CancellationToken cancellation) =>
        destination switch
        {
            SftpDestinationDefinition sftp => RefuseHostAsync(sftp.Host, loopbackToo: false, cancellation),
            AgencyDestinationDefinition agency => RefuseHostAsync(agency.Address.Host, loopbackToo: false, cancellation, isSftp: false),
            EdFiDestinationDefinition edFi => RefuseHostAsync(edFi.Address.Host, loopbackToo: false, cancellation, isSftp: false),
            _ => Task.FromResult<string?>(null),
        };

    /// <summary>True if stored secrets must not follow: whoever names another server could else have them shown there.</summary>
    public bool ForgetsSecrets(DestinationDefinition was, DestinationDefinition now) => FolderOfKey is not null
        && ((was is SftpDestinationDefinition before && !(now is SftpDestinationDefinition after && IsSameServer(before, after)))
            || (was is AgencyDestinationDefinition there && !(now is AgencyDestinationDefinition later && there.Address == later.Address))
            || (was is EdFiDestinationDefinition api && !(now is EdFiDestinationDefinition next && api.Address == next.Address && api.TokenPath == next.TokenPath)));

    private static bool IsSameServer(SftpDestinationDefinition a, SftpDestinationDefinition b) =>
        string.Equals(a.Host, b.Host, StringComparison.OrdinalIgnoreCase) && a.Port == b.Port && a.User == b.User;

    private async Task<string?> RefuseFolderAsync(FolderDestinationDefinition wanted, CancellationToken cancellation)
    {
        if (FolderOfKey is null)
            return null;
        var allowed = settings().Folders is { Length: > 0 } named ? named : [await FolderOfKey(cancellation)];
        var path = Path.GetFullPath(wanted.Path, dataFolder);
        return allowed.Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f, dataFolder))).Any(f => path.Equals(f, OfPaths) || path.StartsWith(f + Path.DirectorySeparatorChar, OfPaths))
            ? null
            : $"A key cannot have files put into folder '{wanted.Path}'. It can into {string.Join(", ", allowed.Select(f => $"'{f}'"))} and folders in it. Another folder is set at the machine, with 'k12sync connector change', or allowed there in the settings (Access, Folders).";
    }

    private string? RefuseKeyFile(SftpDestinationDefinition wanted, SftpDestinationDefinition? present) =>
        FolderOfKey is null || wanted.KeyFile is null || (present is not null && wanted.KeyFile == present.KeyFile && IsSameServer(wanted, present))
            ? null
            : "A key cannot name a key file of the machine. Leave keyFile out and store the private key with SetSecret, or name the file at the machine, with 'k12sync connector change'.";

    private async Task<string?> RefuseHostAsync(string host, bool loopbackToo, CancellationToken cancellation, bool isSftp = true)
    {
        if (isSftp && settings().SftpHosts is { Length: > 0 } list)
        {
            return list.Any(pattern => Matches(pattern.Trim(), host)) ? null
                : $"'{host}' is not among the SFTP servers that connectors may deliver to: {string.Join(", ", list)}. Whoever runs this machine can add it to the settings (Access, SftpHosts).";
        }
        foreach (var address in await AddressesAsync(host, cancellation))
        {
            if (IsNowhere(address))
                return $"'{host}' is {(address.ToString() == host ? "" : $"{address}, ")}an address at which no SIS takes files. Name the SIS's server.";
            if (loopbackToo && IPAddress.IsLoopback(address))
                return $"'{host}' is this machine itself. Whoever runs it can allow that in the settings (Access, SftpHosts), or add the connector here with 'k12sync connector add'.";
        }
        return null;
    }

    private static bool Matches(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : IPAddress.TryParse(pattern, out var one) && IPAddress.TryParse(host, out var other) ? one.Equals(other)
        : string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the name means now; none if that cannot be told, which the connection will find out too.</summary>
    private static async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(LongestLookup);
        try
        {
            var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, patience.Token);
            return [.. found.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)];
        }
        catch (Exception e) when (e is SocketException or ArgumentException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return [];
        }
    }

    private static bool IsNowhere(IPAddress address) => Metadata.Contains(address) || (address.AddressFamily == AddressFamily.InterNetworkV6
        ? address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any)
        : address.GetAddressBytes() is [0, ..] or [169, 254, ..] or [>= 224, ..]);
}
