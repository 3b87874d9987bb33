namespace K12Sync.Data.Retention;

/// <summary>Why a day older than its district keeps days is still there.</summary>
public enum KeptBecause
{
    /// <summary>It waits to be mapped or judged, or its schedule was never set.</summary>
    NotDecided,

    /// <summary>A connector owes something of it.</summary>
    Owed,

    /// <summary>A connector holds something of it, or a clerk has not yet corrected it by hand.</summary>
    WaitsForAPerson,

    /// <summary>Something of it is in a file, or at an agency, of which nobody knows whether it arrived.</summary>
    Unconfirmed,

    /// <summary>It is in the last file of a name that a connector uses again, which may be taken back.</summary>
    InTheLastFile,
}

/// <summary>How much was let go of, or would be.</summary>
/// <param name="Days">School-days, or child-days.</param>
/// <param name="Rows">Passes, or check-ins and check-outs.</param>
/// <param name="Records">Tardies, or absences.</param>
/// <param name="Lines">Lines of runs.</param>
/// <param name="Kept">Days that are old enough and stay.</param>
public sealed record LetGo(int Days, int Rows, int Records, int Lines, IReadOnlyDictionary<KeptBecause, int> Kept)
{
    /// <summary>Nothing.</summary>
    public static LetGo Nothing { get; } = new(0, 0, 0, 0, new Dictionary<KeptBecause, int>());

    /// <summary>Both together.</summary>
    public LetGo And(LetGo other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new LetGo(Days + other.Days, Rows + other.Rows, Records + other.Records, Lines + other.Lines,
            Kept.Concat(other.Kept).GroupBy(k => k.Key).ToDictionary(g => g.Key, g => g.Sum(k => k.Value)));
    }
}
