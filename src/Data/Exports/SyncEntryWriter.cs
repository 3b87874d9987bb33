using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>Writes the lines of a run, many at a time, inside the transaction that freezes its files.</summary>
internal sealed class SyncEntryWriter(K12SyncDb db, SyncRunRow run, TimeProvider clock)
{
    /// <summary>One line for each settled or repeated one, and for each record that is held now and was not for the same reason before.</summary>
    public async Task WriteAsync(List<ExportBatchRow> batches, RenderedDebt debt, CancellationToken cancellation)
    {
        var stamp = await ChangeClock.TakeAsync(db, debt.Files.Sum(f => f.Lines.Length) + debt.WithoutRow.Length + 2 * debt.Held.Length, cancellation);
        await using var insert = InsertEntry();
        foreach (var (batch, file) in batches.Zip(debt.Files))
            foreach (var line in file.Lines)
                await InsertAsync(insert, line, batch.Id, Status(line.Role), null, stamp++, cancellation);
        foreach (var line in debt.WithoutRow)
            await InsertAsync(insert, FileLine.Of(line.Line, line.Role, line.RowHash), null, Status(line.Role), null, stamp++, cancellation);
        await using var hold = Hold();
        foreach (var (line, reason, explanation) in debt.Held)
            if (await HoldAsync(hold, line, reason, explanation, stamp++, cancellation))
                await InsertAsync(insert, FileLine.Of(line, LineRole.Repeated, 0), null, SyncEntryStatus.Held, $"{reason}: {explanation}", stamp++, cancellation);
        await insert.FlushAsync(cancellation);
        await StampRecordsAsync(cancellation);
        await ListByHandAsync(debt, cancellation);
    }

    /// <summary>For whoever follows changes of records: what the run settles or newly holds is another state of theirs. Their versions stay, or lines would settle others.</summary>
    private async Task StampRecordsAsync(CancellationToken cancellation)
    {
        await using var records = DistrictSql.Command(db, """
            UPDATE "TardyRecords" SET "ChangeVersion" = @stamp WHERE "DistrictId" = @district AND "Id" IN
                (SELECT "RecordId" FROM "SyncEntries" WHERE "DistrictId" = @district AND "SyncRunId" = @run AND ("SettlesVersion" IS NOT NULL OR "Status" = @held));
            """, ("@stamp", await ChangeClock.TakeAsync(db, 1, cancellation)), ("@run", run.Id), ("@held", SyncEntryStatus.Held));
        await records.ExecuteNonQueryAsync(cancellation);
    }

    private static SyncEntryStatus Status(LineRole role) => role switch
    {
        LineRole.Sent => SyncEntryStatus.Frozen,
        LineRole.Repeated => SyncEntryStatus.Repeated,
        LineRole.LeftOut => SyncEntryStatus.LeftOut,
        LineRole.Unneeded => SyncEntryStatus.Unneeded,
        _ => SyncEntryStatus.ByHand,
    };

