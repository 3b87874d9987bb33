using System.Diagnostics;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>Runs the program as a district does: in a process of its own, from the outside.</summary>
internal static class K12SyncProgram
{
    /// <summary>The exit code and what was printed. Standard error is a failure's explanation only.</summary>
    public static async Task<(int ExitCode, string Output, string Error, TimeSpan Took)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "k12sync.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await error, watch.Elapsed);
    }
}
