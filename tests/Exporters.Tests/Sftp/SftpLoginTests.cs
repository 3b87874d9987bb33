using System.Globalization;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Tests.Servers;
using static K12Sync.Exporters.Tests.Sftp.SftpStage;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>A server that also takes passwords, and a user of the system with one. Both need root: the password file is the system's.</summary>
public sealed class PasswordServer() : SftpServerFixture(new SshServerSettings { Subsystem = "internal-sftp", More = ["PasswordAuthentication yes"] }), IAsyncLifetime
{
    public const string Password = "p@ss 'w$rd\"\\ é%";

    /// <summary>Null where passwords cannot be tried.</summary>
    public string? User { get; private set; }

    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (!SshServer.IsRoot)
            return;
        var user = string.Create(CultureInfo.InvariantCulture, $"k12t{Guid.NewGuid():N}")[..16];
        var hash = (await SshServer.RunAsync("openssl", "passwd", "-6", Password)).Trim();
        await SshServer.RunAsync("useradd", "-M", "-N", "-d", "/", "-p", hash, user);
        User = user;
        await SshServer.RunAsync("chown", user, Server.Incoming);
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (User is not null)
            await SshServer.RunAsync("userdel", User);
    }
}

/// <summary>How a connector is let in, and what it says when it is not.</summary>
public sealed class SftpLoginTests(PasswordServer fixture) : IClassFixture<PasswordServer>
{
    private readonly SshServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SftpDestinationDefinition Definition => _server.Definition();

    /// <summary>The definition for the user with a password. Passwords are the system's, so without root there are none to try.</summary>
    private SftpDestinationDefinition ByPassword()
    {
        Assert.SkipWhen(fixture.User is null, "Needs root: a user with a password has to be made.");
        return Definition with { User = fixture.User, KeyFile = null };
    }

    [Fact]
    public async Task Password_LetsIn_AndIsSeenNowhere()
    {
        var definition = ByPassword();
        var seen = Path.Combine(_server.Folder, "seen");
        var spy = Path.Combine(_server.Folder, "spy");
        await File.WriteAllTextAsync(spy, $"#!/bin/sh\n{{ printf '%s\\n' \"$@\"; env; ls -lR \"$(dirname \"$SSH_ASKPASS\")\"; }} > '{seen}'\nexec ssh \"$@\"\n", Cancellation);
        await SshServer.RunAsync("chmod", "700", spy);

        await using var destination = new SftpDestination(definition, new DestinationSecrets(PasswordServer.Password), "sis", new SftpOptions { Ssh = spy });
        (await destination.StageAsync(Temporary, Bytes("one"), Cancellation)).Should().BeOfType<StageResult.Staged>();

        var trace = await File.ReadAllTextAsync(seen, Cancellation);
        trace.Should().Contain("SSH_ASKPASS=").And.Contain("-rw-------").And.NotContain(PasswordServer.Password).And.NotContain("p@ss");
        var folder = trace.Split('\n').First(l => l.StartsWith("SSH_ASKPASS=", StringComparison.Ordinal))["SSH_ASKPASS=".Length..];
        Directory.Exists(Path.GetDirectoryName(folder)).Should().BeFalse("what lets us in is there only while it is needed");
    }

