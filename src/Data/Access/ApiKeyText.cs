using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace K12Sync.Data.Access;

/// <summary>
/// The text of a key: <c>k12_7_</c> and 256 random bits in hex. It names its district, so that looking for it stays within that district.
/// </summary>
public static class ApiKeyText
{
    private const string Prefix = "k12_";
    private const int SecretBytes = 32;
    private const int LongestText = 128;

    /// <summary>A new key of a district. It is to be shown once and not to be kept.</summary>
    public static string Make(DistrictId district) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{district.Value}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}");

    /// <summary>The district a key says it belongs to; null if the text is no key.</summary>
    public static DistrictId? DistrictOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var parts = text[Prefix.Length..].Split('_');
        return parts is [var number, { Length: SecretBytes * 2 }] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? new DistrictId(id)
            : null;
    }

    /// <summary>What is stored in place of the key: who compares hashes learns nothing of a key from the time that takes.</summary>
    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
