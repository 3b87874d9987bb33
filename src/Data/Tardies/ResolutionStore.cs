using System.Data.Common;
using K12Sync.Data.Storage;
using K12Sync.Domain.Passes;
using K12Sync.Domain.Tardies;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Tardies;

/// <summary>A school-day that waits to be mapped, and the mark that says as of when.</summary>
public sealed record PendingDay(long SchoolId, DateOnly Date, long Mark);

/// <summary>A stored pass and what its row says about it now.</summary>
public sealed record StoredPass(long RowId, HallPass Pass, DateOnly Date, StoredOutcome? Outcome);

/// <summary>An outcome as a pass's row holds it.</summary>
public sealed record StoredOutcome(OutcomeKind Kind, string Reason, string? PeriodName, string? SisPeriodCode, int? MinutesLate)
{
    /// <summary>The row's form of an outcome.</summary>
    public static StoredOutcome Of(TardyOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new StoredOutcome(outcome.Kind, outcome.Reason, outcome.Hit?.Period.Name, outcome.Hit?.Period.SisPeriodCode, outcome.Hit?.MinutesLate);
    }
}

/// <summary>A day that has been mapped: every pass of it with its outcome.</summary>
public sealed record MappedDay(PendingDay Day, IReadOnlyList<(StoredPass Stored, TardyOutcome Outcome)> Passes);

/// <summary>
/// Keeps what mapping finds. For each tardy there is one record; it gets a new version when what the SIS should hold changes, and is
/// withdrawn, never deleted, when it is no tardy any more.
/// </summary>
public sealed class ResolutionStore(K12SyncDb db)
{
    /// <summary>The days that wait, by school and date.</summary>
    public async Task<IReadOnlyList<PendingDay>> PendingAsync(CancellationToken cancellation) =>
        await db.PendingDays.AsNoTracking().OrderBy(d => d.SchoolId).ThenBy(d => d.Date)
            .Select(d => new PendingDay(d.SchoolId, d.Date, d.Mark)).ToListAsync(cancellation);

