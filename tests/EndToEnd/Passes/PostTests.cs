using static K12Sync.EndToEnd.Passes.PassStage;

namespace K12Sync.EndToEnd.Passes;

public sealed class PostOnSqlite(PassesOnSqlite stage) : PostTests(stage), IClassFixture<PassesOnSqlite>;

public sealed class PostOnPostgres(PassesOnPostgres stage) : PostTests(stage), IClassFixture<PassesOnPostgres>;

/// <summary>Passes one by one: what a kiosk is told, and what it may not do. Each test has students or days of its own.</summary>
public abstract class PostTests(PassStage stage)
{
    [Fact]
    public async Task Post_SaysWhatThePassIs_AtOnce_AndMappingSaysTheSame()
    {
        var answer = await stage.PostAsync("it", Pass("A-1", "0004401", "2026-09-21T08:12:00-04:00"));

        answer.Status.Should().Be(201, answer.Text);
        answer.Location.Should().EndWith($"/odata/Passes({answer["Id"]})");
        (answer["Outcome"], answer["PeriodName"], answer["SisPeriodCode"], answer["MinutesLate"]).Should().Be(("Tardy", "Period 1", "01", "12"));
        answer["OutcomeReason"].Should().Be("12 min late for Period 1: code T.");
        answer["PassMessage"].Should().Be("Go straight to class. Your teacher has been told.");
        answer["IssuedAt"].Should().Be("2026-09-21T12:12:00Z");
        answer["SchoolCode"].Should().Be("LHS");
        PassReply read = null!;
        await Serving.Eventually.IsTrueAsync(async () => (read = await stage.SendAsync(HttpMethod.Get, "it", "odata/Passes(PassId='A-1')"))["Outcome"] is not null, "the day is mapped");
        foreach (var property in new[] { "Id", "PassId", "SchoolId", "SchoolCode", "StudentNumber", "Code", "IssuedAt", "RecordedAt", "Outcome", "OutcomeReason", "PeriodName", "SisPeriodCode", "MinutesLate", "PassMessage", "Version" })
            read[property].Should().Be(answer[property], property);
        read.ETag.Should().Be(answer.ETag);
        (await stage.CountAsync("""SELECT COUNT(*) FROM "TardyRecords" WHERE "PassId" = 'A-1';""")).Should().Be(1);
    }

    [Theory]
    [InlineData("0004402", "2026-09-21T08:20:00-04:00", "TEX", "NoExternalCode", "Show this pass at the door.")]
    [InlineData("0004402", "2026-09-21T08:20:00-04:00", "NURSE", "NotTardyCode", "Return within 15 minutes.")]
    [InlineData("0004402", "2026-09-21T08:20:00-04:00", "NOPE", "UnknownCode", null)]
    [InlineData("7777777", "2026-09-21T08:20:00-04:00", "TDY", "UnknownStudent", "Go straight to class. Your teacher has been told.")]
    [InlineData("0004402", "2026-09-20T08:20:00-04:00", "TDY", "NoSchool", "Go straight to class. Your teacher has been told.")]
    [InlineData("0004402", "2026-09-21T12:00:00-04:00", "TDY", "PeriodTakesNoAttendance", "Go straight to class. Your teacher has been told.")]
    [InlineData("0004402", "2999-09-23T08:20:00-04:00", "TDY", "Tardy", "Go straight to class. Your teacher has been told.")]
    public async Task Post_SaysWhyAPassIsNoTardy(string student, string at, string code, string outcome, string? message)
    {
        var answer = await stage.PostAsync("it", Pass($"O-{code}-{student}-{at}", student, at, code: code));

        (answer.Status, answer["Outcome"], answer["PassMessage"]).Should().Be((201, outcome, message), answer.Text);
    }

    [Fact]
    public async Task Post_TakesTheSchoolsOwnCodeAndGrace()
    {
        var late = await stage.PostAsync("rms", Pass("R-1", "0009003", "2026-09-21T08:23:00-05:00", school: null));
        var onTime = await stage.PostAsync("rms", Pass("R-2", "0009004", "2026-09-21T08:22:00-05:00", school: "RMS"));

        (late.Status, late["Outcome"], late["PassMessage"], late["SchoolCode"]).Should().Be((201, "Tardy", "Walk, don't run.", "RMS"), late.Text);
        (onTime.Status, onTime["Outcome"]).Should().Be((201, "OnTime"), onTime.Text);
    }

