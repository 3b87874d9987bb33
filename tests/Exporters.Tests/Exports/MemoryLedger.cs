using System.Runtime.CompilerServices;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>A ledger that keeps the ledger's promises in memory and fails a test that breaks them: no state skipped, no version given twice.</summary>
internal sealed class MemoryLedger(Failpoints failpoints, TimeProvider clock) : IExportLedger
{
    private readonly Dictionary<(long Connector, long Record, long Version), long> _given = [];
    private readonly Dictionary<long, (MemoryBatch? Batch, Told Told)> _told = [];
    private readonly Dictionary<long, Connector> _runs = [];
    private readonly HashSet<DateTime> _slots = [];
    private long _sequence;

    /// <summary>The truth: what the records are now. Given or not is worked out.</summary>
    public List<TardyLine> Records { get; } = [];

    public List<MemoryBatch> Batches { get; } = [];
    public Dictionary<long, SyncRunStatus> RunStatus { get; } = [];
    public RunEnd? LastEnd { get; private set; }
    public List<HeldLine> Held { get; } = [];
    public List<SettledLine> WithoutRow { get; } = [];

    /// <summary>What another run does between this one's reading and its freezing.</summary>
    public Action? BeforeFreeze { get; set; }

    public bool IsGiven(TardyLine line) => IsGiven(line.RecordId, line.Version);

    private bool IsGiven(long recordId, long version) => _given.ContainsKey((1, recordId, version));

    public void GiveToAnotherRun(TardyLine line) => _given.Add((1, line.RecordId, line.Version), 0);

    /// <summary>How often each method was called.</summary>
    public Dictionary<string, int> Steps { get; } = [];

    /// <summary>What this connector usually sends.</summary>
    public int? Usual { get; set; }

    public Task<RunStart> BeginRunAsync(Connector connector, RunRequest request, CancellationToken cancellation) => Step<RunStart>("begin", () =>
    {
        if (request.Slot is { } slot && !_slots.Add(slot))
            return new RunStart.SlotTaken(_runs.Count);
        var id = 100 + _runs.Count;
        _runs.Add(id, connector);
        RunStatus.Add(id, SyncRunStatus.Running);
        return new RunStart.Started(id, _runs.Count, clock.GetUtcNow());
    });

    public Task<long> NextRunNumberAsync(Connector connector, CancellationToken cancellation) => Step("number", () => _runs.Count + 1L);

    public Task<IReadOnlyList<UnfinishedBatch>> UnfinishedAsync(Connector connector, CancellationToken cancellation) =>
        Step<IReadOnlyList<UnfinishedBatch>>("unfinished", () =>
            [.. Batches.Where(b => b.Status is not (BatchStatus.Delivered or BatchStatus.DeliveredUnconfirmed or BatchStatus.TakenBack)).Select(b => b.Unfinished())]);

    public async IAsyncEnumerable<TardyLine> OwedAsync(Connector connector, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        failpoints.Pass("before owed");
        var owedDays = Records.Where(r => !IsGiven(r)).Select(r => (r.SchoolId, r.Date)).ToHashSet();
        foreach (var line in Records.Where(r => owedDays.Contains((r.SchoolId, r.Date)))
            .OrderBy(r => r.SchoolId).ThenBy(r => r.Date).ThenBy(r => r.SisPeriodCode, StringComparer.Ordinal).ThenBy(r => r.StudentNumber, StringComparer.Ordinal).ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            var told = _told.TryGetValue(line.RecordId, out var last)
                ? last.Told with { IsUnconfirmed = last.Batch?.Status == BatchStatus.DeliveredUnconfirmed }
                : line.Told;
            yield return line with { IsOwed = !IsGiven(line), Told = told };
        }
    }

    public Task<FreezeResult> FreezeAsync(long runId, RenderedDebt debt, CancellationToken cancellation) => Step("freeze", () =>
    {
        BeforeFreeze?.Invoke();
        var withoutRow = debt.WithoutRow.Select(l => FileLine.Of(l.Line, l.Role, l.RowHash)).ToList();
        if (debt.Files.SelectMany(f => f.Lines).Where(l => l.Role == LineRole.Sent).Concat(withoutRow).Any(l => IsGiven(l.RecordId, l.Version)))
            return (FreezeResult)new FreezeResult.AlreadyFrozen();
        var ids = new List<long>();
        foreach (var file in debt.Files)
        {
            var batch = new MemoryBatch(Batches.Count + 1, file);
            Batches.Add(batch);
            ids.Add(batch.Id);
            foreach (var settled in file.Lines)
                Tell(settled, batch);
        }
        foreach (var settled in withoutRow)
            Tell(settled, null);
        WithoutRow.AddRange(debt.WithoutRow);
        Held.AddRange(debt.Held);
        return new FreezeResult.Frozen([.. ids]);
    });

