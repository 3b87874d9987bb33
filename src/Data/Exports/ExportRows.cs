using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Data.Exports;

/// <summary>One pass of a connector.</summary>
public sealed class SyncRunRow
{
    private SyncRunRow()
    {
    }

    internal SyncRunRow(Connector connector, long number, RunRequest request, DateTimeOffset startedAt) =>
        (ConnectorId, ConnectorName, LayoutName, LayoutNumber, Number, Trigger, Slot, StartedAt) =
        (connector.Id, connector.Name, connector.Layout.Name, connector.Layout.Number, number, request.Trigger, request.Slot, startedAt);

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }
    public string ConnectorName { get; private set; } = "";

    /// <summary>The layout it wrote by.</summary>
    public string LayoutName { get; private set; } = "";

    /// <summary>The version of the layout; 0 for a preset.</summary>
    public int LayoutNumber { get; private set; }

    /// <summary>1, 2, 3 ... in the connector.</summary>
    public long Number { get; private set; }

    public RunTrigger Trigger { get; private set; }

    /// <summary>The scheduled time, on the wall of the connector's zone; unique in the connector.</summary>
    public DateTime? Slot { get; private set; }

    public SyncRunStatus Status { get; private set; } = SyncRunStatus.Running;
    public DateTimeOffset StartedAt { get; private set; }
    public DateTimeOffset? FinishedAt { get; private set; }
    public int Attempts { get; private set; }
    public int RowsSelected { get; private set; }
    public int RowsSent { get; private set; }
    public int RowsHeld { get; private set; }

    /// <summary>Child-days that an agency did not take; null for files, of which nobody says what became of their rows.</summary>
    public int? RowsRejected { get; private set; }

    public TroubleKind? ErrorCode { get; private set; }
    public string? Error { get; private set; }

    /// <summary>No run was made: a schedule that looks for check-outs found nothing to send.</summary>
    internal bool IsLook => Trigger == RunTrigger.Schedule && Status == SyncRunStatus.Succeeded && Attempts == 0;

    internal void Look(DateTime slot, DateTimeOffset at) => (Slot, Status, Attempts, StartedAt, FinishedAt) = (slot, SyncRunStatus.Succeeded, 0, at, at);

    internal void Froze(int owed, int held) => (RowsSelected, RowsHeld) = (owed + held, held);

    /// <summary>An agency has answered, and says of each child-day what became of it.</summary>
    internal void Rejected(int rows) => RowsRejected = (RowsRejected ?? 0) + rows;

    internal void Finish(RunEnd end, int rowsSent, DateTimeOffset at) =>
        (Status, Attempts, ErrorCode, Error, RowsSent, FinishedAt) = (end.Status, end.Attempts, end.ErrorCode, end.Error, rowsSent, at);

    /// <summary>Another run had the slot, or may have it.</summary>
    internal void LoseSlot() => Slot = null;
}

/// <summary>A frozen file and how far it got.</summary>
public sealed class ExportBatchRow
{
    private ExportBatchRow()
    {
    }

    internal ExportBatchRow(long connectorId, long syncRunId, RenderedFile file, DateTimeOffset frozenAt)
    {
        (ConnectorId, SyncRunId, FrozenAt) = (connectorId, syncRunId, frozenAt);
        (FileName, Length, Sha256, Rows) = (file.FileName, file.Content.LongLength, file.Sha256, file.Rows);
        OwedLines = file.Lines.Count(l => l.Role == LineRole.Sent);
        RepeatedLines = file.Lines.Count(l => l.Role == LineRole.Repeated);
    }

