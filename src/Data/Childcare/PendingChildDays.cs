using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Childcare;

/// <summary>
/// Marks the child-days that must be judged again. Marking belongs in the transaction of the change that makes it necessary: whatever crashes
/// afterwards, the mark is there.
/// </summary>
public sealed class PendingChildDays(K12SyncDb db)
{
    private const string Mark = """
        ON CONFLICT ("DistrictId", "ChildNumber", "Date") DO UPDATE SET "Mark" = excluded."Mark", "ChangeVersion" = excluded."ChangeVersion";
        """;

    private const string MarkDaysThatAreThere = """
        INSERT INTO "PendingChildDays" ("DistrictId", "ChildNumber", "Date", "Mark", "Version", "ChangeVersion")
        SELECT DISTINCT @district, d."ChildNumber", d."Date", @stamp, @stamp, @stamp FROM "AttendanceDays" d WHERE d."DistrictId" = @district AND
        """;

    /// <summary>These days.</summary>
    public async Task MarkAsync(IReadOnlyCollection<(string Child, DateOnly Date)> days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        if (days.Count == 0)
            return;
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        await using var insert = db.RowWriter($$"""
            INSERT INTO "PendingChildDays" ("DistrictId", "ChildNumber", "Date", "Mark", "Version", "ChangeVersion")
            SELECT @district, {child}, {date}, {stamp}, {stamp}, {stamp} {rows} WHERE TRUE
            {{Mark}}
            """, ("child", Holds.Text), ("date", Holds.Day), ("stamp", Holds.Number));
        foreach (var (child, date) in days.Distinct())
            await insert.Add(child).Add(date).Add(stamp).EndRowAsync(cancellation);
        await insert.FlushAsync(cancellation);
    }

    /// <summary>Every day that an event on one of these days may decide about, see <see cref="CareRecord.ReachInDays"/>.</summary>
    public Task MarkAroundAsync(IEnumerable<(string Child, DateOnly Date)> days, CancellationToken cancellation) =>
        MarkAsync(days.SelectMany(d => Enumerable.Range(-CareRecord.ReachInDays, 2 * CareRecord.ReachInDays + 1).Select(i => (d.Child, d.Date.AddDays(i)))).ToHashSet(), cancellation);

    /// <summary>Every day that these children have.</summary>
    public Task MarkChildrenAsync(IReadOnlyCollection<string> children, CancellationToken cancellation) => children is { Count: 0 }
        ? Task.CompletedTask
        : RunAsync($"""{db.IsOneOf("d", "ChildNumber", "@children")}""", cancellation, ("@children", JsonSerializer.Serialize(children)));

    /// <summary>The days from <paramref name="first"/> to <paramref name="last"/>, both inclusive, of every child that ever had a place or an event at the site.</summary>
    public Task MarkSiteAsync(long site, DateOnly first, DateOnly last, CancellationToken cancellation) => RunAsync("""
        d."Date" BETWEEN @first AND @last AND d."ChildNumber" IN (
            SELECT p."ChildNumber" FROM "Placements" p WHERE p."DistrictId" = @district AND p."SiteId" = @site
            UNION SELECT e."ChildNumber" FROM "AttendanceEvents" e WHERE e."DistrictId" = @district AND e."SiteId" = @site)
        """, cancellation, ("@site", site), ("@first", first), ("@last", last));

    /// <summary>The site has another zone now: its events may fall on other days, and those days become pending too.</summary>
    public async Task MoveToZoneAsync(long site, SchoolZone zone, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var events = await db.AttendanceEvents.AsNoTracking().Where(e => e.SiteId == site).Select(e => new { e.Id, e.At, e.Date, e.ChildNumber }).ToListAsync(cancellation);
        var moved = events.Select(e => (e.Id, zone.At(e.At).Day, e.Date, e.ChildNumber)).Where(e => e.Day != e.Date).ToList();
        if (moved.Count == 0)
            return;
        var stamp = await ChangeClock.TakeAsync(db, moved.Count, cancellation);
        await using var update = db.RowWriter("""
            UPDATE "AttendanceEvents" SET "Date" = {date}, "ChangeVersion" = {stamp} {rows} WHERE "AttendanceEvents"."DistrictId" = @district AND "AttendanceEvents"."Id" = {id};
            """, ("date", Holds.Day), ("stamp", Holds.Number), ("id", Holds.Number));
        foreach (var (id, day, _, _) in moved)
            await update.Add(day).Add(stamp++).Add(id).EndRowAsync(cancellation);
        await update.FlushAsync(cancellation);
        await MarkAroundAsync(moved.SelectMany(e => new[] { (e.ChildNumber, e.Day), (e.ChildNumber, e.Date) }), cancellation);
    }

    private async Task RunAsync(string condition, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        await using var command = DistrictSql.Command(db, $"{MarkDaysThatAreThere} {condition}\n{Mark}", [("@stamp", stamp), .. parameters]);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
