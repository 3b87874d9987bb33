using System.Buffers;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>The rule for text that is written as UTF-8: NUL ends a text for many readers, and half a surrogate pair has no UTF-8 form.</summary>
internal static class EncodableText
{
    /// <summary>Why <paramref name="value"/> cannot be written unaltered, or null. Positions count UTF-16 units from 1.</summary>
    public static LineFault? FindFault(string field, string value)
    {
        if (value.AsSpan().IndexOf('\0') is >= 0 and var nul)
            return Fault(field, "a NUL character", nul);
        return FindLoneSurrogate(value) is >= 0 and var at ? Fault(field, "half of a character pair", at) : null;
    }

    private static int FindLoneSurrogate(ReadOnlySpan<char> text)
    {
        var at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0 && at < text.Length)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out var consumed) != OperationStatus.Done)
                return at;
            at += consumed;
        }
        return -1;
    }

    private static LineFault Fault(string field, string what, int index) =>
        new(HoldReason.NotEncodable, $"The {field} holds {what} at position {index + 1}, which the file cannot carry unaltered.");
}
