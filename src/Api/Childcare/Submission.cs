using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>What an agency was sent at one time for one provider, or is about to be.</summary>
public sealed class Submission
{
    public long Id { get; init; }
    public long ConnectorId { get; init; }
    public string ConnectorName { get; init; } = "";
    public long SyncRunId { get; init; }
    public string ProviderId { get; init; } = "";

    /// <summary>The first day that it is about.</summary>
    public DateOnly PeriodFrom { get; init; }

    /// <summary>The last day that it is about, inclusive.</summary>
    public DateOnly PeriodTo { get; init; }

    /// <summary>Child-days in it.</summary>
    public int Rows { get; init; }

    /// <summary>Those the agency has taken.</summary>
    public int RowsAccepted { get; init; }

    /// <summary>Those it has not.</summary>
    public int RowsRejected { get; init; }

    public BatchStatus Status { get; init; }

    /// <summary>Why it stands so, in words; null: there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>The agency's own number of it.</summary>
    public string? ReceiptId { get; init; }

    /// <summary>Who certified it; null: the agency wants nobody to.</summary>
    public string? CertifiedBy { get; init; }

    public DateTimeOffset? CertifiedAt { get; init; }

    /// <summary>The words that were certified.</summary>
    public string? Wording { get; init; }

    public DateTimeOffset FrozenAt { get; init; }

    /// <summary>When the agency's answer came; null: it has taken nothing, or nobody knows.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>In the list of <c>files</c>, which shows the exact bytes.</summary>
    public string FileName { get; init; } = "";

    public string Sha256 { get; init; } = "";
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>All of a district.</summary>
    public static IQueryable<Submission> Of(K12SyncDb db) =>
        from batch in db.ExportBatches
        where batch.ProviderId != null
        join run in db.SyncRuns on batch.SyncRunId equals run.Id
        select new Submission
        {
            Id = batch.Id,
            ConnectorId = batch.ConnectorId,
            ConnectorName = run.ConnectorName,
            SyncRunId = run.Id,
            ProviderId = batch.ProviderId!,
            PeriodFrom = batch.PeriodFrom!.Value,
            PeriodTo = batch.PeriodTo!.Value,
            Rows = batch.Rows,
            RowsAccepted = batch.AcceptedBefore + db.SyncEntries.Count(e => e.BatchId == batch.Id && e.Status == SyncEntryStatus.Delivered),
            RowsRejected = batch.RejectedBefore + db.SyncEntries.Count(e => e.BatchId == batch.Id && (e.Status == SyncEntryStatus.Rejected || e.Status == SyncEntryStatus.Closed)),
            Status = batch.Status,
            Reason = batch.Reason,
            ReceiptId = batch.ReceiptId,
            CertifiedBy = batch.CertifiedBy,
            CertifiedAt = batch.CertifiedAt,
            Wording = batch.Wording,
            FrozenAt = batch.FrozenAt,
            DeliveredAt = batch.DeliveredAt,
            FileName = batch.FileName,
            Sha256 = batch.Sha256,
            Version = EF.Property<long>(batch, Stamps.Version),
            ChangeVersion = EF.Property<long>(batch, Stamps.ChangeVersion),
        };
}
