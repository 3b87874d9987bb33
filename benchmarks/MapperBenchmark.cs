using System.Globalization;
using K12Sync.TardyEngine;

namespace K12Sync.Benchmarks;

/// <summary>Ten million passes of a school year onto their periods, in three ways that must agree, each on one thread.</summary>
public static class MapperBenchmark
{
    private const int Passes = 10_000_000;
    private const string Map = "SchoolYearMap.Map";
    private const string Loop = "plain loop";
    private const string Join = "DuckDB ASOF JOIN into a table";
    private const string JoinSum = "DuckDB ASOF JOIN, checksum only";

    public static void Run()
    {
        var workload = new PassWorkload(Passes);
        var map = SchoolYearMap.Build(workload.Zone, workload.Calendar, PassWorkload.First, workload.Last);
        var slots = new PeriodSlot[Passes];
        var loop = new PlainLoop(workload);
        var answers = new Answer[Passes];
        var contenders = new List<Contender>
        {
            new(Map, 5, () => map.Map(workload.UtcTicks, slots)),
            new(Loop, 1, () => loop.Map(workload.UtcTicks, answers)),
        };

        using var duckdb = DuckDb.TryOpen();
        var join = duckdb is null ? null : new AsofJoin(duckdb);
        if (join is null)
            Console.WriteLine("DuckDB is not there and is left out. To have it compared: benchmarks/get-duckdb (needs npm).");
        else
        {
            join.Load(workload);
            contenders.Add(new(Join, 1, join.Materialise));
            contenders.Add(new(JoinSum, 1, () => join.Sum()));
        }

        var timings = Rounds.Run(contenders, rounds: 7);
        Compare(workload, InWords(map, slots), answers, join);
        Print(timings);
    }

    /// <summary>The map's slots as the others put it: the number of the window in its day.</summary>
    private static Answer[] InWords(SchoolYearMap map, PeriodSlot[] slots)
    {
        var numbers = PassWorkload.Regular.Periods.Select((period, i) => (period, i)).ToDictionary(p => p.period, p => (ushort)(p.i + 1));
        return [.. slots.Select(slot => new Answer(map.PeriodOf(slot) is { } period ? numbers[period] : (ushort)0, slot.MinutesLate))];
    }

    private static void Compare(PassWorkload workload, Answer[] ours, Answer[] loops, AsofJoin? join)
    {
        var sum = Checksum.Of(workload.UtcTicks, ours);
        var same = ours.AsSpan().SequenceEqual(loops)
            && (join is null || (join.Sum() == sum && join.SumOfAnswers() == Checksum.OfAnswers(ours)));
        if (!same)
            throw new InvalidOperationException("The contenders do not give the same periods and minutes: the figures mean nothing.");
        var inPeriod = ours.Count(a => a.Period > 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Passes:N0} passes, {workload.Days.Count} days, {inPeriod * 100.0 / Passes:0.0} % in a period; all agree on every pass, checksum {sum}"));
    }

    private static void Print(IReadOnlyDictionary<string, Timing> timings)
    {
        if (timings.ContainsKey(Join))
            Console.WriteLine($"DuckDB {DuckDb.Version}, threads=1");
        Console.WriteLine($"{"",-34}{"median ms",12}{"best ms",10}{"M passes/s",12}{"times as long",15}");
        foreach (var (name, (median, best)) in timings)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-34}{median.TotalMilliseconds,12:0.0}{best.TotalMilliseconds,10:0.0}{Passes / median.TotalSeconds / 1e6,12:0.0}{median / timings[Map].Median,15:0.0}"));
    }
}
