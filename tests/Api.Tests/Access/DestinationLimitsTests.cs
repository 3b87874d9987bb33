using K12Sync.Api.Access;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Tests.Access;

/// <summary>Where connectors may deliver, by whoever asks and what the settings say.</summary>
public sealed class DestinationLimitsTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static DestinationLimits Limits(bool byKey, string[]? hosts = null, string[]? folders = null) =>
        new("/data", () => new AccessSettings { SftpHosts = hosts, Folders = folders }) { FolderOfKey = byKey ? _ => Task.FromResult("outbox") : null };

    private static SftpDestinationDefinition Sftp(string host, string? keyFile = null) => new(host, 22, "u", "in", [], keyFile);

    [Theory]
    [InlineData("10.1.2.3", true, true)]
    [InlineData("sftp.sis.invalid", true, true)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("localhost", true, false)]
    [InlineData("0x7f000001", true, false)]
    [InlineData("::1", true, false)]
    [InlineData("::ffff:127.0.0.1", true, false)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("100.100.100.200", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("255.255.255.255", false, false)]
    public async Task Server_IsAllowed_WhenItMayBeAnSis(string host, bool atTheMachine, bool byKey)
    {
        (await Limits(byKey: false).RefuseAsync(Sftp(host), null, Now) is null).Should().Be(atTheMachine);
        (await Limits(byKey: true).RefuseAsync(Sftp(host), null, Now) is null).Should().Be(byKey);
        (await Limits(byKey: true).RefuseUseAsync(Sftp(host), Now) is null).Should().Be(atTheMachine, "what was set at the machine runs");
    }

    [Theory]
    [InlineData("sftp.sis.example", true)]
    [InlineData("SFTP.SIS.EXAMPLE", true)]
    [InlineData("a.b.state.example", true)]
    [InlineData("state.example", false)]
    [InlineData("evilstate.example", false)]
    [InlineData("sis.example", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.1", false)]
    public async Task Server_MustBeInTheList_WhenThereIsOne(string host, bool allowed)
    {
        foreach (var byKey in new[] { true, false })
        {
            var limits = Limits(byKey, ["sftp.sis.example", "*.state.example", "127.0.0.1"]);
            (await limits.RefuseAsync(Sftp(host), null, Now) is null).Should().Be(allowed);
            (await limits.RefuseUseAsync(Sftp(host), Now) is null).Should().Be(allowed);
        }
    }

    [Theory]
    [InlineData("outbox", true)]
    [InlineData("outbox/lhs", true)]
    [InlineData("/data/outbox/lhs", true)]
    [InlineData("outbox/../outbox/x", true)]
    [InlineData("outbox2", false)]
    [InlineData(".", false)]
    [InlineData("", false)]
    [InlineData("backups", false)]
    [InlineData("outbox/..", false)]
    [InlineData("../outbox", false)]
    [InlineData("/etc", false)]
    [InlineData("/mnt/sis", false)]
    public async Task Folder_IsForKeys_WhereTheyMay(string path, bool byKey)
    {
        var folder = new FolderDestinationDefinition(path);
        (await Limits(byKey: true).RefuseAsync(folder, null, Now) is null).Should().Be(byKey);
        (await Limits(byKey: true, folders: ["/mnt/sis"]).RefuseAsync(folder, null, Now) is null).Should().Be(path == "/mnt/sis");
        (await Limits(byKey: true).RefuseAsync(folder, folder, Now)).Should().BeNull("what is so already may stay");
        (await Limits(byKey: false).RefuseAsync(folder, null, Now)).Should().BeNull();
    }

    [Fact]
    public async Task KeyFileAndSecrets_StayWithTheServerTheyWereSetFor()
    {
        var (set, moved) = (Sftp("a.sis.invalid", "/keys/k"), Sftp("b.sis.invalid", "/keys/k"));
        (await Limits(byKey: true).RefuseAsync(set, null, Now)).Should().Contain("key file");
        (await Limits(byKey: true).RefuseAsync(set with { Path = "other" }, set, Now)).Should().BeNull();
        (await Limits(byKey: true).RefuseAsync(moved, set, Now)).Should().Contain("key file");
        Limits(byKey: true).ForgetsSecrets(set, moved).Should().BeTrue();
        Limits(byKey: true).ForgetsSecrets(set, new FolderDestinationDefinition("outbox")).Should().BeTrue();
        Limits(byKey: true).ForgetsSecrets(set, set with { Path = "other" }).Should().BeFalse();
        Limits(byKey: false).ForgetsSecrets(set, moved).Should().BeFalse("who sits at the machine has them anyway");
    }
}
