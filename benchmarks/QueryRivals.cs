using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using K12Sync.Api.OData.Views;
using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Benchmarks;

/// <summary>
/// The same questions answered as one would write it by hand: a minimal API over EF and the serializer (<c>/hand</c>), and statements prepared once per
/// connection with a writer for just these columns (<c>/raw</c>). Behind the same keys and limits as the service.
/// </summary>
internal sealed class QueryRivals(QueryData data)
{
    private const string EntryColumns = """e."Id", e."SyncRunId", e."RecordId", e."SchoolId", e."StudentNumber", e."Date", e."Period", e."ExternalCode", e."Status", e."Reason", e."Version", e."ChangeVersion" """;
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter() } };
    private readonly System.Collections.Concurrent.ConcurrentBag<RawConnection> _raw = [];
    private readonly bool _isSqlite = data.Database is K12Sync.Data.Storage.DataFolder;

    public void Map(IEndpointRouteBuilder app, string policy)
    {
        var hand = app.MapGroup("/hand").RequireAuthorization(policy);
        hand.MapGet("/student/{number}", (string number, CancellationToken stopped) => PageAsync(q => q.Where(e => e.StudentNumber == number), stopped));
        hand.MapGet("/held/{since}", (DateOnly since, CancellationToken stopped) => PageAsync(q => q.Where(e => e.Date >= since && e.Status == SyncEntryStatus.Held), stopped));
        hand.MapGet("/entry/{id:long}", (long id, CancellationToken stopped) => EntryAsync(id, stopped));
        hand.MapGet("/run/{id:long}", RunAsync);
        hand.MapGet("/reasons/{run:long}", (long run, CancellationToken stopped) => ReasonsAsync(q => q.Where(e => e.SyncRunId == run), stopped));
        hand.MapGet("/reasons", (CancellationToken stopped) => ReasonsAsync(q => q, stopped));
        var raw = app.MapGroup("/raw").RequireAuthorization(policy);
        raw.MapGet("/student/{number}", (string number, HttpContext http) => RawPageAsync(http, """e."StudentNumber" = @a""", number));
        raw.MapGet("/held/{since}", (string since, HttpContext http) => RawPageAsync(http, """e."Date" >= @a AND e."Status" = 'Held'""", _isSqlite ? since : DateOnly.Parse(since, CultureInfo.InvariantCulture)));
        raw.MapGet("/entry/{id:long}", (long id, HttpContext http) => RawEntryAsync(http, id));
        raw.MapGet("/run/{id:long}", (long id, HttpContext http) => RawRunAsync(http, id));
        raw.MapGet("/reasons/{run:long}", (long run, HttpContext http) => RawReasonsAsync(http, """ AND e."SyncRunId" = @a""", run));
        raw.MapGet("/reasons", (HttpContext http) => RawReasonsAsync(http, "", null));
    }

    private K12SyncDb Db() => data.Database.Open(data.District, o => o.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));

    private async Task<IResult> PageAsync(Func<IQueryable<SyncEntryView>, IQueryable<SyncEntryView>> narrow, CancellationToken stopped)
    {
        await using var db = Db();
        var entries = narrow(SyncEntryView.Of(db, SchoolSet.All));
        var count = await entries.CountAsync(stopped);
        var rows = await entries.OrderByDescending(e => e.Date).ThenByDescending(e => e.Id).Take(50).ToListAsync(stopped);
        return Results.Json(new CountedPage(count, rows.ConvertAll(EntryJson.Of)), Options);
    }

    private async Task<IResult> EntryAsync(long id, CancellationToken stopped)
    {
        await using var db = Db();
        return await SyncEntryView.Of(db, SchoolSet.All).FirstOrDefaultAsync(e => e.Id == id, stopped) is { } entry ? Results.Json(EntryJson.Of(entry), Options) : Results.NotFound();
    }

    private async Task<IResult> RunAsync(long id, CancellationToken stopped)
    {
        await using var db = Db();
        var run = await db.SyncRuns.Where(r => r.Id == id).Select(r => new { r.Id, r.ConnectorName, r.Status, r.RowsSent, Version = EF.Property<long>(r, "Version") }).FirstAsync(stopped);
        var entries = await SyncEntryView.Of(db, SchoolSet.All).Where(e => e.SyncRunId == id).OrderBy(e => e.Id).Take(200).ToListAsync(stopped);
        return Results.Json(new RunJson(Tag(run.Version), run.Id, run.ConnectorName, run.Status.ToString(), run.RowsSent, entries.ConvertAll(EntryJson.Of)), Options);
    }

    private async Task<IResult> ReasonsAsync(Func<IQueryable<SyncEntryView>, IQueryable<SyncEntryView>> narrow, CancellationToken stopped)
    {
        await using var db = Db();
        var rows = await narrow(SyncEntryView.Of(db, SchoolSet.All)).GroupBy(e => e.Reason).Select(g => new ReasonJson { Reason = g.Key, N = g.LongCount() }).ToListAsync(stopped);
        return Results.Json(new { value = rows.OrderBy(r => r.Reason, StringComparer.Ordinal) }, Options);
    }

    private Task RawPageAsync(HttpContext http, string condition, object value) => RawAsync(http, async (raw, json) =>
    {
        await using (var count = await raw.RunAsync($"""SELECT COUNT(*) FROM "SyncEntries" e WHERE e."DistrictId" = @d AND {condition}""", data.District.Value, value))
        {
            await count.ReadAsync();
            json.WriteStartObject();
            json.WriteNumber("@odata.count"u8, count.GetInt64(0));
        }
        json.WriteStartArray("value"u8);
        await using var rows = await raw.RunAsync($"""SELECT {EntryColumns} FROM "SyncEntries" e WHERE e."DistrictId" = @d AND {condition} ORDER BY e."Date" DESC, e."Id" DESC LIMIT 50""", data.District.Value, value);
        while (await rows.ReadAsync())
            WriteEntry(json, rows);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task RawEntryAsync(HttpContext http, long id) => RawAsync(http, async (raw, json) =>
    {
        await using var rows = await raw.RunAsync($"""SELECT {EntryColumns} FROM "SyncEntries" e WHERE e."DistrictId" = @d AND e."Id" = @a""", data.District.Value, id);
        await rows.ReadAsync();
        WriteEntry(json, rows);
    });

    private Task RawRunAsync(HttpContext http, long id) => RawAsync(http, async (raw, json) =>
    {
        await using (var run = await raw.RunAsync("""SELECT r."Id", r."ConnectorName", r."Status", r."RowsSent", r."Version" FROM "SyncRuns" r WHERE r."DistrictId" = @d AND r."Id" = @a""", data.District.Value, id))
        {
            await run.ReadAsync();
            json.WriteStartObject();
            json.WriteString("@odata.etag"u8, Tag(run.GetInt64(4)));
            json.WriteNumber("Id"u8, run.GetInt64(0));
            json.WriteString("ConnectorName"u8, run.GetString(1));
            json.WriteString("Status"u8, run.GetString(2));
            json.WriteNumber("RowsSent"u8, run.GetInt32(3));
        }
        json.WriteStartArray("SyncEntries"u8);
        await using var rows = await raw.RunAsync($"""SELECT {EntryColumns} FROM "SyncEntries" e WHERE e."DistrictId" = @d AND e."SyncRunId" = @a ORDER BY e."Id" LIMIT 200""", data.District.Value, id);
        while (await rows.ReadAsync())
            WriteEntry(json, rows);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task RawReasonsAsync(HttpContext http, string condition, object? value) => RawAsync(http, async (raw, json) =>
    {
        await using var rows = await raw.RunAsync($"""SELECT e."Reason", COUNT(*) FROM "SyncEntries" e WHERE e."DistrictId" = @d{condition} GROUP BY e."Reason" ORDER BY e."Reason" NULLS FIRST""", data.District.Value, value);
        json.WriteStartObject();
        json.WriteStartArray("value"u8);
        while (await rows.ReadAsync())
        {
            json.WriteStartObject();
            json.WriteString("Reason"u8, rows.IsDBNull(0) ? null : rows.GetString(0));
            json.WriteNumber("N"u8, rows.GetInt64(1));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private void WriteEntry(Utf8JsonWriter json, DbDataReader row)
    {
        json.WriteStartObject();
        json.WriteString("@odata.etag"u8, Tag(row.GetInt64(10)));
        json.WriteNumber("Id"u8, row.GetInt64(0));
        json.WriteNumber("SyncRunId"u8, row.GetInt64(1));
        json.WriteString("RecordKind"u8, "TardyRecord"u8);
        json.WriteNumber("RecordId"u8, row.GetInt64(2));
        json.WriteNull("ChildDayId"u8);
        json.WriteNumber("SchoolId"u8, row.GetInt64(3));
        json.WriteString("StudentNumber"u8, row.GetString(4));
        json.WriteString("Date"u8, _isSqlite ? row.GetString(5) : row.GetFieldValue<DateOnly>(5).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("Period"u8, row.GetString(6));
        json.WriteString("ExternalCode"u8, row.GetString(7));
        json.WriteString("Status"u8, row.GetString(8));
        json.WriteString("Reason"u8, row.IsDBNull(9) ? null : row.GetString(9));
        json.WriteNumber("Version"u8, row.GetInt64(10));
        json.WriteNumber("ChangeVersion"u8, row.GetInt64(11));
        json.WriteEndObject();
    }

    private async Task RawAsync(HttpContext http, Func<RawConnection, Utf8JsonWriter, Task> write)
    {
        if (!_raw.TryTake(out var raw))
            raw = new RawConnection(await data.Database.OpenForReadingAsync(http.RequestAborted));
        raw.Buffer.ResetWrittenCount();
        await using (var json = new Utf8JsonWriter(raw.Buffer, WriterOptions))
            await write(raw, json);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = raw.Buffer.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(raw.Buffer.WrittenMemory, http.RequestAborted);
        _raw.Add(raw);
    }

    private static string Tag(long version) => "W/\"" + version.ToString(CultureInfo.InvariantCulture) + "\"";

    private sealed class RawConnection(DbConnection connection)
    {
        private readonly Dictionary<string, DbCommand> _commands = [];

        public ArrayBufferWriter<byte> Buffer { get; } = new(64 * 1024);

        public async ValueTask<DbDataReader> RunAsync(string sql, long district, object? value)
        {
            if (!_commands.TryGetValue(sql, out var command))
            {
                command = connection.CreateCommand();
#pragma warning disable CA2100 // A text of this file.
                command.CommandText = sql;
#pragma warning restore CA2100
                Add(command, "@d", district);
                if (value is not null)
                    Add(command, "@a", value);
                await command.PrepareAsync();
                _commands.Add(sql, command);
            }
            if (value is not null)
                command.Parameters[1].Value = value;
            return await command.ExecuteReaderAsync();
        }

        private static void Add(DbCommand command, string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }

    private sealed record CountedPage([property: JsonPropertyName("@odata.count")] int Count, [property: JsonPropertyName("value")] List<EntryJson> Rows);

    private sealed class ReasonJson
    {
        public string? Reason { get; init; }
        public long N { get; init; }
    }

    private sealed record RunJson([property: JsonPropertyName("@odata.etag")] string Tag, long Id, string ConnectorName, string Status, int RowsSent, List<EntryJson> SyncEntries);

    private sealed record EntryJson(
        [property: JsonPropertyName("@odata.etag")] string Tag, long Id, long SyncRunId, string RecordKind, long? RecordId, long? ChildDayId, long? SchoolId, string StudentNumber, DateOnly Date,
        string Period, string ExternalCode, SyncEntryStatus Status, string? Reason, long Version, long ChangeVersion)
    {
        public static EntryJson Of(SyncEntryView e) => new(
            QueryRivals.Tag(e.Version), e.Id, e.SyncRunId, e.RecordKind, e.RecordId, e.ChildDayId, e.SchoolId, e.StudentNumber, e.Date, e.Period, e.ExternalCode, e.Status, e.Reason, e.Version, e.ChangeVersion);
    }
}
