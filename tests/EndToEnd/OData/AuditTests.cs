using System.Net;
using System.Text;
using System.Text.Json;
using K12Sync.Data.Access;
using K12Sync.Data.Audit;
using K12Sync.EndToEnd.Serving;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

[Collection("served on SQLite")]
public sealed class AuditOnSqlite(ServedOnSqlite served) : AuditTests(served);

[Collection("served on PostgreSQL")]
public sealed class AuditOnPostgres(ServedOnPostgres served) : AuditTests(served);

/// <summary>Who looked at students over the network is on record, and the record holds no student.</summary>
public abstract class AuditTests(ServedDistricts served)
{
    private static readonly string[] AboutStudents =
    [
        "Students?$filter=StudentNumber eq '0004417'", "Students(StudentNumber='0004417')", "Students?$search=Dupré-Martin", "Passes?$top=2&$select=Id", "TardyRecords/$count", "SyncEntries?$top=1",
        "HeldRecords", "ManualCorrections", "Schools?$expand=Passes($top=1)", "Schools?$filter=Passes/any(p:p/StudentNumber eq '0004417')", "Students(StudentNumber='0004417')/Passes",
        "TardyRecords?$apply=groupby((StudentNumber))", "AttendanceDays?$top=1&$select=Id", "Sites?$expand=AttendanceDays($top=1)", "AgencyChildren/K12Sync.Matches(state='IN')", "Children/K12Sync.Limits()", "SyncRuns?$expand=SyncEntries($filter=StudentNumber eq '0004417')", "Students?$orderby=LastName&$format=csv", "Students('0004417')",
    ];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryLookAtStudents_HasAnEntry_AndOtherLooksHaveNone()
    {
        var (name, key) = await NewKeyAsync(KeyRole.Reporter);
        foreach (var url in AboutStudents.Concat(["Schools", "BellSchedules?$expand=School", "Connectors", "$metadata", "", "Districts"]))
            (await served.GetAsync(name, url)).Dispose();

        var entries = await EntriesAsync(key, AboutStudents.Length);

        entries.Should().HaveCount(AboutStudents.Length).And.OnlyContain(e => e.Role == "Reporter" && e.Address != null && IPAddress.IsLoopback(IPAddress.Parse(e.Address)) && e.Method == "GET");
        await using var db = served.Open();
        var student = await db.Students.Where(s => s.StudentNumber == "0004417").Select(s => s.Id).SingleAsync(Now);
        entries.Select(e => (e.Target, e.Query, e.Students)).Should().StartWith(
        [
            ("Students", "$filter=StudentNumber eq ?", "Students"), ($"Students({student})", null, "Students"), ("Students", "$search=?", "Students"), ("Passes", "$top=2&$select=Id", "Passes"),
            ("TardyRecords/$count", null, "TardyRecords"), ("SyncEntries", "$top=1", "SyncEntries"), ("HeldRecords", null, "HeldRecords"), ("ManualCorrections", null, "ManualCorrections"),
            ("Schools", "$expand=Passes($top=?)", "Passes"), ("Schools", "$filter=Passes/any(?:?/StudentNumber eq ?)", "Passes"), ($"Students({student})/Passes", null, "Students,Passes"),
        ]);
        entries[0].Rows.Should().Be(1);
        entries[^1].Status.Should().Be(400);
        entries[^1].SupportId.Should().HaveLength(32);
    }

    [Fact]
    public async Task TheRecord_HoldsNoStudent()
    {
        await using var db = served.Open();
        var (name, key) = await NewKeyAsync(KeyRole.DistrictIT);
        foreach (var url in AboutStudents.Append("Students?O'Connor=0004417").Append("Students?$select=0004417,O''Connor").Append("Passes?$filter=StudentNumber eq 0004417&$filter=x"))
            (await served.GetAsync(name, url)).Dispose();
        await EntriesAsync(key, AboutStudents.Length);

        var text = string.Join('\n', (await db.AuditEntries.AsNoTracking().ToListAsync(Now)).Select(e => e.ToEntry().ToString()));

        foreach (var student in await db.Students.AsNoTracking().Where(s => s.Facts.LastName != "").ToListAsync(Now))
            text.Should().NotContain(student.StudentNumber).And.NotContain(student.Facts.LastName);
    }

