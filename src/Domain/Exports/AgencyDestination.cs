using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;

namespace K12Sync.Domain.Exports;

/// <summary>A state's childcare system: child-days go there over HTTPS, as the contract of the system says (<c>docs/contracts</c>).</summary>
/// <param name="System">Whose contract.</param>
/// <param name="Address">Where it answers. HTTPS; HTTP only on this machine.</param>
/// <param name="State">Postal code of the state whose profile holds.</param>
/// <param name="Providers">Provider IDs or licence numbers, byte for byte; empty: all that the owner has in the state.</param>
public sealed record AgencyDestinationDefinition(AgencySystem System, Uri Address, string State, ImmutableArray<string> Providers) : DestinationDefinition
{
    /// <summary>The agency's id of a location, by our site code. A site that is not here is the location of its name, or the only one.</summary>
    public ImmutableSortedDictionary<string, string> Locations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The agency's codes for absences. A code of ours that is not here, nor in the state's profile, stops the day.</summary>
    public ImmutableSortedDictionary<AbsenceCode, string> AbsenceCodes { get; init; } = ImmutableSortedDictionary<AbsenceCode, string>.Empty;

    /// <summary>How many days back, yesterday being 1, the agency takes corrections; null: as the state's profile says.</summary>
    public int? CorrectionDays { get; init; }

    /// <summary>What becomes of stays over midnight at the sites of the state; null: as another connector to the state says, else its profile.</summary>
    /// <remarks>No public source says of any agency that it wants them cut. Where one does, it is said here, and the days are judged anew.</remarks>
    public MidnightRule? OverMidnight { get; init; }

    /// <summary>Of what people are told, in holds, notices and tests.</summary>
    public SpokenLanguage Language { get; init; }

    /// <summary>By Provider ID the day on which the connector begins, always the first of a period; a provider that is not here begins when the agency says.</summary>
    public ImmutableSortedDictionary<string, DateOnly> StartsOn { get; init; } = ImmutableSortedDictionary<string, DateOnly>.Empty;

    /// <inheritdoc/>
    public override RecordKind Sends => RecordKind.ChildDay;

    /// <inheritdoc/>
    public override string OwnLayout => NameOf(System);

    /// <inheritdoc/>
    public override string Describe() => $"{NameOf(System)} of {State} at {Address}";

    /// <summary>As a connector file and the contracts name it.</summary>
    public static string NameOf(AgencySystem system) => system switch
    {
        AgencySystem.KinderConnect => "kinderconnect",
        AgencySystem.KinderTrack => "kindertrack",
        AgencySystem.IndianaCcms => "indiana",
        _ => throw new global::System.Diagnostics.UnreachableException(),
    };
}

/// <summary>What a connector sends.</summary>
public enum RecordKind
{
    /// <summary>Tardies, to an SIS.</summary>
    Tardy,

    /// <summary>Child-days, to a state.</summary>
    ChildDay,
}
