using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Counters;

namespace K12Sync.Domain.Childcare.States;

/// <summary>The system that a state takes attendance by.</summary>
public enum AgencySystem
{
    KinderConnect,
    KinderTrack,
    IndianaCcms,
}

/// <summary>
/// What is different from state to state, as data. Each value says in its place where it comes from: <c>seed</c> (the vendors' help articles that this
/// part of the product follows), <c>public</c> (a state's published rule), <c>assumed</c> (nothing public; to be confirmed with the agency).
/// </summary>
public sealed record StateProfile
{
    /// <summary>Postal code, upper case.</summary>
    public required string State { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    public required AgencySystem System { get; init; }

    /// <summary>How the agency writes the ids of providers.</summary>
    public required AgencyIdFormat ProviderIds { get; init; }

    /// <summary>How the agency writes the ids of children.</summary>
    public required AgencyIdFormat ChildIds { get; init; }

    /// <summary>A provider is one site, and a site one provider. Otherwise a provider may be any site of the owner, and a site several providers.</summary>
    public bool IsOneProviderOneSite { get; init; }

    /// <summary>What becomes of a stay over midnight.</summary>
    public MidnightRule Midnight { get; init; } = MidnightRule.Carry;

    /// <summary>What happens to a day's minutes before they are counted.</summary>
    public MinuteRounding Rounding { get; init; } = MinuteRounding.Exact;

    /// <summary>What a day's minutes count as.</summary>
    public UnitRule Units { get; init; } = new UnitRule.TimesOnly();

    /// <summary>How many days back, yesterday being 1, the agency still takes corrections; null: nothing is public, so as the connector says.</summary>
    public int? CorrectionDays { get; init; }

    /// <summary>The limits that are counted, and warned of.</summary>
    public ImmutableArray<CounterRule> Counters { get; init; } = [];

    /// <summary>The limit of absences that each district of the state chooses for itself, from its <see cref="CounterRule.Limit"/> to its <see cref="CounterRule.MayBeAllowed"/>; null: none is.</summary>
    public CounterRule? ChosenByDistrict => Counters.FirstOrDefault(c => c.MayBeAllowed is not null);

    /// <summary>The agency's own codes; null: not public.</summary>
    public DayCodes? Codes { get; init; }

    /// <summary>How a day is corrected that the agency takes nothing of any more, in words; null: not public.</summary>
    public string? CorrectionRoute { get; init; }

    /// <summary>What whoever submits a period certifies, in words; null: nobody has to.</summary>
    public string? AttestationWording { get; init; }

    /// <summary>Where an owner asks for credentials; null: not known.</summary>
    public string? Support { get; init; }

    /// <summary>Why no district of the state can allow so many absences, for whoever entered it; null: one can, or nothing is said.</summary>
    public string? WhyNotAllowed(int? absences) => (absences, ChosenByDistrict) switch
    {
        (null, _) => null,
        (_, null) => $"{Name} leaves no limit to its districts. Leave it blank.",
        ({ } chosen, { MayBeAllowed: { } most } rule) when chosen < rule.Limit || chosen > most => $"A district of {Name} allows {rule.Limit} to {most} absences.",
        _ => null,
    };

    /// <summary>The units of a day with so many minutes, after rounding.</summary>
    public CareUnits UnitsOf(int minutes) => Units.Of(Rounding.Round(minutes));
}

/// <summary>An agency's codes for days without attendance, byte for byte. Total: whoever adds a code of ours is made to say what it is there.</summary>
public sealed record DayCodes(Func<AbsenceCode, string> Absence, Func<ClosureCode, string> Closure, string OffDay)
{
    /// <summary>The agency's code of a day; null for one that has none: attended, or unknown.</summary>
    public string? Of(AttendanceDay day) => day switch
    {
        AttendanceDay.Absence(_, var code) => Absence(code),
        AttendanceDay.Closure(_, var code) => Closure(code),
        AttendanceDay.OffDay => OffDay,
        _ => null,
    };
}
