using System.Collections.Immutable;
using K12Sync.Domain.Exports;

namespace K12Sync.Domain.Childcare.Submissions;

/// <summary>One child-day as a connector to an agency sees it.</summary>
/// <param name="DayId">The record.</param>
/// <param name="Version">Its present version.</param>
/// <param name="ChildNumber">Ours.</param>
/// <param name="Names">As the site has them; null: no child of the owner has the number.</param>
/// <param name="AgencyChildId">The agency's id that the child is linked to; null: it is not linked.</param>
/// <param name="Site">Which site it is about; null where nobody can say.</param>
/// <param name="Date">By the clock on the site's wall.</param>
/// <param name="Day">Its state.</param>
/// <param name="Providers">Provider IDs of the state under which the day is paid for, in ordinal order; empty: no authorization covers it.</param>
/// <param name="Told">What this connector last told the agency of the day; null: nothing.</param>
public sealed record ChildDayLine(
    long DayId, long Version, string ChildNumber, ChildFacts? Names, string? AgencyChildId, Site? Site, DateOnly Date, AttendanceDay Day, ImmutableArray<string> Providers, ToldDay? Told)
{
    /// <summary>Nobody can say what the day was, so the agency should hold nothing of it.</summary>
    public bool IsWithdrawn => Day is AttendanceDay.Unknown;

    /// <summary>The agency was not told the present version. One that says nothing is owed only where it was told something before.</summary>
    public bool IsOwed => Told is null ? !IsWithdrawn : Told.Version != Version;

    /// <summary>What the agency was told stands as it was, but by now something is wrong with the day: a check-out without a check-in, for instance.</summary>
    public bool IsFaultySinceTold => Told is not null && !IsOwed && Day.Readiness == DayReadiness.Error;

    /// <summary>At which site the agency was told that it was; null: it was told nothing.</summary>
    public long? ToldSiteId { get; init; }

    /// <summary>Why the agency did not take the present version when it was last sent, in our words; null: it was not refused.</summary>
    public string? Refused { get; init; }

    /// <summary>Shows nothing of the child.</summary>
    public override string ToString() => $"day {DayId} version {Version}";
}

/// <summary>What an agency was last told of a child-day. Freezing counts as telling.</summary>
/// <param name="Version">Which version.</param>
/// <param name="ProviderId">Under which Provider ID.</param>
/// <param name="State">How that stands.</param>
public sealed record ToldDay(long Version, string ProviderId, ToldState State);

/// <summary>How a telling stands.</summary>
public enum ToldState
{
    /// <summary>The agency has it.</summary>
    Told,

    /// <summary>It is on its way, or whether the agency has it is not known.</summary>
    OnItsWay,

    /// <summary>The agency takes nothing of the day any more.</summary>
    Closed,
}

/// <summary>A child whose days an agency was told, or may have been told, in one submission.</summary>
/// <param name="ProviderId">Under which Provider ID.</param>
/// <param name="ChildNumber">Ours.</param>
/// <param name="AgencyChildId">As the submission named the child.</param>
/// <param name="Days">The whole of what the submission was about.</param>
public sealed record SubmittedChild(string ProviderId, string ChildNumber, string AgencyChildId, DayRange Days)
{
    /// <summary>Shows nothing of the child.</summary>
    public override string ToString() => ProviderId;
}

/// <summary>Who certified a submission, when, in which words.</summary>
/// <remarks>Source: seed (childcare rule 19).</remarks>
public sealed record Attestation(string CertifiedBy, DateTimeOffset CertifiedAt, string Wording);

/// <summary>What a person wants submitted now: exactly these days of one provider.</summary>
/// <param name="ProviderId">Under which Provider ID.</param>
/// <param name="Days">Exactly a period of the agency's.</param>
/// <param name="Attestation">Who answers for it.</param>
public sealed record SubmissionOrder(string ProviderId, DayRange Days, Attestation Attestation);

