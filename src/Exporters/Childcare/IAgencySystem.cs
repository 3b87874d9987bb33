using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare;

/// <summary>
/// One state system as a run of a connector uses it: what is asked first, what is then sent, and how. The next system is one of these, a contract and a profile.
/// It never throws for what an agency or network does; only cancellation passes through.
/// </summary>
public interface IAgencySystem
{
    /// <summary>What was submitted cannot be submitted again: after an unknown end it is asked after, and never sent again by itself.</summary>
    /// <remarks>Source: seed (childcare rules 15 and 16).</remarks>
    bool IsOnlyOnce { get; }

    /// <summary>Whether the agency is told of such a day at all, where it was told nothing of it before.</summary>
    bool Tells(AttendanceDay day);

    /// <summary>Whether a child-day is the agency's business as things are: where it is not, it is neither sent nor held.</summary>
    bool Concerns(ChildDayLine line) => line.Told is not null || Tells(line.Day);

    /// <summary>Asks the agency what it knows about a provider. It is also how a provider is registered: its credentials are right where this is answered.</summary>
    Task<AgencyLook> LookAsync(AgencyProvider provider, AgencyRun run, CancellationToken cancellation);

    /// <summary>What goes for a provider, and what is held. Pure.</summary>
    /// <param name="provider">Which.</param>
    /// <param name="look">What the agency knows.</param>
    /// <param name="days">The provider's child-days of <see cref="AgencyLook.Known.Days"/>, in order of date, site and child, each with what stands in its way whatever the system.</param>
    /// <param name="run">The run.</param>
    AgencyPlan Plan(AgencyProvider provider, AgencyLook.Known look, IReadOnlyList<SiftedDay> days, AgencyRun run);

    /// <summary>Sends a submission, byte for byte.</summary>
    Task<AgencyReply> SendAsync(AgencyProvider provider, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Asks what became of a submission whose end is not known. <see cref="AgencyReply.NotTaken"/> without trouble: the agency does not have it.</summary>
    Task<AgencyReply> AskAsync(AgencyProvider provider, OpenSubmission submission, ReadOnlyMemory<byte> content, CancellationToken cancellation);
}

/// <summary>A provider as a run sees it.</summary>
/// <param name="Id">Its row.</param>
/// <param name="ProviderId">The agency's.</param>
/// <param name="Name">For people.</param>
/// <param name="SiteId">The only site it stands for; null: any.</param>
/// <param name="Secret">Password or key; null: none is stored.</param>
/// <param name="StopReason">Why it is not asked; null: it is.</param>
public sealed record AgencyProvider(long Id, string ProviderId, string Name, long? SiteId, string? Secret, string? StopReason)
{
    /// <summary>The Provider ID alone: the secret never gets into a text.</summary>
    public override string ToString() => ProviderId;
}

/// <summary>What a run is about.</summary>
/// <param name="Connector">The snapshot.</param>
/// <param name="Agency">Its destination.</param>
/// <param name="Profile">Of the state.</param>
/// <param name="Now">When it began.</param>
/// <param name="Days">The dates it sends.</param>
/// <param name="Order">What a person wants submitted; null: what is due.</param>
/// <param name="Sites">Every site of the owner, by id.</param>
public sealed record AgencyRun(
    Connector Connector, AgencyDestinationDefinition Agency, StateProfile Profile, DateTimeOffset Now, DayRange Days, SubmissionOrder? Order, IReadOnlyDictionary<long, Site> Sites)
{
    /// <summary>The one child-day that a person wants sent; null: those of <see cref="Days"/>.</summary>
    public ChildDayOrder? OnlyDay { get; init; }

    /// <summary>Today's child-days go as soon as they are complete. Otherwise only days that are over at their site.</summary>
    public bool IncludesToday { get; init; }

    /// <summary>Of a system in which that is possible only once: the children who were submitted before, for any of the days that are looked at.</summary>
    public IReadOnlyList<SubmittedChild> Submitted { get; init; } = [];

    /// <summary>Submissions of which nobody can say whether the agency has them: Provider ID and days. Nothing of them is planned.</summary>
    public IReadOnlyCollection<(string ProviderId, DayRange Days)> Unsettled { get; init; } = [];

    /// <summary>What people are told, in the connector's language.</summary>
    public AgencyTexts Texts => AgencyTexts.Of(Agency.Language);

    /// <summary>Where nothing could go, the agency is not even asked, and it is no run: for the times that look for check-outs every few minutes.</summary>
    public bool OnlyIfReady { get; init; }

    /// <summary>How many days back, yesterday being 1, the agency takes corrections; null: any number.</summary>
    public int? CorrectionDays => Agency.CorrectionDays ?? Profile.CorrectionDays;

    /// <summary>
    /// Whether the run is to send this child-day; the others that it looks at wait for theirs. A night that is carried is complete on the date on which it ends, and goes with that one too:
    /// at the times of its own date the child was still there.
    /// </summary>
    public bool IsAbout(ChildDayLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return OnlyDay is { } only ? only.IsOf(line) : line.Date <= Days.To && (line.Date >= Days.From || EndOf(line.Day) >= Days.From);
    }

    /// <summary>The last date that has a part of a day's care; null: there is none, or it has not ended.</summary>
    private DateOnly? EndOf(AttendanceDay day) => (day as AttendanceDay.Attended)?.Care.Max(c => c.To is { } to ? Sites[c.SiteId].Zone.At(to.AddMinutes(-1)).Day : (DateOnly?)null);

    /// <summary>The present date at a site.</summary>
    public DateOnly Today(Site site) => site.Zone.At(Now).Day;
}

/// <summary>What an agency knows about a provider.</summary>
public abstract record AgencyLook
{
    private AgencyLook()
    {
    }

