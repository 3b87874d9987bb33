using K12Sync.Domain.Passes;

namespace K12Sync.Domain.BehaviorCodes;

/// <summary>What kind of event a code stands for. Only <see cref="Tardy"/> is written back.</summary>
public enum BehaviorType
{
    /// <summary>Late for class.</summary>
    Tardy,

    /// <summary>Leave to be elsewhere.</summary>
    HallPass,

    /// <summary>Neither good nor bad.</summary>
    Neutral,

    /// <summary>Praise.</summary>
    Positive,

    /// <summary>A referral or consequence.</summary>
    Negative,
}

/// <summary>
/// A code that staff and kiosks give a pass with. District-wide (<see cref="SchoolId"/> null) or a school's own, which then replaces
/// the district's of the same <see cref="Code"/> as a whole.
/// </summary>
public sealed class BehaviorCode
{
    /// <summary>The longest external code, in UTF-16 code units. A layout may allow less.</summary>
    public const int MaxExternalCodeLength = 40;

    private BehaviorCode()
    {
    }

    /// <summary>A new code. <paramref name="schoolId"/> null: for the whole district.</summary>
    /// <exception cref="ArgumentException">The code is blank or <paramref name="text"/> does not pass <see cref="BehaviorCodeText.Check"/>.</exception>
    public BehaviorCode(long? schoolId, string code, BehaviorCodeText text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        (SchoolId, Code) = (schoolId, code);
        Edit(text);
    }

    public long Id { get; private set; }

    /// <summary>Null: the whole district.</summary>
    public long? SchoolId { get; private set; }

    /// <summary>Unique in its district or school, compared ordinally.</summary>
    public string Code { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string Description { get; private set; } = "";

    /// <summary>Printed on the pass.</summary>
    public string PassMessage { get; private set; } = "";

    public BehaviorType Type { get; private set; }

    /// <summary>The SIS's own code, byte for byte; null: not written back (unless a ladder gives the codes).</summary>
    public string? ExternalCode { get; private set; }

    /// <summary>External codes by lateness; wins over <see cref="ExternalCode"/>.</summary>
    public LatenessLadder? Ladder { get; private set; }

    /// <summary>
    /// False: retired, not offered for new passes. It still decides about the passes that name it, unless the school or the district has another
    /// code of that name which is active.
    /// </summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>What the SIS's own list says of the external codes.</summary>
    public SisListing Listing { get; private set; }

    /// <summary>Why nothing can be called so, or null. A code is what passes name it by, so it must have something to name.</summary>
    public static string? CheckCode(string code) =>
        string.IsNullOrWhiteSpace(code) || code.Length > HallPass.MaxTextLength ? $"Code must have 1 to {HallPass.MaxTextLength} characters." : null;

    /// <summary>Retires it, or takes it into use again. Returns false if it is as it was.</summary>
    public bool SetActive(bool isActive)
    {
        var before = IsActive;
        IsActive = isActive;
        return before != isActive;
    }

    /// <summary>Compares the external codes with the SIS's own. Returns false if nothing new came of it.</summary>
    public bool CompareWith(SisCodeList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var before = Listing;
        var codes = BehaviorCodeText.ExternalCodesOf(ExternalCode, Ladder);
        Listing = list.IsEmpty || codes.Count == 0 ? SisListing.NotCompared : codes.All(c => list.Contains(c.Code)) ? SisListing.Listed : SisListing.NotListed;
        return before != Listing;
    }

    /// <summary>Takes new values for everything but the key. Returns false if they are the ones it has.</summary>
    /// <exception cref="ArgumentException"><paramref name="text"/> does not pass <see cref="BehaviorCodeText.Check"/>.</exception>
    public bool Edit(BehaviorCodeText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Check() is { } reason)
            throw new ArgumentException(reason, nameof(text));
        var before = (Name, Description, PassMessage, Type, ExternalCode, Ladder);
        (Name, Description, PassMessage, Type, ExternalCode, Ladder) =
            (text.Name, text.Description, text.PassMessage, text.Type, text.ExternalCode, text.Ladder);
        return before != (Name, Description, PassMessage, Type, ExternalCode, Ladder);
    }
}

/// <summary>Everything about a behaviour code but its key.</summary>
/// <param name="Name">For people.</param>
/// <param name="Description">For people.</param>
/// <param name="PassMessage">Printed on the pass.</param>
/// <param name="Type">What the code stands for.</param>
/// <param name="ExternalCode">The SIS's own code; null: not written back.</param>
/// <param name="Ladder">External codes by lateness, or null.</param>
/// <param name="OddCharactersMeant">The caller has looked: blanks, invisible and look-alike characters in external codes are wanted.</param>
public sealed record BehaviorCodeText(
    string Name, string Description, string PassMessage, BehaviorType Type, string? ExternalCode, LatenessLadder? Ladder,
    bool OddCharactersMeant = false)
{
    /// <summary>Why the values are refused, or null. External codes are compared byte for byte by the SIS, so what cannot be seen must be meant.</summary>
    public string? Check() => FindFault(SisCodeList.Empty)?.Reason;

    /// <summary>
    /// As <see cref="Check"/>, beside the SIS's own list: a code that is in it is right whatever it looks like, and one that only looks like one
    /// of them must be meant. A code that is not in it at all is no fault, see <see cref="BehaviorCode.Listing"/>.
    /// </summary>
    public CodeTextFault? FindFault(SisCodeList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        foreach (var (property, code) in ExternalCodesOf(ExternalCode, Ladder))
        {
            if (code.Length > BehaviorCode.MaxExternalCodeLength)
                return new CodeTextFault(property, $"An external code may have {BehaviorCode.MaxExternalCodeLength} characters; one has {code.Length}.", null);
            if (OddCharactersMeant || list.Contains(code))
                continue;
            if (list.FindNearMiss(code) is { } near)
                return new CodeTextFault(property, $"The external code '{code}' differs from the SIS's '{near.Listed}' at position {near.Position}: {near.What}. It must equal the SIS's code exactly; retype it, or say that it is meant.", near.Position);
            if (ExactText.FindFault(code) is { } fault)
                return new CodeTextFault(property, $"The external code has {fault}. It must equal the SIS's code exactly; retype it, or say that it is meant.", fault.Position);
        }
        return null;
    }

    internal static IReadOnlyList<(string Property, string Code)> ExternalCodesOf(string? externalCode, LatenessLadder? ladder) =>
    [
        .. externalCode is { Length: > 0 } ? [(nameof(BehaviorCode.ExternalCode), externalCode)] : Array.Empty<(string, string)>(),
        .. ladder is null ? [] : ladder.Steps.Select(s => ("LatenessLadder", s.ExternalCode)),
    ];
}

/// <summary>Why a code's text is refused.</summary>
/// <param name="Property">What it is about: <c>ExternalCode</c> or <c>LatenessLadder</c>.</param>
/// <param name="Reason">In words, with what to do.</param>
/// <param name="Position">Where in the external code, counted from 1; null if no single character is to blame.</param>
public sealed record CodeTextFault(string Property, string Reason, int? Position);

/// <summary>What the SIS's own list of codes says of a behaviour code.</summary>
public enum SisListing
{
    /// <summary>The district has given no list, or the code has no external codes.</summary>
    NotCompared,

    /// <summary>Every external code is in the list.</summary>
    Listed,

    /// <summary>An external code is not: the SIS would not know it.</summary>
    NotListed,
}
