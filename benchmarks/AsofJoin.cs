using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Benchmarks;

/// <summary>
/// The mapping as an ASOF JOIN of passes with windows. DuckDB gets the windows ready-made in UTC, so it is spared the zone and the calendar,
/// and both tables are loaded before the clock starts.
/// </summary>
public sealed class AsofJoin(DuckDb duckdb)
{
    private const string Joined = """
        SELECT w.period::USMALLINT AS period, (greatest(p.ticks - w.bell, 0) // 600000000)::USMALLINT AS late, p.ticks
        FROM passes p ASOF JOIN windows w ON p.ticks >= w.opens
        """;

    public void Load(PassWorkload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        duckdb.Execute("CREATE TABLE passes (ticks BIGINT)");
        duckdb.Append("passes", workload.UtcTicks);
        duckdb.Execute("CREATE TABLE windows (opens BIGINT, bell BIGINT, period BIGINT)");
        var windows = workload.Days.SelectMany(day => WindowsOf(workload.Zone, day)).Prepend((Opens: 0, Bell: long.MaxValue, Period: 0)).ToList();
        duckdb.Append("windows", [.. windows.Select(w => w.Opens)], [.. windows.Select(w => w.Bell)], [.. windows.Select(w => w.Period)]);
    }

    /// <summary>Period and minutes of every pass into a table.</summary>
    public void Materialise() => duckdb.Execute($"CREATE OR REPLACE TABLE answers AS SELECT period, late FROM ({Joined})");

    /// <summary>Only the checksum: nothing is written.</summary>
    public long Sum() => duckdb.Number($"SELECT sum((ticks % {Checksum.Modulus}) * (period * 2000 + late))::BIGINT FROM ({Joined})");

    /// <summary>The table's own sum, for which it need not keep the passes.</summary>
    public long SumOfAnswers() => duckdb.Number("SELECT sum(period::BIGINT * 2000 + late)::BIGINT FROM answers");

    private static IEnumerable<(long Opens, long Bell, long Period)> WindowsOf(SchoolZone zone, DateOnly day)
    {
        foreach (var (period, i) in PassWorkload.Regular.Periods.Select((p, i) => (p, i)))
            yield return (Instant(period.Opens), Instant(period.Bell), i + 1);
        yield return (Instant(PassWorkload.Regular.Ends), long.MaxValue, 0);

        long Instant(TimeOnly time) => ((LocalReading.Once)zone.Read(day, time)).Instant.UtcTicks;
    }
}

/// <summary>Sums in which every answer counts with its own pass, so that swapped answers do not cancel; any order gives the same.</summary>
public static class Checksum
{
    public const long Modulus = 1_000_003;

    public static long Of(long[] utcTicks, Answer[] answers) =>
        utcTicks.Zip(answers, (ticks, answer) => ticks % Modulus * (answer.Period * 2000 + answer.MinutesLate)).Sum();

    public static long OfAnswers(Answer[] answers) => answers.Sum(answer => answer.Period * 2000L + answer.MinutesLate);
}