    /// <summary>Brings the list of manual corrections in line: one open correction for a record at most, and none where the SIS already is as it should be.</summary>
    private async Task ListByHandAsync(RenderedDebt debt, CancellationToken cancellation)
    {
        var open = await db.ManualCorrections.Where(c => c.ConnectorId == run.ConnectorId && c.OpenRecordId != null)
            .ToDictionaryAsync(c => c.RecordId, cancellation);
        // A file says what the list asked for: the connector has a layout now that can.
        db.RemoveRange(debt.Files.SelectMany(f => f.Lines).Select(l => open.GetValueOrDefault(l.RecordId)).OfType<ManualCorrectionRow>());
        foreach (var (line, _, rowHash) in debt.WithoutRow.Where(l => l.Role == LineRole.ByHand))
        {
            var superseded = open.GetValueOrDefault(line.RecordId);
            // While a correction is open the SIS is where it was before; what was told last was only written on the list.
            var (sisHas, sisHasRowHash) = superseded is not null ? (superseded.SisHas, superseded.SisHasRowHash)
                : line.Told is { IsWithdrawn: false } told ? (told.ExternalCode, told.RowHash)
                : (null, 0L);
            if (superseded is not null)
                db.Remove(superseded);
            if (line.IsWithdrawn ? sisHas is not null : sisHas is null || sisHasRowHash != rowHash)
                db.Add(new ManualCorrectionRow(run.ConnectorId, line, sisHas, sisHasRowHash, clock.GetUtcNow()));
        }
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The batch has arrived, or may have: its lines and records change for whoever follows changes.</summary>
    public static async Task SettleAsync(K12SyncDb db, long batchId, SyncEntryStatus status, CancellationToken cancellation)
    {
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        // The records first: taking back makes their lines settle nothing.
        await using var records = DistrictSql.Command(db, """
            UPDATE "TardyRecords" SET "ChangeVersion" = @stamp WHERE "DistrictId" = @district AND "Id" IN
                (SELECT "RecordId" FROM "SyncEntries" WHERE "DistrictId" = @district AND "BatchId" = @batch AND "SettlesVersion" IS NOT NULL);
            """, ("@stamp", stamp), ("@batch", batchId));
        await records.ExecuteNonQueryAsync(cancellation);
        // Whatever a file said that was taken back, nobody was told: its repeated lines go with the others.
        var change = status == SyncEntryStatus.TakenBack
            ? """, "SettlesVersion" = NULL WHERE "DistrictId" = @district AND "BatchId" = @batch"""
            : """ WHERE "DistrictId" = @district AND "BatchId" = @batch AND "SettlesVersion" IS NOT NULL""";
        await using var entries = DistrictSql.Command(db, $"""UPDATE "SyncEntries" SET "Status" = @status, "ChangeVersion" = @stamp{change};""",
            ("@status", status), ("@stamp", stamp), ("@batch", batchId));
        await entries.ExecuteNonQueryAsync(cancellation);
    }

    private RowWriter InsertEntry() => db.RowWriter($$"""
        INSERT INTO "SyncEntries" ("DistrictId", "SyncRunId", "BatchId", "ConnectorId", "RecordId", "RecordVersion", "SettlesVersion", "RowHash", "Withdrawn", "SchoolId", "StudentNumber", "Date", "Period", "ExternalCode", "Status", "Reason", "Version", "ChangeVersion")
        SELECT @district, {{run.Id}}, {batch}, {{run.ConnectorId}}, {record}, {version}, {settles}, {hash}, {withdrawn} <> 0, {school}, {student}, {date}, {period}, {code}, {status}, {reason}, {stamp}, {stamp} {rows};
        """,
        ("batch", Holds.Number), ("record", Holds.Number), ("version", Holds.Number), ("settles", Holds.Number), ("hash", Holds.Number), ("withdrawn", Holds.Number), ("school", Holds.Number),
        ("student", Holds.Text), ("date", Holds.Day), ("period", Holds.Text), ("code", Holds.Text), ("status", Holds.Text), ("reason", Holds.Text), ("stamp", Holds.Number));

    private static ValueTask InsertAsync(
        RowWriter insert, FileLine line, long? batchId, SyncEntryStatus status, string? reason, long stamp, CancellationToken cancellation)
    {
        var settles = status is SyncEntryStatus.Frozen or SyncEntryStatus.Unneeded or SyncEntryStatus.ByHand;
        return insert.Add(batchId).Add(line.RecordId).Add(line.Version).Add(settles ? line.Version : null).Add(line.RowHash).Add(line.IsWithdrawn || status == SyncEntryStatus.LeftOut ? 1 : 0).Add(line.SchoolId)
            .Add(line.StudentNumber).Add(line.Date).Add(line.SisPeriodCode).Add(line.ExternalCode).Add(status.ToString()).Add(reason).Add(stamp).EndRowAsync(cancellation);
    }

    private DbCommand Hold() => DistrictSql.Command(db, """
        INSERT INTO "HeldRecords" ("DistrictId", "ConnectorId", "RecordId", "Reason", "Explanation", "Since", "SyncRunId", "Version", "ChangeVersion")
        VALUES (@district, @connector, @record, @reason, @explanation, @since, @run, @stamp, @stamp)
        ON CONFLICT ("ConnectorId", "RecordId") DO UPDATE SET "SyncRunId" = excluded."SyncRunId",
            "Since" = CASE WHEN "HeldRecords"."Reason" = excluded."Reason" THEN "HeldRecords"."Since" ELSE excluded."Since" END,
            "Reason" = excluded."Reason", "Explanation" = excluded."Explanation", "ChangeVersion" = excluded."ChangeVersion"
        RETURNING "Since";
        """, ("@connector", run.ConnectorId), ("@run", run.Id), ("@since", clock.GetUtcNow()), ("@record", null), ("@reason", null), ("@explanation", null), ("@stamp", null));

    /// <summary>True if the record was not held for this reason before.</summary>
    private static async Task<bool> HoldAsync(DbCommand hold, TardyLine line, HoldReason reason, string explanation, long stamp, CancellationToken cancellation)
    {
        var values = hold.Parameters;
        values["@record"].Set(line.RecordId);
        values["@reason"].Set(reason);
        values["@explanation"].Set(explanation);
        values["@stamp"].Set(stamp);
        return Equals(await hold.ExecuteScalarAsync(cancellation), values["@since"].Value);
    }

    /// <summary>A run has looked at the whole debt of tardies: what it did not hold is held no longer. Child-days are looked at by dates, and let go with these.</summary>
    public static Task ReleaseAsync(K12SyncDb db, SyncRunRow run, CancellationToken cancellation) => ReleaseAsync(db, run.ConnectorId, run.Id, cancellation);

    /// <summary>The connector holds nothing any more but what run <paramref name="but"/> held; 0: nothing at all. For whoever follows changes the records change.</summary>
    public static async Task ReleaseAsync(K12SyncDb db, long connectorId, long but, CancellationToken cancellation)
    {
        await using var records = DistrictSql.Command(db, """
            UPDATE "TardyRecords" SET "ChangeVersion" = @stamp WHERE "DistrictId" = @district AND "Id" IN
                (SELECT "RecordId" FROM "HeldRecords" WHERE "DistrictId" = @district AND "ConnectorId" = @connector AND "SyncRunId" <> @run AND ("ChildDayId" IS NULL OR @run = 0));
            """, ("@stamp", await ChangeClock.TakeAsync(db, 1, cancellation)), ("@connector", connectorId), ("@run", but));
        await records.ExecuteNonQueryAsync(cancellation);
        await using var release = DistrictSql.Command(db,
            """DELETE FROM "HeldRecords" WHERE "DistrictId" = @district AND "ConnectorId" = @connector AND "SyncRunId" <> @run AND ("ChildDayId" IS NULL OR @run = 0);""",
            ("@connector", connectorId), ("@run", but));
        await release.ExecuteNonQueryAsync(cancellation);
    }
}