    /// <summary>The passes of a school from <paramref name="first"/> to <paramref name="last"/>, both inclusive, in the order they were stored.</summary>
    public async Task<IReadOnlyList<StoredPass>> PassesAsync(long schoolId, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var command = DistrictSql.Command(db, """
            SELECT "Id", "PassId", "StudentNumber", "Code", "IssuedAt", "Voided", "Date", "Outcome", "OutcomeReason", "PeriodName", "SisPeriodCode", "MinutesLate"
            FROM "Passes" WHERE "DistrictId" = @district AND "SchoolId" = @school AND "Date" BETWEEN @first AND @last ORDER BY "Id";
            """, ("@school", schoolId), ("@first", first), ("@last", last));
        var passes = new List<StoredPass>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var pass = new HallPass(row.GetString(1), schoolId, row.GetString(2), row.GetString(3), new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero), row.GetBoolean(5));
            passes.Add(new StoredPass(row.GetInt64(0), pass, row.GetFieldValue<DateOnly>(6), Outcome(row)));
        }
        return passes;
    }

    private static StoredOutcome? Outcome(DbDataReader row) => row.IsDBNull(7)
        ? null
        : new StoredOutcome(Enum.Parse<OutcomeKind>(row.GetString(7)), row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9),
            row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetInt32(11));

    /// <summary>Stores the outcomes of whole days, brings their tardy records in line, and clears the marks that have not moved meanwhile. One transaction.</summary>
    public async Task SaveAsync(IReadOnlyList<MappedDay> days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TransactAsync(cancellation);
        await SaveOutcomesAsync(days.SelectMany(d => d.Passes), cancellation);
        foreach (var school in days.GroupBy(d => d.Day.SchoolId))
            await SaveRecordsAsync(school.Key, [.. school], cancellation);
        await ClearAsync(days.Select(d => d.Day), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task ClearAsync(IEnumerable<PendingDay> days, CancellationToken cancellation)
    {
        await using var clear = DistrictSql.Command(db,
            """DELETE FROM "PendingDays" WHERE "DistrictId" = @district AND "SchoolId" = @school AND "Date" = @date AND "Mark" = @mark;""",
            ("@school", null), ("@date", null), ("@mark", null));
        foreach (var day in days)
        {
            clear.Parameters["@school"].Set(day.SchoolId);
            clear.Parameters["@date"].Set(day.Date);
            clear.Parameters["@mark"].Set(day.Mark);
            await clear.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task SaveOutcomesAsync(IEnumerable<(StoredPass Stored, TardyOutcome Outcome)> passes, CancellationToken cancellation)
    {
        var changed = passes.Select(p => (p.Stored, Outcome: StoredOutcome.Of(p.Outcome))).Where(p => p.Stored.Outcome != p.Outcome).ToList();
        if (changed.Count == 0)
            return;
        var stamp = await ChangeClock.TakeAsync(db, changed.Count, cancellation);
        await using var update = DistrictSql.Command(db, """
            UPDATE "Passes" SET "Outcome" = @outcome, "OutcomeReason" = @reason, "PeriodName" = @period, "SisPeriodCode" = @sis, "MinutesLate" = @minutes, "ChangeVersion" = @stamp
            WHERE "DistrictId" = @district AND "Id" = @id;
            """, ("@outcome", null), ("@reason", null), ("@period", null), ("@sis", null), ("@minutes", null), ("@stamp", null), ("@id", null));
        var values = update.Parameters;
        foreach (var (stored, outcome) in changed)
        {
            values["@outcome"].Set(outcome.Kind);
            values["@reason"].Set(outcome.Reason);
            values["@period"].Set(outcome.PeriodName);
            values["@sis"].Set(outcome.SisPeriodCode);
            values["@minutes"].Set(outcome.MinutesLate);
            values["@stamp"].Set(stamp++);
            values["@id"].Set(stored.RowId);
            await update.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task SaveRecordsAsync(long school, IReadOnlyList<MappedDay> days, CancellationToken cancellation)
    {
        var (first, last) = (days.Min(d => d.Day.Date), days.Max(d => d.Day.Date));
        var mapped = days.Select(d => d.Day.Date).ToHashSet();
        var there = (await db.TardyRecords.AsNoTracking().Where(r => r.SchoolId == school && r.Date >= first && r.Date <= last).ToListAsync(cancellation))
            .Where(r => mapped.Contains(r.Date)).ToDictionary(r => (r.Date, r.StudentNumber, r.SisPeriodCode));
        var writes = new List<RecordWrite>();
        foreach (var (date, stored, outcome) in days.SelectMany(d => d.Passes, (d, p) => (d.Day.Date, p.Stored, p.Outcome)))
        {
            if (outcome is not TardyOutcome.Tardy { Hit: { } hit } tardy)
                continue;
            var write = new RecordWrite(null, stored.Pass, date, hit, tardy.ExternalCode);
            if (!there.Remove((date, stored.Pass.StudentNumber, hit.Period.SisPeriodCode), out var record))
                writes.Add(write);
            else if (!write.Says(record))
                writes.Add(write with { Id = record.Id });
        }
        var withdrawn = there.Values.Where(r => !r.Withdrawn).Select(r => r.Id).ToList();
        if (writes.Count + withdrawn.Count > 0)
            await WriteRecordsAsync(writes, withdrawn, cancellation);
    }

    private async Task WriteRecordsAsync(List<RecordWrite> writes, List<long> withdrawn, CancellationToken cancellation)
    {
        var stamp = await ChangeClock.TakeAsync(db, writes.Count + withdrawn.Count, cancellation);
        await using var insert = DistrictSql.Command(db, """
            INSERT INTO "TardyRecords" ("DistrictId", "SchoolId", "StudentNumber", "Date", "SisPeriodCode", "PeriodName", "Code", "ExternalCode", "MinutesLate", "PassId", "IssuedAt", "RecordVersion", "Withdrawn", "Version", "ChangeVersion")
            VALUES (@district, @school, @student, @date, @sis, @period, @code, @external, @minutes, @passId, @issued, 1, @withdrawn, @stamp, @stamp);
            """);
        await using var update = DistrictSql.Command(db, """
            UPDATE "TardyRecords" SET "PeriodName" = @period, "Code" = @code, "ExternalCode" = @external, "MinutesLate" = @minutes, "PassId" = @passId, "IssuedAt" = @issued,
                "RecordVersion" = "RecordVersion" + 1, "Withdrawn" = @withdrawn, "Version" = @stamp, "ChangeVersion" = @stamp
            WHERE "DistrictId" = @district AND "Id" = @id;
            """);
        await using var withdraw = DistrictSql.Command(db, """
            UPDATE "TardyRecords" SET "RecordVersion" = "RecordVersion" + 1, "Withdrawn" = @true, "Version" = @stamp, "ChangeVersion" = @stamp
            WHERE "DistrictId" = @district AND "Id" = @id;
            """, ("@true", true), ("@stamp", null), ("@id", null));
        foreach (var write in writes)
            await write.RunAsync(write.Id is null ? insert : update, stamp++, cancellation);
        foreach (var id in withdrawn)
        {
            withdraw.Parameters["@stamp"].Set(stamp++);
            withdraw.Parameters["@id"].Set(id);
            await withdraw.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>What a record should say. <paramref name="Id"/> null: there is none yet.</summary>
    private sealed record RecordWrite(long? Id, HallPass Pass, DateOnly Date, PeriodHit Hit, string ExternalCode)
    {
        public bool Says(TardyRecordRow record) =>
            !record.Withdrawn && record.PassId == Pass.PassId && record.ExternalCode == ExternalCode && record.MinutesLate == Hit.MinutesLate
            && record.PeriodName == Hit.Period.Name && record.Code == Pass.Code && record.IssuedAt == Pass.IssuedAt;

        public Task RunAsync(DbCommand command, long stamp, CancellationToken cancellation)
        {
            if (command.Parameters.Count == 1)
                foreach (var name in (string[])["@school", "@student", "@date", "@sis", "@period", "@code", "@external", "@minutes", "@passId", "@issued", "@withdrawn", "@stamp", "@id"])
                    command.Add(name);
            var values = command.Parameters;
            values["@school"].Set(Pass.SchoolId);
            values["@student"].Set(Pass.StudentNumber);
            values["@date"].Set(Date);
            values["@sis"].Set(Hit.Period.SisPeriodCode);
            values["@period"].Set(Hit.Period.Name);
            values["@code"].Set(Pass.Code);
            values["@external"].Set(ExternalCode);
            values["@minutes"].Set(Hit.MinutesLate);
            values["@passId"].Set(Pass.PassId);
            values["@issued"].Set(Pass.IssuedAt);
            values["@withdrawn"].Set(false);
            values["@stamp"].Set(stamp);
            values["@id"].Set(Id);
            return command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
