using System.Diagnostics;

namespace K12Sync.Benchmarks;

/// <summary>One way to do the work, by name.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Repeats">How often it runs in one round, so that fast ways are not measured on a single breath.</param>
/// <param name="Work">The work, complete.</param>
public sealed record Contender(string Name, int Repeats, Action Work);

/// <summary>
/// Times contenders in turns: after two rounds of warming up, each round runs every contender once (or its repeats), so that whatever
/// else the machine does falls on all of them.
/// </summary>
public static class Rounds
{
    public static IReadOnlyDictionary<string, Timing> Run(IReadOnlyList<Contender> contenders, int rounds)
    {
        ArgumentNullException.ThrowIfNull(contenders);
        var times = contenders.ToDictionary(c => c.Name, _ => new List<TimeSpan>());
        for (var round = -2; round < rounds; round++)
            foreach (var contender in contenders)
                for (var repeat = 0; repeat < contender.Repeats; repeat++)
                {
                    var start = Stopwatch.GetTimestamp();
                    contender.Work();
                    if (round >= 0)
                        times[contender.Name].Add(Stopwatch.GetElapsedTime(start));
                }
        return times.ToDictionary(t => t.Key, t => new Timing(t.Value.Order().ElementAt(t.Value.Count / 2), t.Value.Min()));
    }
}

/// <summary>The median is the figure; a best far below it says that the machine had other work.</summary>
public readonly record struct Timing(TimeSpan Median, TimeSpan Best);