    private void Tell(FileLine line, MemoryBatch? batch)
    {
        if (line.Role is not (LineRole.Repeated or LineRole.LeftOut))
            _given.Add((1, line.RecordId, line.Version), batch?.Id ?? 0);
        _told[line.RecordId] = (batch, new Told(++_sequence, line.RowHash, line.ExternalCode, line.IsWithdrawn || line.Role == LineRole.LeftOut));
    }

    public Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation) => Step("content", () => Find(batchId).File.Content);

    public Task UploadingAsync(IReadOnlyList<UploadStart> uploads, string destination, CancellationToken cancellation) => Step("uploading", () =>
    {
        foreach (var (batchId, attempt, temporaryName) in uploads)
        {
            var batch = Find(batchId).Move(BatchStatus.Uploading, BatchStatus.Frozen, BatchStatus.Uploading);
            attempt.Should().Be(batch.Attempts + 1);
            temporaryName.Should().Be($".k12sync-{batchId}-{attempt}.part");
            (batch.Attempts, batch.TemporaryName, batch.Destination) = (attempt, temporaryName, destination);
        }
        return true;
    });

    public Task PublishingAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation) => Move("publishing", batchIds, BatchStatus.Publishing, BatchStatus.Uploading);

    public Task SettleAsync(IReadOnlyList<long> batchIds, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Move("settle", batchIds, BatchStatus.Delivered, BatchStatus.Publishing);
    }

    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) =>
        Move("unconfirmed", [batchId], BatchStatus.DeliveredUnconfirmed, BatchStatus.Publishing);

    public Task<IReadOnlyList<UnfinishedBatch>> LastDeliveredAsync(Connector connector, IReadOnlyCollection<string> fileNames, CancellationToken cancellation) =>
        Step<IReadOnlyList<UnfinishedBatch>>("last", () => [.. Batches.Where(b => b.Status == BatchStatus.Delivered && fileNames.Contains(b.File.FileName))
            .GroupBy(b => b.File.FileName).Select(g => g.Last().Unfinished())]);

    public Task TakingBackAsync(long batchId, string temporaryName, CancellationToken cancellation) => Step("takingback", () =>
    {
        var batch = Find(batchId).Move(BatchStatus.TakingBack, BatchStatus.Delivered);
        return batch.TemporaryName = temporaryName;
    });

    public Task TakenBackAsync(long batchId, CancellationToken cancellation) => Step("takenback", () =>
    {
        Find(batchId).Move(BatchStatus.TakenBack, BatchStatus.TakingBack);
        foreach (var given in _given.Where(g => g.Value == batchId).Select(g => g.Key).ToList())
            _given.Remove(given);
        foreach (var (record, _) in _told.Where(t => t.Value.Batch?.Id == batchId).ToList())
            _told.Remove(record);
        return true;
    });

    public Task NotTakenBackAsync(long batchId, CancellationToken cancellation) => Move("nottakenback", [batchId], BatchStatus.Delivered, BatchStatus.TakingBack);

    public Task<int?> UsualRowsAsync(Connector connector, CancellationToken cancellation) => Step("usual", () => Usual);

    public Task FinishRunAsync(long runId, RunEnd end, CancellationToken cancellation) => Step("finish", () =>
    {
        RunStatus[runId].Should().Be(SyncRunStatus.Running);
        LastEnd = end;
        return RunStatus[runId] = end.Status;
    });

    private Task<bool> Move(string step, IReadOnlyList<long> batchIds, BatchStatus to, BatchStatus from) => Step(step, () =>
    {
        foreach (var id in batchIds)
            Find(id).Move(to, from);
        return true;
    });

    private MemoryBatch Find(long id) => Batches.Single(b => b.Id == id);

    private async Task<T> Step<T>(string name, Func<T> effect)
    {
        await Task.Yield();
        failpoints.Pass("before " + name);
        Steps[name] = Steps.GetValueOrDefault(name) + 1;
        var result = effect();
        failpoints.Pass("after " + name);
        return result;
    }
}

internal sealed class MemoryBatch(long id, RenderedFile file)
{
    public long Id => id;
    public RenderedFile File => file;
    public BatchStatus Status { get; private set; } = BatchStatus.Frozen;
    public int Attempts { get; set; }
    public string? TemporaryName { get; set; }
    public string? Destination { get; set; }

    public MemoryBatch Move(BatchStatus to, params BatchStatus[] from)
    {
        from.Should().Contain(Status, $"a batch must not go from {Status} to {to}");
        Status = to;
        return this;
    }

    public UnfinishedBatch Unfinished() => new(
        id, Status, file.FileName, TemporaryName, Attempts, file.Content.Length, file.Sha256,
        file.Rows, file.Lines.Count(l => l.Role == LineRole.Sent), file.Lines.Count(l => l.Role == LineRole.Repeated), Destination);
}
