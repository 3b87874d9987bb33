using System.Globalization;
using System.Text;

namespace K12Sync.Domain;

/// <summary>
/// The rule for text that another system compares byte for byte (SIS codes, SIS period codes): what a person cannot see must not be
/// there unnoticed. Nothing is ever trimmed or normalised; the text is refused with the position instead.
/// </summary>
public static class ExactText
{
    /// <summary>The first thing wrong with a text, or null. Positions count from 1, in characters as a person counts them.</summary>
    public static ExactTextFault? FindFault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var runes = text.EnumerateRunes().ToArray();
        for (var i = 0; i < runes.Length; i++)
            if (FaultAt(runes, i) is { } fault)
                return fault;
        return null;
    }

    internal static ExactTextFault? FaultAt(Rune[] runes, int i) =>
        Judge(runes[i], first: i == 0, last: i == runes.Length - 1) is { } what ? new ExactTextFault(i + 1, runes[i].Value, what) : null;

    /// <summary>What is left of a text when nothing counts that a hurried person overlooks: blanks, invisible characters, the alphabet and the case of letters.</summary>
    internal static string Look(string text)
    {
        var look = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var seen = Seen(rune);
            var alone = Judge(seen, first: false, last: false);
            if (!Rune.IsWhiteSpace(seen) && alone is null)
                look.Append(Rune.ToUpperInvariant(seen));
        }
        return look.ToString();
    }

    /// <summary>The plain character that this one looks like, or itself.</summary>
    private static Rune Seen(Rune rune)
    {
        if (rune.Value is >= 0xFF01 and <= 0xFF5E)
            return new Rune(rune.Value - 0xFF01 + '!');
        var i = rune.IsBmp ? LookAlikes.IndexOf((char)rune.Value, StringComparison.Ordinal) : -1;
        return i < 0 ? rune : new Rune(LooksLike[i]);
    }

    private static string? Judge(Rune rune, bool first, bool last)
    {
        var category = Rune.GetUnicodeCategory(rune);
        return category switch
        {
            _ when rune == Rune.ReplacementChar => "a character that could not be decoded",
            UnicodeCategory.Control => rune.Value switch { '\t' => "a tab", '\r' or '\n' => "a line break", _ => "a control character" },
            UnicodeCategory.SpaceSeparator when first => "a blank at the start",
            UnicodeCategory.SpaceSeparator when last => "a blank at the end",
            UnicodeCategory.SpaceSeparator when rune.Value != ' ' => "a blank that is not an ordinary space",
            UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.NonSpacingMark => "an invisible character",
            _ when PrintsAsNothing(rune) => "an invisible character",
            _ when LooksLatin(rune) => "a character that only looks like a plain one",
            _ => null,
        };
    }

    /// <summary>Letters and symbols by category, blank on paper: the Hangul fillers and the empty Braille pattern.</summary>
    private static bool PrintsAsNothing(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800;

    /// <summary>Greek and Cyrillic letters and full-width forms that print like ASCII: the SIS would see another code.</summary>
    private static bool LooksLatin(Rune rune) =>
        rune.Value is >= 0xFF01 and <= 0xFF5E || LookAlikes.Contains((char)(rune.Value <= char.MaxValue ? rune.Value : 0), StringComparison.Ordinal);

    private const string LooksLike =
        "ABEZHIKMNOPTYXovp" + "ABESIJKMHOPCTYXaeopcyxijshd" + "------" + "''\"\"" + "..I";

    private const string LookAlikes =
        "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ" + "АВЕЅІЈКМНОРСТУХаеорсухіјѕһԁ" + "‐‑‒–—−" + "‘’“”" + "٠۰Ⅰ";
}

/// <summary>Where a text is not what it seems, and how.</summary>
/// <param name="Position">Counted from 1.</param>
/// <param name="CodePoint">The Unicode scalar value found there.</param>
/// <param name="What">In words, for a sentence: "a blank at the end".</param>
public sealed record ExactTextFault(int Position, int CodePoint, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{What} at position {Position} (U+{CodePoint:X4})";
}
