using System.Runtime.CompilerServices;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>A ledger that keeps the ledger's promises in memory and fails a test that breaks them: no state skipped, no version given twice.</summary>
internal sealed class MemoryLedger(Failpoints failpoints, TimeProvider clock) : IExportLedger
{
    private readonly Dictionary<(long Connector, long Record, long Version), long> _given = [];
    private readonly Dictionary<long, (MemoryBatch? Batch, Told Told)> _told = [];
    private readonly Dictionary<long, Connector> _runs = [];
    private long _sequence;

    /// <summary>The truth: what the records are now. Given or not is worked out.</summary>
    public List<TardyLine> Records { get; } = [];

    public List<MemoryBatch> Batches { get; } = [];
    public Dictionary<long, SyncRunStatus> RunStatus { get; } = [];
    public List<HeldLine> Held { get; } = [];
    public List<SettledLine> WithoutRow { get; } = [];

    /// <summary>What another run does between this one's reading and its freezing.</summary>
    public Action? BeforeFreeze { get; set; }

    public bool IsGiven(TardyLine line) => _given.ContainsKey((1, line.RecordId, line.Version));

    public void GiveToAnotherRun(TardyLine line) => _given.Add((1, line.RecordId, line.Version), 0);

    public Task<SyncRunStart> BeginRunAsync(Connector connector, RunRequest request, CancellationToken cancellation) => Step("begin", () =>
    {
        var id = 100 + _runs.Count;
        _runs.Add(id, connector);
        RunStatus.Add(id, SyncRunStatus.Running);
        return new SyncRunStart(id, _runs.Count, clock.GetUtcNow());
    });

    public Task<long> NextRunNumberAsync(Connector connector, CancellationToken cancellation) => Step("number", () => _runs.Count + 1L);

    public Task<IReadOnlyList<UnfinishedBatch>> UnfinishedAsync(Connector connector, CancellationToken cancellation) =>
        Step<IReadOnlyList<UnfinishedBatch>>("unfinished", () =>
            [.. Batches.Where(b => b.Status is not (BatchStatus.Delivered or BatchStatus.DeliveredUnconfirmed)).Select(b => b.Unfinished())]);

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
        var owed = debt.Files.SelectMany(f => f.Lines).Where(l => l.Role == LineRole.Sent).Concat(debt.WithoutRow).Select(l => l.Line).ToList();
        if (owed.Exists(IsGiven))
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
        foreach (var settled in debt.WithoutRow)
            Tell(settled, null);
        WithoutRow.AddRange(debt.WithoutRow);
        Held.AddRange(debt.Held);
        return new FreezeResult.Frozen([.. ids]);
    });

    private void Tell(SettledLine settled, MemoryBatch? batch)
    {
        var (line, role, hash) = settled;
        if (role is not (LineRole.Repeated or LineRole.LeftOut))
            _given.Add((1, line.RecordId, line.Version), batch?.Id ?? 0);
        _told[line.RecordId] = (batch, new Told(++_sequence, hash, line.ExternalCode, line.IsWithdrawn || role == LineRole.LeftOut));
    }

    public Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation) => Step("content", () => Find(batchId).File.Content);

    public Task UploadingAsync(long batchId, int attempt, string temporaryName, CancellationToken cancellation) => Step("uploading", () =>
    {
        var batch = Find(batchId).Move(BatchStatus.Uploading, BatchStatus.Frozen, BatchStatus.Uploading);
        attempt.Should().Be(batch.Attempts + 1);
        temporaryName.Should().Be($".k12sync-{batchId}-{attempt}.part");
        (batch.Attempts, batch.TemporaryName) = (attempt, temporaryName);
        return true;
    });

    public Task PublishingAsync(long batchId, CancellationToken cancellation) =>
        Step("publishing", () => Find(batchId).Move(BatchStatus.Publishing, BatchStatus.Uploading));

    public Task SettleAsync(long batchId, CancellationToken cancellation) =>
        Step("settle", () =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Find(batchId).Move(BatchStatus.Delivered, BatchStatus.Publishing);
        });

    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) =>
        Step("unconfirmed", () => Find(batchId).Move(BatchStatus.DeliveredUnconfirmed, BatchStatus.Publishing));

    public Task FinishRunAsync(long runId, SyncRunStatus status, string? error, CancellationToken cancellation) => Step("finish", () =>
    {
        RunStatus[runId].Should().Be(SyncRunStatus.Running);
        return RunStatus[runId] = status;
    });

    private MemoryBatch Find(long id) => Batches.Single(b => b.Id == id);

    private async Task<T> Step<T>(string name, Func<T> effect)
    {
        await Task.Yield();
        failpoints.Pass("before " + name);
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

    public MemoryBatch Move(BatchStatus to, params BatchStatus[] from)
    {
        from.Should().Contain(Status, $"a batch must not go from {Status} to {to}");
        Status = to;
        return this;
    }

    public UnfinishedBatch Unfinished() => new(
        id, Status, file.FileName, TemporaryName, Attempts, file.Content.Length, file.Sha256,
        file.Rows, file.Lines.Count(l => l.Role == LineRole.Sent), file.Lines.Count(l => l.Role == LineRole.Repeated));
}
