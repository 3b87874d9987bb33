using K12Sync.EndToEnd.CommandLine;
using K12Sync.Tests.Servers;

namespace K12Sync.EndToEnd.Sftp;

/// <summary>The README's way from nothing to a file on a district's SFTP server, as district IT goes it.</summary>
public sealed class TenMinutesTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    private async Task AddAsync(SshServer server) => (await _desk.RunAsync("connector", "add", _desk.Write("sis.json", $$"""
        {
          "name": "district-sis",
          "layout": "k12sync-csv",
          "destination": { "type": "sftp", "host": "127.0.0.1", "port": {{server.Port}}, "user": "{{server.User}}", "path": "{{server.RemotePath}}" },
          "schedule": { "at": ["06:30", "15:45"] },
          "zone": "America/New_York"
        }
        """))).ExitCode.Should().Be(0);

    private static async Task<string> FingerprintAsync(SshServer server) =>
        (await SshServer.RunAsync("ssh-keygen", "-lf", Path.Combine(server.Folder, "host_ed25519.pub"))).Split(' ')[1];

    [Fact]
    public async Task AFile_ArrivesOnce_OnceTheServerIsPinnedAndTheKeyStored()
    {
        await using var server = await SshServer.StartAsync();
        await AddAsync(server);

        var unpinned = await _desk.RunAsync("connector", "test", "district-sis");
        unpinned.ExitCode.Should().Be(1);
        unpinned.Out.Should().Contain("FAILED  Host key: No host key is pinned").And.Contain(await FingerprintAsync(server));

        (await _desk.RunWithInputAsync("", "connector", "pin", "district-sis")).Err.Should().Contain(await FingerprintAsync(server)).And.Contain("Nothing was pinned");
        (await _desk.RunAsync("connector", "pin", "district-sis", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).Err.Should().Contain("not what you named");
        (await _desk.RunAsync("connector", "pin", "district-sis", await FingerprintAsync(server))).ExitCode.Should().Be(0);
        (await _desk.RunWithInputAsync(await File.ReadAllTextAsync(server.KeyFile, TestContext.Current.CancellationToken), "connector", "secret", "district-sis", "--kind", "PrivateKey")).ExitCode.Should().Be(0);

        var tested = await _desk.RunAsync("connector", "test", "district-sis");
        tested.ExitCode.Should().Be(0, tested.Out);
        Directory.EnumerateFileSystemEntries(server.Incoming).Should().BeEmpty("a test leaves nothing");

        var export = await _desk.RunAsync("export", "--connector", "district-sis");
        export.ExitCode.Should().Be(2, "passes wait for a person, and nothing else is wrong");
        var file = Directory.EnumerateFileSystemEntries(server.Incoming).Should().ContainSingle().Subject;
        (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).Should().Equal(_desk.Sent("tardies_0001.csv"), "the same tardies by the same layout");
        (await _desk.RunAsync("export", "--connector", "district-sis")).Out.Should().Contain("Nothing new is owed");
        (await _desk.RunAsync("files", "list", "--connector", "district-sis")).Out.Should().Contain("Delivered").And.Contain($"sftp://{server.User}@127.0.0.1:{server.Port}");
    }

    [Fact]
    public async Task AServerThatChangedItsKey_GetsNothing_UntilTheNewKeyIsPinned()
    {
        await using var server = await SshServer.StartAsync();
        await AddAsync(server);
        await _desk.RunAsync("connector", "pin", "district-sis", await FingerprintAsync(server));
        await _desk.RunWithInputAsync(await File.ReadAllTextAsync(server.KeyFile, TestContext.Current.CancellationToken), "connector", "secret", "district-sis", "--kind", "PrivateKey");
        await server.RestartAsync("ed25519-other");

        var refused = await _desk.RunAsync("export", "--connector", "district-sis");

        refused.ExitCode.Should().Be(1);
        refused.Err.Should().Contain("does not show the host key that is pinned").And.Contain(await FingerprintAsync(server));
        (await _desk.RunAsync("connector", "list")).Out.Should().Contain("held: host key does not match");
        (await _desk.RunAsync("export", "--connector", "district-sis")).Err.Should().Contain("Skipped: The connector is held since");
        Directory.EnumerateFileSystemEntries(server.Incoming).Should().BeEmpty();
        var other = (await SshServer.RunAsync("ssh-keygen", "-lf", Path.Combine(server.Folder, "host_ed25519-other.pub"))).Split(' ')[1];
        (await _desk.RunAsync("connector", "pin", "district-sis", other)).Err.Should().Contain("it may run again");
        (await _desk.RunAsync("export", "--connector", "district-sis")).Out.Should().Contain("Delivered ");
    }

    [Fact]
    public async Task ARefusedLogin_IsTriedTwice_AndHoldsTheConnector()
    {
        await using var server = await SshServer.StartAsync();
        await AddAsync(server);
        await _desk.RunAsync("connector", "pin", "district-sis", await FingerprintAsync(server));
        var stranger = Path.Combine(_desk.Import, "stranger");
        await SshServer.MakeKeyAsync(stranger, "ed25519");
        await _desk.RunWithInputAsync(await File.ReadAllTextAsync(stranger, TestContext.Current.CancellationToken), "connector", "secret", "district-sis", "--kind", "PrivateKey");

        (await _desk.RunAsync("export", "--connector", "district-sis")).ExitCode.Should().Be(1);
        var held = await _desk.RunAsync("export", "--connector", "district-sis");

        held.Err.Should().Contain("is held since").And.Contain("k12sync connector secret district-sis");
        server.Log.Count(l => l.StartsWith("Connection closed by authenticating user", StringComparison.Ordinal)).Should().Be(2, string.Join('\n', server.Log));
    }
}
