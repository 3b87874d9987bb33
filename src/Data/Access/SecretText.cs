using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace K12Sync.Data.Access;

/// <summary>
/// A text that somebody is given once and that lets them in: a prefix, the number of its district, and 256 random bits in hex. It names its district, so that looking for it
/// stays within that district. Only its hash is stored.
/// </summary>
internal static class SecretText
{
    private const int SecretBytes = 32;
    private const int LongestText = 128;

    public static string Make(string prefix, DistrictId district) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{district.Value}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}");

    /// <summary>The district a text says it belongs to; null if it is none of these.</summary>
    public static DistrictId? DistrictOf(string prefix, string text)
    {
        if (text.Length > LongestText || !text.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var parts = text[prefix.Length..].Split('_');
        return parts is [var number, { Length: SecretBytes * 2 }] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? new DistrictId(id)
            : null;
    }

    /// <summary>SHA-256, in hex: the text is random enough that nothing slower is needed, and who compares hashes learns nothing of a text from the time that takes.</summary>
    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>The text of a key: <c>k12_7_</c> and 64 hex digits.</summary>
public static class ApiKeyText
{
    private const string Prefix = "k12_";

    /// <summary>A new key of a district. It is to be shown once and not to be kept.</summary>
    public static string Make(DistrictId district) => SecretText.Make(Prefix, district);

    /// <summary>The district a key says it belongs to; null if the text is no key.</summary>
    public static DistrictId? DistrictOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SecretText.DistrictOf(Prefix, text);
    }

    /// <summary>What is stored in place of the key.</summary>
    public static string Hash(string text) => SecretText.Hash(text);
}

/// <summary>The text at the end of a one-time link: <c>once_7_</c> and 64 hex digits.</summary>
public static class SignInLinkText
{
    private const string Prefix = "once_";

    /// <summary>A new one of a district. It is to be shown once and not to be kept.</summary>
    public static string Make(DistrictId district) => SecretText.Make(Prefix, district);

    /// <summary>The district a link says it belongs to; null if the text is of no link.</summary>
    public static DistrictId? DistrictOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SecretText.DistrictOf(Prefix, text);
    }

    /// <summary>What is stored in place of it.</summary>
    public static string Hash(string text) => SecretText.Hash(text);
}
