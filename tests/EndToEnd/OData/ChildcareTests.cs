using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using K12Sync.Domain.Childcare;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

[Collection("served on SQLite")]
public sealed class ChildcareOnSqlite(ServedOnSqlite served) : ChildcareTests(served);

[Collection("served on PostgreSQL")]
public sealed class ChildcareOnPostgres(ServedOnPostgres served) : ChildcareTests(served);

/// <summary>Childcare over the network: who may, and what a person's word does.</summary>
public abstract class ChildcareTests(ServedDistricts served)
{
    private static readonly string[] Sets = ["Sites", "Providers", "Children", "ChildDayCounts", "Placements", "Authorizations", "AttendanceDays", "AttendanceEvents", "Absences", "Closures", "ChildLinks", "AgencyChildren", "Submissions", "Transfers"];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string key, string url, object? body = null, params (string, string)[] headers)
    {
        using var answer = await served.SendAsync(method, "Bearer " + served.Keys[key], url, body is null ? null : JsonSerializer.Serialize(body), headers);
        var text = await answer.Content.ReadAsStringAsync(Now);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    private Task<(int Status, JsonElement Body)> PostAsync(string key, string set, object body) => SendAsync(HttpMethod.Post, key, set, body);

    /// <summary>A child with a place in a week of its own that is over.</summary>
    private async Task<long> AddChildAsync(string number, string from = "2026-10-05", string to = "2026-10-09")
    {
        await using var db = served.Open();
        var site = await db.Sites.Where(s => s.Code == "SUN").Select(s => s.Id).SingleAsync(Now);
        if (!await db.Children.AnyAsync(c => c.Number == number, Now))
        {
            db.AddRange(new Child(number, new ChildFacts("Test", "", "Child" + number, null)), new Placement(site, number, Day(from), Day(to), Weekdays.MondayToFriday));
            await db.SaveChangesAsync(Now);
        }
        return site;
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>Attended 540 Ready</c>.</summary>
    private async Task<string> DayAsync(string child, string date)
    {
        var day = await served.JsonAsync("childcare", $"AttendanceDays(ChildNumber='{child}',Date={date})");
        return $"{day.GetProperty("Kind")} {day.GetProperty("Code")} {day.GetProperty("Minutes")} {day.GetProperty("Status")}";
    }

    private static object Event(string id, string child, string kind, string at, string site = "SUN") => new { EventId = id, SiteCode = site, ChildNumber = child, Kind = kind, At = at };

    [Fact]
    public async Task Director_SeesChildcareAndNothingElse_AndAKeyOfSchoolsTheOtherWayRound()
    {
        foreach (var set in served.Sets.Keys)
            ((await served.RowsAsync("childcare", set)).Count > 0).Should().Be(Sets.Contains(set) || set is "SyncRuns" or "SyncEntries", set);
        foreach (var set in Sets)
            foreach (var key in new[] { "lhs", "rms", "both" })
                (await served.RowsAsync(key, set)).Should().BeEmpty($"{set} for {key}");
        foreach (var function in new[] { "Children/K12Sync.Limits()", "AgencyChildren/K12Sync.Matches(state='IN')" })
        {
            ((int)(await served.GetAsync("both", function)).StatusCode).Should().Be(403);
            ((int)(await served.GetAsync("childcare", function)).StatusCode).Should().Be(200);
        }
        ((int)(await served.GetAsync("childcare", "BehaviorCodes/K12Sync.SisCodes()")).StatusCode).Should().Be(403);
    }

    /// <summary>Whoever was told by which run a day went can read that run, and its lines; and none of those that sent tardies.</summary>
    [Fact]
    public async Task Director_ReadsTheRunsOfChildDays_AndDecidesNothingAboutThem()
    {
        var runs = await served.RowsAsync("childcare", "SyncRuns?$expand=SyncEntries,Connector");
        runs.Select(r => (r.GetProperty("ConnectorName").GetString(), r.GetProperty("Connector").ValueKind)).Should().Equal(("ccms", JsonValueKind.Null));
        runs[0].GetProperty("SyncEntries").EnumerateArray().Select(e => $"{e.GetProperty("RecordKind")} {e.GetProperty("Date")} {e.GetProperty("Status")}").Should().BeEquivalentTo("AttendanceDay 2026-09-15 Rejected", "AttendanceDay 2026-09-16 Delivered");
        var run = runs[0].GetProperty("Id").GetInt64();
        foreach (var set in new[] { "Submissions", "Transfers" })
            (await served.RowsAsync("childcare", set)).Should().OnlyContain(r => r.GetProperty("SyncRunId").GetInt64() == run, set);
        (await served.RowsAsync("it", "SyncRuns")).Count.Should().BeGreaterThan(1, "tardies were sent too");
        foreach (var action in new[] { "Confirm", "Retry" })
            (await SendAsync(HttpMethod.Post, "childcare", $"SyncRuns({run})/K12Sync.{action}", new { })).Status.Should().Be(403, action);
    }

    [Fact]
    public async Task Transfers_AreTheReport_AndSubmissionsAreForThoseWhoSubmit()
    {
        var error = (await served.RowsAsync("reporter", "Transfers?$filter=Status eq 'Error' and ChildNumber eq '0901' and ProviderId eq '77-12' and Date eq 2026-09-15"))[0];
        (error.GetProperty("AgencySays").GetString(), error.GetProperty("Reason").GetString()).Should().Be(("Zwiebelhuber is not known.", "The agency did not take the day; what it says is beside it."));
        (await served.RowsAsync("support", "Transfers?$filter=Status eq 'Error'"))[0].GetProperty("AgencySays").GetString().Should().Be("***");
        (await served.RowsAsync("childcare", "Transfers?$filter=Status eq 'Transferred'")).Should().ContainSingle().Which.GetProperty("Date").GetString().Should().Be("2026-09-16");
        var sent = (await served.RowsAsync("childcare", "Submissions")).Should().ContainSingle().Which;
        (sent.GetProperty("RowsAccepted").GetInt32(), sent.GetProperty("RowsRejected").GetInt32(), sent.GetProperty("ReceiptId").GetString(), sent.GetProperty("CertifiedBy").GetString()).Should().Be((1, 1, "R-1", "Pat Director"));
        foreach (var key in new[] { "reporter", "support", "lhs" })
        {
            (await served.RowsAsync(key, "Submissions")).Should().BeEmpty(key);
            ((int)(await served.GetAsync(key, "Transfers/K12Sync.Review(connector='ccms')")).StatusCode).Should().Be(403, key);
        }
        (await SendAsync(HttpMethod.Post, "childcare", "Submissions/K12Sync.Submit", new { connector = "sis", from = "2026-09-13", to = "2026-09-26", certifiedBy = "Pat" })).Status.Should().Be(409);
        (await SendAsync(HttpMethod.Post, "childcare", "Submissions/K12Sync.Submit", new { connector = "none", from = "2026-09-13", to = "2026-09-26", certifiedBy = "Pat" })).Status.Should().Be(422);
        (await SendAsync(HttpMethod.Post, "reporter", "Submissions/K12Sync.Submit", new { connector = "sis", from = "2026-09-13", to = "2026-09-26", certifiedBy = "Pat" })).Status.Should().Be(403);
    }

    [Fact]
    public async Task Sets_ShowWhatIsKnown()
    {
        var day = (await served.RowsAsync("reporter", "AttendanceDays?$filter=ChildNumber eq '0901' and Date eq 2026-09-14&$expand=Site,Child"))[0];
        var care = day.GetProperty("Care")[0];
        (care.GetProperty("Room").GetString(), care.GetProperty("From").GetDateTimeOffset(), care.GetProperty("Minutes").GetInt32()).Should().Be(("Blue", new DateTimeOffset(2026, 9, 14, 13, 0, 0, TimeSpan.Zero), 480));
        (day.GetProperty("Child").GetProperty("BirthDate").GetString(), day.GetProperty("Site").GetProperty("Hours").GetString()).Should().Be(("2022-03-04", "Mon 06:30-18:00; Tue 06:30-18:00; Wed 06:30-18:00; Thu 06:30-18:00; Fri 06:30-18:00"));
        (await DayAsync("0901", "2026-09-15")).Should().Be("Absence Illness 0 Ready");
        (await DayAsync("0901", "2026-09-16")).Should().Be("Closure Paid 0 Ready");

        var limits = (await served.JsonAsync("it", "Children/K12Sync.Limits(state='IN',asOf=2026-09-30)")).GetProperty("value").EnumerateArray().Where(l => l.GetProperty("ChildNumber").GetString() == "0901").ToDictionary(l => l.GetProperty("Rule").GetString()!);
        (limits["OccasionalAbsences"].GetProperty("Count").GetInt32(), limits["OccasionalAbsences"].GetProperty("Left").GetInt32(), limits["PaidClosures"].GetProperty("Count").GetInt32()).Should().Be((1, 39, 1));
        var match = (await served.JsonAsync("it", "AgencyChildren/K12Sync.Matches(state='IN')")).GetProperty("value").EnumerateArray().First(m => m.GetProperty("Id").GetString() == "0901");
        (match.GetProperty("Status").GetString(), match.GetProperty("OtherId").GetString(), match.GetProperty("ByHand").GetBoolean()).Should().Be(("Linked", "A-0901", true));
        ((int)(await served.GetAsync("it", "AgencyChildren/K12Sync.Matches(state='ZZ')")).StatusCode).Should().Be(422);
    }

    [Fact]
    public async Task PlacesAndAuthorizations_SayWhyADayIsPaidFor()
    {
        var place = (await served.RowsAsync("reporter", "Placements?$filter=ChildNumber eq '0901' and To ge 2026-09-15&$expand=Site,Child")).Should().ContainSingle().Which;
        (place.GetProperty("From").GetString(), place.GetProperty("Days").GetString(), place.GetProperty("Site").GetProperty("Code").GetString()).Should().Be(("2026-09-14", "Mon Tue Wed Thu Fri", "SUN"));
        var child = await served.JsonAsync("it", "Children(ChildNumber='0901')?$expand=Placements($filter=contains(Days,'Wed')),Authorizations($filter=From le 2026-09-15 and (To eq null or To ge 2026-09-15);$expand=Provider)");
        child.GetProperty("Placements").GetArrayLength().Should().Be(1);
        var paid = child.GetProperty("Authorizations").EnumerateArray().Should().ContainSingle().Which;
        paid.GetProperty("Provider").GetProperty("ProviderId").GetString().Should().StartWith("77-12");
        (await served.JsonAsync("it", $"Authorizations(ChildNumber='0901',ProviderId={paid.GetProperty("ProviderId")},SiteId={paid.GetProperty("SiteId")},From={paid.GetProperty("From").GetString()})")).GetProperty("Id").GetInt64().Should().Be(paid.GetProperty("Id").GetInt64());
        (await served.RowsAsync("support", "Authorizations"))[0].GetProperty("ChildNumber").GetString().Should().Be("***");
        ((int)(await served.GetAsync("other", $"Authorizations({paid.GetProperty("Id")})")).StatusCode).Should().Be(404);
    }

    [Fact]
    public async Task Support_SeesNoChild_InWhatIsWorkedOut()
    {
        foreach (var function in new[] { "Children/K12Sync.Limits()", "AgencyChildren/K12Sync.Matches(state='IN')" })
        {
            var text = await (await served.GetAsync("support", function)).Content.ReadAsStringAsync(Now);
            text.Should().Contain("***").And.NotContain("0901").And.NotContain("Zwiebel").And.NotContain("2022-03-04").And.NotContain("Quintin");
        }
    }

    [Fact]
    public async Task Event_HandedInTwice_IsOne_AndAPersonsWordWins()
    {
        await AddChildAsync("0911");
        var given = Event("k-1", "0911", "CheckIn", "2026-10-05T08:00:30-05:00");
        (await PostAsync("kiosk", "AttendanceEvents", given)).Status.Should().Be(201, "a kiosk hands in, and does not read");
        var (again, same) = await PostAsync("kiosk", "AttendanceEvents", given);
        (again, same.GetProperty("At").GetDateTimeOffset()).Should().Be((200, new DateTimeOffset(2026, 10, 5, 13, 0, 0, TimeSpan.Zero)));
        (await PostAsync("it", "AttendanceEvents", Event("k-2", "0911", "CheckOut", "2026-10-05T12:00:00-05:00"))).Status.Should().Be(201);
        (await DayAsync("0911", "2026-10-05")).Should().Be("Attended  240 Ready", "it is judged at once");

        (await SendAsync(HttpMethod.Patch, "childcare", "AttendanceEvents(EventId='k-2')", new { At = "2026-10-05T13:00:00-05:00" })).Status.Should().Be(428);
        var (saved, row) = await SendAsync(HttpMethod.Patch, "childcare", "AttendanceEvents(EventId='k-2')", new { At = "2026-10-05T13:00:00-05:00" }, ("If-Match", "*"));
        (saved, row.GetProperty("Revision").GetInt64()).Should().Be((200, 1));
        (await DayAsync("0911", "2026-10-05")).Should().Be("Attended  300 Ready");
        (await PostAsync("kiosk", "AttendanceEvents", Event("k-2", "0911", "CheckOut", "2026-10-05T12:00:00-05:00"))).Status.Should().Be(200);
        (await DayAsync("0911", "2026-10-05")).Should().Be("Attended  300 Ready", "a late copy does not undo it");

        (await SendAsync(HttpMethod.Delete, "childcare", "AttendanceEvents(EventId='k-2')", null, ("If-Match", "*"))).Status.Should().Be(204);
        (await PostAsync("kiosk", "AttendanceEvents", Event("k-2", "0911", "CheckOut", "2026-10-05T12:00:00-05:00"))).Body.GetProperty("IsDeleted").GetBoolean().Should().BeTrue();
        (await DayAsync("0911", "2026-10-05")).Should().StartWith("Attended  0 NoCheckOutYet");
    }

    [Fact]
    public async Task AutomaticCheckOut_GivesWayToAPerson_ForGood()
    {
        await AddChildAsync("0912");
        await PostAsync("it", "AttendanceEvents", Event("m-1", "0912", "CheckIn", "2026-10-06T08:00:00-05:00"));
        (await served.RunAsync("attendance")).ExitCode.Should().Be(0);
        var made = await served.JsonAsync("childcare", "AttendanceEvents(EventId='auto:m-1')");
        made.GetProperty("IsAutomatic").GetBoolean().Should().BeTrue();

        var (status, row) = await SendAsync(HttpMethod.Patch, "childcare", "AttendanceEvents(EventId='auto:m-1')", new { At = "2026-10-06T15:00:00-05:00" }, ("If-Match", made.GetProperty("@odata.etag").GetString()!));
        (status, row.GetProperty("IsAutomatic").GetBoolean()).Should().Be((200, false));
        await served.RunAsync("attendance");
        (await DayAsync("0912", "2026-10-06")).Should().Be("Attended  420 Ready");
        (await SendAsync(HttpMethod.Patch, "childcare", "AttendanceEvents(EventId='auto:m-1')", new { Room = "Red" }, ("If-Match", made.GetProperty("@odata.etag").GetString()!))).Status.Should().Be(412);
    }

    [Fact]
    public async Task Event_IsRefused_WhenItCannotBe_OrTheKeyMayNot()
    {
        foreach (var (property, body) in new (string, object)[]
        {
            ("SiteCode", Event("r-1", "0901", "CheckIn", "2026-10-05T08:00:00-05:00", "NONE")), ("SiteId", new { EventId = "r-1", ChildNumber = "0901", Kind = "CheckIn", At = "2026-10-05T08:00:00-05:00" }), ("At", Event("r-1", "0901", "CheckIn", "2099-10-05T08:00:00-05:00")),
            ("EventId", Event(" ", "0901", "CheckIn", "2026-10-05T08:00:00-05:00")), ("ChildNumber", Event("r-1", "", "CheckIn", "2026-10-05T08:00:00-05:00")), ("At", new { EventId = "r-1", SiteCode = "SUN", ChildNumber = "0901", Kind = "CheckIn" }),
        })
        {
            var (status, answer) = await PostAsync("childcare", "AttendanceEvents", body);
            status.Should().BeOneOf([400, 422], property);
            answer.GetRawText().Should().Contain(property);
        }
        foreach (var key in new[] { "support", "reporter", "lhs", "both" })
            (await PostAsync(key, "AttendanceEvents", Event("r-2", "0901", "CheckIn", "2026-10-05T08:00:00-05:00"))).Status.Should().Be(403, key);
        foreach (var key in new[] { "support", "reporter" })
            (await SendAsync(HttpMethod.Delete, key, "AttendanceEvents(EventId='in-0901')", null, ("If-Match", "*"))).Status.Should().Be(403, key);
        (await SendAsync(HttpMethod.Delete, "lhs", "AttendanceEvents(EventId='in-0901')", null, ("If-Match", "*"))).Status.Should().Be(404);
        (await SendAsync(HttpMethod.Delete, "other", "AttendanceEvents(EventId='in-0901')", null, ("If-Match", "*"))).Status.Should().Be(404);
        (await served.RowsAsync("it", "AttendanceEvents?$filter=startswith(EventId,'r-')")).Should().BeEmpty();
    }

    [Fact]
    public async Task AbsenceAndClosure_AreRecorded_Changed_AndTakenBack()
    {
        var site = await AddChildAsync("0913");
        var absence = new { SiteId = site, ChildNumber = "0913", Date = "2026-10-07", Code = "Illness" };
        var (created, row) = await PostAsync("childcare", "Absences", absence);
        created.Should().Be(201);
        (await PostAsync("childcare", "Absences", absence)).Status.Should().Be(200);
        (await PostAsync("childcare", "Absences", new { SiteId = site, ChildNumber = "0913", Date = "2026-10-07", Code = "Explained" })).Status.Should().Be(409);
        (await PostAsync("childcare", "Absences", new { SiteId = site, ChildNumber = "none", Date = "2026-10-07", Code = "Explained" })).Status.Should().Be(422);
        var path = $"Absences({row.GetProperty("Id")})";
        (await SendAsync(HttpMethod.Patch, "childcare", path, new { Code = "Explained" }, ("If-Match", "*"))).Body.GetProperty("Code").GetString().Should().Be("Explained");
        (await DayAsync("0913", "2026-10-07")).Should().Be("Unknown  0 NothingToSend", "no authorization covers the day");
        (await SendAsync(HttpMethod.Delete, "childcare", path, null, ("If-Match", "*"))).Status.Should().Be(204);
        (await served.JsonAsync("childcare", path)).GetProperty("Code").ValueKind.Should().Be(JsonValueKind.Null);
        (await PostAsync("childcare", "Absences", absence)).Status.Should().Be(201);

        var (closed, closure) = await PostAsync("childcare", "Closures", new { SiteId = site, Date = "2026-10-07", Code = "Unpaid" });
        closed.Should().Be(201);
        (await DayAsync("0913", "2026-10-07")).Should().Be("Closure Unpaid 0 Ready");
        (await PostAsync("childcare", "Closures", new { SiteId = site, Date = "2026-10-07", Code = "Paid" })).Status.Should().Be(409);
        (await SendAsync(HttpMethod.Patch, "childcare", $"Closures({closure.GetProperty("Id")})", new { Code = "Paid" }, ("If-Match", "*"))).Status.Should().Be(200);
        (await DayAsync("0913", "2026-10-07")).Should().Be("Closure Paid 0 Ready");
        (await SendAsync(HttpMethod.Delete, "childcare", $"Closures({closure.GetProperty("Id")})", null, ("If-Match", "*"))).Status.Should().Be(204);
        foreach (var set in new[] { "Absences", "Closures" })
            (await PostAsync("reporter", set, new { SiteId = site, ChildNumber = "0913", Date = "2026-10-08", Code = "Illness" })).Status.Should().BeOneOf([400, 403], set);
    }

    [Fact]
    public async Task Link_IsMadeAndEndedByHand_OneIdForOneChild()
    {
        await AddChildAsync("0914");
        await AddChildAsync("0915");
        var (created, link) = await PostAsync("childcare", "ChildLinks", new { State = "IN", ChildNumber = "0914", AgencyChildId = "Z-14" });
        (created, link.GetProperty("Origin").GetString()).Should().Be((201, "ByHand"));
        (await PostAsync("childcare", "ChildLinks", new { State = "IN", ChildNumber = "0914", AgencyChildId = "Z-14" })).Status.Should().Be(200);
        (await PostAsync("childcare", "ChildLinks", new { State = "IN", ChildNumber = "0915", AgencyChildId = "Z-14" })).Status.Should().Be(409);
        (await PostAsync("childcare", "ChildLinks", new { State = "IA", ChildNumber = "0915", AgencyChildId = "12345" })).Status.Should().Be(422);
        (await PostAsync("support", "ChildLinks", new { State = "IN", ChildNumber = "0915", AgencyChildId = "Z-15" })).Status.Should().Be(403);
        (await SendAsync(HttpMethod.Delete, "other", $"ChildLinks({link.GetProperty("Id")})", null, ("If-Match", "*"))).Status.Should().Be(404);
        (await SendAsync(HttpMethod.Delete, "childcare", $"ChildLinks({link.GetProperty("Id")})", null, ("If-Match", "*"))).Status.Should().Be(204);
        (await served.RowsAsync("it", "ChildLinks?$filter=ChildNumber eq '0914'")).Should().BeEmpty();
    }

    private async Task<(int Status, string? Type, List<JsonElement> Lines)> IngestAsync(string key, string type, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(served.Root, "ingest/attendance")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", served.Keys[key]);
        using var answer = await http.SendAsync(request, Now);
        var text = await answer.Content.ReadAsStringAsync(Now);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)]);
    }

    /// <summary>Such as <c>1 i-1 Adds</c>.</summary>
    private static IEnumerable<string> Results(List<JsonElement> lines) => lines.SkipLast(1).Select(l => $"{l.GetProperty("line")} {l.GetProperty("eventId")} {l.GetProperty("result")}");

    [Fact]
    public async Task Stream_OfJsonAndCsv_IsAnsweredRowByRow_AndTheSameAgainIsNothingNew()
    {
        await AddChildAsync("0916");
        const string rows = """
            {"EventId":"i-1","SiteCode":"SUN","ChildNumber":"0916","Kind":"In","At":"2026-10-05T08:00:00","Mood":"good"}
            {"EventId":"i-2","SiteCode":"SUN","ChildNumber":"0916","Kind":"Out","At":"2026-10-05T12:00:00-05:00","Revision":2}

            {"EventId":"i-3","SiteCode":"NONE","ChildNumber":"0916","Kind":"In","At":"2026-10-05T08:00:00"}
            {"EventId":"i-4","SiteCode":"SUN","ChildNumber":916,"Kind":"In","At":"2026-10-05T08:00:00"}
            {"EventId":"i-2","SiteCode":"SUN","ChildNumber":"0916","Kind":"Out","At":"2026-10-05T11:00:00-05:00","Revision":1}
            {"EventId":"i-5","SiteCode":"SUN","ChildNumber":"0916","Kind":"In","At":"2099-10-05T08:00:00"}
            not json
            """;
        var (status, type, lines) = await IngestAsync("kiosk", "application/x-ndjson", rows);
        (status, type).Should().Be((200, "application/x-ndjson"));
        Results(lines).Should().Equal("1 i-1 Adds", "2 i-2 Adds", "4 i-3 Rejected", "5 i-4 Rejected", "6 i-2 Outdated", "7 i-5 Rejected", "8  Rejected");
        var summary = lines[^1].GetProperty("summary");
        (summary.GetProperty("complete").GetBoolean(), summary.GetProperty("rows").GetInt32(), summary.GetProperty("adds").GetInt32(), summary.GetProperty("rejected").GetInt32(), summary.GetProperty("notes")[0].GetString())
            .Should().Be((true, 7, 2, 4, "Property 'Mood' is not known here and was ignored."));

        var csv = "EventId,SiteCode,ChildNumber,Kind,At,Deleted\ni-1,SUN,0916,In,2026-10-05T08:00:00,\ni-2,SUN,0916,Out,2026-10-05T12:00:00,\ni-6,SUN,0916,Sideways,2026-10-05T08:00:00,\n";
        Results((await IngestAsync("childcare", "text/csv", csv)).Lines).Should().Equal("2 i-1 Repeats", "3 i-2 Outdated", "4 i-6 Rejected");
        await served.RunAsync("attendance");
        (await DayAsync("0916", "2026-10-05")).Should().Be("Attended  240 Ready");

        (await IngestAsync("childcare", "application/json", "[]")).Status.Should().Be(415);
        (await IngestAsync("childcare", "text/csv", "A,B\n1,2\n")).Status.Should().Be(400);
        foreach (var key in new[] { "support", "reporter", "lhs", "both" })
            (await IngestAsync(key, "application/x-ndjson", rows)).Status.Should().Be(403, key);
        await using var db = served.Open();
        (await db.AuditEntries.CountAsync(e => e.Target == "ingest/attendance" && e.Status == 200, Now)).Should().BeGreaterThanOrEqualTo(2);
    }
}
