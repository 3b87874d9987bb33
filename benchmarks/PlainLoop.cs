using K12Sync.Domain.BellSchedules;

namespace K12Sync.Benchmarks;

/// <summary>
/// The mapping as one would write it first: the pass in the school's zone, the day's periods from a dictionary, a scan for the window.
/// </summary>
public sealed class PlainLoop(PassWorkload workload)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(workload.Zone.Id);
    private readonly Dictionary<DateOnly, List<ClassPeriod>> _periods = workload.Days.ToDictionary(d => d, _ => PassWorkload.Regular.Periods.ToList());

    public void Map(long[] utcTicks, Answer[] answers)
    {
        ArgumentNullException.ThrowIfNull(utcTicks);
        ArgumentNullException.ThrowIfNull(answers);
        for (var i = 0; i < utcTicks.Length; i++)
            answers[i] = Find(new DateTime(utcTicks[i], DateTimeKind.Utc));
    }

    private Answer Find(DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, _zone);
        var time = TimeOnly.FromDateTime(local);
        if (_periods.TryGetValue(DateOnly.FromDateTime(local), out var periods))
            for (var i = 0; i < periods.Count; i++)
                if (periods[i].Opens <= time && time < periods[i].Ends)
                    return new Answer((ushort)(i + 1), (ushort)Math.Max(0, (time.ToTimeSpan() - periods[i].Bell.ToTimeSpan()).TotalMinutes));
        return default;
    }
}

/// <summary>What every contender has to say about a pass. Four bytes, like the map's own answer.</summary>
/// <param name="Period">1 for the first window of the day; 0: none.</param>
/// <param name="MinutesLate">Whole minutes; 0 without a period.</param>
public readonly record struct Answer(ushort Period, ushort MinutesLate);
