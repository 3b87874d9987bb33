using System.Diagnostics;
using System.Globalization;

namespace K12Sync.Data.Exports;

/// <summary>A process, as leases name it: machine, process id, and when it started, since ids are used again.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="ProcessId">On that machine.</param>
/// <param name="Started">UTC ticks.</param>
public sealed record RunHolder(string Machine, int ProcessId, long Started)
{
    /// <summary>This process.</summary>
    public static RunHolder Here { get; } = new(Environment.MachineName, Environment.ProcessId, StartOf(Process.GetCurrentProcess()));

    /// <summary>True if this is a process of this machine that is no more: its lease need not be waited for.</summary>
    public bool IsDead
    {
        get
        {
            if (!string.Equals(Machine, Here.Machine, StringComparison.Ordinal))
                return false;
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return StartOf(process) != Started;
            }
            catch (ArgumentException)
            {
                return true;
            }
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null if it is not that.</summary>
    public static RunHolder? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(' ') is [var machine, var id, var started]
            && int.TryParse(id, CultureInfo.InvariantCulture, out var processId) && long.TryParse(started, CultureInfo.InvariantCulture, out var ticks)
                ? new RunHolder(machine, processId, ticks)
                : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Machine} {ProcessId} {Started}");

    private static long StartOf(Process process) => process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond;
}
