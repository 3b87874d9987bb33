using System.Diagnostics;
using System.Globalization;
using K12Sync.Api.Tardies;

namespace K12Sync.Benchmarks;

/// <summary>One import and one mapping in this process, with its time, its own processor time and its peak of memory.</summary>
public static class Probe
{
    public static async Task RunAsync(BenchDatabase at, int passes)
    {
        ArgumentNullException.ThrowIfNull(at);
        var files = BigDistrict.Write(passes);
        await using var db = await at.OpenAsync(files);
        await TimeAsync("import", passes, () => BenchDatabase.ImportPassesAsync(db, files));
        await TimeAsync("map", passes, () => new TardyOperations(db).MapPendingAsync(default));
        Directory.Delete(files.Folder, recursive: true);
    }

    private static async Task TimeAsync(string name, int rows, Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var (start, cpu) = (Stopwatch.GetTimestamp(), process.UserProcessorTime);
        await work();
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {rows:N0} rows in {elapsed.TotalSeconds:0.00} s ({rows / elapsed.TotalSeconds:N0} rows/s), {(process.UserProcessorTime - cpu).TotalSeconds:0.00} s user CPU, peak {process.PeakWorkingSet64 >> 20} MiB, managed {GC.GetTotalMemory(false) >> 20} MiB"));
    }
}
