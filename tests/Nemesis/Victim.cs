using System.Diagnostics;
using System.Runtime.InteropServices;

namespace K12Sync.Nemesis;

/// <summary>A runner in a process of its own, to be killed, stopped and gone on with.</summary>
internal sealed class Victim(int number, Story story, Action<string> crashed) : IDisposable
{
    private const int Continue = 18;
    private const int Stop = 19;
    private Process? _process;
    private bool _wanted;

    public void Start(RunnerSettings settings)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "K12Sync.CrashHost.dll");
        var process = _process = Process.Start(new ProcessStartInfo("dotnet", [host, "loop", .. settings.ToArguments()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _wanted = true;
        var id = process.Id;
        story.Tell($"runner {number} starts as {id}, {settings.AheadHours} h ahead");
        process.OutputDataReceived += (_, line) => Tell(id, line.Data);
        process.ErrorDataReceived += (_, line) => Tell(id, line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
        {
            if (_wanted && _process == process)
                crashed($"runner {number} ({id}) ended by itself");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public void Pause() => Signal(Stop);

    public void Resume() => Signal(Continue);

    /// <summary>By SIGKILL, from wherever it is.</summary>
    public async Task KillAsync()
    {
        _wanted = false;
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        _wanted = false;
        _process?.Kill();
        _process?.Dispose();
    }

    private void Tell(int id, string? line)
    {
        if (line is { Length: > 0 })
            story.Tell($"runner {number} ({id}): {line}");
    }

    private void Signal(int signal)
    {
        if (_process is { HasExited: false } process)
            _ = kill(process.Id, signal);
    }

#pragma warning disable SYSLIB1054 // A generated one would want unsafe code in every project that has this file.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
#pragma warning restore SYSLIB1054
}
