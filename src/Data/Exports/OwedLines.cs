using System.Runtime.CompilerServices;
using System.Text.Json;
using K12Sync.Data.Storage;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>
/// Reads what a connector owes. First the school-days: of each, records are looked at until one is owed, so that a large debt is found at once and a small
/// one costs a look at every record. Then the records of those days, in the order of an index, so that nothing is sorted or held back.
/// </summary>
/// <remarks>
/// Each stretch of days is read by one statement, and a day is never split between two, so a day is whole as of one moment. What changes between two
/// stretches is owed at the next run or frozen by this one; the ledger's unique index sees to it that it is not both.
/// </remarks>
internal sealed class OwedLines(K12SyncDb db, Connector connector)
{
    private string Gone => connector.Definition.Codes.IsEmpty ? """ r."Withdrawn" """ : $"""r."Withdrawn" OR NOT {db.IsOneOf("r", "Code", "@codes")}""";

    // Says nothing, but keeps PostgreSQL from making a join of the EXISTS: planned while a table is small, and remembered, that reads the whole table for every day.
    private const string ByIndex = "LIMIT 1 OFFSET 0";

    private const string Settled = $"""
        EXISTS (SELECT 1 FROM "SyncEntries" e WHERE e."RecordId" = r."Id" AND e."ConnectorId" = @connector AND e."SettlesVersion" = r."RecordVersion" {ByIndex})
        """;

    // What the SIS was told last is in the last line that says anything about the record: one that settles a version, or one of a day that was sent again.
    private const string Tells = $"""
        e."RecordId" = r."Id" AND e."ConnectorId" = @connector
            AND (e."SettlesVersion" IS NOT NULL OR e."Status" IN ('{nameof(SyncEntryStatus.Repeated)}', '{nameof(SyncEntryStatus.LeftOut)}'))
        """;

    // A record is owed when its present version has no line, and either the SIS should hold it or the SIS was once told of it.
    // The days come by hops through the index from one to the next: to find them in all records takes longer than to look at what is owed.
    private string Days => $"""
        WITH RECURSIVE d("Code", "SchoolId", "Date") AS (
            SELECT s."Code", s."Id", (SELECT MIN(r."Date") FROM "TardyRecords" r WHERE r."SchoolId" = s."Id") FROM "Schools" s
            WHERE s."DistrictId" = @district AND (@allSchools OR {db.IsOneOf("s", "Code", "@schools")})
            UNION ALL
            SELECT d."Code", d."SchoolId", (SELECT MIN(r."Date") FROM "TardyRecords" r WHERE r."SchoolId" = d."SchoolId" AND r."Date" > d."Date") FROM d WHERE d."Date" IS NOT NULL)
        SELECT d."SchoolId", d."Date", EXISTS (
            SELECT 1 FROM "TardyRecords" r WHERE r."SchoolId" = d."SchoolId" AND r."Date" = d."Date" AND NOT {Settled} AND (NOT ({Gone})
                OR EXISTS (SELECT 1 FROM "SyncEntries" e WHERE {Tells} {ByIndex})) {ByIndex})
        FROM d WHERE d."Date" IS NOT NULL
        ORDER BY d."Code", d."Date";
        """;

    private const string HasLines = """
        SELECT EXISTS (SELECT 1 FROM "SyncRuns" s JOIN "SyncEntries" e ON e."SyncRunId" = s."Id" WHERE s."DistrictId" = @district AND s."ConnectorId" = @connector LIMIT 1 OFFSET 0);
        """;

    // What was never told was never settled: that spares the second look.
    private string Lines => Records($"""
        t."Id" IS NOT NULL AND {Settled}, t."Id", t."RowHash", t."ExternalCode", t."Withdrawn",
            CASE WHEN b."Status" = '{nameof(BatchStatus.DeliveredUnconfirmed)}' THEN 1 ELSE 0 END
        """, $"""
        {db.LeftJoinLast("SyncEntries", "t", "e", Tells)}
        LEFT JOIN "ExportBatches" b ON b."Id" = t."BatchId"
        """);

    // A connector's first file is its largest: there is nothing to look for beside each record.
    private string LinesOfFirstFile => Records("FALSE, NULL, NULL, NULL, NULL, NULL", "");

    private string Records(string told, string lines) => $"""
        SELECT r."Id", r."RecordVersion", {Gone}, r."StudentNumber", r."Date", r."PeriodName", r."SisPeriodCode", r."ExternalCode", r."MinutesLate", r."PassId", r."IssuedAt", {told}
        FROM "TardyRecords" r {lines}
        WHERE r."DistrictId" = @district AND r."SchoolId" = @school AND r."Date" BETWEEN @first AND @last
        ORDER BY r."Date", r."SisPeriodCode", r."StudentNumber";
        """;

