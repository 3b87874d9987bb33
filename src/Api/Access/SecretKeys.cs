using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K12Sync.Api.CommandLine;
using Microsoft.AspNetCore.DataProtection;

namespace K12Sync.Api.Access;

/// <summary>
/// What the keys of stored secrets are themselves encrypted by: a certificate with its private key, or a key file. Without it the database gives nothing away;
/// with several nodes, each needs the same one.
/// </summary>
/// <remarks>
/// <c>K12SYNC_CERTIFICATE</c> names a PFX file (its password, if any, is in the file that <c>K12SYNC_CERTIFICATE_PASSWORD_FILE</c> names);
/// <c>K12SYNC_KEY_FILE</c> a key file. Otherwise it is <c>secrets.key</c> in the data folder, made when the first secret is stored or
/// the first cookie is signed.
/// </remarks>
internal sealed class SecretKeys(string folder, Action<string>? tell = null)
{
    private const int KeyBytes = 32;

    /// <summary>Set where a certificate protects the keys.</summary>
    private static string? CertificatePath => NonEmpty("K12SYNC_CERTIFICATE");

    /// <summary>The key file in force.</summary>
    public string KeyFile { get; } = NonEmpty("K12SYNC_KEY_FILE") ?? Path.Combine(folder, "secrets.key");

    /// <summary>Has new keys encrypted, and old ones found readable.</summary>
    /// <exception cref="SecretsLockedException">Certificate or key file are not there or not usable.</exception>
    public void Protect(IDataProtectionBuilder keys, bool mayMake)
    {
        if (CertificatePath is { } path)
        {
            var certificate = LoadCertificate(path);
            keys.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }
        else
        {
            // Now: the framework would only say that a key could not be read, not why.
            ReadKey(mayMake);
        }
        keys.Services.AddSingleton(new KeyFileCipher(() => ReadKey(mayMake)));
    }

    /// <summary>True where the key file, not a certificate, encrypts new keys.</summary>
    public static bool ByKeyFile => CertificatePath is null;

    private byte[] ReadKey(bool mayMake)
    {
        if (!File.Exists(KeyFile))
        {
            if (!mayMake)
                throw new SecretsLockedException($"The key file {KeyFile} is not there, so stored secrets cannot be read. Put it back, name it with K12SYNC_KEY_FILE, or store the secrets anew with 'k12sync connector secret'.");
            Make();
        }
        try
        {
            var key = Convert.FromBase64String(File.ReadAllText(KeyFile).Trim());
            return key.Length == KeyBytes ? key : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new SecretsLockedException($"{KeyFile} is no key file of K12Sync: it should hold 32 bytes in Base64.", e);
        }
    }

    private void Make()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(KeyFile))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(KeyFile, options);
        file.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        (tell ?? Terminal.Tell)($"Made the key file {KeyFile}. Back it up apart from the database: without it stored secrets cannot be read.");
    }

    private static X509Certificate2 LoadCertificate(string path)
    {
        try
        {
            var password = NonEmpty("K12SYNC_CERTIFICATE_PASSWORD_FILE") is { } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : null;
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SecretsLockedException($"The certificate {path}, which stored secrets are protected by, cannot be opened: {e.Message}", e);
        }
    }

    private static string? NonEmpty(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

/// <summary>Stored secrets cannot be read; the message says why and what to do, and nothing of them.</summary>
public sealed class SecretsLockedException : Exception
{
    public SecretsLockedException(string message) : base(message)
    {
    }

    public SecretsLockedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public SecretsLockedException()
    {
    }
}
