using System.Collections.Frozen;
using System.Text;

namespace K12Sync.Domain.BehaviorCodes;

/// <summary>The attendance codes that the district's SIS knows, byte for byte.</summary>
public sealed class SisCodeList
{
    /// <summary>The most codes a list may have.</summary>
    public const int MaxCodes = 2_000;

    /// <summary>No list: it says nothing about any code.</summary>
    public static readonly SisCodeList Empty = new([]);

    private readonly FrozenSet<string> _codes;
    private readonly ILookup<string, string> _byLook;

    /// <summary>A list of these codes; a code given twice counts once.</summary>
    public SisCodeList(IEnumerable<string> codes)
    {
        _codes = codes.ToFrozenSet(StringComparer.Ordinal);
        _byLook = _codes.Order(StringComparer.Ordinal).ToLookup(ExactText.Look, StringComparer.Ordinal);
    }

    /// <summary>The district has given no list.</summary>
    public bool IsEmpty => _codes.Count == 0;

    /// <summary>Whether the SIS knows this code, compared byte for byte.</summary>
    public bool Contains(string code) => _codes.Contains(code);

    /// <summary>Why these are no list of codes, or null. Positions count codes from 1.</summary>
    public static string? Check(IReadOnlyList<string> codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.Count > MaxCodes)
            return $"A list of the SIS's codes may have {MaxCodes}; this has {codes.Count}.";
        for (var i = 0; i < codes.Count; i++)
            if (codes[i].Length is 0 or > BehaviorCode.MaxExternalCodeLength)
                return $"Code {i + 1} of the list has {codes[i].Length} characters. A code has 1 to {BehaviorCode.MaxExternalCodeLength}.";
        return null;
    }

    /// <summary>A listed code that this one only looks like: the same but for blanks, invisible characters, look-alikes and case. Null: it is in the list, or is like none.</summary>
    public NearMiss? FindNearMiss(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return Contains(code) || !_byLook[ExactText.Look(code)].Any() ? null : _byLook[ExactText.Look(code)].Select(listed => Compare(code, listed)).MaxBy(near => near.Position);
    }

    private static NearMiss Compare(string code, string listed)
    {
        var (given, wanted) = (code.EnumerateRunes().ToArray(), listed.EnumerateRunes().ToArray());
        var i = 0;
        while (i < given.Length && i < wanted.Length && given[i] == wanted[i])
            i++;
        var what = i == given.Length ? $"there it ends, and the SIS's goes on with {Name(wanted[i])}"
            : ExactText.FaultAt(given, i) is { } fault ? $"{fault.What} (U+{fault.CodePoint:X4})"
            : i == wanted.Length ? $"{Name(given[i])}, where the SIS's has ended"
            : $"{Name(given[i])}, where the SIS's has {Name(wanted[i])}";
        return new NearMiss(listed, i + 1, what);
    }

    private static string Name(Rune rune) => rune == new Rune(' ') ? "a blank" : ExactText.FaultAt([rune, rune, rune], 1) is { } fault ? $"{fault.What} (U+{rune.Value:X4})" : $"'{rune}'";
}

/// <summary>The listed code that one only looks like, and where they part.</summary>
/// <param name="Listed">The SIS's code.</param>
/// <param name="Position">Counted from 1, in characters as a person counts them.</param>
/// <param name="What">What is there, in words.</param>
public sealed record NearMiss(string Listed, int Position, string What);
