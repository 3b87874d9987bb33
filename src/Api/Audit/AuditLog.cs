using System.Threading.Channels;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;

namespace K12Sync.Api.Audit;

/// <summary>
/// Takes what is to be audited from every request of this process and writes it in groups, one after another. A look is handed in and forgotten: it is in the
/// database within half a second, and lost if the process is killed before. A change waits until its entry is there. When the database does not take entries
/// they are kept and tried again; when too many are kept, <see cref="IsFull"/>, nothing is to be answered any more.
/// </summary>
internal sealed class AuditLog(Premises premises, ILogger<AuditLog> log) : IHostedService, IDisposable
{
    private const int MostKept = 20_000;
    private const int LargestGroup = 2_000;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Channel<Kept> _kept = Channel.CreateUnbounded<Kept>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _hurry = new(0);
    private readonly CancellationTokenSource _ending = new();
    private Task _writing = Task.CompletedTask;
    private int _count;

    /// <summary>The database has not taken entries for so long that no more can be kept.</summary>
    public bool IsFull => Volatile.Read(ref _count) >= MostKept;

    /// <summary>Hands in a look. <paramref name="entry"/> is asked for later and elsewhere.</summary>
    public void Add(DistrictId district, Func<AuditEntry> entry) => Add(new Kept(district, entry, null));

    /// <summary>Hands in a change and waits until its entry is durable.</summary>
    /// <exception cref="TimeoutException">It was not within ten seconds. It is kept and tried further.</exception>
    public Task AddChangeAsync(DistrictId district, Func<AuditEntry> entry)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Kept(district, entry, done));
        return done.Task.WaitAsync(LongestWait);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what there is. The server has answered its last request by then.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _kept.Writer.TryComplete();
        _hurry.Release();
        await _ending.CancelAsync();
        await _writing.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _hurry.Dispose();
        _ending.Dispose();
    }

    private void Add(Kept kept)
    {
        if (!_kept.Writer.TryWrite(kept))
            throw new InvalidOperationException("The program ends; nothing is audited any more.");
        if (Interlocked.Increment(ref _count) % LargestGroup == 0 || kept.Done is not null)
            _hurry.Release();
    }

    private async Task WriteAsync()
    {
        var group = new List<Kept>();
        while (await _kept.Reader.WaitToReadAsync())
        {
            await _hurry.WaitAsync(_kept.Reader.Completion.IsCompleted ? TimeSpan.Zero : Linger);
            while (group.Count < LargestGroup && _kept.Reader.TryRead(out var kept))
                group.Add(kept);
            foreach (var district in group.GroupBy(k => k.District))
                await WriteAsync(district.Key, [.. district]);
            Interlocked.Add(ref _count, -group.Count);
            group.Clear();
        }
    }

    /// <summary>Tries until it is written; at the end of the program once more and no longer.</summary>
    private async Task WriteAsync(DistrictId district, IReadOnlyList<Kept> kept)
    {
        var entries = kept.Select(k => k.Entry()).ToList();
        for (var tries = 1; ; tries++)
        {
            var isLast = _ending.IsCancellationRequested;
            try
            {
                await using var db = premises.Database.Open(district);
                await new AuditBook(db, AuditBook.Here).AddAsync(entries, CancellationToken.None);
                foreach (var one in kept)
                    one.Done?.TrySetResult();
                return;
            }
#pragma warning disable CA1031 // Whatever it is: the entries must not be lost because of it, and nobody else would write them.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (isLast)
                {
                    log.LogCritical(e, "The program ends, and {Count} audit entries of district {District} could not be written", entries.Count, district.Value);
                    return;
                }
                if (tries % 60 == 1)
                    log.LogError(e, "{Count} audit entries of district {District} could not be written; they are kept and tried again", entries.Count, district.Value);
            }
            await Task.Delay(Pause, premises.Clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Kept(DistrictId District, Func<AuditEntry> Entry, TaskCompletionSource? Done);
}
