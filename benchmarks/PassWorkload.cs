using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Benchmarks;

/// <summary>
/// A school year as one school sees it: 180 school days with both changes of the clock, eight windows a day, and passes in random order.
/// Nine of ten passes lie around a bell (most within some minutes after it, some in the passing time before), the others anywhere from
/// an hour before school to an hour after it. Always the same passes.
/// </summary>
public sealed class PassWorkload
{
    private const int Seed = 20250902;

    public PassWorkload(int passes)
    {
        Zone = SchoolZone.Find("America/New_York")!;
        Days = [.. Enumerable.Range(0, 400).Select(First.AddDays).Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).Take(180)];
        Calendar = new Calendar(
            [new ScheduleVersion(1, 1, First, Regular)],
            Enum.GetValues<DayOfWeek>().Select(day => new WeekdaySetting(day, 1, First, new DayChoice.NoSchool())),
            Days.Select(day => new DatedSetting(day, TimeOnly.MinValue, new DayChoice.Schedule(1))));
        var random = new Random(Seed);
        UtcTicks = new long[passes];
        for (var i = 0; i < passes; i++)
            UtcTicks[i] = Issued(random);
    }

    public static DateOnly First { get; } = new(2025, 9, 2);

    public DateOnly Last => Days[^1];

    public SchoolZone Zone { get; }

    public Calendar Calendar { get; }

    /// <summary>The school days, in order.</summary>
    public IReadOnlyList<DateOnly> Days { get; }

    public long[] UtcTicks { get; }

    public static BellSchedule Regular { get; } = BellSchedule.Create("Regular", GapClosing.Close(
    [
        Period("1", 8, 0, 50), Period("2", 8, 55, 50), Period("3", 9, 50, 50), Period("4", 10, 45, 50),
        Period("Lunch", 11, 35, 30), Period("5", 12, 10, 50), Period("6", 13, 5, 50), Period("7", 14, 0, 50),
    ]).Periods);

    private static ClassPeriod Period(string name, int hour, int minute, int length) =>
        new(name, name, new TimeOnly(hour, minute), new TimeOnly(hour, minute), new TimeOnly(hour, minute).AddMinutes(length), name != "Lunch");

    private long Issued(Random random)
    {
        var day = Days[random.Next(Days.Count)];
        var seconds = random.Next(10) > 0
            ? Bell(random) + -240 * Math.Log(1 - random.NextDouble()) - 90
            : random.Next(7 * 3600, 16 * 3600);
        var wall = day.ToDateTime(TimeOnly.MinValue).AddSeconds(seconds);
        return wall.Ticks - Zone.At(new DateTimeOffset(day.ToDateTime(new TimeOnly(17, 0)), TimeSpan.Zero)).Offset.Ticks;
    }

    private static double Bell(Random random) => Regular.Periods[random.Next(Regular.Periods.Length)].Bell.ToTimeSpan().TotalSeconds;
}
