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
    public string? Check()
    {
        foreach (var code in Ladder is null ? [ExternalCode ?? ""] : Ladder.Steps.Select(s => s.ExternalCode).Prepend(ExternalCode ?? ""))
        {
            if (code.Length > BehaviorCode.MaxExternalCodeLength)
                return $"An external code may have {BehaviorCode.MaxExternalCodeLength} characters; one has {code.Length}.";
            if (!OddCharactersMeant && ExactText.FindFault(code) is { } fault)
                return $"The external code has {fault}. It must equal the SIS's code exactly; retype it, or say that it is meant.";
        }
        return null;
    }
}
