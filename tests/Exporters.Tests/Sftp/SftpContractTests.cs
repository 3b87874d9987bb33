using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Exporters.Tests.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>A server and a destination on it for all tests of one class: connecting takes longer than most tests do.</summary>
public abstract class SftpServerFixture(SshServerSettings settings) : IAsyncLifetime
{
    public SshServer Server { get; private set; } = null!;

    public SftpDestination Destination { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await SshServer.StartAsync(settings);
        Destination = new SftpDestination(Server.Definition(), DestinationSecrets.None, "test");
    }

    public async ValueTask DisposeAsync()
    {
        await Destination.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

internal static class SshServers
{
    /// <summary>The server's folder, with its first host key pinned and the key that lets in who runs the tests.</summary>
    public static SftpDestinationDefinition Definition(this SshServer server) =>
        new("127.0.0.1", server.Port, server.User, server.RemotePath, [server.HostKey()], server.KeyFile);
}

/// <summary>The contract against OpenSSH's server. Its settings are those of the fixture.</summary>
public abstract class SftpContract(SftpServerFixture fixture) : DestinationContract<SftpDestination>, IDisposable
{
    private readonly string _folder = fixture.Server.Incoming;

    protected override SftpDestination Destination => fixture.Destination;

    /// <summary>Leaves the folder empty for the next test.</summary>
    public void Dispose()
    {
        foreach (var entry in new DirectoryInfo(_folder).EnumerateFileSystemInfos())
            entry.Delete();
        GC.SuppressFinalize(this);
    }

    protected override void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder, name), content);

    protected override byte[]? Read(string name) => File.Exists(Path.Combine(_folder, name)) ? File.ReadAllBytes(Path.Combine(_folder, name)) : null;

    protected override string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder).Select(path => Path.GetFileName(path))];
}

public sealed class UsualServer() : SftpServerFixture(new SshServerSettings());

/// <summary>Files through a chroot and the server inside sshd: how hosts of many customers set it up. Needs root; without, only the server inside sshd.</summary>
public sealed class ChrootServer() : SftpServerFixture(new SshServerSettings { Subsystem = "internal-sftp", Chroot = SshServer.IsRoot });

/// <summary>No extensions at all: what is left is SFTP version 3 as every server has it.</summary>
public sealed class PlainServer() : SftpServerFixture(new SshServerSettings
{
    Subsystem = "internal-sftp -P posix-rename,statvfs,fstatvfs,hardlink,fsync,lsetstat,limits,expand-path,copy-data,home-directory,users-groups-by-id",
});

public sealed class SftpUsualContractTests(UsualServer server) : SftpContract(server), IClassFixture<UsualServer>;

public sealed class SftpChrootContractTests(ChrootServer server) : SftpContract(server), IClassFixture<ChrootServer>;

public sealed class SftpPlainContractTests(PlainServer server) : SftpContract(server), IClassFixture<PlainServer>;
