namespace K12Sync.OData.Translation;

/// <summary>
/// Parts of instants, as methods that stand for SQL. They compute in UTC in memory as well, so a query over objects gives the same answer.
/// </summary>
public static class InstantFunctions
{
    public static int Year(DateTimeOffset instant) => instant.UtcDateTime.Year;

    public static int Month(DateTimeOffset instant) => instant.UtcDateTime.Month;

    public static int Day(DateTimeOffset instant) => instant.UtcDateTime.Day;

    public static int Hour(DateTimeOffset instant) => instant.UtcDateTime.Hour;

    public static int Minute(DateTimeOffset instant) => instant.UtcDateTime.Minute;

    public static int Second(DateTimeOffset instant) => instant.UtcDateTime.Second;

    /// <summary>Ticks (100 ns) since 0001-01-01 in UTC.</summary>
    public static long Ticks(DateTimeOffset instant) => instant.UtcTicks;

    /// <summary>The instant that many ticks (100 ns) later.</summary>
    public static DateTimeOffset AddTicks(DateTimeOffset instant, long ticks) => instant.AddTicks(ticks);

    /// <summary>The UTC day.</summary>
    public static DateOnly Date(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    /// <summary>The UTC time of day.</summary>
    public static TimeOnly Time(DateTimeOffset instant) => TimeOnly.FromDateTime(instant.UtcDateTime);

    public static int HourOf(TimeOnly time) => time.Hour;

    public static int MinuteOf(TimeOnly time) => time.Minute;

    public static int SecondOf(TimeOnly time) => time.Second;
}
