using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A run. It may be of many schools, so a caller of one school sees its entries and not the run; a director of childcare sees those that send child-days.</summary>
internal sealed class SyncRunView
{
    private static readonly string[] Agencies = [.. Enum.GetValues<AgencySystem>().Select(AgencyDestinationDefinition.NameOf)];

    public long Id { get; init; }
    public long ConnectorId { get; init; }
    public string ConnectorName { get; init; } = "";
    public RunTrigger Trigger { get; init; }
    public SyncRunStatus Status { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public int RowsSelected { get; init; }
    public int RowsSent { get; init; }
    public int RowsHeld { get; init; }

    /// <summary>Null: the far side takes files and does not say what it makes of their rows.</summary>
    public int? RowsRejected { get; init; }

    public int Attempts { get; init; }
    public TroubleKind? ErrorCode { get; init; }
    public string? Error { get; init; }
    public IReadOnlyList<SyncFileView> Files { get; init; } = [];

    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<SyncRunView> Of(K12SyncDb db, SchoolSet schools) => Of(db, db.SyncRuns.OnlyForDistrict(schools));

    /// <summary>Runs of connectors that send child-days, as long as they have sent nothing else: what a connector was before it was changed is not of childcare.</summary>
    public static IQueryable<SyncRunView> OfChildDays(K12SyncDb db) => Of(db,
        from run in db.SyncRuns
        join connector in db.Connectors on run.ConnectorId equals connector.Id
        let json = (string)(object)connector.Definition
        let type = StoredJson.Text(json, "destination.type")
        where run.LayoutName == type && (EF.Constant(Agencies).Contains(type) || StoredJson.Text(json, "destination.records") == "ChildDays")
        where !db.SyncEntries.Any(e => e.SyncRunId == run.Id && e.RecordId != null)
        select run);

    private static IQueryable<SyncRunView> Of(K12SyncDb db, IQueryable<SyncRunRow> runs) => runs.Select(r => new SyncRunView
    {
        Id = r.Id,
        ConnectorId = r.ConnectorId,
        ConnectorName = r.ConnectorName,
        Trigger = r.Trigger,
        Status = r.Status,
        StartedAt = r.StartedAt,
        FinishedAt = r.FinishedAt,
        RowsSelected = r.RowsSelected,
        RowsSent = r.RowsSent,
        RowsHeld = r.RowsHeld,
        RowsRejected = r.RowsRejected,
        Attempts = r.Attempts,
        ErrorCode = r.ErrorCode,
        Error = r.Error,
        Files = db.ExportBatches.Where(b => b.SyncRunId == r.Id).OrderBy(b => b.Id)
            .Select(b => new SyncFileView { FileName = b.FileName, Bytes = b.Length, Rows = b.Rows, Sha256 = b.Sha256, Status = b.Status, Attempts = b.Attempts, DeliveredAt = b.DeliveredAt, Reason = b.Reason }).ToList(),
        Version = EF.Property<long>(r, Stamps.Version),
        ChangeVersion = EF.Property<long>(r, Stamps.ChangeVersion),
    });
}

/// <summary>A file that a run froze: one per school or one per district, by the connector.</summary>
internal sealed class SyncFileView
{
    public string FileName { get; init; } = "";
    public long Bytes { get; init; }
    public int Rows { get; init; }
    public string Sha256 { get; init; } = "";
    public BatchStatus Status { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public string? Reason { get; init; }
}

/// <summary>One record's line in one run.</summary>
internal sealed class SyncEntryView
{
    public long Id { get; init; }
    public long SyncRunId { get; init; }
    public string RecordKind { get; init; } = "";
    public long? RecordId { get; init; }
    public long? ChildDayId { get; init; }
    public long? SchoolId { get; init; }
    public string StudentNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public string Period { get; init; } = "";
    public string ExternalCode { get; init; } = "";
    public SyncEntryStatus Status { get; init; }
    public string? Reason { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<SyncEntryView> Of(K12SyncDb db, SchoolSet schools) => Of(db.SyncEntries.Only(schools, e => e.SchoolId!.Value));

    /// <summary>Those of child-days.</summary>
    public static IQueryable<SyncEntryView> OfChildDays(K12SyncDb db) => Of(db.SyncEntries.Where(e => e.ChildDayId != null));

    private static IQueryable<SyncEntryView> Of(IQueryable<SyncEntryRow> entries) => entries.Select(e => new SyncEntryView
    {
        Id = e.Id,
        SyncRunId = e.SyncRunId,
        RecordKind = e.RecordId != null ? "TardyRecord" : "AttendanceDay",
        RecordId = e.RecordId,
        ChildDayId = e.ChildDayId,
        SchoolId = e.SchoolId,
        StudentNumber = e.StudentNumber,
        Date = e.Date,
        Period = e.Period,
        ExternalCode = e.ExternalCode,
        Status = e.Status,
        Reason = e.Reason,
        Version = EF.Property<long>(e, Stamps.Version),
        ChangeVersion = EF.Property<long>(e, Stamps.ChangeVersion),
    });
}
