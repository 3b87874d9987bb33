using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Passes;

/// <summary>
/// Marks the school-days whose passes must be mapped again. Marking belongs in the transaction of the change that makes it necessary:
/// whatever crashes afterwards, the mark is there.
/// </summary>
public sealed class PendingDays(K12SyncDb db)
{
    private const string Mark = """
        ON CONFLICT ("SchoolId", "Date") DO UPDATE SET "Mark" = excluded."Mark", "ChangeVersion" = excluded."ChangeVersion";
        """;

    private const string MarkDaysOfPasses = """
        INSERT INTO "PendingDays" ("DistrictId", "SchoolId", "Date", "Mark", "Version", "ChangeVersion")
        SELECT DISTINCT @district, p."SchoolId", p."Date", @stamp, @stamp, @stamp FROM "Passes" p WHERE p."DistrictId" = @district AND
        """;

    /// <summary>These days.</summary>
    public async Task MarkAsync(IReadOnlyCollection<(long School, DateOnly Date)> days, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(days);
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        await using var insert = db.RowWriter($$"""
            INSERT INTO "PendingDays" ("DistrictId", "SchoolId", "Date", "Mark", "Version", "ChangeVersion")
            SELECT @district, {school}, {date}, {stamp}, {stamp}, {stamp} {rows} WHERE TRUE
            {{Mark}}
            """, ("school", Holds.Number), ("date", Holds.Day), ("stamp", Holds.Number));
        foreach (var (school, date) in days.Distinct())
            await insert.Add(school).Add(date).Add(stamp).EndRowAsync(cancellation);
        await insert.FlushAsync(cancellation);
    }

    /// <summary>Every day of a school that has a pass, from <paramref name="from"/> (inclusive) on.</summary>
    public Task MarkSchoolAsync(long school, DateOnly from, CancellationToken cancellation) =>
        RunAsync("""p."SchoolId" = @school AND p."Date" >= @from""", cancellation, ("@school", school), ("@from", from));

    /// <summary>Every day on which this student has a pass anywhere.</summary>
    public Task MarkStudentAsync(string studentNumber, CancellationToken cancellation) =>
        RunAsync("""p."StudentNumber" = @student""", cancellation, ("@student", studentNumber));

    /// <summary>Every day on which one of these students has a pass anywhere.</summary>
    public Task MarkStudentsAsync(IReadOnlyCollection<string> studentNumbers, CancellationToken cancellation) => studentNumbers is { Count: 0 }
        ? Task.CompletedTask
        : RunAsync($"""{db.IsOneOf("p", "StudentNumber", "@students")}""", cancellation, ("@students", JsonSerializer.Serialize(studentNumbers)));

    /// <summary>Every day on which a pass with this behaviour code was given; at one school, or anywhere where <paramref name="school"/> is null.</summary>
    public Task MarkCodeAsync(string code, long? school, CancellationToken cancellation) =>
        RunAsync("""p."Code" = @code AND (@school = 0 OR p."SchoolId" = @school)""", cancellation, ("@code", code), ("@school", school ?? 0));

    /// <summary>The school has another zone now: its passes may fall on other days, and those days become pending too.</summary>
    public async Task MoveToZoneAsync(long school, SchoolZone zone, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var passes = await db.Passes.AsNoTracking().Where(p => p.SchoolId == school).Select(p => new { p.Id, p.IssuedAt, p.Date }).ToListAsync(cancellation);
        // To a day that is gone nothing goes back.
        var keptFrom = (await ChangeClock.TakeWithLineAsync(db, 0, cancellation)).KeptFrom ?? DateOnly.MinValue;
        var moved = passes.Select(p => (p.Id, zone.At(p.IssuedAt).Day, p.Date)).Where(p => p.Day != p.Date && p.Day >= keptFrom).ToList();
        var stamp = await ChangeClock.TakeAsync(db, moved.Count, cancellation);
        await using var update = DistrictSql.Command(db,
            """UPDATE "Passes" SET "Date" = @date, "ChangeVersion" = @stamp WHERE "DistrictId" = @district AND "Id" = @id;""",
            ("@date", default(DateOnly)), ("@stamp", 0L), ("@id", 0L));
        foreach (var (id, day, _) in moved)
        {
            update.Parameters["@date"].Set(day);
            update.Parameters["@stamp"].Set(stamp++);
            update.Parameters["@id"].Set(id);
            await update.ExecuteNonQueryAsync(cancellation);
        }
        await MarkAsync(moved.Select(p => (school, p.Day)).ToHashSet(), cancellation);
    }

    private async Task RunAsync(string condition, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        var stamp = await ChangeClock.TakeAsync(db, 1, cancellation);
        await using var command = DistrictSql.Command(db, $"{MarkDaysOfPasses} {condition}\n{Mark}", [("@stamp", stamp), .. parameters]);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
