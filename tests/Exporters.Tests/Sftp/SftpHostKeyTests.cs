using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Tests.Servers;
using static K12Sync.Exporters.Tests.Sftp.SftpStage;

namespace K12Sync.Exporters.Tests.Sftp;

public sealed class TwoKeyServer() : SftpServerFixture(new SshServerSettings { HostKeys = ["ed25519", "ecdsa"] });

/// <summary>Whom a connector trusts.</summary>
public sealed class SftpHostKeyTests(TwoKeyServer fixture) : IClassFixture<TwoKeyServer>
{
    private const string Unknown = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private readonly SshServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SftpDestinationDefinition Definition => _server.Definition();

    [Fact]
    public async Task Any_OfSeveralPinnedKeysWillDo()
    {
        var (ed25519, ecdsa) = (_server.HostKey(), _server.HostKey("ecdsa"));

        (await Definition.Pinning(ecdsa).TryAsync()).Should().BeNull();
        (await Definition.Pinning(FingerprintOf(ecdsa)).TryAsync()).Should().BeNull();
        (await Definition.Pinning(Unknown, ed25519 + " the next one").TryAsync()).Should().BeNull();
        (await Definition.Pinning(Unknown, FingerprintOf(ed25519) + "=").TryAsync()).Should().BeNull();
    }

    [Fact]
    public async Task NothingIsSent_WhenNothingIsPinned()
    {
        var logins = Logins();

        var trouble = await Definition.Pinning([]).TryAsync();

        trouble!.Kind.Should().Be(TroubleKind.HostKeyMismatch);
        trouble.Reason.Should().Contain(FingerprintOf(_server.HostKey())).And.Contain("k12sync connector pin sis");
        Logins().Should().Be(logins);
    }

    [Theory]
    [InlineData(Unknown)]
    [InlineData("other key")]
    public async Task AnotherKey_IsAHardStopThatShowsBothFingerprints(string pinned)
    {
        if (pinned != Unknown)
        {
            await SshServer.MakeKeyAsync(Path.Combine(_server.Folder, "other"), "ed25519");
            pinned = string.Join(' ', (await File.ReadAllTextAsync(Path.Combine(_server.Folder, "other.pub"), Cancellation)).Split(' ')[..2]);
        }
        var logins = Logins();

        var trouble = await Definition.Pinning(pinned).TryAsync();

        trouble!.Kind.Should().Be(TroubleKind.HostKeyMismatch);
        trouble.Reason.Should().Contain(HostKey.Parse(pinned)?.Fingerprint ?? pinned).And.Contain(FingerprintOf(_server.HostKey())).And.Contain("connector pin");
        Logins().Should().Be(logins);
    }

    [Fact]
    public async Task AKeyOfAKindTheServerDoesNotShow_IsAHardStop()
    {
        await SshServer.MakeKeyAsync(Path.Combine(_server.Folder, "rsa"), "rsa");
        var pinned = string.Join(' ', (await File.ReadAllTextAsync(Path.Combine(_server.Folder, "rsa.pub"), Cancellation)).Split(' ')[..2]);

        var trouble = await Definition.Pinning(pinned).TryAsync();

        trouble!.Kind.Should().Be(TroubleKind.HostKeyMismatch);
        trouble.Reason.Should().Contain(FingerprintOf(pinned)).And.Contain(FingerprintOf(_server.HostKey()));
    }

    [Fact]
    public async Task TheNextKey_CanBePinnedBeforeTheServerChangesToIt()
    {
        await using var server = await SshServer.StartAsync();
        await server.RestartAsync("ed25519-next");
        var (now, next) = (server.HostKey(), server.HostKey("ed25519-next"));

        foreach (var pins in new[] { new[] { now, next }, [FingerprintOf(now), FingerprintOf(next)] })
        {
            await server.RestartAsync("ed25519");
            await using var destination = new SftpDestination(server.Definition().Pinning([.. pins]), DestinationSecrets.None, "sis");
            (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();
            await server.RestartAsync("ed25519-next");
            (await StageUntilReconnectedAsync(destination)).Should().BeOfType<StageResult.Staged>();
        }

        await using var stubborn = new SftpDestination(server.Definition().Pinning(now), DestinationSecrets.None, "sis");
        for (var time = 1; time <= 2; time++)
            (await stubborn.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Refused>().Which.Trouble.Kind.Should().Be(TroubleKind.HostKeyMismatch);
    }

    [Fact]
    public async Task APinThatIsNone_IsSaid() =>
        (await Definition.Pinning("SHA256:short").TryAsync())!.Kind.Should().Be(TroubleKind.Incomplete);

    [Fact]
    public async Task Scan_ShowsTheKeyToPinFirst()
    {
        var result = await new HostKeyScan().ScanAsync("127.0.0.1", _server.Port, Cancellation);

        result.Should().BeOfType<HostKeyScanResult.Shown>().Which.Keys.Select(k => k.ToString()).Should().Equal(_server.HostKey(), _server.HostKey("ecdsa"));
    }

    [Theory]
    [InlineData("-oProxyCommand=touch /tmp/x", TroubleKind.Incomplete)]
    [InlineData("nowhere.invalid", TroubleKind.Unreachable)]
    public async Task Scan_SaysWhy_WhenThereIsNoServer(string host, TroubleKind kind) =>
        (await new HostKeyScan(Impatient).ScanAsync(host, 22, Cancellation)).Should().BeOfType<HostKeyScanResult.Failed>().Which.Trouble.Kind.Should().Be(kind);

    [Fact]
    public async Task Test_FindsTheKey_WhetherItIsPinnedOrNot()
    {
        foreach (var (pins, outcome) in new[] { (new[] { _server.HostKey() }, TestOutcome.Passed), ([], TestOutcome.Failed), ([Unknown], TestOutcome.Failed) })
        {
            await using var destination = new SftpDestination(Definition.Pinning([.. pins]), DestinationSecrets.None, "sis");

            var step = await destination.TestAsync(Cancellation).FirstAsync(s => s.Name == "Host key", Cancellation);

            step.Should().Match<TestStep>(s => s.Outcome == outcome && s.HostKey == _server.HostKey() && s.Says.Contains(FingerprintOf(_server.HostKey())));
        }
    }

    /// <summary>The old session is dead, but nobody has looked yet.</summary>
    private static async Task<StageResult> StageUntilReconnectedAsync(SftpDestination destination) =>
        await destination.StageAsync(Temporary, Bytes("two"), Cancellation) is var first && first is StageResult.TryAgain { Trouble.Kind: TroubleKind.Interrupted }
            ? await destination.StageAsync(Temporary, Bytes("two"), Cancellation)
            : first;

    private int Logins() => _server.Log.Count(l => l.StartsWith("Accepted", StringComparison.Ordinal));
}
