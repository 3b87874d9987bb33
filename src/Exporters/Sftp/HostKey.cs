using System.Security.Cryptography;

namespace K12Sync.Exporters.Sftp;

/// <summary>A server's public key.</summary>
/// <param name="Type">Such as <c>ssh-ed25519</c>.</param>
/// <param name="Base64">The key itself.</param>
public sealed record HostKey(string Type, string Base64)
{
    /// <summary>As OpenSSH shows it: <c>SHA256:</c> and 43 characters.</summary>
    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(Base64))).TrimEnd('=');

    /// <summary>Reads <c>ssh-ed25519 AAAA...</c>, with or without a comment behind it. Null if it is no such thing.</summary>
    public static HostKey? Parse(string text) =>
        text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var type, var base64, ..] && IsWord(type) && IsKey(type, base64) ? new HostKey(type, base64) : null;

    /// <summary>As OpenSSH writes it.</summary>
    public override string ToString() => $"{Type} {Base64}";

    private static bool IsWord(string type) => type.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '@' or '.' or '_');

    /// <summary>A key begins with the length and the name of its own type.</summary>
    private static bool IsKey(string type, string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length > 4 + type.Length
            && bytes.AsSpan(4, type.Length).SequenceEqual(System.Text.Encoding.ASCII.GetBytes(type));
    }
}
