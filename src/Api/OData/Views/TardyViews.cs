using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Domain.Tardies;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

internal sealed class PassView
{
    public long Id { get; init; }
    public string PassId { get; init; } = "";
    public long SchoolId { get; init; }
    public string SchoolCode { get; init; } = "";
    public string StudentNumber { get; init; } = "";
    public string Code { get; init; } = "";
    public DateTimeOffset IssuedAt { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public bool Voided { get; init; }
    public OutcomeKind? Outcome { get; init; }
    public string? OutcomeReason { get; init; }
    public string? PeriodName { get; init; }
    public string? SisPeriodCode { get; init; }
    public int? MinutesLate { get; init; }
    public string? PassMessage { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<PassView> Of(K12SyncDb db, SchoolSet schools) => db.Passes.Only(schools, p => p.SchoolId).Select(p => new PassView
    {
        Id = p.Id,
        PassId = p.PassId,
        SchoolId = p.SchoolId,
        SchoolCode = db.Schools.Where(s => s.Id == p.SchoolId).Select(s => s.Code).First(),
        StudentNumber = p.StudentNumber,
        Code = p.Code,
        IssuedAt = p.IssuedAt,
        RecordedAt = p.RecordedAt,
        Voided = p.Voided,
        Outcome = p.Outcome,
        OutcomeReason = p.OutcomeReason,
        PeriodName = p.PeriodName,
        SisPeriodCode = p.SisPeriodCode,
        MinutesLate = p.MinutesLate,
        // The school's own code before the district's.
        PassMessage = db.BehaviorCodes.Where(c => c.Code == p.Code && (c.SchoolId == null || c.SchoolId == p.SchoolId)).OrderByDescending(c => c.SchoolId).Select(c => c.PassMessage).FirstOrDefault(),
        Version = EF.Property<long>(p, Stamps.Version),
        ChangeVersion = EF.Property<long>(p, Stamps.ChangeVersion),
    });
}

/// <summary>What the SIS should hold.</summary>
internal sealed class TardyRecordView
{
    public long Id { get; init; }
    public string PassId { get; init; } = "";
    public long SchoolId { get; init; }
    public string StudentNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public string PeriodName { get; init; } = "";
    public string SisPeriodCode { get; init; } = "";
    public string ExternalCode { get; init; } = "";
    public int MinutesLate { get; init; }
    public bool Withdrawn { get; init; }

    /// <summary>Held, if a connector holds it; or what the last line that settles the record as it is now says; null: it is owed.</summary>
    public SyncEntryStatus? DeliveryStatus { get; init; }

    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<TardyRecordView> Of(K12SyncDb db, SchoolSet schools) => db.TardyRecords.Only(schools, r => r.SchoolId).Select(r => new TardyRecordView
    {
        Id = r.Id,
        PassId = r.PassId,
        SchoolId = r.SchoolId,
        StudentNumber = r.StudentNumber,
        Date = r.Date,
        PeriodName = r.PeriodName,
        SisPeriodCode = r.SisPeriodCode,
        ExternalCode = r.ExternalCode,
        MinutesLate = r.MinutesLate,
        Withdrawn = r.Withdrawn,
        // By way of the connectors, because there is an index by connector and record. A hold that is over before the run that ends it has ended counts no more.
        DeliveryStatus = db.Connectors.Any(c => c.RemovedAt == null && db.HeldRecords.Any(h => h.ConnectorId == c.Id && h.RecordId == r.Id
                && !db.SyncEntries.Any(e => e.RecordId == r.Id && e.ConnectorId == c.Id && e.SettlesVersion == r.RecordVersion)))
            ? SyncEntryStatus.Held
            : db.SyncEntries.Where(e => e.RecordId == r.Id && e.SettlesVersion == r.RecordVersion)
                .OrderByDescending(e => e.Id).Select(e => (SyncEntryStatus?)e.Status).FirstOrDefault(),
        Version = EF.Property<long>(r, Stamps.Version),
        ChangeVersion = EF.Property<long>(r, Stamps.ChangeVersion),
    });
}
