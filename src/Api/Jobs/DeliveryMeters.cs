using System.Diagnostics.Metrics;
using K12Sync.Api.Exports;
using K12Sync.Domain.Exports;

namespace K12Sync.Api.Jobs;

/// <summary>How one connector stands.</summary>
/// <param name="District">Whose.</param>
/// <param name="Connector">Which.</param>
/// <param name="LastSuccess">When a run last succeeded; null: never.</param>
/// <param name="RowsWaiting">Record versions that are owed.</param>
/// <param name="OldestWaiting">When the oldest pass behind them was issued; null: nothing waits.</param>
internal sealed record Standing(string District, string Connector, DateTimeOffset? LastSuccess, long RowsWaiting, DateTimeOffset? OldestWaiting);

/// <summary>What runs did and how things stand, as meters. Holds counts and names of connectors, never anything of a student.</summary>
internal sealed class DeliveryMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "K12Sync";

    private readonly TimeProvider _clock;
    private readonly Counter<long> _runs;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _files;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _takeOvers;
    private readonly Histogram<double> _duration;
    private IReadOnlyList<Standing> _standings = [];
    private IReadOnlyDictionary<AlertKind, int> _alerts = new Dictionary<AlertKind, int>();

    public DeliveryMeters(TimeProvider clock)
    {
        _clock = clock;
        _runs = Meter.CreateCounter<long>("k12sync.runs", "{run}", "Runs of this process, by what became of them.");
        _rows = Meter.CreateCounter<long>("k12sync.rows.sent", "{row}", "Record versions delivered by runs of this process.");
        _files = Meter.CreateCounter<long>("k12sync.files.delivered", "{file}", "Files delivered by runs of this process.");
        _bytes = Meter.CreateCounter<long>("k12sync.delivered", "By", "Bytes delivered by runs of this process.");
        _takeOvers = Meter.CreateCounter<long>("k12sync.lease.takeovers", "{run}", "Runs that this process took over from one that is no more.");
        _duration = Meter.CreateHistogram("k12sync.run.duration", "s", "How long runs took.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800],
        });
        Meter.CreateObservableGauge("k12sync.last.success.age", () => Each(s => s.LastSuccess, At), "s", "Time since a run of the connector last succeeded.");
        Meter.CreateObservableGauge("k12sync.rows.waiting", () => _standings.Select(s => Of(s, s.RowsWaiting)), "{row}", "Record versions that the connector owes.");
        Meter.CreateObservableGauge("k12sync.oldest.waiting.age", () => Each(s => s.OldestWaiting, At), "s", "Age of the oldest pass whose tardy the connector owes.");
        Meter.CreateObservableGauge("k12sync.alerts.open", () => Enum.GetValues<AlertKind>().Select(k => new Measurement<long>(_alerts.GetValueOrDefault(k), Tag("kind", k.ToString()))),
            "{alert}", "Troubles that somebody was told of and that are not over.");
    }

    /// <summary>What is measured.</summary>
    public Meter Meter { get; } = new(Name);

    /// <summary>A run has ended.</summary>
    public void Ran(string district, string connector, ExportReport report, TimeSpan took)
    {
        var (whose, which) = (Tag("district", district), Tag("connector", connector));
        Ended(district, connector, report.Run.Status.ToString(), took);
        _rows.Add(report.Run.RowsSent, whose, which);
        _files.Add(report.Run.Files.Length, whose, which);
        _bytes.Add(report.Run.Files.Sum(f => f.Bytes), whose, which);
    }

    /// <summary>A run has ended without a report.</summary>
    public void Ended(string district, string connector, string status, TimeSpan took)
    {
        var (whose, which) = (Tag("district", district), Tag("connector", connector));
        _runs.Add(1, whose, which, Tag("status", status));
        _duration.Record(took.TotalSeconds, whose, which);
    }

    /// <summary>A run of a process that is no more was taken over.</summary>
    public void TookOver(string district, string connector) => _takeOvers.Add(1, Tag("district", district), Tag("connector", connector));

    /// <summary>Takes how things stand; it is shown until the next time.</summary>
    public void Stand(IReadOnlyList<Standing> standings, IReadOnlyDictionary<AlertKind, int> alerts) => (_standings, _alerts) = (standings, alerts);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private double At(DateTimeOffset instant) => Math.Max(0, (_clock.GetUtcNow() - instant).TotalSeconds);

    private IEnumerable<Measurement<double>> Each(Func<Standing, DateTimeOffset?> when, Func<DateTimeOffset, double> age) =>
        _standings.Where(s => when(s) is not null).Select(s => new Measurement<double>(age(when(s)!.Value), Tag("district", s.District), Tag("connector", s.Connector)));

    private static Measurement<long> Of(Standing standing, long value) => new(value, Tag("district", standing.District), Tag("connector", standing.Connector));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
