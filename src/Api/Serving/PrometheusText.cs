using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace K12Sync.Api.Serving;

/// <summary>
/// Listens to one meter and writes what it measured in Prometheus' text form (0.0.4). Names follow OpenTelemetry's rules: dots become underscores, the unit
/// and, for counters, <c>total</c> are added.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>Of what <see cref="Write"/> returns.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Listens from now on.</summary>
    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter))
                return;
            var family = new Family(instrument);
            lock (_gate)
                _families[family.Name] = family;
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Take(value, tags, state));
        _listener.Start();
    }

    /// <summary>All that was measured until now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
                family.Forget();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in _families.Values)
                family.Write(text);
            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is not Family family)
            return;
        var labels = string.Join(',', tags.ToArray().Select(t => $"{t.Key}=\"{Escape(Convert.ToString(t.Value, CultureInfo.InvariantCulture) ?? "")}\""));
        lock (_gate)
            family.Take(labels, value);
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>One instrument with its series.</summary>
    private sealed class Family
    {
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly string _help;
        private readonly string _type;
        private readonly bool _observed;
        private readonly IReadOnlyList<double> _bounds;

        public Family(Instrument instrument)
        {
            _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
            _observed = instrument.IsObservable;
            _type = instrument is Histogram<double> ? "histogram" : instrument is Counter<long> ? "counter" : "gauge";
            var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
            Name = instrument.Name.Replace('.', '_') + unit + (_type == "counter" ? "_total" : "");
            _help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        }

        public string Name { get; }

        /// <summary>What is observed is only as of now: a connector that is gone has no series any more.</summary>
        public void Forget()
        {
            if (_observed)
                _series.Clear();
        }

        public void Take(string labels, double value)
        {
            if (!_series.TryGetValue(labels, out var series))
                _series[labels] = series = new Series(new long[_bounds.Count]);
            series.Sum = _observed ? value : series.Sum + value;
            series.Count++;
            for (var i = 0; i < _bounds.Count; i++)
                if (value <= _bounds[i])
                    series.UpTo[i]++;
        }

        public void Write(StringBuilder text)
        {
            text.Append("# HELP ").Append(Name).Append(' ').Append(_help).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(_type).Append('\n');
            foreach (var (labels, series) in _series)
                if (_type == "histogram")
                    Histogram(text, labels, series);
                else
                    Line(text, "", labels, Number(series.Sum));
        }

        private void Histogram(StringBuilder text, string labels, Series series)
        {
            var more = labels.Length == 0 ? "" : labels + ",";
            for (var i = 0; i < _bounds.Count; i++)
                Line(text, "_bucket", $"{more}le=\"{Number(_bounds[i])}\"", Number(series.UpTo[i]));
            Line(text, "_bucket", $"{more}le=\"+Inf\"", Number(series.Count));
            Line(text, "_sum", labels, Number(series.Sum));
            Line(text, "_count", labels, Number(series.Count));
        }

        private void Line(StringBuilder text, string suffix, string labels, string value)
        {
            text.Append(Name).Append(suffix);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value).Append('\n');
        }
    }

    /// <param name="upTo">How many were at or below each bound.</param>
    private sealed class Series(long[] upTo)
    {
        public double Sum { get; set; }
        public long Count { get; set; }
        public long[] UpTo { get; } = upTo;
    }
}
