using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>How one place has answered lately.</summary>
public sealed class Circuit(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _failures;
    private DateTimeOffset _closedAgainAt;
    private string _last = "";

    /// <summary>Why not to try, or null. After the rest one caller is let through at a time's distance, to see.</summary>
    public Trouble? Refusal()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_failures < Circuits.MostFailures || now >= _closedAgainAt)
                return null;
            return new Trouble(TroubleKind.Unreachable, string.Create(CultureInfo.InvariantCulture,
                $"Not tried: it could not be reached {_failures} times in a row, last: {_last} It is tried again after {_closedAgainAt:HH:mm:ss} UTC."));
        }
    }

    public void Saw(Trouble? trouble)
    {
        lock (_gate)
        {
            if (trouble?.Kind is not (TroubleKind.Unreachable or TroubleKind.Interrupted))
            {
                _failures = 0;
                return;
            }
            _last = trouble.Reason;
            if (++_failures < Circuits.MostFailures)
                return;
            var rest = Math.Min(Circuits.FirstRest.Ticks * Math.Pow(2, Math.Min(_failures - Circuits.MostFailures, 10)), Circuits.LongestRest.Ticks);
            _closedAgainAt = clock.GetUtcNow() + TimeSpan.FromTicks((long)rest);
        }
    }
}
