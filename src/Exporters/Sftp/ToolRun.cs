using System.Diagnostics;

namespace K12Sync.Exporters.Sftp;

/// <summary>Runs a small program of OpenSSH to its end, or to its deadline.</summary>
/// <param name="Succeeded">It ended by itself, and well.</param>
/// <param name="Output">What it wrote, without its errors.</param>
internal sealed record ToolRun(bool Succeeded, string Output)
{
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<ToolRun> RunAsync(ProcessStartInfo start, TimeSpan deadline, TimeProvider time, CancellationToken cancellation)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.UseShellExecute, start.CreateNoWindow) = (false, true);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await Task.WhenAll(output, errors, process.WaitForExitAsync(CancellationToken.None)).WaitAsync(deadline, time, cancellation);
            return new ToolRun(process.ExitCode == 0, await output);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            await process.WaitForExitAsync(CancellationToken.None);
            return new ToolRun(false, await output);
        }
    }
}
