using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Views;

/// <summary>A record that a connector holds for a person.</summary>
internal sealed class HeldRecordView
{
    public long Id { get; init; }
    public long ConnectorId { get; init; }
    public long RecordId { get; init; }
    public long SchoolId { get; init; }
    public string StudentNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public string PeriodName { get; init; } = "";
    public HoldReason Reason { get; init; }
    public string Explanation { get; init; } = "";
    public DateTimeOffset Since { get; init; }
    public long SyncRunId { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<HeldRecordView> Of(K12SyncDb db, SchoolSet schools) =>
        from held in db.HeldRecords
        join record in db.TardyRecords.Only(schools, r => r.SchoolId) on held.RecordId equals record.Id
        select new HeldRecordView
        {
            Id = held.Id,
            ConnectorId = held.ConnectorId,
            RecordId = held.RecordId!.Value,
            SchoolId = record.SchoolId,
            StudentNumber = record.StudentNumber,
            Date = record.Date,
            PeriodName = record.PeriodName,
            Reason = held.Reason,
            Explanation = held.Explanation,
            Since = held.Since,
            SyncRunId = held.SyncRunId,
            Version = EF.Property<long>(held, Stamps.Version),
            ChangeVersion = EF.Property<long>(held, Stamps.ChangeVersion),
        };
}

/// <summary>A mark that a clerk changes in the SIS by hand.</summary>
internal sealed class ManualCorrectionView
{
    public long Id { get; init; }
    public long ConnectorId { get; init; }
    public long RecordId { get; init; }
    public long SchoolId { get; init; }
    public string StudentNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public string PeriodName { get; init; } = "";
    public string SisPeriodCode { get; init; } = "";
    public string? SisHas { get; init; }
    public string? ShouldBe { get; init; }
    public int? MinutesLate { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset? DoneAt { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<ManualCorrectionView> Of(K12SyncDb db, SchoolSet schools) => db.ManualCorrections.Only(schools, c => c.SchoolId).Select(c => new ManualCorrectionView
    {
        Id = c.Id,
        ConnectorId = c.ConnectorId,
        RecordId = c.RecordId,
        SchoolId = c.SchoolId,
        StudentNumber = c.StudentNumber,
        Date = c.Date,
        PeriodName = c.PeriodName,
        SisPeriodCode = c.SisPeriodCode,
        SisHas = c.SisHas,
        ShouldBe = c.ShouldBe,
        MinutesLate = c.MinutesLate,
        Since = c.Since,
        DoneAt = c.DoneAt,
        Version = EF.Property<long>(c, Stamps.Version),
        ChangeVersion = EF.Property<long>(c, Stamps.ChangeVersion),
    });
}
