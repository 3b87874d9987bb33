using System.Globalization;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Nemesis;

/// <summary>OpenSSH's own server with troubles at hand: a full disk, a read-only one, missing extensions; and a line of its own for each runner.</summary>
internal sealed class NemesisServer : IAsyncDisposable
{
    private readonly string _settings;
    private readonly SshServer _server;
    private readonly DelayProxy[] _lines;

    private NemesisServer(string settings, SshServer server, int lines)
    {
        (_settings, _server) = (settings, server);
        _lines = [.. Enumerable.Range(0, lines).Select(_ => new DelayProxy(server.Port, TimeSpan.FromMilliseconds(3)))];
    }

    public int Port => _server.Port;

    public IReadOnlyList<DelayProxy> Lines => _lines;

    public static async Task<NemesisServer> StartAsync(string folder, int lines)
    {
        var (settings, script) = (Path.Combine(folder, "server.settings"), Path.Combine(folder, "server.sh"));
        await File.WriteAllTextAsync(settings, "");
        await File.WriteAllTextAsync(script, $"""
            . {settings}
            if [ -n "$LIMIT" ]; then trap '' XFSZ; ulimit -f "$LIMIT"; fi
            exec /usr/lib/openssh/sftp-server $OPTIONS

            """);
        return new NemesisServer(settings, await SshServer.StartAsync(new SshServerSettings { Subsystem = $"/bin/sh {script}" }), lines);
    }

    public SftpDestinationDefinition Destination(string folder) => new("127.0.0.1", Port, _server.User, folder, [_server.HostKey()], _server.KeyFile);

    /// <summary>Sessions made from now on find the server so.</summary>
    public void Set(string options = "", int? diskBlocks = null) =>
        File.WriteAllText(_settings, string.Create(CultureInfo.InvariantCulture, $"OPTIONS='{options}'\nLIMIT={diskBlocks}\n"));

    /// <summary>With all its sessions.</summary>
    public Task StopAsync() => _server.StopAsync();

    public Task StartAgainAsync() => _server.RestartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines)
            line.Dispose();
        await _server.DisposeAsync();
    }
}
