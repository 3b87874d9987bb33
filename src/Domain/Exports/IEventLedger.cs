using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;

namespace K12Sync.Domain.Exports;

/// <summary>
/// The part of the ledger that is about an API that holds events by key and gives each an id. What is, or may be, there by our doing is remembered before every call, so that
/// a crash leaves nothing there that nobody knows of. Runs, frozen bytes and lines are those of <see cref="IExportLedger"/> and <see cref="IChildDayLedger"/>; every method is one transaction.
/// </summary>
public interface IEventLedger
{
    /// <summary>
    /// The child-days that the connector has not told, or has told an earlier version of, at the sites that its destination names; those that it has told and that are in error by now, or held; and the
    /// two days after each, which a stay over midnight may reach into. In order of date and child. Days that are on their way come too, see <see cref="OpenAsync"/>.
    /// </summary>
    Task<IReadOnlyList<OwedChildDay>> ChildDaysAsync(Connector connector, CancellationToken cancellation);

    /// <summary>What is, or may be, at the API for these dates (inclusive).</summary>
    Task<IReadOnlyList<HeldEvent>> HeldAsync(Connector connector, DayRange days, CancellationToken cancellation);

    /// <summary>What may be at the API, or not, without anybody waiting for it: its id never came.</summary>
    Task<IReadOnlyList<HeldEvent>> UncertainAsync(Connector connector, CancellationToken cancellation);

    /// <summary>Batches of calls that are not all made, oldest first.</summary>
    Task<IReadOnlyList<OpenCalls>> OpenAsync(Connector connector, CancellationToken cancellation);

    /// <summary>Before calls are frozen: what they may leave at the API. Lines of child-days that are told again although they have not changed are owed again.</summary>
    Task PrepareAsync(Connector connector, IReadOnlyList<HeldEvent> held, IReadOnlyList<ChildDayLine> again, CancellationToken cancellation);

    /// <summary>Before the first call of a batch leaves.</summary>
    Task SendingAsync(long batchId, string destination, CancellationToken cancellation);

    /// <summary>
    /// What became of calls: what the API holds now, and the fate of their lines. Once no line of the batch waits and <paramref name="isWhole"/>, it is delivered, or given up if nothing of it was taken.
    /// </summary>
    Task SettleAsync(Connector connector, long batchId, IReadOnlyList<CallEnd> ends, bool isWhole, CancellationToken cancellation);
}

/// <summary>What an event is about: a child-day, or a student's day at a school.</summary>
/// <param name="ChildDayId">The child-day; null: tardies.</param>
/// <param name="SchoolId">Our school; null: a child-day.</param>
/// <param name="StudentNumber">Of a child-day the child's number.</param>
/// <param name="Date">By the clock on the wall there.</param>
public sealed record EventSubject(long? ChildDayId, long? SchoolId, string StudentNumber, DateOnly Date)
{
    /// <summary>Shows nothing of the student.</summary>
    public override string ToString() => $"{Date:yyyy-MM-dd}";
}

/// <summary>An event that is, or may be, at an API by our doing.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Key">As the API names it, as text.</param>
/// <param name="EventId">The API's id; null: it was, or is about to be, sent, and whether it is there is not known.</param>
/// <param name="Sha256">Of what it surely says, upper-case hex; null: that is not known.</param>
public sealed record HeldEvent(EventSubject Subject, string Key, string? EventId, string? Sha256)
{
    /// <summary>Shows nothing of the student.</summary>
    public override string ToString() => Subject.ToString();
}

/// <summary>A child-day with the states of the two dates before, as far as there are any.</summary>
/// <param name="Line">The day; <see cref="ChildDayLine.Names"/> and <see cref="ChildDayLine.Providers"/> are left out.</param>
/// <param name="IsOwed">False: it was told as it is, and comes along because it is in error or held, or a day before it changed.</param>
/// <param name="Before">In order of date.</param>
public sealed record OwedChildDay(ChildDayLine Line, bool IsOwed, ImmutableArray<AttendanceDay> Before);

/// <summary>A batch of calls as its sending sees it.</summary>
/// <param name="BatchId">Unique among all connectors.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">The frozen bytes.</param>
/// <param name="Sha256">Of them, upper-case hex.</param>
/// <param name="Waiting">The child-days or tardies whose calls have not come to an end.</param>
public sealed record OpenCalls(long BatchId, string Name, ReadOnlyMemory<byte> Content, string Sha256, ImmutableHashSet<long> Waiting);

/// <summary>What became of a call.</summary>
/// <param name="Subject">What it was about.</param>
/// <param name="Records">The child-day, or the tardies, that it told.</param>
/// <param name="Held">All that is, or may be, at the API for the subject now.</param>
/// <param name="Kind">Null: its end is not known, or it goes again.</param>
/// <param name="Says">In a word, with the API's id; kept as the answer.</param>
/// <param name="Reason">For people; null where all is well. Holds nothing of the student.</param>
public sealed record CallEnd(EventSubject Subject, ImmutableArray<long> Records, ImmutableArray<HeldEvent> Held, DayEndKind? Kind, string Says, string? Reason);
