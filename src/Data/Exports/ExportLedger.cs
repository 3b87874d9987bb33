using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>The ledger in the database. "Was it sent?" is answered by the lines of <see cref="SyncEntryRow"/>, never by a flag on a record.</summary>
public sealed class ExportLedger(K12SyncDb db, TimeProvider clock) : IExportLedger
{
    /// <summary>Whole school-days on which something is owed. What was withdrawn comes along if the SIS was ever told of it.</summary>
    private const string OwedDays = """
        (l."IsOwed" OR NOT l."Gone" OR l."Told" IS NOT NULL) AND EXISTS (SELECT 1 FROM lines o WHERE o."IsOwed" AND o."SchoolId" = l."SchoolId" AND o."Date" = l."Date")
        """;

    private const string LatestDay = """NOT l."Gone" AND l."Date" = (SELECT MAX(o."Date") FROM lines o WHERE NOT o."Gone")""";

    // A record is owed when its present version has no line, and either the SIS should hold it or the SIS was once told of it. What it was told last is
    // in the last line that says anything about the record: one that settles a version, or one of a day that was sent again.
    private static string Lines(K12SyncDb db, string which) => $"""
        WITH facts AS (
            SELECT r.*, s."Code" AS "SchoolCode", s."SisSchoolCode", s."Zone",
                r."Withdrawn" OR NOT (@allCodes OR r."Code" IN ({db.ValuesOf("@codes")})) AS "Gone",
                EXISTS (SELECT 1 FROM "SyncEntries" e WHERE e."DistrictId" = @district AND e."ConnectorId" = @connector AND e."RecordId" = r."Id" AND e."SettlesVersion" = r."RecordVersion") AS "Settled",
                (SELECT MAX(e."Id") FROM "SyncEntries" e WHERE e."DistrictId" = @district AND e."ConnectorId" = @connector AND e."RecordId" = r."Id"
                    AND (e."SettlesVersion" IS NOT NULL OR e."Status" IN ('{SyncEntryStatus.Repeated}', '{SyncEntryStatus.LeftOut}'))) AS "Told"
            FROM "TardyRecords" r JOIN "Schools" s ON s."Id" = r."SchoolId" AND s."DistrictId" = @district
            WHERE r."DistrictId" = @district AND (@allSchools OR s."Code" IN ({db.ValuesOf("@schools")}))
        ), lines AS (
            SELECT f.*, NOT f."Settled" AND (f."Told" IS NOT NULL OR NOT f."Gone") AS "IsOwed" FROM facts f
        )
        SELECT l."Id", l."RecordVersion", l."IsOwed", l."Gone", l."SchoolId", l."SchoolCode", l."SisSchoolCode", l."StudentNumber", l."Date",
            l."PeriodName", l."SisPeriodCode", l."ExternalCode", l."MinutesLate", l."PassId", l."IssuedAt", l."Zone",
            n."StateId", l."Told", t."RowHash", t."ExternalCode", t."Withdrawn",
            CASE WHEN b."Status" = '{BatchStatus.DeliveredUnconfirmed}' THEN 1 ELSE 0 END
        FROM lines l
        LEFT JOIN "SyncEntries" t ON t."DistrictId" = @district AND t."Id" = l."Told"
        LEFT JOIN "ExportBatches" b ON b."DistrictId" = @district AND b."Id" = t."BatchId"
        LEFT JOIN "Students" n ON n."DistrictId" = @district AND n."StudentNumber" = l."StudentNumber"
        WHERE {which}
        ORDER BY l."SchoolCode", l."Date", l."SisPeriodCode", l."StudentNumber";
        """;

    /// <inheritdoc/>
    public async Task<SyncRunStart> BeginRunAsync(Connector connector, RunTrigger trigger, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        foreach (var left in await db.SyncRuns.Where(r => r.ConnectorId == connector.Id && r.Status == SyncRunStatus.Running).ToListAsync(cancellation))
            left.Finish(SyncRunStatus.Failed, left.RowsSent, "The run did not come to its end. The next one takes up what it left.", clock.GetUtcNow());
        var run = new SyncRunRow(connector, await NextRunNumberAsync(connector, cancellation), trigger, clock.GetUtcNow());
        db.Add(run);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new SyncRunStart(run.Id, run.Number, run.StartedAt);
    }

