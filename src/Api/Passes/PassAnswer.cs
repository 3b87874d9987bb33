using K12Sync.Data.Passes;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Tardies;
using K12Sync.OData;

namespace K12Sync.Api.Passes;

/// <summary>What became of a pass that was handed in by itself.</summary>
internal abstract record PassAnswer
{
    private PassAnswer()
    {
    }

    /// <summary>It is on the disk.</summary>
    public sealed record Stored(PassReceipt Receipt, JudgedPass Pass) : PassAnswer;

    /// <summary>Its id is another pass's.</summary>
    public sealed record Conflict : PassAnswer;

    /// <summary>It cannot be stored as it is.</summary>
    public sealed record Wrong(IReadOnlyList<InvalidProperty> Properties) : PassAnswer;

    /// <summary>The caller gives no passes of that school.</summary>
    public sealed record NotYours : PassAnswer;

    /// <summary>The database cannot take it at the moment. Whether it has been stored is not known: to hand it in again is right either way.</summary>
    public sealed record Away(TimeSpan RetryAfter) : PassAnswer;
}

/// <summary>A stored pass with what it comes to as things stand, which is what mapping its day will say unless something changes before.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Pass">As it is stored.</param>
/// <param name="SchoolCode">Of its school.</param>
/// <param name="RecordedAt">When it was taken in first.</param>
/// <param name="Version">Of the row.</param>
/// <param name="ChangeVersion">Of the row.</param>
/// <param name="Outcome">As of now.</param>
/// <param name="Message">What its code says is to be printed; null: the code is not set up.</param>
internal sealed record JudgedPass(long Id, HallPass Pass, string SchoolCode, DateTimeOffset RecordedAt, long Version, long ChangeVersion, TardyOutcome Outcome, string? Message);
