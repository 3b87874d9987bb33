using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace K12Sync.Api.Serving;

/// <summary>Where <c>serve</c> listens: this machine only, one address, or any.</summary>
internal sealed record ListenAddress
{
    private readonly IPAddress? _address;

    private ListenAddress(IPAddress? address, int port) => (_address, Port) = (address, port);

    public int Port { get; }

    /// <summary>Nobody but this machine can reach it.</summary>
    public bool IsThisMachine => _address is null || IPAddress.IsLoopback(_address);

    /// <summary>Reads <c>localhost</c>, <c>any</c> or an address; null: it is none of these.</summary>
    public static ListenAddress? Read(string text, int port) => text switch
    {
        "localhost" => new ListenAddress(null, port),
        "any" => new ListenAddress(IPAddress.IPv6Any, port),
        _ => IPAddress.TryParse(text, out var address) ? new ListenAddress(address, port) : null,
    };

    public void Apply(KestrelServerOptions kestrel)
    {
        if (_address is null)
            kestrel.ListenLocalhost(Port);
        else if (_address.Equals(IPAddress.IPv6Any))
            kestrel.ListenAnyIP(Port);
        else
            kestrel.Listen(_address, Port);
    }

    /// <summary>Tries it out before anything else is started. Who takes it a moment later is found by the server itself.</summary>
    /// <exception cref="IOException">It cannot be listened at.</exception>
    public void TryOut()
    {
        using var probe = new TcpListener(_address switch { null => IPAddress.Loopback, var any when any.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 => IPAddress.Any, var one => one }, Port);
        try
        {
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new IOException($"{e.Message}.", e);
        }
    }

    /// <summary>As people write it into a browser, or would if they could write "any".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"http://{(_address is null ? "localhost" : _address.Equals(IPAddress.IPv6Any) ? "*" : _address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{_address}]" : _address.ToString())}:{Port}");
}
