using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

[Collection("served on SQLite")]
public sealed class ViewsOnSqlite(ServedOnSqlite served) : ViewTests(served);

[Collection("served on PostgreSQL")]
public sealed class ViewsOnPostgres(ServedOnPostgres served) : ViewTests(served);

/// <summary>What each set shows, and that the database does all the work.</summary>
public abstract class ViewTests(ServedDistricts served)
{
    private static readonly string[] Students = ["StudentNumber", "StateId", "FirstName", "MiddleName", "LastName", "ChildNumber", "AgencyChildId", "AgencySays"];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EverySet_HasRowsAndStamps()
    {
        served.Sets.Keys.Should().Equal("Districts", "Schools", "Students", "BehaviorCodes", "BellSchedules", "SchoolDays", "DefaultWeeks", "Passes", "TardyRecords",
            "PassCounts", "Connectors", "Layouts", "SyncRuns", "SyncEntries", "HeldRecords", "ManualCorrections",
            "Sites", "Providers", "Children", "ChildDayCounts", "Placements", "Authorizations", "AttendanceDays", "AttendanceEvents", "Absences", "Closures", "ChildLinks", "AgencyChildren", "Submissions", "Transfers", "AuditEntries");
        foreach (var (set, type) in served.Sets)
        {
            ServedDistricts.Properties(type).Select(p => p.Name).Should().Contain(["Version", "ChangeVersion"], set);
            var row = (await served.RowsAsync(set is "AuditEntries" or "Submissions" ? "it" : "reporter", set))[0];
            row.GetProperty("@odata.etag").GetString().Should().Be($"W/\"{row.GetProperty("Version")}\"", set);
        }
        await using var db = served.Open();
        (await served.RowsAsync("it", "Passes")).Should().HaveCount(await db.Passes.CountAsync(Now));
        (await served.RowsAsync("it", "SchoolDays?$filter=Source eq 'Explicit'")).Should().HaveCount((await db.DatedDays.Select(d => new { d.SchoolId, d.Date }).Distinct().ToListAsync(Now)).Count, "a day is one row, however many parts it has");
        (await served.RowsAsync("it", "SyncRuns?$filter=Files/any(f:f/Rows gt 1 and endswith(f/FileName,'.csv'))"))[0].GetProperty("Files")[0].GetProperty("Sha256").GetString().Should().HaveLength(64);
        (await served.RowsAsync("it", "BellSchedules?$filter=Periods/any(p:p/SisPeriodCode eq '01') and Name eq 'Regular'"))[0].GetProperty("Periods")[1].GetProperty("Bell").GetString().Should().StartWith("08:00:00");
        (await served.RowsAsync("it", "TardyRecords?$filter=DeliveryStatus eq 'Delivered' and Student/Grade ne null&$expand=Student,Pass,School,SyncEntries($expand=SyncRun)&$top=3")).Should().HaveCount(3);
    }

    [Fact]
    public async Task EveryProperty_TranslatesInConditionsAndOrders()
    {
        var failures = new List<string>();
        foreach (var (set, type) in served.Sets)
        {
            var rows = await served.RowsAsync("it", set);
            foreach (var (name, kind) in ServedDistricts.Properties(type).Where(p => !p.Type.StartsWith("Collection(", StringComparison.Ordinal) && !IsComplex(rows, p.Name)))
            {
                var value = rows.Select(r => r.GetProperty(name)).FirstOrDefault(v => v.ValueKind != JsonValueKind.Null);
                var literal = value.ValueKind == JsonValueKind.Undefined ? "null" : kind is "Edm.String" || kind.StartsWith("K12Sync.", StringComparison.Ordinal) ? $"'{value.GetString()!.Replace("'", "''", StringComparison.Ordinal)}'" : value.GetRawText().Trim('"');
                var wanted = value.ValueKind == JsonValueKind.Undefined ? rows.Count : rows.Count(r => r.GetProperty(name).GetRawText() == value.GetRawText());
                foreach (var (query, count) in new[] { ($"$filter={name} eq {Uri.EscapeDataString(literal)}&$count=true", wanted), ($"$filter={name} ne null&$orderby={name} desc&$count=true", rows.Count(r => r.GetProperty(name).ValueKind != JsonValueKind.Null)), ($"$orderby={name}&$select={name}&$count=true", rows.Count), ($"$apply=groupby(({name}),aggregate($count as N))", -1) })
                {
                    using var answer = await served.GetAsync("it", $"{set}?{query}");
                    var text = await answer.Content.ReadAsStringAsync(Now);
                    // The audit grows while it is read.
                    if (answer.StatusCode != HttpStatusCode.OK || (count >= 0 && set != "AuditEntries" && JsonDocument.Parse(text).RootElement.GetProperty("@odata.count").GetInt32() != count))
                        failures.Add($"{set}?{query}: {count} wanted: {(text.Length > 300 ? text[..300] : text)}");
                }
            }
        }
        failures.Should().BeEmpty();
    }

