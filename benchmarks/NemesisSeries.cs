using System.Globalization;
using K12Sync.Nemesis;

namespace K12Sync.Benchmarks;

/// <summary>One nemesis after the other, each with a seed and a length of its own, until the time is over or one finds something.</summary>
internal static class NemesisSeries
{
    /// <param name="options"><c>--minutes N</c>, <c>--seed S</c> for the first, and <c>--tell</c> to be told everything as it happens.</param>
    /// <returns>0: nothing was found.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var minutes = Number("--minutes", 10);
        var seed = (int)Number("--seed", 1);
        var began = TimeProvider.System.GetTimestamp();
        var (files, runs, faults) = (0, 0, 0);
        do
        {
            var verdict = await NemesisRun.RunAsync(
                new NemesisSettings(seed, TimeSpan.FromSeconds(10 + seed * 7 % 50)) { Listener = options.Contains("--tell") ? Console.WriteLine : _ => { } }, CancellationToken.None);
            Console.WriteLine(verdict);
            if (verdict.Findings.Count > 0)
                return 1;
            (files, runs, faults, seed) = (files + verdict.Files, runs + verdict.Runs, faults + verdict.Faults, seed + 1);
        }
        while (TimeProvider.System.GetElapsedTime(began).TotalMinutes < minutes);
        Console.WriteLine($"In all {files} files, {runs} runs and {faults} faults; nothing was found.");
        return 0;

        double Number(string name, double usual) =>
            Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? double.Parse(options[at + 1], CultureInfo.InvariantCulture) : usual;
    }
}
