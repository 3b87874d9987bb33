using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Childcare;

/// <summary>A child-day that waits to be judged, and the mark that says as of when.</summary>
public sealed record PendingChildDay(string ChildNumber, DateOnly Date, long Mark);

/// <summary>A child-day that has been judged.</summary>
/// <param name="Pending">Which, as of which mark.</param>
/// <param name="Day">Its state.</param>
/// <param name="IsWorthARow">False: there is nothing to say of it yet, so no row is made; one that is there is brought in line all the same.</param>
public sealed record JudgedChildDay(PendingChildDay Pending, AttendanceDay Day, bool IsWorthARow);

/// <summary>
/// Keeps what judging child-days finds. For each child and day there is one record; it gets a new version when what the agency should hold
/// changes, and is withdrawn, never deleted, when nobody can say any more what the day was.
/// </summary>
public sealed class AttendanceDayStore(K12SyncDb db)
{
    /// <summary>The child-days that wait, by date and child.</summary>
    public async Task<IReadOnlyList<PendingChildDay>> PendingAsync(CancellationToken cancellation) =>
        await db.PendingChildDays.AsNoTracking().OrderBy(d => d.Date).ThenBy(d => d.ChildNumber)
            .Select(d => new PendingChildDay(d.ChildNumber, d.Date, d.Mark)).ToListAsync(cancellation);

    /// <summary>The events of these children from <paramref name="first"/> to <paramref name="last"/>, both inclusive, by child.</summary>
    public async Task<ILookup<string, AttendanceEvent>> EventsAsync(IReadOnlyCollection<string> children, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync($"""
            SELECT {EventColumns.List} FROM "AttendanceEvents"
            WHERE "DistrictId" = @district AND {db.IsOneOf("ChildNumber", "@children")} AND "Date" BETWEEN @first AND @last ORDER BY "Id";
            """, cancellation, ("@children", JsonSerializer.Serialize(children)), ("@first", first), ("@last", last));
        var events = new List<AttendanceEvent>();
        while (await row.ReadAsync(cancellation))
            events.Add(EventColumns.Read(row));
        return events.ToLookup(e => e.ChildNumber, StringComparer.Ordinal);
    }

    /// <summary>
    /// Stores what became of child-days and clears their marks, in one transaction. A day whose mark has moved since it was read is left alone:
    /// what was judged is out of date, or somebody else has judged it, and storing it would undo that.
    /// </summary>
    public async Task SaveAsync(IReadOnlyList<JudgedChildDay> days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var transaction = await db.TransactAsync(cancellation);
        var line = (await ChangeClock.TakeWithLineAsync(db, 0, cancellation)).KeptFrom ?? DateOnly.MinValue;
        var current = await ClearAsync(days, cancellation);
        if (current.Count > 0)
            await new AttendanceDayWriter(db).SaveAsync(current, line, cancellation);
        await transaction.CommitAsync(cancellation);
        await db.GrewAsync(current.Count, cancellation, "AttendanceDays");
    }

    /// <summary>Makes pending those of these days that have no record yet. Returns how many there were.</summary>
    /// <param name="expected">By child; what is found is taken out.</param>
    /// <param name="first">No day is earlier.</param>
    /// <param name="last">No day is later.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public async Task<int> MarkMissingAsync(IReadOnlyDictionary<string, HashSet<DateOnly>> expected, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(expected);
        await using (var row = await db.ReadRowsAsync(
            """SELECT "ChildNumber", "Date" FROM "AttendanceDays" WHERE "DistrictId" = @district AND "Date" BETWEEN @first AND @last;""", cancellation, ("@first", first), ("@last", last)))
            while (await row.ReadAsync(cancellation))
                expected.GetValueOrDefault(row.Shared(0))?.Remove(row.Day(1));
        var missing = expected.SelectMany(e => e.Value.Select(day => (e.Key, day))).ToList();
        await using var transaction = await db.TransactAsync(cancellation);
        await new PendingChildDays(db).MarkAsync(missing, cancellation);
        await transaction.CommitAsync(cancellation);
        return missing.Count;
    }

    /// <summary>Clears the marks that are still those that were read, and returns their days.</summary>
    private async Task<IReadOnlyList<JudgedChildDay>> ClearAsync(IReadOnlyList<JudgedChildDay> days, CancellationToken cancellation)
    {
        var current = new List<JudgedChildDay>(days.Count);
        await using var clear = DistrictSql.Command(db,
            """DELETE FROM "PendingChildDays" WHERE "DistrictId" = @district AND "ChildNumber" = @child AND "Date" = @date AND "Mark" = @mark;""",
            ("@child", ""), ("@date", default(DateOnly)), ("@mark", 0L));
        foreach (var judged in days)
        {
            clear.Parameters["@child"].Set(judged.Pending.ChildNumber);
            clear.Parameters["@date"].Set(judged.Pending.Date);
            clear.Parameters["@mark"].Set(judged.Pending.Mark);
            if (await clear.ExecuteNonQueryAsync(cancellation) == 1)
                current.Add(judged);
        }
        return current;
    }
}
