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

    /// <summary>The passes of a school from <paramref name="first"/> to <paramref name="last"/>, both inclusive, by day and then in the order they were stored.</summary>
    public async Task<IReadOnlyList<StoredPass>> PassesAsync(long schoolId, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync("""
            SELECT "Id", "PassId", "StudentNumber", "Code", "IssuedAt", "Voided", "Date", "Outcome", "OutcomeReason", "PeriodName", "SisPeriodCode", "MinutesLate"
            FROM "Passes" WHERE "DistrictId" = @district AND "SchoolId" = @school AND "Date" BETWEEN @first AND @last ORDER BY "Date", "Id";
            """, cancellation, ("@school", schoolId), ("@first", first), ("@last", last));
        var passes = new List<StoredPass>();
        while (await row.ReadAsync(cancellation))
        {
            var pass = new HallPass(row.Text(1), schoolId, row.Shared(2), row.Shared(3), new DateTimeOffset(row.Number(4), TimeSpan.Zero), row.Truth(5));
            passes.Add(new StoredPass(row.Number(0), pass, row.Day(6), Outcome(row)));
        }
        return passes;
    }

    private static StoredOutcome? Outcome(RowReader row) => row.IsNull(7)
        ? null
        : new StoredOutcome(Enum.Parse<OutcomeKind>(row.Shared(7)), row.Shared(8), row.SharedOrNull(9), row.SharedOrNull(10), row.IsNull(11) ? null : (int)row.Number(11));

    /// <summary>
    /// Stores the outcomes of whole days, brings their tardy records in line, and clears their marks, in one transaction. A day whose mark has
    /// moved since it was read is left alone: what was mapped is out of date, or somebody else has mapped it, and storing it would undo that.
    /// </summary>
    public async Task SaveAsync(IReadOnlyList<MappedDay> days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TransactAsync(cancellation);
        await ChangeClock.TakeAsync(db, 0, cancellation);
        var current = await ClearAsync(days, cancellation);
        await SaveOutcomesAsync(current, cancellation);
        foreach (var school in current.GroupBy(d => d.Day.SchoolId))
            await new TardyRecordWriter(db).SaveAsync(school.Key, [.. school], cancellation);
        await transaction.CommitAsync(cancellation);
        await db.GrewAsync(current.Sum(d => d.Passes.Count), cancellation, "Passes", "TardyRecords");
    }

    /// <summary>Clears the marks that are still those that were read, and returns their days.</summary>
    private async Task<IReadOnlyList<MappedDay>> ClearAsync(IReadOnlyList<MappedDay> days, CancellationToken cancellation)
    {
        var current = new List<MappedDay>(days.Count);
        await using var clear = DistrictSql.Command(db,
            """DELETE FROM "PendingDays" WHERE "DistrictId" = @district AND "SchoolId" = @school AND "Date" = @date AND "Mark" = @mark;""",
            ("@school", 0L), ("@date", default(DateOnly)), ("@mark", 0L));
        foreach (var mapped in days)
        {
            clear.Parameters["@school"].Set(mapped.Day.SchoolId);
            clear.Parameters["@date"].Set(mapped.Day.Date);
            clear.Parameters["@mark"].Set(mapped.Day.Mark);
            if (await clear.ExecuteNonQueryAsync(cancellation) == 1)
                current.Add(mapped);
        }
        return current;
    }

    private async Task SaveOutcomesAsync(IReadOnlyList<MappedDay> days, CancellationToken cancellation)
    {
        var changed = days.SelectMany(d => d.Passes).Select(p => (p.Stored, Outcome: StoredOutcome.Of(p.Outcome))).Where(p => p.Stored.Outcome != p.Outcome).ToList();
        if (changed.Count == 0)
            return;
        var stamp = await ChangeClock.TakeAsync(db, changed.Count, cancellation);
        await using var update = db.RowWriter("""
            UPDATE "Passes" SET "Outcome" = {outcome}, "OutcomeReason" = {reason}, "PeriodName" = {period}, "SisPeriodCode" = {sis}, "MinutesLate" = {minutes}, "ChangeVersion" = {stamp}
            {rows} WHERE "Passes"."DistrictId" = @district AND "Passes"."Id" = {id};
            """, ("outcome", Holds.Text), ("reason", Holds.Text), ("period", Holds.Text), ("sis", Holds.Text), ("minutes", Holds.Number), ("stamp", Holds.Number), ("id", Holds.Number));
        foreach (var (stored, outcome) in changed)
            await update.Add(outcome.Kind.ToString()).Add(outcome.Reason).Add(outcome.PeriodName).Add(outcome.SisPeriodCode).Add(outcome.MinutesLate)
                .Add(stamp++).Add(stored.RowId).EndRowAsync(cancellation);
        await update.FlushAsync(cancellation);
    }
}
