using System.Text.RegularExpressions;

namespace K12Sync.Domain.Childcare.States;

/// <summary>How an agency writes an id. Ids are text: leading zeros and hyphens are part of them, and nothing is trimmed or filled up.</summary>
public sealed partial class AgencyIdFormat
{
    /// <summary>The longest id where the agency's own length is not known, in UTF-16 code units.</summary>
    public const int MaxLength = 40;

    private readonly Regex? _pattern;

    private AgencyIdFormat(Regex? pattern, string inWords) => (_pattern, InWords) = (pattern, inWords);

    /// <summary>For a sentence: "5 digits".</summary>
    public string InWords { get; }

    /// <summary>Exactly five ASCII digits. Source: seed (Iowa Provider ID).</summary>
    public static AgencyIdFormat FiveDigits { get; } = new(FiveDigitsOnly(), "5 digits, leading zeros included");

    /// <summary>Exactly six ASCII digits. Source: seed (Iowa Child ID).</summary>
    public static AgencyIdFormat SixDigits { get; } = new(SixDigitsOnly(), "6 digits, leading zeros included");

    /// <summary>Any visible text, taken as it is. Source: seed (Indiana licence numbers, hyphens significant); elsewhere assumed, for the format is not public.</summary>
    public static AgencyIdFormat Verbatim { get; } = new(null, $"1 to {MaxLength} characters, exactly as the agency writes it");

    /// <summary>Why a text is no such id, in words, or null. Does not repeat the text.</summary>
    public string? FaultOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length is 0 or > MaxLength || _pattern?.IsMatch(id) == false)
            return $"The id must have {InWords}.";
        return ExactText.FindFault(id) is { } fault ? $"The id has {fault}. It must equal the agency's id exactly; retype it." : null;
    }

    [GeneratedRegex(@"\A[0-9]{5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FiveDigitsOnly();

    [GeneratedRegex(@"\A[0-9]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SixDigitsOnly();
}