    internal ExportBatchRow(long connectorId, long syncRunId, string name, SubmissionDraft draft, string sha256, DateTimeOffset frozenAt)
    {
        (ConnectorId, SyncRunId, FileName, Length, Sha256, FrozenAt) = (connectorId, syncRunId, name, draft.Content.LongLength, sha256, frozenAt);
        (Rows, OwedLines) = (draft.Lines.Length, draft.Lines.Length);
        (ProviderId, PeriodFrom, PeriodTo) = (draft.ProviderId, draft.Days.From, draft.Days.To);
        (CertifiedBy, CertifiedAt, Wording) = (draft.Attestation?.CertifiedBy, draft.Attestation?.CertifiedAt, draft.Attestation?.Wording);
    }

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }
    public long SyncRunId { get; private set; }
    public string FileName { get; private set; } = "";
    public long Length { get; private set; }

    /// <summary>Upper-case hex.</summary>
    public string Sha256 { get; private set; } = "";

    public int Rows { get; private set; }
    public int OwedLines { get; private set; }
    public int RepeatedLines { get; private set; }
    public BatchStatus Status { get; private set; } = BatchStatus.Frozen;
    public int Attempts { get; private set; }
    public string? TemporaryName { get; private set; }

    /// <summary>Where the last attempt went, in words.</summary>
    public string? Destination { get; private set; }

    public DateTimeOffset FrozenAt { get; private set; }
    public DateTimeOffset? DeliveredAt { get; private set; }
    public string? Reason { get; private set; }

    /// <summary>Child-days that the agency took, of those whose lines were let go of since.</summary>
    public int AcceptedBefore { get; private set; }

    /// <summary>Child-days that it did not take, of those whose lines were let go of since.</summary>
    public int RejectedBefore { get; private set; }

    /// <summary>Of a submission to an agency: under which Provider ID. Null: it is a file.</summary>
    public string? ProviderId { get; private set; }

    /// <summary>The first day that a submission is about.</summary>
    public DateOnly? PeriodFrom { get; private set; }

    /// <summary>The last day that a submission is about, inclusive.</summary>
    public DateOnly? PeriodTo { get; private set; }

    /// <summary>The agency's own number of a submission.</summary>
    public string? ReceiptId { get; private set; }

    /// <summary>Who certified a submission; null where the agency wants nobody to.</summary>
    public string? CertifiedBy { get; private set; }

    public DateTimeOffset? CertifiedAt { get; private set; }

    /// <summary>The words that were certified.</summary>
    public string? Wording { get; private set; }

    /// <summary>A submission leaves. From here on the agency may have it.</summary>
    internal void Send(string destination) => (Status, Attempts, Destination) = (BatchStatus.Publishing, Attempts + 1, destination);

    /// <summary>The agency surely took nothing of it; the same bytes wait.</summary>
    internal void NotSent(string reason) => (Status, Reason) = (BatchStatus.Frozen, reason);

    /// <summary>The agency has answered.</summary>
    internal void Answer(SubmissionEnd end, DateTimeOffset at)
    {
        ReceiptId = end.ReceiptId ?? ReceiptId;
        if (end.IsTaken)
            Deliver(at);
        else
            GiveUp(end.Otherwise?.Reason ?? "The agency took nothing of it.");
    }

    /// <summary>Nothing of it was taken, and it does not go as it is.</summary>
    internal void GiveUp(string reason) => (Status, DeliveredAt, Reason) = (BatchStatus.TakenBack, null, reason);

    internal void Upload(int attempt, string temporaryName, string destination) =>
        (Status, Attempts, TemporaryName, Destination) = (BatchStatus.Uploading, attempt, temporaryName, destination);

    internal void Publish() => Status = BatchStatus.Publishing;

    internal void Deliver(DateTimeOffset at) => (Status, DeliveredAt, Reason) = (BatchStatus.Delivered, at, null);

    internal void LeaveUnconfirmed(string reason) => (Status, Reason) = (BatchStatus.DeliveredUnconfirmed, reason);

    internal void TakeBack(string temporaryName) => (Status, TemporaryName) = (BatchStatus.TakingBack, temporaryName);

    internal void NotTakenBack() => Status = BatchStatus.Delivered;

    internal void TookBack() => (Status, DeliveredAt, Reason) = (BatchStatus.TakenBack, null, "Taken back unread, and sent again with what was owed by then.");

    /// <summary>A person has looked and not found it: the same bytes go again under the same name.</summary>
    internal void SendAgain() => (Status, Reason) = (BatchStatus.Frozen, null);
}

