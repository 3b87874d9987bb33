using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace K12Sync.EndToEnd.Clients;

/// <summary>The npm packages beside this file, installed as their lock file says, once for all tests.</summary>
public sealed class NodeTools : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static string Folder { get; } = Here();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (wanted, had) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!File.Exists(had) || File.GetLastWriteTimeUtc(had) < File.GetLastWriteTimeUtc(wanted))
            await RunAsync("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs a program of an installed package.</summary>
    public static Task<string> PackageAsync(string program, params string[] args) => RunAsync(Path.Combine(Folder, "node_modules", ".bin", program), args);

    /// <summary>Runs one of the scripts beside this file.</summary>
    public static Task<string> ScriptAsync(string script, params string[] args) => RunAsync("node", [script, .. args]);

    /// <summary>What the program printed. It must have ended well.</summary>
    private static async Task<string> RunAsync(string program, params string[] args)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Now);
        patience.CancelAfter(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, args) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            process.ExitCode.Should().Be(0, $"{program} said: {await errors}{output}");
            return output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
