using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>A file on its way, or arrived.</summary>
internal sealed record BatchView(
    long Id, string Connector, long Run, string FileName, BatchStatus Status, int Rows, long Bytes, string Sha256, int Attempts,
    string? Destination, DateTimeOffset FrozenAt, DateTimeOffset? DeliveredAt, string? Reason);

/// <summary>What became of a person's decision about a file.</summary>
internal enum DecideResult
{
    Done,
    NoSuchFile,

    /// <summary>There is nothing to decide about it.</summary>
    NotUnconfirmed,
}

/// <summary>The file of a run that a decision is about.</summary>
internal abstract record UndecidedFile
{
    private UndecidedFile()
    {
    }

    /// <summary>This one.</summary>
    public sealed record One(long BatchId) : UndecidedFile;

    /// <summary>Where they are is known.</summary>
    public sealed record None : UndecidedFile;

    /// <summary>It has to be said which.</summary>
    public sealed record Several(IReadOnlyList<string> Names) : UndecidedFile;

    /// <summary>The run has none of the name.</summary>
    public sealed record NoSuchFile(IReadOnlyList<string> Names) : UndecidedFile;
}

/// <summary>Frozen files: what is where, and what a person decides about those that may have arrived.</summary>
internal sealed class BatchOperations(K12SyncDb db, TimeProvider clock)
{
    /// <summary>Files of a connector, the latest first.</summary>
    public async Task<IReadOnlyList<BatchView>> ListAsync(long connectorId, BatchStatus? status, int most, CancellationToken cancellation) =>
        await (from batch in db.ExportBatches.AsNoTracking()
               join run in db.SyncRuns on batch.SyncRunId equals run.Id
               where batch.ConnectorId == connectorId && (status == null || batch.Status == status)
               orderby batch.Id descending
               select new BatchView(batch.Id, run.ConnectorName, run.Number, batch.FileName, batch.Status, batch.Rows, batch.Length, batch.Sha256,
                   batch.Attempts, batch.Destination, batch.FrozenAt, batch.DeliveredAt, batch.Reason)).Take(most).ToListAsync(cancellation);

    /// <summary>The exact bytes that were frozen; null if there is no such file.</summary>
    public Task<byte[]?> ContentAsync(long batchId, CancellationToken cancellation) =>
        db.ExportContents.AsNoTracking().Where(c => c.BatchId == batchId).Select(c => (byte[]?)c.Bytes).SingleOrDefaultAsync(cancellation);

    /// <summary>The exact bytes of what an agency answered to a submission; null: there is none.</summary>
    public Task<byte[]?> AnswerAsync(long batchId, CancellationToken cancellation) =>
        db.ExportContents.AsNoTracking().Where(c => c.BatchId == batchId).Select(c => c.Response).SingleOrDefaultAsync(cancellation);

    /// <summary>The file of a run that may or may not have arrived: the one of a name, or the only one.</summary>
    public async Task<UndecidedFile> FindUndecidedAsync(long runId, string? fileName, CancellationToken cancellation)
    {
        var files = await db.ExportBatches.AsNoTracking().Where(b => b.SyncRunId == runId).OrderBy(b => b.Id).Select(b => new { b.Id, b.FileName, b.Status }).ToListAsync(cancellation);
        if (fileName is not null && files.TrueForAll(f => f.FileName != fileName))
            return new UndecidedFile.NoSuchFile([.. files.Select(f => f.FileName)]);
        var open = files.FindAll(f => f.Status == BatchStatus.DeliveredUnconfirmed && (fileName is null || f.FileName == fileName));
        return open switch
        {
            [] => new UndecidedFile.None(),
            [var one] => new UndecidedFile.One(one.Id),
            _ => new UndecidedFile.Several([.. open.Select(f => f.FileName)]),
        };
    }

    /// <summary>The SIS has an unconfirmed file: its records are delivered.</summary>
    public Task<DecideResult> ConfirmAsync(long batchId, CancellationToken cancellation) =>
        DecideAsync(batchId, ledger => ledger.ConfirmAsync(batchId, cancellation), cancellation);

    /// <summary>The SIS does not have it: the next run sends the same bytes under the same name.</summary>
    public Task<DecideResult> SendAgainAsync(long batchId, CancellationToken cancellation) =>
        DecideAsync(batchId, ledger => ledger.SendAgainAsync(batchId, cancellation), cancellation);

    private async Task<DecideResult> DecideAsync(long batchId, Func<ExportLedger, Task<bool>> decide, CancellationToken cancellation) =>
        !await db.ExportBatches.AnyAsync(b => b.Id == batchId, cancellation) ? DecideResult.NoSuchFile
        : await decide(new ExportLedger(db, clock)) ? DecideResult.Done
        : DecideResult.NotUnconfirmed;
}
