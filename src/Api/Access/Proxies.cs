using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace K12Sync.Api.Access;

/// <summary>
/// The machines in front that may say for whom they ask. What others say in <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> counts for nothing; by
/// default that is everybody.
/// </summary>
internal static class Proxies
{
    /// <summary>Reads addresses (<c>10.0.0.5</c>) and networks (<c>10.0.0.0/24</c>); null: there are none.</summary>
    /// <exception cref="InvalidOperationException">One is neither.</exception>
    public static ForwardedHeadersOptions? Read(IReadOnlyCollection<string> proxies)
    {
        if (proxies.Count == 0)
            return null;
        // Without a limit, because the walk back through a chain ends at the first that is not known.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new InvalidOperationException($"'{proxy}' in Access:Proxies is no address and no network. Write 10.0.0.5 or 10.0.0.0/24.");
        }
        return options;
    }
}
