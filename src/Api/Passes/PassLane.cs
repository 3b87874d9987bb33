using System.Threading.Channels;
using K12Sync.Api.Access;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;
using K12Sync.Data.Passes;
using K12Sync.Data.Storage;

namespace K12Sync.Api.Passes;

/// <summary>
/// Stores passes that come one by one in groups: whatever is waiting goes into one transaction, and while that is on its way to the disk the next group gathers. While
/// one group is stored, the one before is judged. Nothing is answered before it is on the disk.
/// </summary>
internal sealed class PassLane
{
    /// <summary>A server that has fallen silent does not hold up the lane for longer.</summary>
    private static readonly TimeSpan LongestStore = TimeSpan.FromMinutes(2);

    private readonly Database _database;
    private readonly PassSettings _settings;
    private readonly WriteTurns _turns;
    private readonly TimeProvider _clock;
    private readonly Action<DistrictId> _stored;
    private readonly ILogger _log;
    private readonly Channel<WaitingPass> _waiting;
    private readonly Channel<StoredGroup> _unanswered = Channel.CreateBounded<StoredGroup>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
    private readonly Dictionary<DistrictId, PassJudge> _judges = [];
    private readonly Task _work;

#pragma warning disable CA1068, IDE0290 // What a lane is made of; it is made in one place.
    public PassLane(Database database, PassSettings settings, WriteTurns turns, TimeProvider clock, Action<DistrictId> stored, ILogger log)
#pragma warning restore CA1068, IDE0290
    {
        (_database, _settings, _turns, _clock, _stored, _log) = (database, settings, turns, clock, stored, log);
        _waiting = Channel.CreateBounded<WaitingPass>(new BoundedChannelOptions(settings.Waiting) { SingleReader = true });
        _work = Task.WhenAll(Task.Run(StoreAsync), Task.Run(AnswerAsync));
    }

    /// <summary>False: too many are waiting, or the program is about to end.</summary>
    public bool TryEnter(WaitingPass pass) => _waiting.Writer.TryWrite(pass);

    /// <summary>Lets nobody in any more, and ends when all that were in have their answers.</summary>
    public Task CloseAsync()
    {
        _waiting.Writer.TryComplete();
        return _work;
    }

    private async Task StoreAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync())
            {
                var taken = new List<WaitingPass>();
                while (taken.Count < _settings.AtOnce && _waiting.Reader.TryRead(out var pass))
                    if (!pass.IsGivenUp)
                        taken.Add(pass);
                foreach (var group in taken.GroupBy(p => p.Caller.District))
                    await StoreAsync(group.Key, [.. group]);
            }
        }
        finally
        {
            _unanswered.Writer.Complete();
        }
    }

    /// <summary>Never throws: what goes wrong is the answer of those it went wrong for.</summary>
    private async Task StoreAsync(DistrictId district, IReadOnlyList<WaitingPass> passes)
    {
        var sound = new List<(WaitingPass Waiting, IncomingPass Pass)>(passes.Count);
        try
        {
            using var limit = new CancellationTokenSource(LongestStore, _clock);
            using var turn = await _turns.TakeAsync(limit.Token);
            await using var db = _database.Open(district);
            var schools = await PassSchools.LoadAsync(db, code => $"There is no school '{code}'.", limit.Token);
            foreach (var waiting in passes)
                if (waiting.Read(schools) is { } pass)
                    sound.Add((waiting, pass));
            if (sound.Count == 0)
                return;
            var store = new PassStore(db, _clock);
            var receipts = await store.StoreAsync([.. sound.Select(s => s.Pass)], limit.Token, receipts => RecordAsync(db, store, sound, receipts, limit.Token));
            await _unanswered.Writer.WriteAsync(new StoredGroup(district, db.Stamps!.Value, [.. sound.Zip(receipts, (s, receipt) => (s.Waiting, s.Pass, receipt))]));
            _stored(district);
        }
#pragma warning disable CA1031 // One group's trouble is its own; the lane goes on.
        catch (Exception e) when (IsAway(e))
        {
            _log.LogWarning(e, "{Count} passes could not be stored for now; they are told to come again.", passes.Count);
            foreach (var waiting in passes)
                waiting.Answer(new PassAnswer.Away(PassDesk.RetryAfter));
        }
        catch (Exception) when (sound.Count > 1)
        {
            // One of them is more than the database bears. The others are none the worse for it.
            foreach (var (waiting, _) in sound)
                await StoreAsync(district, [waiting]);
        }
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var waiting in passes)
                waiting.Fail(e);
        }
    }

    /// <summary>What is to be on record of the passes goes into their own transaction.</summary>
    private static async Task RecordAsync(
        K12SyncDb db, PassStore store, List<(WaitingPass Waiting, IncomingPass Pass)> passes, IReadOnlyList<PassReceipt> receipts, CancellationToken cancellation)
    {
        var done = passes.Zip(receipts, (p, receipt) => (p.Waiting, p.Pass.Pass.PassId, Receipt: receipt)).Where(p => p.Waiting.Entry is not null && p.Receipt.IsStored()).ToList();
        if (done.Count == 0)
            return;
        var rows = await store.RowsOfAsync(done.Select(p => p.PassId), cancellation);
        await new AuditBook(db, AuditBook.Here).AddAsync([.. done.Select(p => p.Waiting.Entry!(p.Receipt, rows[p.PassId]))], cancellation);
    }

    private async Task AnswerAsync()
    {
        await foreach (var group in _unanswered.Reader.ReadAllAsync())
            try
            {
                await AnswerAsync(group);
            }
#pragma warning disable CA1031 // As above. The passes are stored; who hands them in again will be told so.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (IsAway(e))
                    _log.LogWarning(e, "{Count} passes are stored, but could not be judged for now.", group.Passes.Count);
                foreach (var (waiting, _, _) in group.Passes)
                    if (IsAway(e))
                        waiting.Answer(new PassAnswer.Away(PassDesk.RetryAfter));
                    else
                        waiting.Fail(e);
            }
    }

    private async Task AnswerAsync(StoredGroup group)
    {
        foreach (var (waiting, _, receipt) in group.Passes.Where(p => !p.Receipt.IsStored()))
            waiting.Answer(receipt == PassReceipt.NotKept ? new PassAnswer.Wrong([new K12Sync.OData.InvalidProperty(nameof(PassForm.IssuedAt), PassRules.NotKept)]) : new PassAnswer.Conflict());
        var stored = group.Passes.Where(p => p.Receipt.IsStored()).ToList();
        if (stored.Count == 0)
            return;
        if (!_judges.TryGetValue(group.District, out var judge))
            _judges.Add(group.District, judge = new PassJudge());
        using var limit = new CancellationTokenSource(LongestStore, _clock);
        await using var db = _database.Open(group.District);
        var judged = await judge.JudgeAsync(db, [.. stored.Select(s => s.Pass)], group.Stamps, limit.Token);
        foreach (var (waiting, pass, receipt) in stored)
            waiting.Answer(judged.TryGetValue(pass.Pass.PassId, out var known) ? new PassAnswer.Stored(receipt, known) : new PassAnswer.Away(PassDesk.RetryAfter));
    }

    private static bool IsAway(Exception e) => e.IsDatabaseAway() || e is OperationCanceledException;

    private sealed record StoredGroup(DistrictId District, StampRange Stamps, IReadOnlyList<(WaitingPass Waiting, IncomingPass Pass, PassReceipt Receipt)> Passes);
}

