using System.Collections.Concurrent;
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
        return new CircuitDestination(destinations.Open(connector), _circuits.GetOrAdd(connector.Definition.Destination.Describe(), _ => new Circuit(clock)));
    }
}
