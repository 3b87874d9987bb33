using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>Where a child-day stands with an agency, as people see it.</summary>
/// <remarks>Source: seed (childcare rule 20).</remarks>
public enum TransferStatus
{
    /// <summary>The agency has it as it is now.</summary>
    Transferred,

    /// <summary>The agency does not have it yet, or has an earlier version; it goes by itself.</summary>
    OutOfSync,

    /// <summary>Somebody has to do something; the reason says what.</summary>
    Error,
}

/// <summary>Where a child-day stands with the agency of one connector. There is one for each child-day that a run of the connector has looked at and that was, or is, to be told.</summary>
public sealed class Transfer
{
    private const string OnItsWay = "It is on its way.";
    private const string ChangedSince = "It has changed since the agency was told.";

    public long ConnectorId { get; init; }
    public long AttendanceDayId { get; init; }
    public string ConnectorName { get; init; } = "";

    /// <summary>The Provider ID that it was told under; null: it was told under none yet.</summary>
    public string? ProviderId { get; init; }

    public long? SiteId { get; init; }
    public string ChildNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public AttendanceKind State { get; init; }
    public TransferStatus Status { get; init; }

    /// <summary>In words for people, with what to do; holds nothing of the child.</summary>
    public string? Reason { get; set; }

    /// <summary>The agency's own words, which may name a child.</summary>
    public string? AgencySays { get; init; }

    /// <summary>When the agency took what it has; null: it has nothing, or of an earlier run only.</summary>
    public DateTimeOffset? TransferredAt { get; init; }

    /// <summary>The last run that did something about it.</summary>
    public long SyncRunId { get; init; }

    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    /// <summary>Says in another language what the query says of itself.</summary>
    internal void SayIn(AgencyTexts texts) => Reason = Reason switch
    {
        OnItsWay => texts.Say(Phrase.OnItsWay),
        ChangedSince => texts.Say(Phrase.ChangedSince),
        _ => Reason,
    };

    /// <summary>All of a district. What decides is the last line of each child-day, and what is held at present.</summary>
    public static IQueryable<Transfer> Of(K12SyncDb db) =>
        from entry in db.SyncEntries
        where entry.ChildDayId != null && !db.SyncEntries.Any(later => later.ChildDayId == entry.ChildDayId && later.ConnectorId == entry.ConnectorId && later.Id > entry.Id)
        join day in db.AttendanceDays on entry.ChildDayId equals day.Id
        join connector in db.Connectors on entry.ConnectorId equals connector.Id
        let hold = db.HeldRecords.Where(h => h.ChildDayId == day.Id && h.ConnectorId == connector.Id).FirstOrDefault()
        // What was held only for an error that came and went stands as the agency was told.
        let isTold = entry.Status == SyncEntryStatus.Delivered ? entry.RecordVersion == day.RecordVersion
            : entry.Status == SyncEntryStatus.Held && db.SyncEntries.Any(e => e.ChildDayId == day.Id && e.ConnectorId == entry.ConnectorId && e.SettlesVersion == day.RecordVersion && e.Status == SyncEntryStatus.Delivered)
        where connector.RemovedAt == null
        select new Transfer
        {
            // As the line has them: a page in the order of the key is then read from its index, and not sorted from all there are.
            ConnectorId = entry.ConnectorId,
            AttendanceDayId = entry.ChildDayId!.Value,
            ConnectorName = connector.Name,
            ProviderId = entry.ProviderId ?? db.SyncEntries.Where(e => e.ChildDayId == day.Id && e.ConnectorId == entry.ConnectorId && e.SettlesVersion != null)
                .OrderByDescending(e => e.Id).Select(e => e.ProviderId).FirstOrDefault(),
            SiteId = day.SiteId,
            ChildNumber = day.ChildNumber,
            Date = day.Date,
            State = day.Kind,
            Status = hold != null ? (hold.Reason == HoldReason.NotCheckedOut || hold.Reason == HoldReason.PeriodOpen ? TransferStatus.OutOfSync : TransferStatus.Error)
                : entry.Status == SyncEntryStatus.Rejected || entry.Status == SyncEntryStatus.Closed || entry.Status == SyncEntryStatus.Unconfirmed ? TransferStatus.Error
                : isTold ? TransferStatus.Transferred
                : TransferStatus.OutOfSync,
            Reason = hold != null ? hold.Explanation
                : entry.Status == SyncEntryStatus.Frozen ? OnItsWay
                : entry.Status == SyncEntryStatus.Delivered && entry.RecordVersion != day.RecordVersion ? ChangedSince
                : entry.Status == SyncEntryStatus.Held || entry.Status == SyncEntryStatus.TakenBack ? null
                : entry.Reason,
            AgencySays = entry.AgencySays,
            TransferredAt = entry.Status == SyncEntryStatus.Delivered ? db.ExportBatches.Where(b => b.Id == entry.BatchId).Select(b => b.DeliveredAt).FirstOrDefault() : null,
            SyncRunId = entry.SyncRunId,
            Version = EF.Property<long>(day, Stamps.ChangeVersion),
            ChangeVersion = EF.Property<long>(day, Stamps.ChangeVersion),
        };
}
