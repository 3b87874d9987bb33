namespace K12Sync.Domain.Exports;

/// <summary>One tardy as a layout sees it.</summary>
/// <param name="RecordId">The record.</param>
/// <param name="Version">Its present version.</param>
/// <param name="IsOwed">False: it comes along because its day is sent again.</param>
/// <param name="IsWithdrawn">The tardy is no longer one; the SIS was told otherwise before.</param>
/// <param name="SchoolId">The school.</param>
/// <param name="SchoolCode">As the school is known here.</param>
/// <param name="SisSchoolCode">As the SIS knows it; the same as <paramref name="SchoolCode"/> where the school has none.</param>
/// <param name="StudentNumber">Text: leading zeros count.</param>
/// <param name="StateId">The state's id of the student; null where the roster has none.</param>
/// <param name="Date">In the school's zone.</param>
/// <param name="PeriodName">For people.</param>
/// <param name="SisPeriodCode">Byte for byte.</param>
/// <param name="ExternalCode">Byte for byte.</param>
/// <param name="MinutesLate">Whole minutes from the bell.</param>
/// <param name="PassId">The pass that won.</param>
/// <param name="IssuedAt">With the school's offset at that moment.</param>
/// <param name="Told">What this connector last told the SIS about the record; null: nothing.</param>
public sealed record TardyLine(
    long RecordId, long Version, bool IsOwed, bool IsWithdrawn, long SchoolId, string SchoolCode, string SisSchoolCode, string StudentNumber, string? StateId, DateOnly Date,
    string PeriodName, string SisPeriodCode, string ExternalCode, int MinutesLate, string PassId, DateTimeOffset IssuedAt, Told? Told = null);

/// <summary>What the SIS was last told about a record, by file or by a clerk's list. Freezing counts as telling.</summary>
/// <param name="Sequence">Higher is later, over all records of the connector.</param>
/// <param name="RowHash">Of the row's bytes, see <see cref="FileLine"/>.</param>
/// <param name="ExternalCode">The code it was told.</param>
/// <param name="IsWithdrawn">It was told that there is no tardy.</param>
/// <param name="IsUnconfirmed">Whether the file has arrived is not known.</param>
public sealed record Told(long Sequence, long RowHash, string ExternalCode, bool IsWithdrawn, bool IsUnconfirmed = false);

/// <summary>What a run does about a line.</summary>
public enum LineRole
{
    /// <summary>A file says it, by a row or, where the whole day is replaced, by having none. Settles the line's version.</summary>
    Sent,

    /// <summary>It comes along because its day is sent again. Settles nothing.</summary>
    Repeated,

    /// <summary>
    /// Held, and its day is replaced without it: the SIS loses what it was told of the record before. Settles nothing; the record is among the held ones too.
    /// </summary>
    LeftOut,

    /// <summary>The SIS was told just this before, so nothing has to be said. Settles the version.</summary>
    Unneeded,

    /// <summary>The layout cannot say it: a clerk changes the SIS by hand, from a list. Settles the version.</summary>
    ByHand,
}

/// <summary>What a file says of a record: no more than is remembered of it, for a file may speak of a million.</summary>
/// <param name="RecordId">The record.</param>
/// <param name="Version">Its version then.</param>
/// <param name="IsWithdrawn">The tardy is no longer one.</param>
/// <param name="SchoolId">The school.</param>
/// <param name="StudentNumber">Text: leading zeros count.</param>
/// <param name="Date">In the school's zone.</param>
/// <param name="SisPeriodCode">Byte for byte.</param>
/// <param name="ExternalCode">Byte for byte.</param>
/// <param name="Role"><see cref="LineRole.Sent"/>, <see cref="LineRole.Repeated"/> or <see cref="LineRole.LeftOut"/>.</param>
/// <param name="RowHash">A 64-bit hash of the row's bytes, without line end, as the SIS then holds it; equal only (but for chance) where the bytes are. 0 where there is no row.</param>
public readonly record struct FileLine(
    long RecordId, long Version, bool IsWithdrawn, long SchoolId, string StudentNumber, DateOnly Date, string SisPeriodCode, string ExternalCode, LineRole Role, long RowHash)
{
    /// <summary>What a file says of <paramref name="line"/>.</summary>
    public static FileLine Of(TardyLine line, LineRole role, long rowHash)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new FileLine(line.RecordId, line.Version, line.IsWithdrawn, line.SchoolId, line.StudentNumber, line.Date, line.SisPeriodCode, line.ExternalCode, role, rowHash);
    }
}

/// <summary>A line that no file speaks of, and why none has to.</summary>
/// <param name="Line">The record.</param>
/// <param name="Role"><see cref="LineRole.Unneeded"/> or <see cref="LineRole.ByHand"/>.</param>
/// <param name="RowHash">As in <see cref="FileLine"/>.</param>
public sealed record SettledLine(TardyLine Line, LineRole Role, long RowHash);

/// <summary>A record that is not sent until a person has done something, and what.</summary>
public sealed record HeldLine(TardyLine Line, HoldReason Reason, string Explanation);

/// <summary>Why a record is held.</summary>
public enum HoldReason
{
    /// <summary>Older than the connector may send: the SIS locks past days.</summary>
    TooOld,

    /// <summary>A value is longer than the layout allows. Never cut.</summary>
    TooLong,

    /// <summary>A value holds a character that the layout's encoding does not have, or that would break the file.</summary>
    NotEncodable,

    /// <summary>The layout needs a value that the record does not have.</summary>
    Missing,

    /// <summary>A child-day with errors in its times.</summary>
    DayHasErrors,

    /// <summary>The child has not been checked out yet.</summary>
    NotCheckedOut,

    /// <summary>The child is linked to none of the agency's.</summary>
    NotLinked,

    /// <summary>No authorization covers the day.</summary>
    NotAuthorized,

    /// <summary>The agency's code or location for it is not known here.</summary>
    NoAgencyCode,

    /// <summary>More than one Provider ID is paid for the day, and nobody has said which of them it goes under.</summary>
    SeveralPayers,

    /// <summary>It was told before, has changed, and is older than the agency takes corrections.</summary>
    CorrectionNeeded,

    /// <summary>The agency does not let the provider in, or knows it no longer.</summary>
    ProviderStopped,

    /// <summary>The agency could not be reached, or what was sent before has an unknown fate.</summary>
    AgencyUnavailable,

    /// <summary>It goes with its whole period, which is not over or not submitted yet.</summary>
    PeriodOpen,

    /// <summary>The period cannot go, because both rosters do not have the same children.</summary>
    RosterDiffers,

    /// <summary>The period cannot go, because something in it is wrong.</summary>
    PeriodBlocked,
}
