using System.Text.Json.Serialization;

namespace K12Sync.Exporters.Childcare.KinderConnect;

// The shapes of docs/contracts/kinderconnect.yaml, a simulated contract: confirm with the agency. A test compares names and routes with that file; real names
// replace these here and there, and nowhere else.

/// <summary>Where the calls go, below the address of the agency.</summary>
public static class KinderConnectRoutes
{
    public const string Authorized = "v1/providers/{providerId}/authorized";
    public const string Children = "v1/providers/{providerId}/children";
    public const string Attendance = "v1/providers/{providerId}/attendance";

    /// <summary>The scheme of the Authorization header; what follows is the Group Password in UTF-8, in base64.</summary>
    public const string Scheme = "GroupPassword";
}

/// <summary>First call: who may send for whom.</summary>
public sealed record KinderConnectAuthorized(
    IReadOnlyList<KinderConnectCustomer> Customers, IReadOnlyList<KinderConnectLocation> Locations, IReadOnlyList<KinderConnectAgency> Agencies);

/// <summary>An owner of sites.</summary>
public sealed record KinderConnectCustomer(string CustomerId, string Name);

/// <summary>A site.</summary>
public sealed record KinderConnectLocation(string LocationId, string CustomerId, string Name);

/// <summary>An agency or county that pays.</summary>
/// <param name="AgencyId">Its id.</param>
/// <param name="State">Postal code.</param>
/// <param name="Name">For people.</param>
/// <param name="MostTimesPerDay">How many pairs of in and out it takes for a child and day; null: any number.</param>
public sealed record KinderConnectAgency(string AgencyId, string State, string Name, int? MostTimesPerDay = null);

/// <summary>Second call: the children with an authorization that touches the period.</summary>
public sealed record KinderConnectChildren(DateOnly From, DateOnly To, IReadOnlyList<KinderConnectChild> Children);

/// <summary>A child as the agency knows it.</summary>
public sealed record KinderConnectChild(
    string ChildId, string FirstName, string MiddleName, string LastName, IReadOnlyList<KinderConnectAuthorization> Authorizations, DateOnly? BirthDate = null);

/// <summary>From, inclusive, to <paramref name="To"/>, inclusive (null: open), on these weekdays.</summary>
public sealed record KinderConnectAuthorization(string AgencyId, string LocationId, DateOnly From, IReadOnlyList<DayOfWeek> Weekdays, DateOnly? To = null);

/// <summary>Third call. Replaces each child-day it names, and no other.</summary>
public sealed record KinderConnectAttendance(IReadOnlyList<KinderConnectDay> Days);

/// <summary>A child-day: times, or an absence, or neither, which clears what the agency holds.</summary>
/// <param name="ChildId">The agency's.</param>
/// <param name="FirstName">As the site has it; the agency compares it.</param>
/// <param name="MiddleName">As the site has it.</param>
/// <param name="LastName">As the site has it.</param>
/// <param name="LocationId">Where.</param>
/// <param name="Date">The site's day.</param>
/// <param name="Times">In order of time.</param>
/// <param name="AbsenceCode">Null: no absence.</param>
public sealed record KinderConnectDay(
    string ChildId, string FirstName, string MiddleName, string LastName, string LocationId, DateOnly Date, IReadOnlyList<KinderConnectTimes> Times, string? AbsenceCode = null);

/// <summary>A stay, with the site's offset, to the minute.</summary>
public sealed record KinderConnectTimes(DateTimeOffset In, DateTimeOffset Out);

/// <summary>What became of each child-day.</summary>
public sealed record KinderConnectReceipt(string BatchId, IReadOnlyList<KinderConnectDayResult> Days);

/// <summary>One for each child-day.</summary>
public sealed record KinderConnectDayResult(string ChildId, DateOnly Date, KinderConnectDayStatus Status, string? Message = null);

/// <summary>What became of a child-day.</summary>
public enum KinderConnectDayStatus
{
    Accepted,
    Rejected,
    NameMismatch,
    NotAuthorized,
    SubmittedToState,
}

/// <summary>Anything but 200. With <see cref="KinderConnectErrorCode.FailedBatch"/>, <paramref name="Days"/> are those that made it fail; nothing was taken.</summary>
public sealed record KinderConnectError(KinderConnectErrorCode Code, string Message, IReadOnlyList<KinderConnectDayResult>? Days = null);

/// <summary>Why a call was refused.</summary>
public enum KinderConnectErrorCode
{
    InvalidCredentials,
    InactiveProvider,
    InvalidRequest,
    FailedBatch,
}

/// <summary>Field names are those of the properties, with a small first letter.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KinderConnectAuthorized))]
[JsonSerializable(typeof(KinderConnectChildren))]
[JsonSerializable(typeof(KinderConnectAttendance))]
[JsonSerializable(typeof(KinderConnectReceipt))]
[JsonSerializable(typeof(KinderConnectError))]
public sealed partial class KinderConnectJson : JsonSerializerContext;
