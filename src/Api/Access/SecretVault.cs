using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Xml.Linq;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Access;

/// <summary>
/// Secrets of a district's connectors. They go in and come out for a run; nothing prints, logs or returns them. The keys they are encrypted with are in the
/// same database, so that every node has them, and are themselves encrypted by what <see cref="SecretKeys"/> names.
/// </summary>
internal sealed class SecretVault(K12SyncDb db, SecretKeys keys)
{
    /// <summary>Stores a secret in place of an earlier one of its kind. A password takes the place of a private key and the other way round.</summary>
    /// <param name="connectorId">Whose.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="providerId">The only provider of an agency that it is for; blank: all.</param>
    /// <param name="value">In the clear.</param>
    /// <param name="cancellation">Nothing is stored.</param>
    public async Task StoreAsync(long connectorId, SecretKind kind, string providerId, string value, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        using var services = Services(mayMakeKeyFile: true);
        var protectedValue = Protector(services, connectorId, kind, providerId).Protect(value);
        var stored = await db.ConnectorSecrets.Where(s => s.ConnectorId == connectorId).ToListAsync(cancellation);
        if (stored.Find(s => s.Kind == kind && s.ProviderId == providerId) is { } same)
            same.Replace(protectedValue);
        else
            db.Add(new ConnectorSecretRow(connectorId, kind, providerId, protectedValue));
        db.RemoveRange(stored.Where(s => Excludes(kind, s.Kind)));
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    /// <summary>Which kinds are stored.</summary>
    public async Task<IReadOnlyList<SecretKind>> KindsAsync(long connectorId, CancellationToken cancellation) =>
        await db.ConnectorSecrets.Where(s => s.ConnectorId == connectorId).Select(s => s.Kind).ToListAsync(cancellation);

    /// <summary>The connector with its secrets in the clear.</summary>
    /// <exception cref="SecretsLockedException">There are some, and they cannot be read.</exception>
    public async Task<Connector> OpenAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var stored = await db.ConnectorSecrets.AsNoTracking().Where(s => s.ConnectorId == connector.Id).ToListAsync(cancellation);
        if (stored.Count == 0)
            return connector;
        using var services = Services(mayMakeKeyFile: false);
        string? Reveal(SecretKind kind) => stored.Find(s => s.Kind == kind && s.ProviderId.Length == 0) is { } row ? Open(row) : null;
        string Open(ConnectorSecretRow row) => Protector(services, connector.Id, row.Kind, row.ProviderId).Unprotect(row.ProtectedValue);
        try
        {
            return connector with
            {
                Secrets = new DestinationSecrets(Reveal(SecretKind.Password), Reveal(SecretKind.PrivateKey), Reveal(SecretKind.Passphrase))
                {
                    OfProviders = stored.Where(s => s.ProviderId.Length > 0).Aggregate(ImmutableDictionary<string, string>.Empty, (all, s) => all.SetItem(s.ProviderId, Open(s))),
                },
            };
        }
        catch (CryptographicException e)
        {
            throw new SecretsLockedException($"The stored secrets of connector {connector.Name} cannot be read with {(SecretKeys.ByKeyFile ? $"the key file {keys.KeyFile}" : "the certificate")}. "
                + $"Use the one they were stored with, or store them anew with 'k12sync connector secret {connector.Name}'.", e);
        }
    }

    private static bool Excludes(SecretKind stored, SecretKind other) => (stored, other) is (SecretKind.Password, SecretKind.PrivateKey or SecretKind.Passphrase) or (SecretKind.PrivateKey, SecretKind.Password);

    /// <summary>Bound to connector, kind and provider: a row copied to another connector opens nothing.</summary>
    private static IDataProtector Protector(ServiceProvider services, long connectorId, SecretKind kind, string providerId) =>
        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("K12Sync.ConnectorSecret", [$"{connectorId}", $"{kind}", .. providerId.Length == 0 ? Array.Empty<string>() : [providerId]]);

    private ServiceProvider Services(bool mayMakeKeyFile)
    {
        var services = new ServiceCollection();
        var protection = services.AddDataProtection().SetApplicationName("K12Sync");
        keys.Protect(protection, mayMakeKeyFile);
        services.AddOptions<KeyManagementOptions>().Configure<KeyFileCipher>((options, cipher) =>
        {
            options.XmlRepository = new KeyRing(db);
            if (SecretKeys.ByKeyFile)
                options.XmlEncryptor = cipher;
        });
        return services.BuildServiceProvider();
    }

    /// <summary>The keys, as rows of the district.</summary>
    private sealed class KeyRing(K12SyncDb db) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => [.. db.SecretKeys.AsNoTracking().OrderBy(k => k.Id).Select(k => k.Xml).ToList().Select(XElement.Parse)];

        public void StoreElement(XElement element, string friendlyName)
        {
            db.Add(new SecretKeyRow(friendlyName, element.ToString(SaveOptions.DisableFormatting)));
            // The framework's interface is synchronous, and there is no context here to deadlock on.
            db.SaveChangesAsync().GetAwaiter().GetResult();
        }
    }
}