    [Fact]
    public async Task WrongPassword_IsShownOnce_HoweverManyFilesWait()
    {
        var definition = ByPassword();
        var failures = Failures();

        await using (var destination = new SftpDestination(definition, new DestinationSecrets("wrong"), "sis"))
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => destination.StageAsync($".k12sync-{i}-1.part", Bytes("one"), Cancellation).AsTask()));
            results = [.. results, await destination.StageAsync(Temporary, Bytes("one"), Cancellation)];

            results.Should().AllSatisfy(r => r.Should().BeOfType<StageResult.Refused>().Which.Trouble.Kind.Should().Be(TroubleKind.AuthenticationRefused));
            results[0].TroubleOf()!.Reason.Should().Contain(fixture.User).And.NotContain("wrong");
        }

        Failures().Should().Be(failures + 1);
    }

    [Fact]
    public async Task KeyWithPassphrase_LetsIn_FromAFileOrFromStorage()
    {
        var file = await MakeKeyAsync("with passphrase %h", "open sesame");
        var key = await File.ReadAllTextAsync(file, Cancellation);

        (await (Definition with { KeyFile = file }).TryAsync(new DestinationSecrets(Passphrase: "open sesame"))).Should().BeNull();
        (await (Definition with { KeyFile = null }).TryAsync(new DestinationSecrets(PrivateKey: key, Passphrase: "open sesame"))).Should().BeNull();
        (await (Definition with { KeyFile = null }).TryAsync(new DestinationSecrets(PrivateKey: key.ReplaceLineEndings("\r\n").Trim(), Passphrase: "open sesame"))).Should().BeNull();
    }

    [Fact]
    public async Task StoredKeyWithoutPassphrase_LetsIn() =>
        (await (Definition with { KeyFile = null }).TryAsync(new DestinationSecrets(PrivateKey: await File.ReadAllTextAsync(_server.KeyFile, Cancellation)))).Should().BeNull();

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task KeyThatCannotBeOpened_IsOurFault(string? passphrase)
    {
        var file = await MakeKeyAsync("locked", "open sesame");

        var trouble = await (Definition with { KeyFile = file }).TryAsync(new DestinationSecrets(Passphrase: passphrase));

        trouble!.Kind.Should().Be(TroubleKind.Incomplete);
        trouble.Reason.Should().Contain("passphrase").And.Contain(file);
    }

    [Fact]
    public async Task KeyTheServerDoesNotKnow_IsRefused()
    {
        var file = await MakeKeyAsync("stranger", "", authorized: false);

        var trouble = await (Definition with { KeyFile = file }).TryAsync();

        trouble!.Kind.Should().Be(TroubleKind.AuthenticationRefused);
        trouble.Reason.Should().Contain(file);
    }

    [Fact]
    public async Task KeyFile_ThatIsMissingOrTooOpen_IsSaid()
    {
        var open = await MakeKeyAsync("open", "");
        await SshServer.RunAsync("chmod", "640", open);

        (await (Definition with { KeyFile = "/nowhere/key" }).TryAsync()).Should().Match<Trouble>(t => t.Kind == TroubleKind.Incomplete && t.Reason.Contains("'/nowhere/key' is not there"));
        (await (Definition with { KeyFile = open }).TryAsync()).Should().Match<Trouble>(t => t.Kind == TroubleKind.Incomplete && t.Reason.Contains("chmod 600"));
        (await (Definition with { KeyFile = null }).TryAsync()).Should().Match<Trouble>(t => t.Kind == TroubleKind.Incomplete && t.Reason.Contains("neither"));
    }

    [Fact]
    public async Task SeveralSecretsAtOnce_DoNotShowUpInWords()
    {
        var secrets = new DestinationSecrets("hidden-password", "hidden-key", "hidden-passphrase");

        var trouble = await (Definition with { KeyFile = null }).TryAsync(secrets);

        $"{trouble} {secrets}".Should().NotContain("hidden");
        trouble!.Kind.Should().Be(TroubleKind.Incomplete);
    }

    [Fact]
    public async Task MissingProgram_IsSaid() =>
        (await Definition.TryAsync(options: new SftpOptions { Ssh = "no-such-ssh" })).Should().Match<Trouble>(t => t.Kind == TroubleKind.Incomplete && t.Reason.Contains("openssh-client"));

    [Fact]
    public async Task NothingIsLeftOnThisMachine()
    {
        var before = Directory.GetDirectories(Path.GetTempPath(), "k12sync-ssh-*");
        await Definition.TryAsync();
        await (Definition with { KeyFile = null }).TryAsync(new DestinationSecrets(PrivateKey: "no key"));

        Directory.GetDirectories(Path.GetTempPath(), "k12sync-ssh-*").Except(before).Where(d => File.Exists(Path.Combine(d, "known_hosts"))
            && File.ReadAllText(Path.Combine(d, "known_hosts")).Contains($":{_server.Port} ", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private async Task<string> MakeKeyAsync(string name, string passphrase, bool authorized = true)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_server.Folder, Guid.NewGuid().ToString("N"))).FullName, name);
        await SshServer.MakeKeyAsync(file, "ed25519", passphrase);
        if (authorized)
            await File.AppendAllTextAsync(Path.Combine(_server.Folder, "authorized_keys"), await File.ReadAllTextAsync(file + ".pub", Cancellation), Cancellation);
        return file;
    }

    private int Failures() => _server.Log.Count(l => l.StartsWith("Failed password", StringComparison.Ordinal));
}
