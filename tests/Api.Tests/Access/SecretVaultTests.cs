using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K12Sync.Api.Access;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Access;

/// <summary>Environment variables decide what protects the keys, so these tests follow one another.</summary>
public sealed class SecretVaultTests : IAsyncLifetime
{
    private const string Password = "correct horse ¡battery! staple";
    private readonly string _folder = Directory.CreateTempSubdirectory("k12sync-").FullName;
    private K12SyncDb _db = null!;
    private Connector _connector = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private SecretVault Vault => new(_db, new SecretKeys(_folder));

    private string KeyFile => Path.Combine(_folder, "secrets.key");

    public async ValueTask InitializeAsync()
    {
        var data = new DataFolder(_folder, TimeProvider.System);
        await data.MigrateAsync(Now);
        _db = data.Open(await new DistrictDirectory(data).AddAsync("Riverbend", Now));
        _connector = await ConnectorAsync("sis");
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("K12SYNC_CERTIFICATE", null);
        await _db.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Connector> ConnectorAsync(string name)
    {
        var row = new ConnectorRow(name, new ConnectorDefinition("k12sync-csv", new FolderDestinationDefinition("out"), ImmutableArray<string>.Empty, ImmutableArray<string>.Empty));
        _db.Add(row);
        await _db.SaveChangesAsync(Now);
        return new Connector(row.Id, name, row.Definition, LayoutPresets.K12SyncCsv, []);
    }

    [Fact]
    public async Task Secret_ComesBackForARun_AndIsNowhereInTheDatabase()
    {
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", Password, Now);

        (await Vault.OpenAsync(_connector, Now)).Secrets.Password.Should().Be(Password);

        await _db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE);", Now);
        foreach (var file in Directory.EnumerateFiles(_folder))
            (await File.ReadAllBytesAsync(file, Now)).AsSpan().IndexOf("correct horse"u8).Should().Be(-1, file);
        (await _db.SecretKeys.AsNoTracking().Select(k => k.Xml).SingleAsync(Now)).Should().Contain("keyFile").And.NotContain("masterKey");
        new DestinationSecrets(Password).ToString().Should().Be("secrets");
        (await Vault.OpenAsync(_connector, Now)).ToString().Should().NotContain("horse");
    }

    [Fact]
    public async Task KeyFile_IsForItsOwnerOnly_AndMadeOnce()
    {
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", Password, Now);
        var key = await File.ReadAllTextAsync(KeyFile, Now);
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", "other", Now);

        (await File.ReadAllTextAsync(KeyFile, Now)).Should().Be(key);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(KeyFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await Vault.OpenAsync(_connector, Now)).Secrets.Password.Should().Be("other");
        (await _db.SecretKeys.CountAsync(Now)).Should().Be(1);
    }

    [Theory]
    [InlineData(null, "*is not there*Put it back*")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "*cannot be read with the key file*")]
    [InlineData("nonsense", "*is no key file of K12Sync*")]
    public async Task Secrets_StayShut_WithoutTheirKeyFile(string? other, string message)
    {
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", Password, Now);
        File.Delete(KeyFile);
        if (other is not null)
            await File.WriteAllTextAsync(KeyFile, other, Now);

        var act = () => Vault.OpenAsync(_connector, Now);

        (await act.Should().ThrowAsync<SecretsLockedException>()).WithMessage(message).And.Message.Should().NotContain("horse");
        File.Exists(KeyFile).Should().Be(other is not null, "reading makes no key file");
    }

    [Fact]
    public async Task Secret_OpensNothing_WhenItsRowIsMovedToAnotherConnector()
    {
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", Password, Now);
        var other = await ConnectorAsync("other");
        await _db.ConnectorSecrets.ExecuteUpdateAsync(s => s.SetProperty(r => r.ConnectorId, other.Id), Now);

        var act = () => Vault.OpenAsync(other, Now);

        await act.Should().ThrowAsync<SecretsLockedException>();
    }

    [Fact]
    public async Task PrivateKey_TakesThePlaceOfAPassword_AndKeepsItsPassphrase()
    {
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", Password, Now);
        await Vault.StoreAsync(_connector.Id, SecretKind.PrivateKey, "", "-----BEGIN", Now);
        await Vault.StoreAsync(_connector.Id, SecretKind.Passphrase, "", "phrase", Now);

        (await Vault.OpenAsync(_connector, Now)).Secrets.Should().Be(new DestinationSecrets(null, "-----BEGIN", "phrase"));
        (await Vault.KindsAsync(_connector.Id, Now)).Should().BeEquivalentTo([SecretKind.PrivateKey, SecretKind.Passphrase]);
    }

    [Fact]
    public async Task Certificate_ProtectsTheKeys_WhenOneIsNamed()
    {
        Environment.SetEnvironmentVariable("K12SYNC_CERTIFICATE", Certificate("one.pfx"));
        await Vault.StoreAsync(_connector.Id, SecretKind.Password, "", Password, Now);

        (await Vault.OpenAsync(_connector, Now)).Secrets.Password.Should().Be(Password);
        File.Exists(KeyFile).Should().BeFalse();

        Environment.SetEnvironmentVariable("K12SYNC_CERTIFICATE", Certificate("two.pfx"));
        var act = () => Vault.OpenAsync(_connector, Now);
        (await act.Should().ThrowAsync<SecretsLockedException>()).WithMessage("*cannot be read with the certificate*");

        Environment.SetEnvironmentVariable("K12SYNC_CERTIFICATE", Path.Combine(_folder, "none.pfx"));
        (await act.Should().ThrowAsync<SecretsLockedException>()).WithMessage("*none.pfx*cannot be opened*");
    }

    private string Certificate(string name)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=k12sync", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));
        return path;
    }
}