/// <summary>The bytes of a batch, apart from it so that lists of batches stay light.</summary>
public sealed class ExportContentRow
{
    private ExportContentRow() => Bytes = [];

    internal ExportContentRow(long batchId, byte[] bytes) => (BatchId, Bytes) = (batchId, bytes);

    public long BatchId { get; private set; }
#pragma warning disable CA1819 // A row's column: EF reads and writes it as one value.
    public byte[] Bytes { get; private set; }

    /// <summary>What the agency answered, byte for byte; null for files.</summary>
    public byte[]? Response { get; private set; }

    internal void Answer(byte[] response) => Response = response;
#pragma warning restore CA1819
}

/// <summary>
/// A mark that a clerk changes in the SIS by hand, because the connector's layout cannot say it. At most one is open for a record: a newer change
/// replaces it under a new <see cref="Id"/>, so that ticking off a list printed before the change cannot pass for having done it; and a change that ends
/// where the SIS already is takes it off the list.
/// </summary>
public sealed class ManualCorrectionRow
{
    private ManualCorrectionRow()
    {
    }

    internal ManualCorrectionRow(long connectorId, TardyLine line, string? sisHas, long sisHasRowHash, DateTimeOffset at)
    {
        (ConnectorId, RecordId, OpenRecordId, SchoolId, StudentNumber, Date) = (connectorId, line.RecordId, line.RecordId, line.SchoolId, line.StudentNumber, line.Date);
        (PeriodName, SisPeriodCode, SisHas, SisHasRowHash, Since) = (line.PeriodName, line.SisPeriodCode, sisHas, sisHasRowHash, at);
        if (!line.IsWithdrawn)
            (ShouldBe, MinutesLate) = (line.ExternalCode, line.MinutesLate);
    }

    public long Id { get; private set; }
    public long ConnectorId { get; private set; }
    public long RecordId { get; private set; }

    /// <summary>The record while the correction is open, else null.</summary>
    public long? OpenRecordId { get; private set; }

    public long SchoolId { get; private set; }
    public string StudentNumber { get; private set; } = "";
    public DateOnly Date { get; private set; }
    public string PeriodName { get; private set; } = "";
    public string SisPeriodCode { get; private set; } = "";

    /// <summary>The code the SIS was last told, by file or by a correction that was ticked off; null: none.</summary>
    public string? SisHas { get; private set; }

    /// <summary>Hash of the row behind <see cref="SisHas"/>.</summary>
    public long SisHasRowHash { get; private set; }

    /// <summary>The code the SIS should have, or null: the mark is to be removed.</summary>
    public string? ShouldBe { get; private set; }

    /// <summary>Minutes late, for the clerk; null where the mark is to be removed.</summary>
    public int? MinutesLate { get; private set; }

    public DateTimeOffset Since { get; private set; }
    public DateTimeOffset? DoneAt { get; private set; }

    /// <summary>A clerk has changed the SIS. Returns false if that was said before.</summary>
    public bool TickOff(DateTimeOffset at)
    {
        if (DoneAt is not null)
            return false;
        (DoneAt, OpenRecordId) = (at, null);
        return true;
    }
}

/// <summary>One version of a layout that the district wrote. Written once; an edit is the next number.</summary>
public sealed class LayoutRow
{
    private LayoutRow()
    {
    }

    public LayoutRow(string name, int number, string definition) => (Name, Number, Definition) = (name, number, definition);

    public long Id { get; private set; }

    /// <summary>Compared ordinally. A district's layout comes before a preset of the same name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>1, 2, 3 ... in the name.</summary>
    public int Number { get; private set; }

    /// <summary>As JSON.</summary>
    public string Definition { get; private set; } = "";
}