    [Fact]
    public async Task BatchAndWrites_AreOnRecordOneByOne()
    {
        var (name, key) = await NewKeyAsync(KeyRole.DistrictIT);
        var batch = """{"requests":[{"id":"1","method":"GET","url":"Students?$top=1"},{"id":"2","method":"GET","url":"Schools"},{"id":"3","method":"DELETE","url":"SyncRuns(1)"}]}""";
        await served.SendAsync(HttpMethod.Post, "Bearer " + served.Keys[name], "$batch", batch, ("Prefer", "odata.continue-on-error"));

        var entries = await EntriesAsync(key, 2);

        entries.Select(e => (e.Method, e.Target, e.Status is >= 200 and < 300)).Should().Equal(("GET", "Students", true), ("DELETE", "SyncRuns(?)", false));
        entries.Should().OnlyContain(e => e.Address != null, "a request of a batch comes from where the batch came from");
    }

    [Fact]
    public async Task DistrictIT_ReadsTheRecord_AndNobodyElseDoes()
    {
        (await served.RowsAsync("it", "AuditEntries?$filter=Method eq 'RUN' and Target eq 'connector add'")).Should().ContainSingle().Which.GetProperty("Person").GetString().Should().Be(Environment.UserName);
        // Asked so often that the query has become a prepared one, which must not answer anybody else.
        for (var i = 0; i < 4; i++)
            (await served.RowsAsync("it", "AuditEntries")).Should().NotBeEmpty();
        foreach (var key in new[] { "lhs", "both", "support", "reporter" })
            (await served.RowsAsync(key, "AuditEntries")).Should().BeEmpty(key);
        served.Keys["it of lhs"] = await served.MakeKeyAsync("it of lhs " + Guid.NewGuid(), KeyRole.DistrictIT, "LHS");
        (await served.RowsAsync("it of lhs", "AuditEntries")).Should().BeEmpty();
    }

    [Fact]
    public async Task Commands_AreOnRecord_AndVerifyFindsWhatWasTamperedWith()
    {
        (await served.RunAsync("why", "--student", "0004417", "--date", "2026-09-15")).ExitCode.Should().Be(0);
        (await served.RunAsync("connector", "pause", "sis")).ExitCode.Should().Be(0);
        (await served.RunAsync("connector", "resume", "nobody")).ExitCode.Should().Be(1);
        (await served.RunAsync("keys", "list")).ExitCode.Should().Be(0);
        await using var db = served.Open();
        var commands = await db.AuditEntries.AsNoTracking().Where(e => e.Method == "RUN").OrderByDescending(e => e.Number).Take(3).ToListAsync(Now);
        commands.Select(c => (c.Target, c.Query, c.Status)).Should().Equal(("connector resume", "NAME=nobody", 1), ("connector pause", "NAME=sis", 0), ("why", "--student=? --date=2026-09-15", 0));

        var noted = await served.RunAsync("audit", "verify", "--json");
        noted.ExitCode.Should().Be(0, noted.Err);
        var end = JsonDocument.Parse(noted.Out).RootElement[0];
        end.GetProperty("node").GetString().Should().Be(AuditBook.Here);
        var file = Path.Combine(Path.GetTempPath(), "k12sync-" + Guid.NewGuid().ToString("N") + ".json");
        await File.WriteAllBytesAsync(file, noted.Bytes, Now);
        var whole = await served.RunAsync("audit", "verify", "--against", file);
        whole.Out.Should().Contain("is whole");
        (await served.RunAsync("audit", "list", "--most", "20")).Out.Should().Contain("connector pause").And.Contain("NAME=sis");
        var number = commands[1].Number;
        await db.Database.ExecuteSqlAsync($"""UPDATE "AuditEntries" SET "Target" = 'connector test' WHERE "DistrictId" = {served.District.Value} AND "Number" = {number}""", Now);

        var broken = await served.RunAsync("audit", "verify");

        broken.ExitCode.Should().Be(1);
        broken.Err.Should().Contain($"is broken at entry {number}.");
        await db.Database.ExecuteSqlAsync($"""UPDATE "AuditEntries" SET "Target" = 'connector pause' WHERE "DistrictId" = {served.District.Value} AND "Number" = {number}""", Now);
        (await served.RunAsync("audit", "verify")).ExitCode.Should().Be(0);
        await served.RunAsync("connector", "resume", "sis");
        File.Delete(file);
    }

