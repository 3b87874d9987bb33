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

    /// <summary>In a file that was taken back before anybody read it; settles nothing and told nobody.</summary>
    TakenBack,
}

/// <summary>One record's line in one run.</summary>
public sealed class SyncEntryRow
{
    private SyncEntryRow()
    {
    }

    public long Id { get; private set; }
    public long SyncRunId { get; private set; }
    public long? BatchId { get; private set; }
    public long ConnectorId { get; private set; }
    public long RecordId { get; private set; }
    public long RecordVersion { get; private set; }

    /// <summary>The version this line settles; null where it settles nothing. Unique per connector and record: no version is sent twice.</summary>
    public long? SettlesVersion { get; private set; }

    /// <summary>Of the row's text, equal where the text is; 0 where there is no row.</summary>
    public long RowHash { get; private set; }

    /// <summary>The line took the record out of the SIS.</summary>
    public bool Withdrawn { get; private set; }

    public long SchoolId { get; private set; }
    public string StudentNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }
    public string Period { get; private set; } = "";
    public string ExternalCode { get; private set; } = "";
    public SyncEntryStatus Status { get; private set; }
    public string? Reason { get; private set; }
}

/// <summary>A record that a connector holds for a person, as of its last run.</summary>
public sealed class HeldRecordRow
{
    private HeldRecordRow()
    {
    }

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }
    public long RecordId { get; private set; }
    public HoldReason Reason { get; private set; }
    public string Explanation { get; private set; } = "";
    public DateTimeOffset Since { get; private set; }

    /// <summary>The last run that held it.</summary>
    public long SyncRunId { get; private set; }
}
