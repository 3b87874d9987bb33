using System.Globalization;
using System.Net;
using System.Text.Json;
using K12Sync.Data.Access;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

public sealed class SchoolWritesOnSqlite(ServedOnSqlite served) : SchoolWriteTests(served), IClassFixture<ServedOnSqlite>;

public sealed class SchoolWritesOnPostgres(ServedOnPostgres served) : SchoolWriteTests(served), IClassFixture<ServedOnPostgres>;

/// <summary>What a school's admin edits: codes, bell schedules, the calendar, the default week. The sections of docs/odata.md in the order they stand there.</summary>
public abstract class SchoolWriteTests(ServedDistricts served)
{
    private const string Gapped = """[{"Name":"Period 1","SisPeriodCode":"1","Bell":"08:00:00","Ends":"08:50:00"},{"Name":"Period 2","SisPeriodCode":"2","Bell":"08:55:00","Ends":"09:45:00"}]""";
    private const string Closed = """[{"Name":"Period 1","SisPeriodCode":"1","Bell":"08:00:00","Ends":"08:50:00"},{"Name":"Period 2","SisPeriodCode":"2","Opens":"08:50:00","Bell":"08:55:00","Ends":"09:45:00"}]""";

    private static int _names;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Code_IsAddedEditedAndRetired()
    {
        var code = Fresh("C");
        var made = await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{code}}","Name":"Late","Type":"Tardy","ExternalCode":"L"}""");
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        var url = made.Location;
        (await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{code}}"}""")).Should(HttpStatusCode.Conflict, "Code", code);
        (await AskAsync("it", HttpMethod.Patch, url, """{"Name":"Later"}""")).Should(HttpStatusCode.PreconditionRequired, "If-Match");
        var edited = await AskAsync("it", HttpMethod.Patch, url, """{"Name":"Later"}""", made.ETag);
        edited.Json.GetProperty("ExternalCode").GetString().Should().Be("L");
        (await AskAsync("it", HttpMethod.Patch, url, """{"Name":"Last"}""", made.ETag)).Should(HttpStatusCode.PreconditionFailed, "If-Match");
        (await AskAsync("it", HttpMethod.Patch, url, """{"Code":"OTHER"}""", edited.ETag)).Should(HttpStatusCode.UnprocessableEntity, "Code");
        (await AskAsync("it", HttpMethod.Patch, url, """{"ExternalCode":"L\u00a0"}""", edited.ETag)).Should(HttpStatusCode.UnprocessableEntity, "ExternalCode", "position 2 (U+00A0)");
        (await AskAsync("it", HttpMethod.Patch, url, """{"LatenessLadder":"15:T"}""", edited.ETag)).Should(HttpStatusCode.UnprocessableEntity, "LatenessLadder", "0 minutes");
        var meant = await AskAsync("it", HttpMethod.Patch, url, """{"ExternalCode":"L "}""", edited.ETag, ("Prefer", "return=minimal, k12sync.codes-as-written"));
        meant.Status.Should().Be(HttpStatusCode.NoContent, meant.Text);
        (await AskAsync("it", HttpMethod.Patch, url, """{"Description":"x"}""", meant.ETag)).Status.Should().Be(HttpStatusCode.OK, "what is not touched is not judged again");
        var replaced = await AskAsync("it", HttpMethod.Put, url, $$"""{"Code":"{{code}}","Name":"New","Type":"HallPass"}""", "*");
        replaced.Json.GetProperty("ExternalCode").ValueKind.Should().Be(JsonValueKind.Null);
        (await AskAsync("it", HttpMethod.Delete, url, null, replaced.ETag)).Status.Should().Be(HttpStatusCode.NoContent);
        (await served.JsonAsync("it", url)).GetProperty("IsActive").GetBoolean().Should().BeFalse("passes name it, so it stays");
        (await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{code}}"}""")).Should(HttpStatusCode.Conflict, "Code", "retired");
    }

    [Fact]
    public async Task Codes_AreComparedWithTheSisList()
    {
        var code = Fresh("S");
        var set = await AskAsync("it", HttpMethod.Post, "BehaviorCodes/K12Sync.SetSisCodes", """{"codes":["T","TL","UA","TB","Ta"]}""");
        set.Status.Should().Be(HttpStatusCode.OK, set.Text);
        (await served.JsonAsync("it", "BehaviorCodes/K12Sync.SisCodes()")).GetProperty("value").EnumerateArray().Select(v => v.GetString()).Should().Equal("T", "TB", "TL", "Ta", "UA");
        (await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{code}}","ExternalCode":"UА"}""")).Should(HttpStatusCode.UnprocessableEntity, "ExternalCode", "'UA' at position 2");
        (await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{code}}","LatenessLadder":"0:T;15:tl"}""")).Should(HttpStatusCode.UnprocessableEntity, "LatenessLadder", "'TL' at position 1");
        var unlisted = await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{code}}","ExternalCode":"ZZ"}""");
        unlisted.Json.GetProperty("SisListing").GetString().Should().Be("NotListed", "it is flagged, not refused");
        var longer = await AskAsync("it", HttpMethod.Post, "BehaviorCodes/K12Sync.SetSisCodes", """{"codes":["T","TL","UA","TB","Ta","ZZ"]}""");
        longer.Json.GetProperty("value").EnumerateArray().Select(v => v.GetProperty("Code").GetString()).Should().NotContain(code);
        (await served.JsonAsync("it", unlisted.Location)).GetProperty("SisListing").GetString().Should().Be("Listed");
        (await AskAsync("it", HttpMethod.Post, "BehaviorCodes/K12Sync.SetSisCodes", """{"codes":["T",""]}""")).Should(HttpStatusCode.UnprocessableEntity, "codes");
        (await AskAsync("rms", HttpMethod.Post, "BehaviorCodes/K12Sync.SetSisCodes", """{"codes":[]}""")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync("it", HttpMethod.Post, "BehaviorCodes/K12Sync.SetSisCodes", """{"codes":[]}""")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Roles_EditWhatIsTheirs_AndNothingElse()
    {
        var (lhs, rms) = (await SchoolAsync("LHS"), await SchoolAsync("RMS"));
        var wide = (await served.RowsAsync("it", "BehaviorCodes?$filter=SchoolId eq null and Code eq 'NOTE'"))[0].GetProperty("Id");
        (await AskAsync("rms", HttpMethod.Patch, $"BehaviorCodes({wide})", """{"Name":"x"}""", "*")).Should(HttpStatusCode.Forbidden, null, "whole district");
        (await AskAsync("rms", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{Fresh("R")}}"}""")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync("rms", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{Fresh("R")}}","SchoolId":{{rms}}}""")).Status.Should().Be(HttpStatusCode.Created);
        (await AskAsync("rms", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{Fresh("R")}}","SchoolId":{{lhs}}}""")).Should(HttpStatusCode.UnprocessableEntity, "SchoolId", $"no school {lhs}");
        foreach (var set in new[] { "BellSchedules", "DefaultWeeks", "SchoolDays" })
        {
            var foreign = ServedDistricts.KeyOf(set, (await served.RowsAsync("it", $"{set}?$filter=SchoolId eq {lhs}&$top=1"))[0]).Path;
            (await AskAsync("rms", HttpMethod.Patch, foreign, "{}", "*")).Status.Should().Be(HttpStatusCode.NotFound, set);
            var own = ServedDistricts.KeyOf(set, (await served.RowsAsync("it", $"{set}?$filter=SchoolId eq {rms}&$top=1"))[0]).Path;
            foreach (var key in new[] { "support", "reporter" })
                (await AskAsync(key, HttpMethod.Patch, own, "{}", "*")).Should(HttpStatusCode.Forbidden, null, "only reads");
        }
        (await AskAsync("lhs", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", $$"""{"schoolId":{{lhs}},"first":"2026-10-05","last":"2026-10-05","setting":"NoSchool"}""")).Should(HttpStatusCode.Forbidden, null, "Office");
        (await AskAsync("rms", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", $$"""{"schoolId":{{lhs}},"first":"2026-10-05","last":"2026-10-05","setting":"NoSchool"}""")).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await AskAsync("rms", HttpMethod.Post, "BellSchedules/K12Sync.CloseGaps", $$"""{"schoolId":{{lhs}},"name":"x","periods":{{Gapped}}}""")).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        var one = await served.MakeKeyAsync(Fresh("one"), KeyRole.DistrictIT, "LHS");
        using var refused = await served.SendAsync(HttpMethod.Patch, "Bearer " + one, $"BehaviorCodes({wide})", """{"Name":"x"}""", ("If-Match", "*"));
        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Schedule_WithAGap_IsRefusedWithBothPeriodsAndTimes_AndCloseGapsMendsIt()
    {
        var (school, name) = (await SchoolAsync("RMS"), Fresh("Bells "));
        var refused = await AskAsync("rms", HttpMethod.Post, "BellSchedules", $$"""{"SchoolId":{{school}},"Name":"{{name}}","Periods":{{Gapped}}}""");
        refused.Should(HttpStatusCode.UnprocessableEntity, "Periods[1]", "5 min gap between Period 1 (ends 08:50) and Period 2 (opens 08:55).");
        refused.Json.GetProperty("error").GetProperty("message").GetString().Should().Contain("BellSchedules/K12Sync.CloseGaps");
        refused.Json.GetProperty("error").GetProperty("details")[0].GetProperty("code").GetString().Should().Be("Gap");

        var preview = await AskAsync("rms", HttpMethod.Post, "BellSchedules/K12Sync.CloseGaps", $$"""{"schoolId":{{school}},"name":"{{name}}","periods":{{Gapped}},"preview":true}""");
        (preview.Json.GetProperty("Saved").GetBoolean(), preview.Json.GetProperty("Closed")[0].GetProperty("MeetAt").GetString()![..8]).Should().Be((false, "08:50:00"));
        var mended = await AskAsync("rms", HttpMethod.Post, "BellSchedules/K12Sync.CloseGaps", $$"""{"schoolId":{{school}},"name":"{{name}}","periods":{{Gapped}},"strategy":"NextOpensEarly"}""");
        mended.Status.Should().Be(HttpStatusCode.OK, mended.Text);
        var url = $"BellSchedules({mended.Json.GetProperty("ScheduleId")})";
        Windows(await served.JsonAsync("rms", url)).Should().Be("Period 1 08:00/08:00-08:50, Period 2 08:50/08:55-09:45");
        (await AskAsync("rms", HttpMethod.Post, "BellSchedules/K12Sync.CloseGaps", $$"""{"schoolId":{{school}},"name":"{{name}}","periods":{{Gapped}}}""")).Should(HttpStatusCode.Conflict, "Name", name);
        var gaps = (await served.JsonAsync("rms", $"{url}/K12Sync.Gaps()")).GetProperty("value");
        gaps[0].GetProperty("Description").GetString().Should().Be("Period 1 ended 08:50 and Period 2 opened 08:55; they now meet at 08:50.");

        var before = await served.JsonAsync("rms", url);
        (await AskAsync("rms", HttpMethod.Post, $"{url}/K12Sync.CloseGaps", """{"strategy":"NextOpensEarly"}""")).Status.Should().Be(HttpStatusCode.OK);
        (await served.JsonAsync("rms", url)).GetProperty("Version").GetInt64().Should().Be(before.GetProperty("Version").GetInt64(), "closed already");
        (await AskAsync("rms", HttpMethod.Post, $"{url}/K12Sync.CloseGaps", """{"strategy":"PreviousEndsLate"}""", "W/\"1\"")).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await AskAsync("rms", HttpMethod.Post, $"{url}/K12Sync.CloseGaps", """{"strategy":"PreviousEndsLate"}""")).Status.Should().Be(HttpStatusCode.OK);
        Windows(await served.JsonAsync("rms", url)).Should().Be("Period 1 08:00/08:00-08:55, Period 2 08:55/08:55-09:45");
        (await AskAsync("rms", HttpMethod.Post, $"{url}/K12Sync.UndoCloseGaps", "{}")).Status.Should().Be(HttpStatusCode.OK);
        Windows(await served.JsonAsync("rms", url)).Should().Be("Period 1 08:00/08:00-08:50, Period 2 08:50/08:55-09:45");
    }

    [Fact]
    public async Task Schedule_IsEditedFromADay_AndRenamedForAll()
    {
        var (school, name) = (await SchoolAsync("RMS"), Fresh("Bells "));
        var made = await AskAsync("rms", HttpMethod.Post, "BellSchedules", $$"""{"SchoolId":{{school}},"Name":"{{name}}","Periods":{{Closed}}}""");
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        (await AskAsync("rms", HttpMethod.Post, "BellSchedules", $$"""{"SchoolId":{{school}},"Name":"{{name}}","Periods":{{Closed}}}""")).Should(HttpStatusCode.Conflict, "Name", name);
        foreach (var (periods, target, text) in new[]
        {
            ("[]", "Periods", "no periods"),
            ("""[{"Name":"A","SisPeriodCode":"1","Ends":"09:00:00"}]""", "Periods[0]", "has no Bell"),
            ("""[{"Name":"A","SisPeriodCode":"1","Bell":"09:00:00"}]""", "Periods[0]", "has no Ends"),
            ("""[{"Name":"A","Bell":"08:00:00","Ends":"09:00:00"}]""", "Periods[0]", "no SIS period code"),
            ("""[{"Name":"A","SisPeriodCode":"1","Bell":"09:00:00","Ends":"08:00:00"}]""", "Periods[0]", "before its bell"),
            ("""[{"Name":"A","SisPeriodCode":"1","Bell":"08:00:00","Ends":"09:00:00"},{"Name":"B","SisPeriodCode":"2","Bell":"08:30:00","Ends":"10:00:00"}]""", "Periods[1]", "A (ends 09:00) and B (opens 08:30) overlap"),
        })
            (await AskAsync("rms", HttpMethod.Patch, made.Location, $$"""{"Periods":{{periods}}}""", made.ETag)).Should(HttpStatusCode.UnprocessableEntity, target, text);
        var later = """[{"Name":"Period 1","SisPeriodCode":"1","Bell":"08:10:00","Ends":"09:00:00"}]""";
        (await AskAsync("rms", HttpMethod.Patch, made.Location, $$"""{"SchoolId":{{await SchoolAsync("LHS")}}}""", made.ETag)).Should(HttpStatusCode.UnprocessableEntity, "SchoolId");
        var edited = await AskAsync("rms", HttpMethod.Patch, made.Location, $$"""{"Periods":{{later}},"EffectiveFrom":"2026-10-05"}""", made.ETag);
        edited.Json.GetProperty("EffectiveFrom").GetString().Should().Be("2026-10-05");
        var days = await AskAsync("rms", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", $$"""{"schoolId":{{school}},"first":"2026-10-02","last":"2026-10-05","weekdays":["Monday","Friday"],"scheduleName":"{{name}}"}""");
        days.Json.GetProperty("Days").GetInt32().Should().Be(2);
        (await PeriodAsync(school, "2026-10-02", "08:05:00")).GetProperty("PeriodName").GetString().Should().Be("Period 1", "days before keep what they were judged by");
        (await PeriodAsync(school, "2026-10-05", "08:05:00")).GetProperty("Reason").GetString().Should().Contain("opens at 08:10");
        var renamed = await AskAsync("rms", HttpMethod.Patch, made.Location, $$"""{"Name":"{{name}} B"}""", edited.ETag);
        renamed.Json.GetProperty("EffectiveFrom").GetString().Should().Be("2026-10-05", "a name is no new version");
        (await served.RowsAsync("rms", $"SchoolDays?$filter=ScheduleName eq '{name} B'&$orderby=Date")).Select(d => d.GetProperty("Date").GetString()).Should().Equal("2026-10-02", "2026-10-05");
        (await AskAsync("rms", HttpMethod.Patch, made.Location, """{"Name":"Regular"}""", renamed.ETag)).Should(HttpStatusCode.Conflict, "Name", "Regular");
        var echo = await AskAsync("rms", HttpMethod.Put, made.Location, renamed.Text.Replace("08:10:00", "08:00:00", StringComparison.Ordinal), renamed.ETag);
        DateOnly.Parse(echo.Json.GetProperty("EffectiveFrom").GetString()!, CultureInfo.InvariantCulture).Should().BeAfter(new DateOnly(2026, 10, 5), "a client that sends back what it read changes nothing before today");
        (await AskAsync("rms", HttpMethod.Delete, made.Location, null, "*")).Status.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task SchoolDays_ListEveryDate_AndSayWhoSaysSo()
    {
        var rms = await SchoolAsync("RMS");
        var days = (await served.RowsAsync("it", $"SchoolDays?$filter=SchoolId eq {rms} and Date ge 2026-09-12 and Date le 2026-09-16&$orderby=Date")).Select(d =>
            $"{d.GetProperty("Date")} {d.GetProperty("Weekday")} {d.GetProperty("Source")} {d.GetProperty("Setting")} {d.GetProperty("ScheduleName")}").ToList();
        days.Should().Equal("2026-09-12 Saturday Default NoSchool ", "2026-09-13 Sunday Default NoSchool ", "2026-09-14 Monday Explicit NoSchool ",
            "2026-09-15 Tuesday Explicit Schedule Two-Hour Delay", "2026-09-16 Wednesday Unset Unset ");
        var part = await served.JsonAsync("it", $"SchoolDays(SchoolId={await SchoolAsync("LHS")},Date=2026-09-15)");
        $"{part.GetProperty("ScheduleName")} {part.GetProperty("Source")} {part.GetProperty("From")} {part.GetProperty("FromScheduleName")}".Should().StartWith("Regular Explicit 11:05:00").And.EndWith("Early Release");
        var all = await served.RowsAsync("it", "SchoolDays?$select=SchoolId,Date");
        all.Select(d => (d.GetProperty("SchoolId").GetInt64(), d.GetProperty("Date").GetString())).Should().OnlyHaveUniqueItems().And.BeInAscendingOrder();
        (all.Count / 3).Should().BeInRange(5 * 365, (5 * 365) + 2);
        (await served.JsonAsync("it", "SchoolDays?$apply=groupby((Source),aggregate($count as N))")).GetProperty("value").GetArrayLength().Should().Be(3);
        (await AskAsync("it", HttpMethod.Get, $"SchoolDays(SchoolId={rms},Date=2001-09-12)", null)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task SchoolDay_IsSet_ChangedDuringTheDay_AndGivenBack()
    {
        var school = await SchoolAsync("RMS");
        var url = $"SchoolDays(SchoolId={school},Date=2026-10-21)";
        var unset = await served.JsonAsync("rms", url);
        unset.GetProperty("Source").GetString().Should().Be("Unset", "nobody has said anything about Wednesdays");
        (await AskAsync("rms", HttpMethod.Put, url, """{"ScheduleName":"Regular"}""", null, ("If-None-Match", "*"))).Status.Should().Be(HttpStatusCode.PreconditionFailed, "every date is there");
        (await AskAsync("rms", HttpMethod.Patch, url, """{"ScheduleName":"Regular"}""")).Status.Should().Be(HttpStatusCode.PreconditionRequired);
        (await AskAsync("rms", HttpMethod.Patch, url, """{"ScheduleName":"Irregular"}""", "*")).Should(HttpStatusCode.UnprocessableEntity, "ScheduleName", "Early Release, Regular, Two-Hour Delay");
        (await AskAsync("rms", HttpMethod.Patch, url, """{"ScheduleName":"Regular","Setting":"NoSchool"}""", "*")).Should(HttpStatusCode.UnprocessableEntity, "Setting");
        (await AskAsync("rms", HttpMethod.Patch, url, """{"FromScheduleName":"Regular"}""", "*")).Should(HttpStatusCode.UnprocessableEntity, "From");
        (await AskAsync("rms", HttpMethod.Patch, url, "{}", "*")).Should(HttpStatusCode.UnprocessableEntity, "Setting");
        var set = await AskAsync("rms", HttpMethod.Patch, url, """{"ScheduleName":"Regular"}""", unset.GetProperty("@odata.etag").GetString());
        set.Json.GetProperty("Source").GetString().Should().Be("Explicit", set.Text);
        var during = await AskAsync("rms", HttpMethod.Patch, url, """{"From":"11:05:00","FromScheduleName":"Early Release"}""", set.ETag);
        $"{during.Json.GetProperty("ScheduleName")} {during.Json.GetProperty("FromScheduleName")}".Should().Be("Regular Early Release", during.Text);
        var none = await AskAsync("rms", HttpMethod.Put, url, """{"Setting":"NoSchool"}""", during.ETag);
        $"{none.Json.GetProperty("Setting")}{none.Json.GetProperty("From")}".Should().Be("NoSchool", none.Text);
        (await PeriodAsync(school, "2026-10-21", "09:00:00")).GetProperty("Reason").GetString().Should().Contain("no school");
        (await AskAsync("rms", HttpMethod.Delete, url, null, during.ETag)).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await AskAsync("rms", HttpMethod.Delete, url, null, none.ETag)).Status.Should().Be(HttpStatusCode.NoContent);
        var back = await served.JsonAsync("rms", url);
        back.GetProperty("Source").GetString().Should().Be("Unset");
        back.GetProperty("ChangeVersion").GetInt64().Should().BeGreaterThan(none.Json.GetProperty("ChangeVersion").GetInt64(), "who reads changes hears of it");
        (await PeriodAsync(school, "2026-10-21", "09:00:00")).GetProperty("Reason").GetString().Should().StartWith("Nobody has said");
        var posted = await AskAsync("rms", HttpMethod.Post, "SchoolDays", $$"""{"SchoolId":{{school}},"Date":"2026-10-21","ScheduleName":"Regular"}""");
        posted.Status.Should().Be(HttpStatusCode.Created, posted.Text);
        (await AskAsync("rms", HttpMethod.Post, "SchoolDays", $$"""{"SchoolId":{{school}},"Date":"2026-10-21","ScheduleName":"Regular"}""")).Status.Should().Be(HttpStatusCode.Conflict);
        (await AskAsync("rms", HttpMethod.Post, "SchoolDays", $$"""{"SchoolId":{{school}},"Date":"2001-10-21","ScheduleName":"Regular"}""")).Should(HttpStatusCode.UnprocessableEntity, "Date", "outside the calendar");
    }

    [Fact]
    public async Task SetRange_ShowsWhatItWouldChange_AndChangesIt()
    {
        var school = await SchoolAsync("LHS");
        await using var db = served.Open();
        var before = await db.TardyRecords.CountAsync(r => r.SchoolId == school && !r.Withdrawn && r.Date == new DateOnly(2026, 9, 15), Now);
        before.Should().BePositive();
        const string Body = """{"schoolId":SCHOOL,"first":"2026-09-15","last":"2026-09-15","setting":"NoSchool","from":"00:00:00"MORE}""";
        var body = Body.Replace("SCHOOL", school.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var preview = await AskAsync("it", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", body.Replace("MORE", ",\"preview\":true", StringComparison.Ordinal));
        preview.Status.Should().Be(HttpStatusCode.OK, preview.Text);
        var changes = preview.Json.GetProperty("Changes").EnumerateArray().ToList();
        changes.Should().NotBeEmpty().And.Contain(c => c.GetProperty("SentBy").GetArrayLength() > 0 && c.GetProperty("PeriodAfter").ValueKind == JsonValueKind.Null);
        (await db.TardyRecords.CountAsync(r => r.SchoolId == school && !r.Withdrawn && r.Date == new DateOnly(2026, 9, 15), Now)).Should().Be(before, "a preview changes nothing");
        (await AskAsync("it", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", body.Replace("MORE", "", StringComparison.Ordinal))).Json.GetProperty("Saved").GetBoolean().Should().BeTrue();
        (await db.TardyRecords.CountAsync(r => r.SchoolId == school && !r.Withdrawn && r.Date == new DateOnly(2026, 9, 15), Now)).Should().Be(before - changes.Count, "what depends on the day is judged again at once");
        (await AskAsync("it", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", body.Replace("NoSchool", "Default", StringComparison.Ordinal).Replace("MORE", "", StringComparison.Ordinal))).Status.Should().Be(HttpStatusCode.OK);
        (await AskAsync("it", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", $$"""{"schoolId":{{school}},"first":"2026-09-15","last":"2026-09-15","scheduleName":"Early Release","from":"11:05:00"}""")).Status.Should().Be(HttpStatusCode.OK);
        (await db.TardyRecords.CountAsync(r => r.SchoolId == school && !r.Withdrawn && r.Date == new DateOnly(2026, 9, 15), Now)).Should().Be(before);
        foreach (var (wrong, target) in new[] { ("\"first\":\"2026-09-15\",\"last\":\"2026-09-14\",\"setting\":\"NoSchool\"", "last"), ("\"first\":\"2024-09-15\",\"last\":\"2026-09-14\",\"setting\":\"NoSchool\"", "last"),
            ("\"first\":\"2026-09-15\",\"last\":\"2026-09-15\"", "setting"), ("\"first\":\"2026-09-15\",\"last\":\"2026-09-15\",\"weekdays\":[\"Monday\"],\"setting\":\"NoSchool\"", "weekdays"), ("\"first\":\"2001-09-15\",\"last\":\"2026-09-15\",\"setting\":\"NoSchool\"", "first") })
            (await AskAsync("it", HttpMethod.Post, "SchoolDays/K12Sync.SetRange", $$"""{"schoolId":{{school}},{{wrong}}}""")).Should(HttpStatusCode.UnprocessableEntity, target);
    }

    [Fact]
    public async Task DefaultWeek_ChangesFromADay_AndWhatWasSaidLastHolds()
    {
        var school = await SchoolAsync("LHS");
        var monday = (await served.RowsAsync("it", $"DefaultWeeks?$filter=SchoolId eq {school} and Day eq 'Monday'"))[0];
        var url = $"DefaultWeeks({monday.GetProperty("Id")})";
        var planned = await AskAsync("it", HttpMethod.Patch, url, """{"Setting":"NoSchool","EffectiveFrom":"2027-02-01"}""", monday.GetProperty("@odata.etag").GetString());
        planned.Json.GetProperty("EffectiveFrom").GetString().Should().Be("2027-02-01", planned.Text);
        (await DayAsync(school, "2027-01-25")).Should().Be("Default Regular");
        (await DayAsync(school, "2027-02-01")).Should().Be("Default ");
        var sooner = await AskAsync("it", HttpMethod.Patch, url, """{"ScheduleName":"Early Release","EffectiveFrom":"2027-01-11"}""", planned.ETag);
        sooner.Json.GetProperty("ScheduleName").GetString().Should().Be("Early Release", sooner.Text);
        (await DayAsync(school, "2027-01-04")).Should().Be("Default Regular");
        (await DayAsync(school, "2027-02-01")).Should().Be("Default Early Release", "as with bell schedules, what was said last holds from its day on, whatever had been planned");
        (await AskAsync("it", HttpMethod.Patch, url, """{"Setting":"Default"}""", sooner.ETag)).Should(HttpStatusCode.UnprocessableEntity, "Setting");
        (await AskAsync("it", HttpMethod.Patch, url, """{"ScheduleName":"Regular"}""", planned.ETag)).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await AskAsync("it", HttpMethod.Post, "DefaultWeeks", $$"""{"SchoolId":{{school}},"Day":"Monday","ScheduleName":"Regular"}""")).Should(HttpStatusCode.Conflict, "Day", url);
        var wednesday = await AskAsync("it", HttpMethod.Post, "DefaultWeeks", $$"""{"SchoolId":{{await SchoolAsync("EHS")}},"Day":"Wednesday","Setting":"Unset"}""");
        wednesday.Status.Should().Be(HttpStatusCode.Created, wednesday.Text);
    }

    [Theory]
    [InlineData("07:30:00", "Zero Period", null)]
    [InlineData("12:12:00", "Period 4", null)]
    [InlineData("15:25:00", null, "After the last period of Regular, which ended at 15:25.")]
    [InlineData("06:00:00", null, "Before the first period of Regular, which opens at 07:00.")]
    public async Task PeriodAt_SaysWhereATimeLands(string time, string? period, string? reason)
    {
        var answer = await PeriodAsync(await SchoolAsync("LHS"), "2026-09-16", time);

        answer.GetProperty("PeriodName").GetString().Should().Be(period);
        answer.GetProperty("Reason").GetString().Should().Be(reason);
        answer.GetProperty("Windows").GetArrayLength().Should().Be(period switch { null => 0, "Period 4" => 2, _ => 1 }, "a period split by lunch has two windows");
    }

    [Fact]
    public async Task OfManyWriters_WhoReadTheSameRow_OneIsDone()
    {
        var made = await AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{Fresh("W")}}"}""");
        var school = await SchoolAsync("RMS");
        var day = $"SchoolDays(SchoolId={school},Date=2026-10-28)";
        var etag = (await served.JsonAsync("it", day)).GetProperty("@odata.etag").GetString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AskAsync("it", HttpMethod.Patch, made.Location, $$"""{"Name":"{{i}}"}""", made.ETag)));
        var days = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AskAsync("it", HttpMethod.Patch, day, i % 2 == 0 ? """{"Setting":"NoSchool"}""" : """{"ScheduleName":"Regular"}""", etag)));
        var name = Fresh("W");
        var posts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync("it", HttpMethod.Post, "BehaviorCodes", $$"""{"Code":"{{name}}"}""")));

        foreach (var all in new[] { answers, days })
            all.Select(a => a.Status).Order().Should().Equal([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.PreconditionFailed, 5)]);
        posts.Select(a => a.Status).Order().Should().Equal([HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.Conflict, 5)]);
    }

    private static string Fresh(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{Interlocked.Increment(ref _names)}");

    private static string Windows(JsonElement schedule) => string.Join(", ", schedule.GetProperty("Periods").EnumerateArray().Select(p =>
        $"{p.GetProperty("Name")} {p.GetProperty("Opens").GetString()![..5]}/{p.GetProperty("Bell").GetString()![..5]}-{p.GetProperty("Ends").GetString()![..5]}"));

    private async Task<long> SchoolAsync(string code) => (await served.JsonAsync("it", $"Schools(Code='{code}')")).GetProperty("Id").GetInt64();

    private async Task<string> DayAsync(long school, string date)
    {
        var day = await served.JsonAsync("it", $"SchoolDays(SchoolId={school},Date={date})");
        return $"{day.GetProperty("Source")} {day.GetProperty("ScheduleName")}";
    }

    private Task<JsonElement> PeriodAsync(long school, string date, string time) => served.JsonAsync("it", $"Schools({school})/K12Sync.PeriodAt(date={date},time={time})");

    private async Task<Said> AskAsync(string key, HttpMethod method, string url, string? body, string? ifMatch = null, params (string, string)[] headers)
    {
        using var answer = await served.SendAsync(method, "Bearer " + served.Keys[key], url, body, [.. headers, .. ifMatch is null ? Array.Empty<(string, string)>() : [("If-Match", ifMatch)]]);
        return new Said(answer.StatusCode, await answer.Content.ReadAsStringAsync(Now), answer.Headers.ETag?.ToString(), answer.Headers.Location?.ToString() ?? "");
    }

    private sealed record Said(HttpStatusCode Status, string Text, string? ETag, string Location)
    {
        public JsonElement Json => JsonDocument.Parse(Text).RootElement;

        /// <summary>An error of this status about this property, in these words.</summary>
        public void Should(HttpStatusCode status, string? target, string? text = null)
        {
            Status.Should().Be(status, Text);
            var error = Json.GetProperty("error");
            if (target is not null)
                error.GetProperty("target").GetString().Should().Be(target, Text);
            if (text is not null)
                error.GetProperty("message").GetString().Should().Contain(text);
        }
    }
}
