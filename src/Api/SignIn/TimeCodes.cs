using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace K12Sync.Api.SignIn;

/// <summary>
/// The codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what every app takes. Says which step a code is of, so that no code is taken twice.
/// </summary>
internal static class TimeCodes
{
    private const int SecretBytes = 20;
    private const int Digits = 6;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>A phone's clock may be as many steps off.</summary>
    private const int Tolerance = 1;

    /// <summary>A new secret, in Base32 as apps have it typed in.</summary>
    public static string NewSecret() => ToBase32(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The step that <paramref name="code"/> is of, near <paramref name="now"/>; null: of none.</summary>
    public static long? StepOf(string secret, string code, DateTimeOffset now)
    {
        var digits = string.Concat(code.Where(c => !char.IsWhiteSpace(c) && c != '-'));
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit))
            return null;
        var present = now.ToUnixTimeSeconds() / (long)Step.TotalSeconds;
        var typed = Encoding.ASCII.GetBytes(digits);
        long? found = null;
        for (var step = present - Tolerance; step <= present + Tolerance; step++)
            if (CryptographicOperations.FixedTimeEquals(typed, Encoding.ASCII.GetBytes(At(secret, step))))
                found = step;
        return found;
    }

    /// <summary>The code of a step.</summary>
    public static string At(string secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The RFC's, and apps know no other; as a keyed hash it is not broken.
        HMACSHA1.HashData(FromBase32(secret), counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>What a QR code says to an app.</summary>
    public static string Uri(string secret, string email) =>
        $"otpauth://totp/K12Sync:{System.Uri.EscapeDataString(email)}?secret={secret}&issuer=K12Sync";

    /// <summary>Ten codes for the day on which the phone is lost: 80 random bits each, in groups of four.</summary>
    public static IReadOnlyList<string> NewRecoveryCodes() =>
        [.. Enumerable.Range(0, 10).Select(_ => string.Join('-', ToBase32(RandomNumberGenerator.GetBytes(10)).Chunk(4).Select(c => new string(c)))).Select(c => c.ToLowerInvariant())];

    /// <summary>A recovery code as it was given out, however it was typed.</summary>
    public static string AsGivenOut(string typed) =>
        string.Join('-', typed.Where(char.IsAsciiLetterOrDigit).Chunk(4).Select(c => new string(c))).ToLowerInvariant();

    internal static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            (buffer, bits) = ((buffer << 8) | one, bits + 8);
            for (; bits >= 5; bits -= 5)
                text.Append(Base32[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }
        return bits == 0 ? text.ToString() : text.Append(Base32[(buffer << (5 - bits)) & 31]).ToString();
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>();
        var (buffer, bits) = (0, 0);
        foreach (var digit in text)
        {
            (buffer, bits) = ((buffer << 5) | Base32.IndexOf(digit, StringComparison.Ordinal), bits + 5);
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. bytes];
    }
}