    [Fact]
    public async Task Post_OfTheSamePass_IsTheSamePass_AndOfAnotherUnderItsId_IsRefused()
    {
        var first = await stage.PostAsync("it", Pass("I-1", "0004403"));
        var again = await stage.PostAsync("it", Pass("I-1", "0004403", "2026-09-21T12:05:00Z"));
        var other = await stage.PostAsync("it", Pass("I-1", "0004404"));

        (first.Status, again.Status, other.Status).Should().Be((201, 200, 409));
        foreach (var property in new[] { "Id", "RecordedAt", "Outcome", "PeriodName", "MinutesLate", "PassMessage", "Version" })
            again[property].Should().Be(first[property], property);
        other.Text.Should().Contain("void it and give a new one").And.NotContain("0004403");
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" = 'I-1';""")).Should().Be(1);
    }

    [Fact]
    public async Task Post_IsOnRecordOnce_WhenItIsAnswered_AndSoIsEachThatRepeatsIt()
    {
        var first = await stage.PostAsync("it", Pass("ONCE-1", "0004403"));
        first.Status.Should().Be(201, first.Text);
        Task<long> Entries(int status) => stage.CountAsync($"""SELECT COUNT(*) FROM "AuditEntries" WHERE "Method" = 'POST' AND "Target" = 'Passes({first["Id"]})' AND "Status" = {status} AND "Students" = 'Passes' AND "KeyId" IS NOT NULL AND "Address" IS NOT NULL AND "Properties" LIKE '%PassId%';""");

        (await Entries(201), await Entries(200)).Should().Be((1, 0));
        await stage.PostAsync("it", Pass("ONCE-1", "0004403"));
        (await Entries(201), await Entries(200)).Should().Be((1, 1));
        (await stage.DoAsync("audit", "verify")).ExitCode.Should().Be(0);
        (await Entries(201), await Entries(200)).Should().Be((1, 1));
    }

    [Fact]
    public async Task Post_TenTimesAtOnce_IsOnePass_AndOneAnswerSaysSo()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => stage.PostAsync("fleet", Pass("T-1", "0004405"))));

        answers.Select(a => a.Status).Order().Should().Equal([200, 200, 200, 200, 200, 200, 200, 200, 200, 201]);
        answers.Select(a => (a["Id"], a["Outcome"], a["Version"])).Distinct().Should().ContainSingle();
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" = 'T-1';""")).Should().Be(1);
    }

    [Fact]
    public async Task Post_ThatCannotBe_HarmsNoneOfThoseAroundIt()
    {
        var posts = Enumerable.Range(0, 60).Select(i => stage.PostAsync("it", i % 3 == 0 ? Pass($"M-{i}", "0004406", school: "XXX") : i % 3 == 1 ? Pass("M-taken", $"00044{i}") : Pass($"M-{i}", "0004406", $"2026-09-{i % 4 + 22}T09:00:{i % 60:00}-04:00")));

        var answers = await Task.WhenAll(posts);

        answers.Where((_, i) => i % 3 == 0).Should().OnlyContain(a => a.Status == 422);
        answers.Where((_, i) => i % 3 == 1).Count(a => a.Status == 201).Should().Be(1, "one of them is the pass of that id");
        answers.Where((_, i) => i % 3 == 1).Count(a => a.Status == 409).Should().Be(19);
        answers.Where((_, i) => i % 3 == 2).Should().OnlyContain(a => a.Status == 201);
    }

    [Fact]
    public async Task Post_KnowsThePassesBefore_AndWhatWasChangedJustNow()
    {
        var earlier = await stage.PostAsync("it", Pass("D-1", "0004407", "2026-09-21T10:30:00-04:00"));
        var later = await stage.PostAsync("it", Pass("D-2", "0004407", "2026-09-21T10:40:00-04:00"));
        var seenByKiosk = await stage.PostAsync("kiosk", Pass("D-3", "0004407", "2026-09-21T10:50:00-04:00"));
        await stage.SendAsync(HttpMethod.Post, "it", "odata/Passes(PassId='D-1')/K12Sync.Void", "{}");
        var promoted = await stage.PostAsync("it", Pass("D-2", "0004407", "2026-09-21T10:40:00-04:00"));

        (earlier["Outcome"], later["Outcome"], seenByKiosk["Outcome"], promoted["Outcome"]).Should().Be(("Tardy", "Duplicate", "Duplicate", "Tardy"));
        later["OutcomeReason"].Should().Contain("D-1");
        seenByKiosk["OutcomeReason"].Should().NotContain("D-1", "a kiosk reads nothing of other passes");

        (await stage.PostAsync("it", Pass("N-1", "0008888", "2026-09-30T08:05:00-04:00")))["Outcome"].Should().Be("UnknownStudent");
        await ImportAsync("students.csv", "SchoolCode,StudentNumber,FirstName,LastName", "LHS,0008888,New,Student");
        (await stage.PostAsync("it", Pass("N-1", "0008888", "2026-09-30T08:05:00-04:00")))["Outcome"].Should().Be("Tardy", "the roster has the student now");
        await ImportAsync("calendar.csv", "SchoolCode,Date,Schedule,From", "LHS,2026-09-30,,");
        (await stage.PostAsync("it", Pass("N-1", "0008888", "2026-09-30T08:05:00-04:00")))["Outcome"].Should().Be("NoSchool", "the calendar says so now");
        await ImportAsync("behavior-codes.csv", "SchoolCode,Code,Name,Description,PassMessage,Type,ExternalCode,LatenessLadder", ",TBUS,Late bus,,Never mind.,Tardy,TB,");
        (await stage.PostAsync("it", Pass("N-2", "0008888", "2026-09-29T08:05:00-04:00", code: "TBUS")))["PassMessage"].Should().Be("Never mind.");
    }

    private async Task ImportAsync(string file, params string[] lines) => await stage.DoAsync("import", stage.Desk.Write(file, lines));

    [Fact]
    public async Task Post_OfAKiosk_IsAnswered_AndNothingElseIs()
    {
        var posted = await stage.PostAsync("kiosk", Pass("K-1", "0004408", school: null));

        (posted.Status, posted["Outcome"], posted["PassMessage"], posted["SchoolCode"]).Should().Be((201, "Tardy", "Go straight to class. Your teacher has been told.", "LHS"), posted.Text);
        foreach (var (method, url) in new[] { ("GET", "odata/Passes"), ("GET", $"odata/Passes({posted["Id"]})"), ("GET", "odata/"), ("GET", "odata/$metadata"), ("POST", "odata/Passes/$query"), ("POST", "odata/$batch"), ("POST", $"odata/Passes({posted["Id"]})/K12Sync.Void"), ("POST", "odata/Students"), ("GET", "openapi.json"), ("PATCH", "odata/Passes") })
            (await stage.SendAsync(new HttpMethod(method), "kiosk", url, method == "GET" ? null : "{}")).Status.Should().Be(403, url);
    }

    [Fact]
    public async Task Post_IsForWhoGivesPasses_OfTheirOwnSchools()
    {
        (await stage.PostAsync("reporter", Pass("W-1"))).Status.Should().Be(403);
        (await stage.PostAsync("support", Pass("W-1"))).Status.Should().Be(403);
        (await stage.PostAsync("rms", Pass("W-1"))).Status.Should().Be(403);
        (await stage.PostAsync("kiosk", Pass("W-1", school: "RMS"))).Status.Should().Be(403);
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" = 'W-1';""")).Should().Be(0);
    }

    [Theory]
    [InlineData("""{"SchoolCode": "LHS", "StudentNumber": "0004401", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 422, "PassId must have 1 to 100 characters")]
    [InlineData("""{"PassId": " ", "SchoolCode": "LHS", "StudentNumber": "", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 422, "StudentNumber must have")]
    [InlineData("""{"PassId": "a\u0000b", "SchoolCode": "LHS", "StudentNumber": "1", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 422, "PassId holds a NUL character")]
    [InlineData("""{"PassId": "V-1", "StudentNumber": "1", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 422, "SchoolCode or SchoolId is missing")]
    [InlineData("""{"PassId": "V-1", "SchoolCode": "ZZZ", "StudentNumber": "1", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 422, "There is no school 'ZZZ'.")]
    [InlineData("""{"PassId": "V-1", "SchoolId": 99, "StudentNumber": "1", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 422, "There is no such school.")]
    [InlineData("""{"PassId": "V-1", "SchoolCode": "LHS", "StudentNumber": "1", "Code": "TDY"}""", 422, "IssuedAt is missing")]
    [InlineData("""{"PassId": "V-1", "SchoolCode": "LHS", "StudentNumber": "1", "Code": "TDY", "IssuedAt": "1899-12-31T08:05:00-04:00"}""", 422, "in the year 1899")]
    [InlineData("""{"PassId": "V-1", "SchoolCode": "LHS", "StudentNumber": "1", "Code": "TDY", "IssuedAt": "3000-01-01T08:05:00-04:00"}""", 422, "Passes are from 1900 to 2999")]
    [InlineData("""{"PassId": "V-1", "SchoolCode": "LHS", "StudentNumber": "1", "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00"}""", 400, "IssuedAt")]
    [InlineData("""{"PassId": "V-1", "SchoolCode": "LHS", "StudentNumber": 4401, "Code": "TDY", "IssuedAt": "2026-09-21T08:05:00-04:00"}""", 400, "StudentNumber must be a text")]
    [InlineData("""{"PassId": "V-1", "Scool": "LHS"}""", 400, "Scool")]
    [InlineData("""{"PassId": "V-1",""", 400, "The body is no JSON")]
    public async Task Post_SaysWhatIsWrong(string body, int status, string reason)
    {
        var answer = await stage.SendAsync(HttpMethod.Post, "fleet", "odata/Passes", body);

        answer.Status.Should().Be(status, answer.Text);
        answer.Text.Should().Contain(reason.Replace("'", "\\u0027", StringComparison.Ordinal)[..Math.Min(reason.Length, 12)]);
        (await stage.CountAsync("""SELECT COUNT(*) FROM "Passes" WHERE "PassId" = 'V-1';""")).Should().Be(0);
    }

    [Fact]
    public async Task Void_TakesAPassBack_Once_AndHonoursIfMatch()
    {
        var given = await stage.PostAsync("it", Pass("B-1", "0004409"));
        var action = $"odata/Passes({given["Id"]})/K12Sync.Void";

        (await stage.SendAsync(HttpMethod.Post, "it", action, "{}", ("If-Match", "W/\"1\""))).Status.Should().Be(412);
        (await stage.SendAsync(HttpMethod.Post, "reporter", action, "{}")).Status.Should().Be(403);
        (await stage.SendAsync(HttpMethod.Post, "rms", action, "{}")).Status.Should().Be(404, "it is another school's");
        var done = await stage.SendAsync(HttpMethod.Post, "it", action, "{}", ("If-Match", given.ETag!));
        var again = await stage.SendAsync(HttpMethod.Post, "it", action, "{}");
        var reposted = await stage.PostAsync("it", Pass("B-1", "0004409"));

        (done.Status, done["Voided"], done["Outcome"]).Should().Be((200, "True", "Voided"), done.Text);
        done.ETag.Should().NotBe(given.ETag);
        (again.Status, again["Outcome"]).Should().Be((200, "Voided"));
        again.ETag.Should().Be(done.ETag);
        reposted.Status.Should().Be(409, "a void is not undone");
    }

    [Fact]
    public async Task Explain_TellsTheStory_AndNoNumberToWhoSeesNone()
    {
        var stray = await stage.PostAsync("it", Pass("E-1", "4410", "2026-09-21T08:05:00-04:00"));
        var explain = $"odata/Passes({stray["Id"]})/K12Sync.Explain()";

        var told = await stage.SendAsync(HttpMethod.Get, "it", explain);
        var masked = await stage.SendAsync(HttpMethod.Get, "support", explain);

        told.Status.Should().Be(200, told.Text);
        var steps = told.Json.GetProperty("value").EnumerateArray().Select(s => s.GetString()!).ToList();
        steps.Should().Contain(s => s.StartsWith("Given at Lincoln High School at 08:05:00")).And.Contain(s => s.StartsWith("Bell schedule in force: Regular")).And.Contain(s => s.StartsWith("Outcome: UnknownStudent"))
            .And.Contain(s => s.Contains("There is a student 0004410"));
        masked.Text.Should().Contain("leading zeros count").And.NotContain("0004410");
        (await stage.SendAsync(HttpMethod.Get, "rms", explain)).Status.Should().Be(404);
        var why = (await stage.DoAsync("why", "--student", "4410", "--date", "2026-09-21")).Out;
        steps.Should().OnlyContain(s => why.Contains(s), "the command tells the same");
    }
}
