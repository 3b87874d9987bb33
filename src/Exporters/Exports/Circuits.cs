using System.Collections.Concurrent;
using System.Globalization;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// Destinations that are left alone for a while after they could not be reached several times in a row, so that many connectors of one dead server do not each
/// wait for every time-out. One for each place, shared by all connectors that deliver there; in this process only.
/// </summary>
/// <remarks>Only silence counts: a server that answers, with whatever, is reachable.</remarks>
public sealed class Circuits(IDestinations destinations, TimeProvider clock) : IDestinations
{
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);

    /// <summary>So many failures in a row open a circuit.</summary>
    public const int MostFailures = 5;

    /// <summary>How long it first stays open; doubled each time that nobody answers after it.</summary>
    public static TimeSpan FirstRest { get; } = TimeSpan.FromMinutes(1);

    /// <summary>It never stays open longer.</summary>
    public static TimeSpan LongestRest { get; } = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public IDestination Open(Connector connector)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return new Guarded(destinations.Open(connector), _circuits.GetOrAdd(connector.Definition.Destination.Describe(), _ => new Circuit(clock)));
    }

    private sealed class Circuit(TimeProvider clock)
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
                if (_failures < MostFailures || now >= _closedAgainAt)
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
                if (++_failures < MostFailures)
                    return;
                var rest = Math.Min(FirstRest.Ticks * Math.Pow(2, Math.Min(_failures - MostFailures, 10)), LongestRest.Ticks);
                _closedAgainAt = clock.GetUtcNow() + TimeSpan.FromTicks((long)rest);
            }
        }
    }

    private sealed class Guarded(IDestination destination, Circuit circuit) : IDestination
    {
        public async ValueTask<StageResult> StageAsync(string temporaryName, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            if (circuit.Refusal() is { } refusal)
                return new StageResult.TryAgain(refusal);
            var result = await destination.StageAsync(temporaryName, content, cancellation);
            circuit.Saw((result as StageResult.TryAgain)?.Trouble);
            return result;
        }

        public async ValueTask<PublishResult> PublishAsync(string temporaryName, string finalName, ExistingFile existing, CancellationToken cancellation)
        {
            if (circuit.Refusal() is { } refusal)
                return new PublishResult.TryAgain(refusal);
            var result = await destination.PublishAsync(temporaryName, finalName, existing, cancellation);
            circuit.Saw((result as PublishResult.TryAgain)?.Trouble);
            return result;
        }

        public async ValueTask<LookResult> LookAsync(string temporaryName, string finalName, CancellationToken cancellation)
        {
            if (circuit.Refusal() is { } refusal)
                return new LookResult.Unreachable(refusal);
            var result = await destination.LookAsync(temporaryName, finalName, cancellation);
            circuit.Saw((result as LookResult.Unreachable)?.Trouble);
            return result;
        }

        public async ValueTask<StageResult> DiscardAsync(string temporaryName, CancellationToken cancellation)
        {
            if (circuit.Refusal() is { } refusal)
                return new StageResult.TryAgain(refusal);
            var result = await destination.DiscardAsync(temporaryName, cancellation);
            circuit.Saw((result as StageResult.TryAgain)?.Trouble);
            return result;
        }

        /// <summary>A person who tests wants to know how it is now.</summary>
        public IAsyncEnumerable<TestStep> TestAsync(CancellationToken cancellation) => destination.TestAsync(cancellation);

        public ValueTask DisposeAsync() => destination.DisposeAsync();
    }
}
