namespace K12Sync.Domain.Passes;

/// <summary>
/// A pass as staff or a kiosk gave it. A fact: once accepted only <see cref="Voided"/> may turn true. An edit is a void and a new pass.
/// </summary>
/// <param name="PassId">Unique in the district, compared ordinally. The same id posted twice is one pass.</param>
/// <param name="SchoolId">Where it was given.</param>
/// <param name="StudentNumber">As typed or scanned; the student need not be in the roster yet.</param>
/// <param name="Code">The behaviour code, as given; it need not exist yet.</param>
/// <param name="IssuedAt">The instant. May lie in the future.</param>
/// <param name="Voided">Taken back.</param>
public readonly record struct HallPass(string PassId, long SchoolId, string StudentNumber, string Code, DateTimeOffset IssuedAt, bool Voided)
{
    /// <summary>The longest pass id, student number or code that is accepted, in UTF-16 code units.</summary>
    public const int MaxTextLength = 100;
}
