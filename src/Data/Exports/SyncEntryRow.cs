using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Data.Exports;

/// <summary>What a line of a run says about its record.</summary>
public enum SyncEntryStatus
{
    /// <summary>In a frozen file that has not arrived yet.</summary>
    Frozen,

    /// <summary>In a file that has arrived.</summary>
    Delivered,

    /// <summary>In a file that may have arrived; a person decides.</summary>
    Unconfirmed,

    /// <summary>Waits for a person.</summary>
    Held,

    /// <summary>Came along because its day was sent again; settles nothing.</summary>
    Repeated,

    /// <summary>Held, and its day was sent without it, which takes it out of the SIS; settles nothing.</summary>
    LeftOut,

    /// <summary>The SIS was told just this before.</summary>
    Unneeded,

    /// <summary>On the list of what a clerk changes by hand.</summary>
    ByHand,

    /// <summary>In a file that was taken back before anybody read it, or a submission of which the agency took nothing; settles nothing and told nobody.</summary>
    TakenBack,

    /// <summary>The agency took nothing of it, for a reason that it gave; owed again.</summary>
    Rejected,

    /// <summary>The agency takes nothing of the day any more. Terminal.</summary>
    Closed,
}

/// <summary>One record's line in one run.</summary>
public sealed class SyncEntryRow
{
    private SyncEntryRow()
    {
    }

    /// <summary>A child-day of a submission.</summary>
    internal SyncEntryRow(ExportBatchRow batch, SubmissionLine line) : this(batch.SyncRunId, batch.ConnectorId, line.Line)
    {
        (BatchId, SettlesVersion, Status, Withdrawn) = (batch.Id, line.Line.Version, SyncEntryStatus.Frozen, line.Line.IsWithdrawn);
        (ProviderId, AgencyChildId, ExternalCode) = (batch.ProviderId, line.AgencyChildId, line.Says);
    }

    /// <summary>A child-day that is held.</summary>
    internal SyncEntryRow(long runId, long connectorId, HeldDay held) : this(runId, connectorId, held.Line) =>
        (Status, Reason, AgencyChildId) = (SyncEntryStatus.Held, $"{held.Reason}: {held.Explanation}", held.Line.AgencyChildId);

    private SyncEntryRow(long runId, long connectorId, ChildDayLine line)
    {
        (SyncRunId, ConnectorId, ChildDayId, RecordVersion) = (runId, connectorId, line.DayId, line.Version);
        (SiteId, StudentNumber, Date) = (line.Site?.Id, line.ChildNumber, line.Date);
    }

    /// <summary>The agency has answered. What it did not take is owed again, unless it takes nothing of the day any more.</summary>
    internal void End(DayEnd end)
    {
        (Reason, AgencySays) = (end.Reason, end.AgencySays);
        Status = end.Kind switch
        {
            DayEndKind.Accepted => SyncEntryStatus.Delivered,
            DayEndKind.Closed => SyncEntryStatus.Closed,
            _ => SyncEntryStatus.Rejected,
        };
        if (end.Kind == DayEndKind.Rejected)
            SettlesVersion = null;
    }

    /// <summary>Nobody was told.</summary>
    internal void TakeBack(string reason) => (Status, Reason, SettlesVersion) = (SyncEntryStatus.TakenBack, reason, null);

    /// <summary>Whether the agency has it is not known, and a person decides.</summary>
    internal void LeaveUnconfirmed() => Status = SyncEntryStatus.Unconfirmed;

    public long Id { get; private set; }
    public long SyncRunId { get; private set; }
    public long? BatchId { get; private set; }
    public long ConnectorId { get; private set; }

    /// <summary>The tardy; null: it is a child-day.</summary>
    public long? RecordId { get; private set; }

    /// <summary>The child-day; null: it is a tardy.</summary>
    public long? ChildDayId { get; private set; }

    public long RecordVersion { get; private set; }

    /// <summary>The version this line settles; null where it settles nothing. Unique per connector and record: no version is sent twice.</summary>
    public long? SettlesVersion { get; private set; }

    /// <summary>Of the row's text, equal where the text is; 0 where there is no row.</summary>
    public long RowHash { get; private set; }

    /// <summary>The line took the record out of the SIS.</summary>
    public bool Withdrawn { get; private set; }

    /// <summary>Null for a child-day.</summary>
    public long? SchoolId { get; private set; }

    /// <summary>Of a child-day; null for a tardy.</summary>
    public long? SiteId { get; private set; }

    /// <summary>Of a child-day the child's number.</summary>
    public string StudentNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }
    public string Period { get; private set; } = "";
    public string ExternalCode { get; private set; } = "";
    public SyncEntryStatus Status { get; private set; }
    public string? Reason { get; private set; }

    /// <summary>Of a child-day the Provider ID under which it was told.</summary>
    public string? ProviderId { get; private set; }

    /// <summary>Of a child-day the agency's id of the child.</summary>
    public string? AgencyChildId { get; private set; }

    /// <summary>The agency's own words, which may name a child.</summary>
    public string? AgencySays { get; private set; }
}

/// <summary>A record that a connector holds for a person, as of its last run.</summary>
public sealed class HeldRecordRow
{
    private HeldRecordRow()
    {
    }

    /// <summary>A child-day.</summary>
    internal HeldRecordRow(long connectorId, long childDayId, DateTimeOffset since) => (ConnectorId, ChildDayId, Since) = (connectorId, childDayId, since);

    /// <summary>Held by one more run. Returns true if it was not held for this reason before.</summary>
    internal bool Hold(HeldDay held, long runId, DateTimeOffset at)
    {
        var isNew = SyncRunId == 0 || Reason != held.Reason;
        (Reason, Explanation, SyncRunId, Since) = (held.Reason, held.Explanation, runId, isNew ? at : Since);
        return isNew;
    }

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }

    /// <summary>The tardy; null: it is a child-day.</summary>
    public long? RecordId { get; private set; }

    /// <summary>The child-day; null: it is a tardy.</summary>
    public long? ChildDayId { get; private set; }

    public HoldReason Reason { get; private set; }
    public string Explanation { get; private set; } = "";
    public DateTimeOffset Since { get; private set; }

    /// <summary>The last run that held it.</summary>
    public long SyncRunId { get; private set; }
}
