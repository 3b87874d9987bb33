using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Exporters.Tests.Exports;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>Words of <c>ssh</c> that no server of these tests brings about.</summary>
public sealed class SshWordsTests
{
    [Theory]
    [InlineData("ssh: connect to host h port 22: No route to host", TroubleKind.Unreachable)]
    [InlineData("ssh: connect to host h port 22: Connection timed out", TroubleKind.Unreachable)]
    [InlineData("kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.1 port 22", TroubleKind.Unreachable)]
    [InlineData("Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures", TroubleKind.AuthenticationRefused)]
    [InlineData("Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss", TroubleKind.Unsupported)]
    [InlineData("subsystem request failed on channel 0", TroubleKind.Unsupported)]
    [InlineData("command-line: line 0: Bad configuration option: identityagent", TroubleKind.Incomplete)]
    [InlineData("", TroubleKind.Unreachable)]
    [InlineData("something new", TroubleKind.Unreachable)]
    public void Words_AreSorted(string words, TroubleKind kind) =>
        SshWords.Sort(words, "h", 22, wasUp: false).Should().Match<Trouble>(t => t.Kind == kind && t.Reason.Length > 20);

    [Fact]
    public void AnyWords_AreAnInterruption_OnceTheServerSpokeSftp() =>
        SshWords.Sort("client_loop: send disconnect: Broken pipe\r\n", "h", 22, wasUp: true).Should()
            .Be(new Trouble(TroubleKind.Interrupted, "The session broke off: client_loop: send disconnect: Broken pipe"));

    [Fact]
    public async Task Password_IsTriedByKeyboardInteractive_OnlyWhereTheServerTakesNoOther()
    {
        var login = new SshLogin(
            new SftpDestinationDefinition("h", 22, "u", ".", []), new DestinationSecrets("secret"), SftpOptions.Default, TimeProvider.System);

        (await login.ExplainAsync("u@h: Permission denied (publickey,password,keyboard-interactive)."))!.Kind.Should().Be(TroubleKind.AuthenticationRefused);
        login.HasAnotherWay().Should().BeFalse("the password was shown, and was wrong");
        await login.ExplainAsync("u@h: Permission denied (publickey,keyboard-interactive).");
        login.HasAnotherWay().Should().BeTrue("the password was not shown");
        login.HasAnotherWay().Should().BeFalse();
        await login.ExplainAsync("u@h: Permission denied (publickey,keyboard-interactive).");
        login.HasAnotherWay().Should().BeFalse("now it was");
    }

    [Fact]
    public void Server_CannotSpeakInTheNameOfSsh() =>
        SshWords.RefusedMethods("Our banner: u@h: Permission denied (publickey) may be shown to you").Should().BeNull();

    [Theory]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA comment", true)]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("ssh-ed25519 AAAA", false)]
    [InlineData("ssh-ed25519\nevil AAAA", false)]
    [InlineData("", false)]
    public void HostKey_IsReadOnlyIfItIsOne(string text, bool isOne) => (HostKey.Parse(text) is not null).Should().Be(isOne);

    [Fact]
    public async Task Connector_ToAnSftpServer_IsOpenedWithoutTouchingIt()
    {
        await using var destination = new Destinations(Path.GetTempPath()).Open(
            PipelineStage.ConnectorTo(new SftpDestinationDefinition("nowhere.invalid", 22, "u", ".", [])));

        destination.Should().BeOfType<SftpDestination>();
    }
}