    [Fact]
    public async Task SupportKey_SeesStudents_ForAsLongAsTheDistrictLetsIt()
    {
        var (name, key) = await NewKeyAsync(KeyRole.Support);
        async Task<string?> NameAsync() => (await served.RowsAsync(name, "Students?$filter=StudentNumber eq '0004417'"))[0].GetProperty("LastName").GetString();
        (await NameAsync()).Should().Be("***");

        (await served.RunAsync("keys", "show-students", "--name", name, "--hours", "2")).Out.Should().Contain("sees students until");
        (await NameAsync()).Should().NotBe("***");
        (await served.RowsAsync(name, "Students?$orderby=LastName")).Should().NotBeEmpty();
        (await served.RunAsync("keys", "list", "--json")).Out.Should().Contain("\"seesStudentsUntil\": \"2");
        await using var db = served.Open();
        await db.ApiKeys.Where(k => k.Id == key).ExecuteUpdateAsync(set => set.SetProperty(k => k.SeesStudentsUntil, TimeProvider.System.GetUtcNow().AddSeconds(-1)), Now);
        (await NameAsync()).Should().Be("***", "it ends by itself");

        (await db.AuditEntries.Where(e => e.Target == "keys show-students").OrderByDescending(e => e.Id).FirstAsync(Now)).Query.Should().Be($"--name={name} --hours=2");
        (await served.RunAsync("keys", "show-students", "--name", "reporter", "--hours", "2")).Err.Should().Contain("Only keys for Support");
        (await served.RunAsync("keys", "show-students", "--name", "nobody", "--hours", "2")).Err.Should().Contain("No key 'nobody'");
        (await served.RunAsync("keys", "show-students", "--name", name, "--hours", "999")).ExitCode.Should().Be(64);
    }

    [Fact]
    public async Task Root_AnswersAProbeWithoutCredentials_ByAskingForBasic()
    {
        using var probe = await served.SendAsync(HttpMethod.Get, null, "", null);
        probe.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        probe.Headers.WwwAuthenticate.ToString().Should().StartWith("Basic realm=");
        using var answer = await served.SendAsync(HttpMethod.Get, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("excel:" + served.Keys["reporter"])), "", null);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Now)).RootElement.GetProperty("value").GetArrayLength().Should().Be(served.Sets.Count);
    }

    private async Task<(string Name, long Id)> NewKeyAsync(KeyRole role)
    {
        var name = $"audited {Guid.NewGuid():N}";
        served.Keys[name] = await served.MakeKeyAsync(name, role);
        await using var db = served.Open();
        return (name, await db.ApiKeys.Where(k => k.Name == name).Select(k => k.Id).SingleAsync(Now));
    }

    /// <summary>What is on record of a key, in the order in which it asked, once there is as much as expected.</summary>
    private async Task<List<AuditEntryRow>> EntriesAsync(long key, int atLeast)
    {
        await using var db = served.Open();
        await Eventually.IsTrueAsync(async () => await db.AuditEntries.CountAsync(e => e.KeyId == key) >= atLeast, "the looks are on record");
        return await db.AuditEntries.AsNoTracking().Where(e => e.KeyId == key).OrderBy(e => e.Number).ToListAsync(Now);
    }
}
