using System.Buffers;
using System.Collections.Concurrent;
using System.Data.Common;
using K12Sync.OData.Http;
using K12Sync.OData.Writing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace K12Sync.OData.FastPath;

/// <summary>
/// Remembers shapes. The first time a shape comes it takes the whole way; the second time it takes both ways, and the plan is kept only if both wrote
/// the same bytes; from then on it runs as a prepared statement. What fails on the short way is answered on the long one.
/// </summary>
internal sealed class ShapeCache(ODataModel model, ODataOptions options, ILogger logger) : IDisposable
{
    private readonly System.Diagnostics.Metrics.Counter<long>? _prepared =
        options.Meter?.CreateCounter<long>("odata.prepared", "{request}", "OData requests of this process that prepared statements answered.");

    private const int FirstTries = 4;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PreparedAccess, PreparedConnections> _connections = new(ReferenceEqualityComparer.Instance);
    private long _clock;

    /// <summary>Requests answered by a prepared statement so far.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    private long _hits;

    public async Task AnswerAsync(HttpContext http, Shape shape, string prefix, string path, Func<HttpContext, Task> longWay, CancellationToken stopped)
    {
        var entry = _entries.GetOrAdd(shape.Key, _ => new Entry());
        entry.LastUsed = Interlocked.Increment(ref _clock);
        if (_entries.Count > options.Shapes)
            Forget();
        if (entry.Plan is { } plan && await ShortAsync(http, shape, plan, prefix, path, stopped).ConfigureAwait(false))
            return;
        if (entry.IsToBeTried())
            await BothAsync(http, shape, entry, prefix, path, longWay, stopped).ConfigureAwait(false);
        else
            await longWay(http).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var pool in _connections.Values)
            pool.Dispose();
    }

    private async Task<bool> ShortAsync(HttpContext http, Shape shape, PreparedPlan plan, string prefix, string path, CancellationToken stopped)
    {
        var pool = PoolOf(shape.Set);
        var lease = await pool.RentAsync(stopped).ConfigureAwait(false);
        var buffer = new ResponseBuffer(http.Response);
        var interrupt = stopped.UnsafeRegister(_ => shape.Set.Prepared!.Interrupt?.Invoke(lease.Connection), null);
        try
        {
            RowsAnswer.SetHead(http.Response, shape.Wants, isPage: !shape.IsRow);
            var to = new Destination(shape, ODataRequest.RootOf(http, prefix), path, buffer, () => buffer.SendIfLargeAsync(0, stopped), tag => http.Response.Headers.ETag = tag);
            var found = await plan.WriteAsync(lease, to, stopped).ConfigureAwait(false);
            // It waits for an interruption under way, so that none hits the connection's next user.
            await interrupt.DisposeAsync().ConfigureAwait(false);
            pool.Return(lease);
            if (found is not { } rows)
            {
                http.Response.Headers.Remove("Preference-Applied");
                return false;
            }
            if (http.Features.Get<Answered>() is { } answered)
                answered.Rows = rows;
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or InvalidCastException && !stopped.IsCancellationRequested && !http.Response.HasStarted)
        {
            await interrupt.DisposeAsync().ConfigureAwait(false);
            lease.Dispose();
            logger.LogWarning(failure, "A prepared statement of {Set} failed; the request takes the long way", shape.Set.Name);
            return false;
        }
        catch
        {
            await interrupt.DisposeAsync().ConfigureAwait(false);
            lease.Dispose();
            throw;
        }
        await buffer.EndAsync(stopped).ConfigureAwait(false);
        Interlocked.Increment(ref _hits);
        _prepared?.Add(1);
        return true;
    }

    /// <summary>Answers on the long way, keeping the bytes, and lets the short way prove itself against them.</summary>
    private async Task BothAsync(HttpContext http, Shape shape, Entry entry, string prefix, string path, Func<HttpContext, Task> longWay, CancellationToken stopped)
    {
        var real = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var kept = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(kept));
        try
        {
            await longWay(http).ConfigureAwait(false);
            await http.Response.BodyWriter.FlushAsync(stopped).ConfigureAwait(false);
        }
        finally
        {
            http.Features.Set(real);
        }
        if (http.Response.StatusCode == 200)
            await ProveAsync(entry, http, shape, prefix, path, kept, stopped).ConfigureAwait(false);
        // The length that was said is that of the last piece, when there were several.
        http.Response.ContentLength = kept.Length;
        await http.Response.BodyWriter.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length), stopped).ConfigureAwait(false);
    }

    private async Task ProveAsync(Entry entry, HttpContext http, Shape shape, string prefix, string path, MemoryStream expected, CancellationToken stopped)
    {
        try
        {
            var request = new ODataRequest(http, model, options, prefix, path, shape.Query, shape.Wants, stopped);
            if (await new PlanBuilder(shape, request).BuildAsync().ConfigureAwait(false) is not { } plan)
            {
                entry.IsHopeless = true;
                return;
            }
            // On a connection of its own, closed afterwards: a statement that fails may leave anything behind.
            using var lease = new PreparedConnections.Lease(await shape.Set.Prepared!.Open(stopped).ConfigureAwait(false), shape.Set.Prepared);
            var output = new ArrayBufferWriter<byte>();
            var found = await plan.WriteAsync(lease, new Destination(shape, request.Root, path, output, () => ValueTask.CompletedTask, _ => { }), stopped).ConfigureAwait(false);
            if (found is not null && output.WrittenSpan.SequenceEqual(expected.GetBuffer().AsSpan(0, (int)expected.Length)))
                entry.Plan = plan;
        }
        catch (Exception failure) when (failure is ODataFault or DbException or InvalidOperationException or InvalidCastException or FormatException or NotSupportedException)
        {
            logger.LogInformation(failure, "A query shape of {Set} cannot be prepared", shape.Set.Name);
            entry.IsHopeless = failure is not DbException;
        }
    }

    private PreparedConnections PoolOf(EntitySet set) => _connections.GetOrAdd(set.Prepared!, access => new PreparedConnections(access));

    // The least recently used tenth goes at once, so that this is seldom.
    private void Forget()
    {
        foreach (var (key, _) in _entries.OrderBy(e => e.Value.LastUsed).Take(Math.Max(1, options.Shapes / 10)).ToList())
            _entries.TryRemove(key, out _);
    }

    private sealed class Entry
    {
        private int _seen;
        private long _lastUsed;

        public long LastUsed
        {
            get => Volatile.Read(ref _lastUsed);
            set => Volatile.Write(ref _lastUsed, value);
        }

        public PreparedPlan? Plan { get; set; }

        /// <summary>No plan can be made of this shape at all.</summary>
        public bool IsHopeless { get; set; }

        /// <summary>
        /// From the second time on. Two ways may differ because a row was written in between, so it is tried again, but seldom once that has happened often.
        /// </summary>
        public bool IsToBeTried() =>
            Plan is null && !IsHopeless && Interlocked.Increment(ref _seen) is > 1 and var seen && (seen <= FirstTries || System.Numerics.BitOperations.IsPow2(seen));
    }
}