    /// <inheritdoc/>
    public async Task<long> NextRunNumberAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return 1 + (await db.SyncRuns.Where(r => r.ConnectorId == connector.Id).MaxAsync(r => (long?)r.Number, cancellation) ?? 0);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UnfinishedBatch>> UnfinishedAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return await db.ExportBatches.AsNoTracking()
            .Where(b => b.ConnectorId == connector.Id && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Uploading || b.Status == BatchStatus.Publishing))
            .OrderBy(b => b.Id)
            .Select(b => new UnfinishedBatch(
                b.Id, b.Status, b.FileName, b.TemporaryName, b.Attempts, b.Length, b.Sha256, b.Rows, b.OwedLines, b.RepeatedLines))
            .ToListAsync(cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TardyLine> OwedAsync(Connector connector, CancellationToken cancellation) => LinesAsync(connector, OwedDays, cancellation);

    /// <summary>The present tardies of the latest date that has any, at the connector's schools, sent or not; in the order of <see cref="OwedAsync"/>.</summary>
    public IAsyncEnumerable<TardyLine> LatestDayAsync(Connector connector, CancellationToken cancellation) => LinesAsync(connector, LatestDay, cancellation);

    private async IAsyncEnumerable<TardyLine> LinesAsync(Connector connector, string which, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var (schools, codes) = (connector.Definition.Schools, connector.Definition.Codes);
        await using var command = DistrictSql.Command(db, Lines(db, which), ("@connector", connector.Id),
            ("@allSchools", schools.IsEmpty), ("@schools", JsonSerializer.Serialize(schools)),
            ("@allCodes", codes.IsEmpty), ("@codes", JsonSerializer.Serialize(codes)));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var zones = new Dictionary<string, SchoolZone>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellation))
            yield return Line(row, zones);
    }

    private static TardyLine Line(DbDataReader row, Dictionary<string, SchoolZone> zones)
    {
        var id = row.GetString(15);
        if (!zones.TryGetValue(id, out var zone))
            zones[id] = zone = SchoolZone.Find(id) ?? throw new InvalidOperationException($"This machine has no time-zone data for {id}.");
        var school = row.GetString(5);
        return new TardyLine(
            row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3), row.GetInt64(4), school, row.IsDBNull(6) ? school : row.GetString(6),
            row.GetString(7), row.IsDBNull(16) ? null : row.GetString(16), row.GetFieldValue<DateOnly>(8), row.GetString(9), row.GetString(10), row.GetString(11), row.GetInt32(12), row.GetString(13),
            zone.At(new DateTimeOffset(row.GetInt64(14), TimeSpan.Zero)).Instant,
            row.IsDBNull(17) ? null : new Told(row.GetInt64(17), row.GetInt64(18), row.GetString(19), row.GetBoolean(20), row.GetInt32(21) == 1));
    }

    /// <inheritdoc/>
    public async Task<FreezeResult> FreezeAsync(long runId, RenderedDebt debt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(debt);
        await using var transaction = await db.TransactAsync(cancellation);
        var run = await db.SyncRuns.SingleAsync(r => r.Id == runId, cancellation);
        var batches = debt.Files.Select(f => new ExportBatchRow(run.ConnectorId, runId, f, clock.GetUtcNow())).ToList();
        db.AddRange(batches);
        run.Froze(debt.Files.Sum(f => f.Lines.Count(l => l.Role == LineRole.Sent)) + debt.WithoutRow.Length, debt.Held.Length);
        await db.SaveChangesAsync(cancellation);
        db.AddRange(batches.Zip(debt.Files, (batch, file) => new ExportContentRow(batch.Id, file.Content)));
        await db.SaveChangesAsync(cancellation);
        try
        {
            await new SyncEntryWriter(db, run, clock).WriteAsync(batches, debt, cancellation);
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            await transaction.RollbackAsync(cancellation);
            db.ChangeTracker.Clear();
            return new FreezeResult.AlreadyFrozen();
        }
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return new FreezeResult.Frozen([.. batches.Select(b => b.Id)]);
    }

    /// <inheritdoc/>
    public Task<byte[]> ContentAsync(long batchId, CancellationToken cancellation) =>
        db.ExportContents.AsNoTracking().Where(c => c.BatchId == batchId).Select(c => c.Bytes).SingleAsync(cancellation);

    /// <inheritdoc/>
    public Task UploadingAsync(long batchId, int attempt, string temporaryName, CancellationToken cancellation) =>
        MoveAsync(batchId, b => b.Upload(attempt, temporaryName), null, cancellation);

    /// <inheritdoc/>
    public Task PublishingAsync(long batchId, CancellationToken cancellation) => MoveAsync(batchId, b => b.Publish(), null, cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(long batchId, CancellationToken cancellation) =>
        MoveAsync(batchId, b => b.Deliver(clock.GetUtcNow()), SyncEntryStatus.Delivered, cancellation);

    /// <inheritdoc/>
    public Task UnconfirmedAsync(long batchId, string reason, CancellationToken cancellation) =>
        MoveAsync(batchId, b => b.LeaveUnconfirmed(reason), SyncEntryStatus.Unconfirmed, cancellation);

    /// <inheritdoc/>
    public async Task FinishRunAsync(long runId, SyncRunStatus status, string? error, CancellationToken cancellation)
    {
        var run = await db.SyncRuns.SingleAsync(r => r.Id == runId, cancellation);
        var sent = await db.SyncEntries.CountAsync(e => e.SyncRunId == runId && e.Status == SyncEntryStatus.Delivered, cancellation);
        run.Finish(status, sent, error, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        if (status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds)
            await SyncEntryWriter.ReleaseAsync(db, run, cancellation);
        db.ChangeTracker.Clear();
    }

    private async Task MoveAsync(long batchId, Action<ExportBatchRow> verb, SyncEntryStatus? settled, CancellationToken cancellation)
    {
        await using var transaction = await db.TransactAsync(cancellation);
        var batch = await db.ExportBatches.SingleAsync(b => b.Id == batchId, cancellation);
        verb(batch);
        await db.SaveChangesAsync(cancellation);
        if (settled is { } status)
            await SyncEntryWriter.SettleAsync(db, batchId, status, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }
}
