namespace K12Sync.Domain.Tardies;

/// <summary>The key that every SIS looked at gives a tardy: one per student, day and SIS period code, at a school.</summary>
public readonly record struct TardyKey(long SchoolId, string StudentNumber, DateOnly Date, string SisPeriodCode);

/// <summary>What a tardy says, beside its key. Equal claims need no correction.</summary>
/// <param name="PassId">The pass that won the period.</param>
/// <param name="PeriodName">For people.</param>
/// <param name="ExternalCode">The SIS's code, byte for byte.</param>
/// <param name="MinutesLate">Whole minutes from the bell.</param>
/// <param name="IssuedAt">When the pass was issued.</param>
public sealed record TardyClaim(string PassId, string PeriodName, string ExternalCode, int MinutesLate, DateTimeOffset IssuedAt);
