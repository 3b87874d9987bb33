using System.Text.Json.Serialization;

namespace K12Sync.Exporters.Childcare.Indiana;

// The shapes of docs/contracts/indiana.yaml, a simulated contract: confirm with the agency. A test compares names and routes with that file; real names
// replace these here and there, and nowhere else.

/// <summary>Where the calls go, below the address of the agency.</summary>
public static class IndianaRoutes
{
    public const string Facility = "v1/facilities/{licenseNumber}";
    public const string Periods = "v1/facilities/{licenseNumber}/periods";
    public const string Roster = "v1/facilities/{licenseNumber}/roster";
    public const string Days = "v1/facilities/{licenseNumber}/days";
}

/// <summary>A site, by its licence number: verbatim, hyphens significant.</summary>
public sealed record IndianaFacility(string LicenseNumber, string Name, IndianaDataEntry DataEntry);

/// <summary>Who enters the days, as the provider chose in the portal.</summary>
/// <param name="Selection">In force now.</param>
/// <param name="Since">First day on which it holds; null: it always did.</param>
/// <param name="Next">What it will be; null: no change was chosen.</param>
/// <param name="NextFrom">First day of <paramref name="Next"/>, always the start of a service period.</param>
public sealed record IndianaDataEntry(IndianaSelection Selection, DateOnly? Since = null, IndianaSelection? Next = null, DateOnly? NextFrom = null);

/// <summary>Who enters the days.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IndianaSelection>))]
public enum IndianaSelection
{
    /// <summary>The provider portal: by hand.</summary>
    [JsonStringEnumMemberName("PPP")]
    Portal,

    /// <summary>The connection; the portal is read-only meanwhile.</summary>
    [JsonStringEnumMemberName("CCMS")]
    Connection,
}

/// <summary>Service periods that have begun, oldest first.</summary>
public sealed record IndianaPeriods(IReadOnlyList<IndianaPeriod> Periods);

/// <summary>Two weeks from a Sunday to a Saturday, both inclusive, due at the end of <paramref name="Due"/>, a Saturday two weeks later. Late ones are taken all the same (assumed), and stand in the way of younger ones.</summary>
public sealed record IndianaPeriod(DateOnly From, DateOnly To, DateOnly Due, IndianaPeriodStatus Status, string? ReceiptId = null);

/// <summary>Where a service period stands.</summary>
public enum IndianaPeriodStatus
{
    /// <summary>Owed by the connection.</summary>
    Open,

    /// <summary>Owed by hand, in the portal.</summary>
    OpenInPortal,

    /// <summary>The agency has it.</summary>
    Submitted,
}

/// <summary>The children of a period on CCDF vouchers or On My Way Pre-K.</summary>
public sealed record IndianaRoster(DateOnly From, DateOnly To, IReadOnlyList<IndianaChild> Children);

/// <summary>A child as the agency knows it.</summary>
public sealed record IndianaChild(string ChildId, string FirstName, string MiddleName, string LastName, IndianaProgram Program, DateOnly? BirthDate = null);

/// <summary>What pays for a child.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IndianaProgram>))]
public enum IndianaProgram
{
    [JsonStringEnumMemberName("CCDF")]
    Ccdf,

    [JsonStringEnumMemberName("OnMyWayPreK")]
    OnMyWayPreK,
}

/// <summary>A period's absences, closures and off days, and no time of day anywhere. Days that are not named were attended.</summary>
/// <param name="From">The period's first day.</param>
/// <param name="To">The period's last day.</param>
/// <param name="Roster">The ids of all children that the site has on these programs; must be those of the agency's roster.</param>
/// <param name="Days">Each child-day at most once.</param>
public sealed record IndianaSubmission(DateOnly From, DateOnly To, IReadOnlyList<string> Roster, IReadOnlyList<IndianaDay> Days);

/// <summary>One of AB, OD, PC, NP.</summary>
public sealed record IndianaDay(string ChildId, DateOnly Date, string Code);

/// <summary>The agency has the whole period.</summary>
public sealed record IndianaReceipt(string ReceiptId, DateOnly From, DateOnly To, int DayCount);

/// <summary>Anything but 200: nothing was taken. The lists are those of <see cref="IndianaErrorCode.RosterMismatch"/> and <see cref="IndianaErrorCode.InvalidDays"/>.</summary>
public sealed record IndianaError(
    IndianaErrorCode Code, string Message, IReadOnlyList<string>? MissingChildIds = null, IReadOnlyList<string>? UnknownChildIds = null, IReadOnlyList<IndianaDayError>? Days = null);

/// <summary>A day that was not taken, and why.</summary>
public sealed record IndianaDayError(string ChildId, DateOnly Date, string Message);

/// <summary>Why a call was refused.</summary>
public enum IndianaErrorCode
{
    InvalidCredentials,
    UnknownLicense,
    InvalidRequest,
    NotAServicePeriod,
    PeriodNotOver,
    NotConnected,
    OlderPeriodOpen,
    RosterMismatch,
    InvalidDays,
    AlreadySubmitted,
    ClosedByState,
}

/// <summary>Field names are those of the properties, with a small first letter.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IndianaFacility))]
[JsonSerializable(typeof(IndianaPeriods))]
[JsonSerializable(typeof(IndianaRoster))]
[JsonSerializable(typeof(IndianaSubmission))]
[JsonSerializable(typeof(IndianaReceipt))]
[JsonSerializable(typeof(IndianaError))]
public sealed partial class IndianaJson : JsonSerializerContext;
