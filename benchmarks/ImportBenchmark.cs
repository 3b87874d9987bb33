using System.Diagnostics;
using System.Globalization;

namespace K12Sync.Benchmarks;

/// <summary>The passes of a year from their file into the database, beside storing alone; in turns, each time into a new database.</summary>
public static class ImportBenchmark
{
    private const int Rounds = 3;

    public static async Task RunAsync(BenchDatabase at, int passes, bool shuffled)
    {
        ArgumentNullException.ThrowIfNull(at);
        var files = BigDistrict.Write(passes, shuffled);
        IReadOnlyList<ReadyPass> rows;
        await using (var warm = await at.OpenAsync(files))
        {
            await BenchDatabase.ImportPassesAsync(warm, files);
            rows = await BareInsert.TakeAsync(warm);
        }
        var (imports, bare) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round < Rounds; round++)
        {
            await using (var db = await at.OpenAsync(files))
                imports.Add(await TimeAsync(() => BenchDatabase.ImportPassesAsync(db, files)));
            await using (var db = await at.OpenAsync(files))
                bare.Add(await TimeAsync(() => BareInsert.RunAsync(db, rows)));
        }
        Console.WriteLine($"{at.Name}: {passes:N0} passes{(shuffled ? ", shuffled, random ids" : "")}");
        Print("import, validated and stored", imports, passes);
        Print("bare insert of the same rows", bare, passes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"import takes {Median(imports) / Median(bare):0.00} times the bare insert"));
        Directory.Delete(files.Folder, recursive: true);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static void Print(string name, List<TimeSpan> times, int rows) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-34}{rows / Median(times).TotalSeconds,12:N0} rows/s{rows / times.Min().TotalSeconds,12:N0} at best"));
}