/// <summary>One child's day that a person wants sent now. There is one record for a child and a date, wherever it is about.</summary>
/// <param name="ChildNumber">Ours.</param>
/// <param name="Date">By the clock on the site's wall.</param>
/// <remarks>Source: seed (childcare rule 14).</remarks>
public sealed record ChildDayOrder(string ChildNumber, DateOnly Date)
{
    /// <summary>Whether it is this one.</summary>
    public bool IsOf(ChildDayLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Date == Date && string.Equals(line.ChildNumber, ChildNumber, StringComparison.Ordinal);
    }

    /// <summary>Whether a stay of it may reach into this one: of the same child, one or two dates later, see <see cref="Stay.Longest"/>.</summary>
    public bool ReachesInto(ChildDayLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Date.DayNumber - Date.DayNumber is 1 or 2 && string.Equals(line.ChildNumber, ChildNumber, StringComparison.Ordinal);
    }

    /// <summary>Shows nothing of the child.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"one child-day of {Date:yyyy-MM-dd}");
}

/// <summary>A submission that is ready to be frozen.</summary>
/// <param name="ProviderId">Under which Provider ID; one submission never has two.</param>
/// <param name="Days">The days it is about.</param>
/// <param name="Content">The exact bytes of the request.</param>
/// <param name="Lines">The child-days it tells, each once.</param>
public sealed record SubmissionDraft(string ProviderId, DayRange Days, byte[] Content, ImmutableArray<SubmissionLine> Lines)
{
    /// <summary>Null: the agency wants none.</summary>
    public Attestation? Attestation { get; init; }
}

/// <summary>One child-day of a submission.</summary>
/// <param name="Line">Which.</param>
/// <param name="AgencyChildId">As the submission names the child.</param>
/// <param name="Says">What it tells, in a few characters for people: a code, or minutes.</param>
public sealed record SubmissionLine(ChildDayLine Line, string AgencyChildId, string Says);

/// <summary>A child-day that is not sent until a person, or the agency, has done something, and what.</summary>
public sealed record HeldDay(ChildDayLine Line, HoldReason Reason, string Explanation);

/// <summary>A submission as its sending sees it.</summary>
/// <param name="BatchId">Unique among all connectors.</param>
/// <param name="Status">How far it got; <see cref="BatchStatus.Publishing"/>: it was sent, and what became of it is not known.</param>
/// <param name="Name">For people.</param>
/// <param name="ProviderId">Under which Provider ID.</param>
/// <param name="Days">The days it is about.</param>
/// <param name="Rows">Child-days it tells.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Upper-case hex.</param>
public sealed record OpenSubmission(long BatchId, BatchStatus Status, string Name, string ProviderId, DayRange Days, int Rows, long Length, string Sha256)
{
    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }
}

/// <summary>What became of one child-day of a submission.</summary>
/// <param name="AgencyChildId">As the submission named the child.</param>
/// <param name="Date">Null: all days of the child in the submission.</param>
/// <param name="Kind">What the agency did.</param>
/// <param name="Reason">In our words, for people; null where the agency has it. Holds nothing of the child.</param>
/// <param name="AgencySays">The agency's own text, which may name a child.</param>
public sealed record DayEnd(string AgencyChildId, DateOnly? Date, DayEndKind Kind, string? Reason, string? AgencySays);

/// <summary>What an agency did with a child-day.</summary>
public enum DayEndKind
{
    /// <summary>It has it.</summary>
    Accepted,

    /// <summary>It took nothing of the day. It is owed again, and goes with a later run.</summary>
    Rejected,

    /// <summary>It takes nothing of the day any more. Terminal.</summary>
    Closed,
}

/// <summary>How a submission ended.</summary>
/// <param name="IsTaken">False: the agency took nothing of it, and what is not named is owed again.</param>
/// <param name="Days">Of child-days; what is not named has the fate of the whole.</param>
/// <param name="Otherwise">What is said of the lines that are not named, where the whole was not taken. Its child and date mean nothing.</param>
public sealed record SubmissionEnd(bool IsTaken, ImmutableArray<DayEnd> Days, DayEnd? Otherwise = null)
{
    /// <summary>The agency's own number of it, where it gives one.</summary>
    public string? ReceiptId { get; init; }

    /// <summary>The exact bytes of the answer.</summary>
    public ReadOnlyMemory<byte> Response { get; init; }
}
