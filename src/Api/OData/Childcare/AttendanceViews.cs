using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Childcare;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Childcare;

/// <summary>One child's day, as it was judged last.</summary>
internal sealed class AttendanceDayView
{
    public long Id { get; init; }
    public string ChildNumber { get; init; } = "";
    public DateOnly Date { get; init; }
    public long? SiteId { get; init; }
    public AttendanceKind Kind { get; init; }
    public string? Code { get; init; }
    public UnknownReason? UnknownReason { get; init; }
    public IReadOnlyList<CareSpanView> Care { get; init; } = [];
    public int Minutes { get; init; }
    public bool IsOpen { get; init; }
    public bool IsAutomatic { get; init; }
    public DayReadiness Status { get; init; }
    public string Reason { get; init; } = "";
    public IReadOnlyList<DayFindingView> Findings { get; init; } = [];
    public long RecordVersion { get; init; }
    public bool Withdrawn { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<AttendanceDayView> Of(K12SyncDb db) => db.AttendanceDays.Select(d => new AttendanceDayView
    {
        Id = d.Id,
        ChildNumber = d.ChildNumber,
        Date = d.Date,
        SiteId = d.SiteId,
        Kind = d.Kind,
        Code = d.Code,
        UnknownReason = d.Unknown,
        Care = CareSpanView.Read(d.Care),
        Minutes = d.Minutes,
        IsOpen = d.IsOpen,
        IsAutomatic = d.IsAutomatic,
        Status = d.Readiness,
        Reason = d.Reason,
        Findings = DayFindingView.Read(d.Findings),
        RecordVersion = d.RecordVersion,
        Withdrawn = d.Withdrawn,
        Version = EF.Property<long>(d, Stamps.Version),
        ChangeVersion = EF.Property<long>(d, Stamps.ChangeVersion),
    });
}

/// <summary>A part of a day's care. <see cref="To"/> null: not checked out yet.</summary>
internal sealed class CareSpanView
{
    public long SiteId { get; init; }
    public string Room { get; init; } = "";
    public DateTimeOffset From { get; init; }
    public DateTimeOffset? To { get; init; }
    public int Minutes { get; init; }

    internal static IReadOnlyList<CareSpanView> Read(string stored) =>
        [.. CareText.ReadCare(stored).Select(c => new CareSpanView { SiteId = c.SiteId, Room = c.Room, From = c.From, To = c.To, Minutes = c.Minutes })];
}

/// <summary>What else there is to say of a day.</summary>
internal sealed class DayFindingView
{
    public FindingKind Kind { get; init; }
    public bool IsError { get; init; }
    public string Sentence { get; init; } = "";

    internal static IReadOnlyList<DayFindingView> Read(string stored) =>
        [.. CareText.ReadFindings(stored).Select(f => new DayFindingView { Kind = f.Kind, IsError = f.IsError, Sentence = f.Sentence })];
}

/// <summary>A check-in or check-out as it stands.</summary>
internal sealed class AttendanceEventView
{
    public long Id { get; init; }
    public string EventId { get; init; } = "";
    public long SiteId { get; init; }
    public string SiteCode { get; init; } = "";
    public string ChildNumber { get; init; } = "";
    public PunchKind Kind { get; init; }
    public DateTimeOffset At { get; init; }
    public DateOnly Date { get; init; }
    public string Room { get; init; } = "";
    public long Revision { get; init; }
    public bool IsAutomatic { get; init; }
    public bool IsDeleted { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public long Version { get; init; }
    public long ChangeVersion { get; init; }

    public static IQueryable<AttendanceEventView> Of(K12SyncDb db) => db.AttendanceEvents.Select(e => new AttendanceEventView
    {
        Id = e.Id,
        EventId = e.EventId,
        SiteId = e.SiteId,
        SiteCode = db.Sites.Where(s => s.Id == e.SiteId).Select(s => s.Code).First(),
        ChildNumber = e.ChildNumber,
        Kind = e.Kind,
        At = e.At,
        Date = e.Date,
        Room = e.Room,
        Revision = e.Revision,
        IsAutomatic = e.IsAutomatic,
        IsDeleted = e.IsDeleted,
        RecordedAt = e.RecordedAt,
        Version = EF.Property<long>(e, Stamps.Version),
        ChangeVersion = EF.Property<long>(e, Stamps.ChangeVersion),
    });
}
