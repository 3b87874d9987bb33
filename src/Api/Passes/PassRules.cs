using K12Sync.Domain.Passes;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Api.Passes;

/// <summary>What makes a pass acceptable, whichever way it comes in.</summary>
internal static class PassRules
{
    private const int FirstYear = 1900;
    private const int LastYear = 2999;

    /// <summary>Of a pass whose id is taken.</summary>
    public const string Conflict = "This PassId was already used with other content, or the pass has been voided since. To change a pass, void it and give a new one with an id of its own.";

    /// <summary>Of a pass of a day that the district has let go of.</summary>
    public const string NotKept = "The district keeps no passes of this day any more, so none is taken: 'k12sync district show' says from which day on they are kept. Check the date.";

    /// <summary>Why a pass was refused.</summary>
    public static string WhyRefused(Data.Passes.PassReceipt receipt) => receipt == Data.Passes.PassReceipt.NotKept ? NotKept : Conflict;

    /// <summary>Whether it is stored, by this or before.</summary>
    public static bool IsStored(this Data.Passes.PassReceipt receipt) => receipt is Data.Passes.PassReceipt.Added or Data.Passes.PassReceipt.Unchanged or Data.Passes.PassReceipt.Voided;

    /// <summary>Why a text cannot be a pass's; null: it can.</summary>
    public static string? WhyNoText(string name, string? value) =>
        string.IsNullOrWhiteSpace(value) || value.Length > HallPass.MaxTextLength ? $"{name} must have 1 to {HallPass.MaxTextLength} characters."
        : value.Contains('\0', StringComparison.Ordinal) ? $"{name} holds a NUL character."
        : null;

    /// <summary>
    /// The instant that a wall clock showed, in UTC; without <paramref name="offset"/> the school's. Null, with the reason, where there is none that is accepted; the remark beside an
    /// instant says what was assumed.
    /// </summary>
    public static (DateTimeOffset? Instant, string? Remark) Moment(DateTime wall, TimeSpan? offset, SchoolZone zone)
    {
        if (wall.Year is < FirstYear or > LastYear)
            return (null, $"IssuedAt is in the year {wall.Year:0000}. Passes are from {FirstYear} to {LastYear}; check the date.");
        if (offset is { } known)
            return (new DateTimeOffset(wall, known).ToUniversalTime(), null);
        return zone.Read(DateOnly.FromDateTime(wall), TimeOnly.FromDateTime(wall)) switch
        {
            LocalReading.Once(var instant) => (instant.ToUniversalTime(), null),
            LocalReading.Repeated(var earlier, _) => (earlier.ToUniversalTime(),
                $"{wall:yyyy-MM-dd HH:mm} happened twice in {zone}, because the clocks went back; the earlier one was taken. Give an offset to say which."),
            _ => (null, $"{wall:yyyy-MM-dd HH:mm} did not exist in {zone}: the clocks went forward over it. Correct the time, or give it with its offset."),
        };
    }
}
