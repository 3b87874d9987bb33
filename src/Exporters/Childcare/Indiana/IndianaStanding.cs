using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare.Indiana;

/// <summary>Where a service period stands with us.</summary>
public enum IndianaStanding
{
    /// <summary>The state has it.</summary>
    Submitted,

    /// <summary>It is entered in the portal, by hand.</summary>
    ByHand,

    /// <summary>It is not over.</summary>
    Running,

    /// <summary>An older one is not submitted.</summary>
    Waiting,

    /// <summary>It goes with the next run.</summary>
    Ready,

    /// <summary>It was sent, and whether the state has it is not known.</summary>
    UnderWay,

    /// <summary>The rosters do not have the same children.</summary>
    RosterDiffers,

    /// <summary>Something is wrong with single days.</summary>
    Blocked,

    /// <summary>The state expects it from the connection, and the connector begins later.</summary>
    BeforeStart,
}

/// <summary>A service period, where it stands, and why.</summary>
/// <param name="Period">As the state lists it.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Lines">The site's child-days in it, of linked children.</param>
public sealed record IndianaPeriodState(IndianaPeriod Period, IndianaStanding Standing, ImmutableArray<ChildDayLine> Lines)
{
    /// <summary>Its oldest predecessor that is not submitted; null: there is none.</summary>
    public IndianaPeriod? Older { get; init; }

    /// <summary>Ids of children that are only on our side, in ordinal order.</summary>
    public ImmutableArray<string> OnlyHere { get; init; } = [];

    /// <summary>Ids of children that are only on the state's roster, in ordinal order.</summary>
    public ImmutableArray<string> OnlyThere { get; init; } = [];

    /// <summary>What is wrong with single days, by child-day.</summary>
    public IReadOnlyDictionary<long, string> Faults { get; init; } = ImmutableDictionary<long, string>.Empty;

    /// <summary>Somebody has to do something before it goes.</summary>
    public bool IsBlocked => Standing is IndianaStanding.RosterDiffers or IndianaStanding.Blocked or IndianaStanding.BeforeStart or IndianaStanding.UnderWay;

    /// <summary>Why it does not go, without anything of a child; null: nothing is in its way.</summary>
    /// <param name="start">The first day that the connector sends.</param>
    /// <param name="since">The first day that the state expects from the connection.</param>
    /// <param name="texts">The language.</param>
    public string? Why(DateOnly? start, DateOnly? since, AgencyTexts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Standing switch
        {
            IndianaStanding.Waiting when Older is { Status: IndianaPeriodStatus.OpenInPortal } older => texts.Say(Phrase.IndianaOlderInPortal, ("from", older.From), ("to", older.To)),
            IndianaStanding.Waiting => texts.Say(Phrase.IndianaOlderFirst, ("from", Older!.From), ("to", Older.To)),
            IndianaStanding.UnderWay => texts.Say(Phrase.IndianaUnderWay, ("from", Period.From), ("to", Period.To)),
            IndianaStanding.RosterDiffers => texts.Say(Phrase.IndianaRosterCounts, ("from", Period.From), ("to", Period.To), ("ours", OnlyHere.Length), ("theirs", OnlyThere.Length)),
            IndianaStanding.Blocked => texts.Say(Phrase.IndianaDaysToMend, ("from", Period.From), ("to", Period.To), ("count", Faults.Count)),
            IndianaStanding.BeforeStart => texts.Say(Phrase.IndianaStartLater, ("since", since ?? Period.From), ("start", start!), ("from", Period.From), ("to", Period.To)),
            _ => null,
        };
    }
}
