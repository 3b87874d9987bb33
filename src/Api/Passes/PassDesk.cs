using System.Collections.Concurrent;
using K12Sync.Api.Access;
using K12Sync.Api.CommandLine;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Passes;

/// <summary>
/// Takes passes in one by one, for everybody who serves them: OData, and pages. An answer of <see cref="PassAnswer.Stored"/> is a promise: the pass is on the disk. The same pass handed
/// in again, to this process or another, is one pass.
/// </summary>
internal sealed class PassDesk : IHostedService, IDisposable
{
    /// <summary>When to come again, where the database could not be asked.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Premises _premises;
    private readonly PassSettings _settings;
    private readonly DayMapper _mapper;
    private readonly ILogger<PassDesk> _log;
    private readonly ConcurrentDictionary<DistrictId, Lazy<PassLane>> _lanes = new();
    private volatile bool _closed;

    public PassDesk(Premises premises, PassSettings settings, DayMapper mapper, ILogger<PassDesk> log)
    {
        (_premises, _settings, _mapper, _log) = (premises, settings, mapper, log);
        Turns = new WriteTurns(OneWriter);
    }

    /// <summary>For whoever else writes many passes.</summary>
    public WriteTurns Turns { get; }

    private bool OneWriter => _premises.Database is DataFolder;

    /// <summary>Hands a pass in and waits until it is on the disk, or cannot get there.</summary>
    /// <param name="caller">Who hands it in.</param>
    /// <param name="form">The pass.</param>
    /// <param name="entry">What is to be on record of it; it is on the disk with the pass or not at all. Null: nothing.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="System.Data.Common.DbException">The database refuses this very pass.</exception>
    public Task<PassAnswer> GiveAsync(Caller caller, PassForm form, Func<PassReceipt, long, AuditEntry>? entry, CancellationToken cancellation)
    {
        var waiting = new WaitingPass(form, caller, entry);
        if (_closed || !LaneOf(caller.District).TryEnter(waiting))
            return Task.FromResult<PassAnswer>(new PassAnswer.Away(RetryAfter));
        return waiting.WaitAsync(_settings.Patience, _premises.Clock, cancellation);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is waiting is stored and answered first.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        return Task.WhenAll(_lanes.Values.Select(l => l.Value.CloseAsync())).WaitAsync(cancellationToken);
    }

    public void Dispose() => Turns.Dispose();

    /// <summary>SQLite has one writer at a time, so one lane serves all districts; on PostgreSQL districts do not wait for one another.</summary>
    private PassLane LaneOf(DistrictId district) => _lanes.GetOrAdd(OneWriter ? default : district,
        _ => new Lazy<PassLane>(() => new PassLane(_premises.Database, _settings, Turns, _premises.Clock, _mapper.Wake, _log))).Value;
}
