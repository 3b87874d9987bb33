using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;

namespace K12Sync.Domain.Exports;

/// <summary>How the characters of a file become bytes.</summary>
public enum FileEncoding
{
    [JsonStringEnumMemberName("UTF-8")]
    Utf8,

    /// <summary>Western European with curly quotes and the euro sign; its five unassigned bytes are not written.</summary>
    [JsonStringEnumMemberName("Windows-1252")]
    Windows1252,

    [JsonStringEnumMemberName("ISO-8859-1")]
    Latin1,

    [JsonStringEnumMemberName("US-ASCII")]
    Ascii,

    /// <summary>Little-endian.</summary>
    [JsonStringEnumMemberName("UTF-16")]
    Utf16,
}

/// <summary>Text to bytes and back to the question whether that is possible unaltered. Nothing is ever replaced by a question mark.</summary>
public static class FileText
{
    /// <summary>What Windows-1252 has at 0x80 to 0x9F; NUL where it has nothing.</summary>
    private const string Windows80 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    /// <summary>As layouts name it.</summary>
    public static string Name(this FileEncoding encoding) => encoding switch
    {
        FileEncoding.Utf8 => "UTF-8",
        FileEncoding.Windows1252 => "Windows-1252",
        FileEncoding.Latin1 => "ISO-8859-1",
        FileEncoding.Ascii => "US-ASCII",
        _ => "UTF-16",
    };

    /// <summary>The byte order mark; empty for an encoding that has none.</summary>
    public static ReadOnlySpan<byte> Mark(this FileEncoding encoding) => encoding switch
    {
        FileEncoding.Utf8 => [0xEF, 0xBB, 0xBF],
        FileEncoding.Utf16 => [0xFF, 0xFE],
        _ => [],
    };

    /// <summary>Bytes as text, for looking at. What an encoding has no character for shows as a replacement character.</summary>
    public static string Decode(this FileEncoding encoding, ReadOnlySpan<byte> bytes) => encoding switch
    {
        FileEncoding.Utf8 => Encoding.UTF8.GetString(bytes),
        FileEncoding.Utf16 => Encoding.Unicode.GetString(bytes),
        FileEncoding.Windows1252 => string.Create(bytes.Length, bytes, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = source[i] is >= 0x80 and < 0xA0 and var odd ? Windows80[odd - 0x80] : (char)source[i];
        }),
        _ => Encoding.Latin1.GetString(bytes),
    };

    /// <summary>The most bytes that so many characters need.</summary>
    public static int MaxBytes(this FileEncoding encoding, int characters) =>
        characters * (encoding switch { FileEncoding.Utf8 => 3, FileEncoding.Utf16 => 2, _ => 1 });

    /// <summary>The first UTF-16 unit that has no bytes, or -1. A NUL has none in any encoding: it ends a text for many readers.</summary>
    public static int IndexOfUnencodable(this FileEncoding encoding, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length;)
        {
            var whole = Rune.DecodeFromUtf16(text[i..], out var rune, out var units) == OperationStatus.Done;
            if (!whole || rune.Value == 0 || !Has(encoding, rune))
                return i;
            i += units;
        }
        return -1;
    }

    private static bool Has(FileEncoding encoding, Rune rune) => encoding switch
    {
        FileEncoding.Ascii => rune.Value < 0x80,
        FileEncoding.Latin1 => rune.Value < 0x100,
        FileEncoding.Windows1252 => rune.Value is < 0x80 or (>= 0xA0 and < 0x100) || (rune.IsBmp && Windows80.Contains((char)rune.Value)),
        _ => true,
    };

    /// <summary>Writes the bytes of a text and returns their number.</summary>
    /// <param name="encoding">The encoding.</param>
    /// <param name="text">Without anything that <see cref="IndexOfUnencodable"/> finds.</param>
    /// <param name="bytes">At least <see cref="MaxBytes"/>.</param>
    public static int Encode(this FileEncoding encoding, ReadOnlySpan<char> text, Span<byte> bytes)
    {
        switch (encoding)
        {
            case FileEncoding.Utf8:
                return Encoding.UTF8.GetBytes(text, bytes);
            case FileEncoding.Utf16:
                return Encoding.Unicode.GetBytes(text, bytes);
            case FileEncoding.Windows1252:
                for (var i = 0; i < text.Length; i++)
                    bytes[i] = text[i] < 0x80 || text[i] is >= '\u00A0' and < '\u0100' ? (byte)text[i] : (byte)(0x80 + Windows80.IndexOf(text[i], StringComparison.Ordinal));
                return text.Length;
            default:
                return Encoding.Latin1.GetBytes(text, bytes);
        }
    }
}