    /// <summary>What has parts is asked by its parts.</summary>
    private static bool IsComplex(List<JsonElement> rows, string name) => name is "Destination" or "Schedule" || rows.Exists(r => r.GetProperty(name).ValueKind == JsonValueKind.Object);

    [Fact]
    public async Task Support_SeesStudentsMasked_OnEveryPath()
    {
        await using var db = served.Open();
        var numbers = (await db.Students.Select(s => s.StudentNumber).ToListAsync(Now)).Concat(await db.Children.Select(c => $"\"{c.Number}\"").ToListAsync(Now)).Concat(await db.ChildLinks.Select(l => l.AgencyChildId).ToListAsync(Now)).ToList();
        var names = (await db.Students.Select(s => s.Facts.LastName).ToListAsync(Now)).Append("Zwiebelhuber").Append("Quentin").Append("2022-03-04").ToList();
        foreach (var (set, type) in served.Sets)
        {
            var links = ServedDistricts.Links(type).Select(l => l.Name).ToList();
            foreach (var url in new[] { set, $"{set}?$format=csv", $"{set}?$expand={string.Join(',', links)}" }.Where(u => !u.EndsWith('=')))
            {
                var text = await (await served.GetAsync("support", url)).Content.ReadAsStringAsync(Now);
                numbers.Where(n => text.Contains(n, StringComparison.Ordinal)).Should().BeEmpty(url);
                names.Where(n => n.Length > 3 && text.Contains(n, StringComparison.Ordinal)).Should().BeEmpty(url);
            }
            foreach (var column in ServedDistricts.Properties(type).Select(p => p.Name).Intersect(Students))
            {
                foreach (var query in new[] { $"$orderby={column}", $"$filter={column} gt '0'", $"$filter=startswith({column},'0')", $"$apply=groupby(({column}))", $"$apply=aggregate({column} with max as M)" })
                    ((int)(await served.GetAsync("support", $"{set}?{query}")).StatusCode).Should().BeOneOf([400, 403], $"{set}?{query}");
                if (ServedDistricts.Properties(type).Any(p => p.Name == "BirthDate"))
                    (await served.RowsAsync("support", $"{set}?$filter=BirthDate ne null&$orderby=BirthDate")).Should().BeEmpty("for support no child has a birth date");
            }
        }
        (await served.RowsAsync("support", "Students?$filter=StudentNumber eq '0004417'")).Should().ContainSingle("who knows the number may ask by it").Which.GetProperty("LastName").GetString().Should().Be("***");
    }

    [Fact]
    public async Task KeysThatDoNotRead_AreRefused_AndAReporterWritesNothing()
    {
        foreach (var url in new[] { "", "$metadata", "Schools", "Schools/$count", "../openapi.json", "AttendanceEvents" })
            (await served.GetAsync("kiosk", url)).StatusCode.Should().Be(HttpStatusCode.Forbidden, url);
        (await served.SendAsync(HttpMethod.Post, "Bearer " + served.Keys["kiosk"], "$batch", """{"requests":[{"id":"1","method":"GET","url":"Schools"}]}""")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
            foreach (var set in served.Sets.Keys)
                ((int)(await served.SendAsync(method, "Bearer " + served.Keys["reporter"], method == HttpMethod.Post ? set : ServedDistricts.KeyOf(set, (await served.RowsAsync("it", set))[0]).Path, "{}", ("If-Match", "*"))).StatusCode)
                    .Should().BeOneOf([403, 404, 405, 501], $"{method} {set}");
    }

    [Fact]
    public async Task Secrets_AreNowhere()
    {
        var pages = new List<string>();
        foreach (var url in served.Sets.Keys.Append("$metadata").Append("../openapi.json"))
            pages.Add(await (await served.GetAsync("it", url)).Content.ReadAsStringAsync(Now));
        await using var db = served.Open();
        var hashes = await db.ApiKeys.Select(k => k.Hash).ToListAsync(Now);
        foreach (var word in hashes.Concat(served.Keys.Values).Concat(["ProtectedValue", "ApiKey"]))
            pages.Should().NotContain(p => p.Contains(word, StringComparison.OrdinalIgnoreCase), word.Length > 20 ? "a key" : word);
        JsonDocument.Parse(pages[^1]).RootElement.GetProperty("paths").EnumerateObject().Should().Contain(p => p.Name == "/SyncRuns");
    }
}