    private string LatestDays => $"""
        SELECT DISTINCT s."Code", r."SchoolId", r."Date" FROM "TardyRecords" r JOIN "Schools" s ON s."Id" = r."SchoolId"
        WHERE r."DistrictId" = @district AND NOT ({Gone}) AND (@allSchools OR {db.IsOneOf("s", "Code", "@schools")}) AND r."Date" =
            (SELECT MAX(r."Date") FROM "TardyRecords" r JOIN "Schools" s ON s."Id" = r."SchoolId"
             WHERE r."DistrictId" = @district AND NOT ({Gone}) AND (@allSchools OR {db.IsOneOf("s", "Code", "@schools")}))
        ORDER BY s."Code";
        """;

    public IAsyncEnumerable<TardyLine> ReadAsync(CancellationToken cancellation) => ReadAsync(StretchesAsync, cancellation);

    /// <summary>The present tardies of the latest date that has any, owed or not.</summary>
    public IAsyncEnumerable<TardyLine> ReadLatestDayAsync(CancellationToken cancellation) => ReadAsync(LatestDaysAsync, cancellation).Where(line => !line.IsWithdrawn);

    private async IAsyncEnumerable<TardyLine> ReadAsync(
        Func<CancellationToken, Task<List<(long School, DateOnly First, DateOnly Last)>>> find, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stretches = await find(cancellation);
        if (stretches.Count == 0)
            yield break;
        var lines = await HasLinesAsync(cancellation) ? Lines : LinesOfFirstFile;
        var stateIds = await StateIdsAsync(cancellation);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Id, s => new LineSchool(s.Id, s.Code, s.SisSchoolCode ?? s.Code, new ZoneReader(s.Zone)), cancellation);
        foreach (var (school, first, last) in stretches)
        {
            await using var row = await db.ReadRowsAsync(lines, cancellation,
                ("@connector", connector.Id), ("@codes", JsonSerializer.Serialize(connector.Definition.Codes)), ("@school", school), ("@first", first), ("@last", last));
            while (await row.ReadAsync(cancellation))
                if (Line(row, schools[school], stateIds) is { } line)
                    yield return line;
        }
    }

    private async Task<List<(long School, DateOnly First, DateOnly Last)>> LatestDaysAsync(CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync(LatestDays, cancellation, Selection());
        var days = new List<(long School, DateOnly First, DateOnly Last)>();
        while (await row.ReadAsync(cancellation))
            days.Add((row.Number(1), row.Day(2), row.Day(2)));
        return days;
    }

    private async Task<bool> HasLinesAsync(CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync(HasLines, cancellation, ("@connector", connector.Id));
        return await row.ReadAsync(cancellation) && row.Truth(0);
    }

    /// <summary>Owed school-days by school code and date, from first to last where there is no day with records between them that is not owed.</summary>
    private async Task<List<(long School, DateOnly First, DateOnly Last)>> StretchesAsync(CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync(Days, cancellation, [("@connector", connector.Id), .. Selection()]);
        var stretches = new List<(long School, DateOnly First, DateOnly Last)>();
        var goesOn = false;
        while (await row.ReadAsync(cancellation))
        {
            var (school, date, owed) = (row.Number(0), row.Day(1), row.Truth(2));
            if (owed && goesOn && stretches[^1].School == school)
                stretches[^1] = stretches[^1] with { Last = date };
            else if (owed)
                stretches.Add((school, date, date));
            goesOn = owed;
        }
        return stretches;
    }

    private (string, object?)[] Selection()
    {
        var (schools, codes) = (connector.Definition.Schools, connector.Definition.Codes);
        return [("@allSchools", schools.IsEmpty), ("@schools", JsonSerializer.Serialize(schools)), ("@codes", JsonSerializer.Serialize(codes))];
    }

    /// <summary>By student number. Read once: looking each record's student up takes longer than reading the record.</summary>
    private async Task<Dictionary<string, string>> StateIdsAsync(CancellationToken cancellation)
    {
        await using var row = await db.ReadRowsAsync("""
            SELECT "StudentNumber", "StateId" FROM "Students" WHERE "DistrictId" = @district AND "StateId" IS NOT NULL;
            """, cancellation);
        var stateIds = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellation))
            stateIds.Add(row.Text(0), row.Text(1));
        return stateIds;
    }

    /// <summary>Null: the SIS has nothing to hear of the record.</summary>
    private static TardyLine? Line(RowReader row, LineSchool school, Dictionary<string, string> stateIds)
    {
        var (gone, settled) = (row.Truth(2), row.Truth(11));
        var told = row.IsNull(12) ? null : new Told(row.Number(12), row.Number(13), row.Shared(14), row.Truth(15), row.Number(16) == 1);
        var owed = !settled && (told is not null || !gone);
        if (!owed && gone && told is null)
            return null;
        var student = row.Shared(3);
        return new TardyLine(row.Number(0), row.Number(1), owed, gone, school.Id, school.Code, school.SisCode, student, stateIds.GetValueOrDefault(student), row.Day(4),
            row.Shared(5), row.Shared(6), row.Shared(7), (int)row.Number(8), row.Text(9), school.Zone.At(new DateTimeOffset(row.Number(10), TimeSpan.Zero)).Instant, told);
    }

    /// <summary>What every line of a school says.</summary>
    private sealed record LineSchool(long Id, string Code, string SisCode, ZoneReader Zone);
}
