using System.Text.Json.Serialization;

namespace K12Sync.Exporters.Childcare.KinderTrack;

// The shapes of docs/contracts/kindertrack.yaml, a simulated contract: confirm with the agency. A test compares names and routes with that file; real names
// replace these here and there, and nowhere else.

/// <summary>Where the calls go, below the address of the agency.</summary>
public static class KinderTrackRoutes
{
    public const string Registration = "v1/providers/{providerId}/registration";
    public const string PayPeriods = "v1/providers/{providerId}/pay-periods";
    public const string Children = "v1/providers/{providerId}/children";
    public const string Submissions = "v1/providers/{providerId}/submissions";
}

/// <summary>The agency's texts that mean something here, byte for byte.</summary>
public static class KinderTrackTexts
{
    /// <summary>Source: seed.</summary>
    public const string Inactive = "Inactive KinderTrack provider ID.";

    /// <summary>Source: seed.</summary>
    public const string AlreadySubmitted = "External Subsidy Report Error - attendance has already been submitted.";
}

/// <summary>Registers a location. <paramref name="UserName"/>: who set it up, if they like to say.</summary>
public sealed record KinderTrackRegistration(string? UserName = null);

/// <summary>The location is known and active.</summary>
public sealed record KinderTrackRegistered(string ProviderId, string LocationName);

/// <summary>The pay periods of the subsidy, oldest first.</summary>
public sealed record KinderTrackPayPeriods(IReadOnlyList<KinderTrackPayPeriod> PayPeriods);

/// <summary>Both days inclusive.</summary>
public sealed record KinderTrackPayPeriod(DateOnly From, DateOnly To);

/// <summary>The subsidized children of a pay period.</summary>
public sealed record KinderTrackChildren(DateOnly From, DateOnly To, IReadOnlyList<KinderTrackChild> Children);

/// <summary>A child as the agency knows it.</summary>
public sealed record KinderTrackChild(string ChildId, string FirstName, string MiddleName, string LastName, DateOnly? BirthDate = null);

/// <summary>A pay period's attendance, each child once and whole.</summary>
public sealed record KinderTrackSubmission(DateOnly From, DateOnly To, KinderTrackAttestation Attestation, IReadOnlyList<KinderTrackChildAttendance> Children);

/// <summary>Who certified it, when, in which words.</summary>
public sealed record KinderTrackAttestation(string CertifiedBy, DateTimeOffset CertifiedAt, string Wording);

/// <summary>A child's days of the period; days that are not there were not attended.</summary>
public sealed record KinderTrackChildAttendance(string ChildId, IReadOnlyList<KinderTrackDay> Days);

/// <summary>A day: times, or absent.</summary>
public sealed record KinderTrackDay(DateOnly Date, IReadOnlyList<KinderTrackTimes> Times, bool IsAbsent = false);

/// <summary>A stay, with the site's offset, to the minute.</summary>
public sealed record KinderTrackTimes(DateTimeOffset In, DateTimeOffset Out);

/// <summary>What became of each child.</summary>
public sealed record KinderTrackReceipt(string SubmissionId, IReadOnlyList<KinderTrackChildResult> Children);

/// <summary>One for each child.</summary>
public sealed record KinderTrackChildResult(string ChildId, KinderTrackChildStatus Status, string? Message = null);

/// <summary>What became of a child's period.</summary>
public enum KinderTrackChildStatus
{
    Accepted,
    Rejected,
    AlreadySubmitted,
}

/// <summary>What the agency holds of a pay period: asked after a submission whose answer was lost.</summary>
public sealed record KinderTrackSubmitted(DateOnly From, DateOnly To, IReadOnlyList<KinderTrackSubmittedChild> Children);

/// <summary>A child whose period the agency has.</summary>
public sealed record KinderTrackSubmittedChild(string ChildId, string SubmissionId);

/// <summary>Anything but 200.</summary>
public sealed record KinderTrackError(KinderTrackErrorCode Code, string Message);

/// <summary>Why a call was refused.</summary>
public enum KinderTrackErrorCode
{
    InvalidCredentials,
    InactiveProvider,
    InvalidRequest,
    NotAPayPeriod,
    AlreadySubmitted,
    LockedByState,
}

/// <summary>Field names are those of the properties, with a small first letter.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KinderTrackRegistration))]
[JsonSerializable(typeof(KinderTrackRegistered))]
[JsonSerializable(typeof(KinderTrackPayPeriods))]
[JsonSerializable(typeof(KinderTrackChildren))]
[JsonSerializable(typeof(KinderTrackSubmission))]
[JsonSerializable(typeof(KinderTrackReceipt))]
[JsonSerializable(typeof(KinderTrackSubmitted))]
[JsonSerializable(typeof(KinderTrackError))]
public sealed partial class KinderTrackJson : JsonSerializerContext;
