using System.Collections.Frozen;

namespace K12Sync.Domain.Childcare;

/// <summary>What there is to say about a child-day beside its state.</summary>
public enum FindingKind
{
    /// <summary>The child was checked out without having been checked in during the 24 hours before.</summary>
    NoCheckIn,

    /// <summary>A check-out at or before its check-in, written with the same date. The next day is never assumed.</summary>
    NotAfterCheckIn,

    /// <summary>A check-in while the child was checked in already.</summary>
    SecondCheckIn,

    /// <summary>The child was in two places at a time.</summary>
    Overlap,

    /// <summary>An event of a time that has not come yet.</summary>
    InTheFuture,

    /// <summary>No child of the owner has this number.</summary>
    UnknownChild,

    /// <summary>An absence was recorded, but the child was there.</summary>
    AbsenceOverruled,

    /// <summary>An absence was recorded for a day on which there can be none.</summary>
    AbsenceRefused,

    /// <summary>The child was there although the site was closed.</summary>
    AttendedOnClosure,

    /// <summary>The child was there without being enrolled.</summary>
    AttendedNotEnrolled,

    /// <summary>The check-out was forgotten, and the clock made one.</summary>
    CheckedOutByClock,
}

/// <summary>Something about a child-day that a person should know.</summary>
/// <param name="Kind">What sort.</param>
/// <param name="Sentence">For the person who can mend it; times are those of the site's wall clock. Holds no name and no number of a child.</param>
public sealed record DayFinding(FindingKind Kind, string Sentence)
{
    private static readonly FrozenSet<FindingKind> Errors = new[]
    {
        FindingKind.NoCheckIn, FindingKind.NotAfterCheckIn, FindingKind.SecondCheckIn, FindingKind.Overlap, FindingKind.InTheFuture, FindingKind.UnknownChild,
    }.ToFrozenSet();

    /// <summary>The day is an error row: it goes to nobody until it is mended. Otherwise the finding is only to be known.</summary>
    public bool IsError => Errors.Contains(Kind);
}