/// <summary>A pass on its way through a <see cref="PassLane"/>, and whoever waits for what becomes of it.</summary>
/// <param name="form">As it was handed in.</param>
/// <param name="caller">Who handed it in.</param>
/// <param name="entry">What is to be on record of it, once it is known what became of it and which row it is; null: nothing.</param>
internal sealed class WaitingPass(PassForm form, Caller caller, Func<PassReceipt, long, AuditEntry>? entry)
{
    private readonly TaskCompletionSource<PassAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _givenUp;

    public Caller Caller => caller;

    public Func<PassReceipt, long, AuditEntry>? Entry => entry;

    /// <summary>Nobody waits any more; if it has not been taken out of the queue, it is not stored.</summary>
    public bool IsGivenUp => _givenUp;

    /// <summary>The pass to store; null if it cannot be stored, which is then the answer.</summary>
    public IncomingPass? Read(PassSchools schools)
    {
        switch (form.Read(schools, caller))
        {
            case PassReading.Sound(var pass):
                return pass;
            case PassReading.NotYours:
                Answer(new PassAnswer.NotYours());
                return null;
            case PassReading.Wrong(var properties):
                Answer(new PassAnswer.Wrong(properties));
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public void Answer(PassAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception e) => _answer.TrySetException(e);

    /// <summary>The answer, or <see cref="PassAnswer.Away"/> after <paramref name="patience"/>.</summary>
    public async Task<PassAnswer> WaitAsync(TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return await _answer.Task.WaitAsync(patience, clock, cancellation);
        }
        catch (TimeoutException) when (!_answer.Task.IsCompleted)
        {
            return new PassAnswer.Away(PassDesk.RetryAfter);
        }
        finally
        {
            _givenUp = true;
        }
    }
}

/// <summary>Whose turn it is to write, within this process. SQLite has one writer at a time and lets the others guess when it is done; here they stand in line.</summary>
internal sealed class WriteTurns(bool oneAtATime) : IDisposable
{
    private readonly SemaphoreSlim? _turn = oneAtATime ? new SemaphoreSlim(1, 1) : null;

    /// <summary>The turn, until it is disposed of; null where no one needs to wait.</summary>
    public async Task<IDisposable?> TakeAsync(CancellationToken cancellation)
    {
        if (_turn is null)
            return null;
        await _turn.WaitAsync(cancellation);
        return new Turn(_turn);
    }

    public void Dispose() => _turn?.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