    /// <summary>It has answered; a system adds what it needs for its plan.</summary>
    /// <param name="Children">Its roster.</param>
    /// <param name="Days">The dates that the roster is about, and that the plan is made for.</param>
    public record Known(IReadOnlyList<AgencyRosterChild> Children, DayRange Days) : AgencyLook
    {
        /// <summary>The plan looks at child-days since then too, a limit of the year for instance; null: those of <see cref="Days"/> are enough.</summary>
        public DateOnly? LooksBackTo { get; init; }
    }

    /// <summary>It has not.</summary>
    public sealed record Failed(AgencyTrouble Trouble) : AgencyLook;
}

/// <summary>Why an agency did not do as it was asked.</summary>
/// <param name="Kind">The sort; decides who must do something.</param>
/// <param name="Reason">For people, with what to do. Holds nothing of a child, and may stand in a log.</param>
/// <param name="After">How long the agency asks to be left alone.</param>
public sealed record AgencyTrouble(AgencyTroubleKind Kind, string Reason, TimeSpan? After = null);

/// <summary>Sorts of troubles with an agency.</summary>
public enum AgencyTroubleKind
{
    /// <summary>It may mend itself.</summary>
    MayMend,

    /// <summary>The provider is not let in. It is not asked again before a person has done something.</summary>
    NotLetIn,

    /// <summary>Its answer cannot be understood; trying again at once makes no sense.</summary>
    Unreadable,
}

/// <summary>A child-day of a provider, and what stands in its way whatever the system; null: nothing.</summary>
public readonly record struct SiftedDay(ChildDayLine Line, HeldDay? Held);

/// <summary>What a run does for a provider.</summary>
/// <param name="Drafts">To be frozen and sent, in order.</param>
/// <param name="Held">Not sent.</param>
/// <param name="Notice">Something for people about the provider as a whole, such as a period that is overdue; null: nothing. Holds nothing of a child.</param>
public sealed record AgencyPlan(ImmutableArray<SubmissionDraft> Drafts, ImmutableArray<HeldDay> Held, string? Notice = null)
{
    /// <summary>Why what a person ordered cannot be done, with what to do; null: it can, or nothing was ordered. Holds nothing of a child.</summary>
    public string? Refusal { get; init; }

    /// <summary>Somebody has to do something, whether a child-day is held or not.</summary>
    public bool NeedsAPerson { get; init; }
}

/// <summary>How sending, or asking, ended.</summary>
public abstract record AgencyReply
{
    private AgencyReply()
    {
    }

    /// <summary>The agency has answered.</summary>
    public sealed record Ended(SubmissionEnd End) : AgencyReply;

    /// <summary>Surely nothing was taken. <paramref name="Trouble"/> null: the agency was asked, and does not have it.</summary>
    public sealed record NotTaken(AgencyTrouble? Trouble) : AgencyReply;

    /// <summary>Whether it was taken is not known.</summary>
    public sealed record Unknown(string Reason) : AgencyReply;
}
