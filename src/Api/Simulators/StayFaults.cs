namespace K12Sync.Api.Simulators;

/// <summary>What an agency has against the times of a child's day.</summary>
internal static class StayFaults
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The first fault, in the agency's words; null: none.</summary>
    public static string? FaultOf(DateOnly date, IReadOnlyList<(DateTimeOffset In, DateTimeOffset Out)> times)
    {
        DateTimeOffset? before = null;
        foreach (var (checkIn, checkOut) in times)
        {
            if (DateOnly.FromDateTime(checkIn.DateTime) != date)
                return "A check-in is on another date.";
            if (checkOut <= checkIn)
                return "A check-out is not after its check-in.";
            if (checkOut - checkIn > Longest)
                return "A check-out is more than 24 hours after its check-in.";
            if (IsBetweenMinutes(checkIn) || IsBetweenMinutes(checkOut))
                return "A time has seconds.";
            if (checkIn < before)
                return "Times overlap or are not in order.";
            before = checkOut;
        }
        return null;
    }

    private static bool IsBetweenMinutes(DateTimeOffset time) => time.Ticks % TimeSpan.TicksPerMinute != 0;
}
