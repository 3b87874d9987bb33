using System.Net;
using System.Text.Json;
using K12Sync.Tests.Servers;

namespace K12Sync.EndToEnd.OData;

public sealed class ConnectorWritesOnSqlite(DeliveringOnSqlite served) : ConnectorWriteTests(served), IClassFixture<DeliveringOnSqlite>;

public sealed class ConnectorWritesOnPostgres(DeliveringOnPostgres served) : ConnectorWriteTests(served), IClassFixture<DeliveringOnPostgres>;

/// <summary>Connectors as district IT sets them up over HTTP, from nothing to a file on an SFTP server.</summary>
public abstract class ConnectorWriteTests(DeliveringDistricts served)
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connector_IsAddedChangedAndRemoved_InTheWordsOfAConnectorFile()
    {
        var form = new
        {
            Name = "daily", Layout = "k12sync-csv", Destination = new { Type = "folder", Path = served.Folder("daily") }, Schools = new[] { "LHS" }, FileName = "d_{run}.csv", MaxAgeDays = 500,
            Schedule = new { At = new[] { "06:30", "15:45:00" }, On = new[] { "Monday", "Friday" } }, Zone = "America/Chicago",
            BlackOuts = new[] { new { From = "2026-12-21", To = "2027-01-01" } }, DeliverBy = "07:00", ExpectsRows = true,
        };
        var added = await served.AskAsync("POST", "Connectors", form);
        added.Status.Should().Be(HttpStatusCode.Created, added.Text);
        var (url, row) = (added.Location!, added.Json);
        row.GetProperty("Schedule").GetProperty("At").EnumerateArray().Select(t => t.GetString()![..5]).Should().Equal("06:30", "15:45");
        row.GetProperty("Schedule").GetProperty("On").EnumerateArray().Select(t => t.GetString()).Should().Equal("Monday", "Friday");
        row.GetProperty("BlackOuts")[0].GetProperty("To").GetString().Should().Be("2027-01-01");
        row.GetProperty("DeliverBy").GetString().Should().StartWith("07:00");
        row.GetProperty("Destination").GetProperty("Path").GetString().Should().Be(served.Folder("daily"));
        (await served.AskAsync("POST", "Connectors", form)).Status.Should().Be(HttpStatusCode.OK, "it is there, just so");
        var runs = await served.JsonAsync("it", url + "/K12Sync.NextRuns()");
        runs.GetProperty("value").GetArrayLength().Should().Be(5);
        runs.GetProperty("value")[0].GetProperty("Local").GetString().Should().MatchRegex("T(06:30|15:45):00-0[56]:00$");

        (await served.AskAsync("PATCH", url, new { MaxAgeDays = 3 })).Status.Should().Be(HttpStatusCode.PreconditionRequired);
        var changed = await served.AskAsync("PATCH", url, new { MaxAgeDays = 3, Schedule = new { EveryMinutes = 15, From = "08:00", To = "16:00" }, Zone = (string?)null }, match: added.ETag);
        changed.Status.Should().Be(HttpStatusCode.OK, changed.Text);
        changed.Json.GetProperty("MaxAgeDays").GetInt32().Should().Be(3);
        changed.Json.GetProperty("Schedule").GetProperty("EveryMinutes").GetInt32().Should().Be(15);
        changed.Json.GetProperty("Zone").ValueKind.Should().Be(JsonValueKind.Null);
        changed.Json.GetProperty("DeliverBy").GetString().Should().StartWith("07:00", "what is not given stays");
        (await served.AskAsync("PATCH", url, new { MaxAgeDays = 4 }, match: added.ETag)).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await served.AskAsync("PATCH", url, new { Name = "other" }, match: changed.ETag)).Should().Match<Told>(t => (int)t.Status == 422 && t.Target == "Name");
        var replaced = await served.AskAsync("PUT", url, new { Name = "daily", Layout = "k12sync-csv", Destination = form.Destination }, match: changed.ETag);
        replaced.Json.GetProperty("Schedule").ValueKind.Should().Be(JsonValueKind.Null);
        replaced.Json.GetProperty("ExpectsRows").GetBoolean().Should().BeFalse();
        foreach (var filter in new[] { "Layout eq 'k12sync-csv'", "OneFilePer eq 'District'", "ExistingFile eq 'Hold'", "Destination/Type eq 'folder'", $"Destination/Path eq '{served.Folder("daily")}'", "MaxAgeDays eq null", "not ExpectsRows" })
            (await served.RowsAsync("it", $"Connectors?$filter=Name eq 'daily' and {filter}")).Should().ContainSingle(filter);

        (await served.AskAsync("DELETE", url, match: changed.ETag)).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await served.AskAsync("DELETE", url, match: replaced.ETag)).Status.Should().Be(HttpStatusCode.NoContent);
        (await served.JsonAsync("it", url)).GetProperty("RemovedAt").ValueKind.Should().Be(JsonValueKind.String, "its runs stay on record");
        (await served.AskAsync("PATCH", url, new { MaxAgeDays = 1 }, match: "*")).Status.Should().Be(HttpStatusCode.Conflict);
        (await served.AskAsync("POST", url + "/K12Sync.RunNow")).Status.Should().Be(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("""{"Name":"x","Layout":"csv"}""", "Destination", "*must be like*")]
    [InlineData("""{"Name":"x","Layout":"csv","Destination":{"Type":"folder","Path":"outbox/#/x"}}""", "Layout", "There is no layout 'csv'*")]
    [InlineData("""{"Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/x"}}""", "Name", "*needs a name*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/x"},"Schools":["NO"]}""", "Schools", "There is no school 'NO'.")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/x"},"Zone":"Mars/Base"}""", "Zone", "*no IANA time zone*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/x"},"Schedule":{"Cron":"often"}}""", "Schedule", "*no cron expression*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/x"},"Schedule":{"EveryMinutes":5,"Cron":"0 0 6 * * ?"}}""", "Schedule", "*is one of*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/x"},"FileName":"a/{run}.csv"}""", "FileName", "*must not hold '/'*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"."}}""", "Destination", "A key cannot have files put into folder '.'*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"outbox/#/../../x"}}""", "Destination", "A key cannot*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"folder","Path":"/etc/cron.d"}}""", "Destination", "A key cannot*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"sftp","Host":"sftp.elsewhere.example","User":"u","Path":"in"}}""", "Destination", "'sftp.elsewhere.example' is not among the SFTP servers*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"sftp","Host":"169.254.169.254","User":"u","Path":"in"}}""", "Destination", "*not among*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"sftp","Host":"a.sis.example","User":"u","Path":"in","KeyFile":"/root/.ssh/id_rsa"}}""", "Destination", "A key cannot name a key file*")]
    [InlineData("""{"Name":"x","Layout":"k12sync-csv","Destination":{"Type":"sftp","Host":"-oProxyCommand=x","User":"u","Path":"in"}}""", "Destination/Host", "*cannot be there*")]
    public async Task Connector_IsRefused_WithWhatIsWrong(string form, string target, string message)
    {
        var told = await served.AskAsync("POST", "Connectors", form.Replace("#", $"{served.District.Value}", StringComparison.Ordinal));

        ((int)told.Status).Should().Be(422, told.Text);
        told.Error.GetProperty("details")[0].GetProperty("target").GetString().Should().Be(target);
        told.Error.GetProperty("details")[0].GetProperty("message").GetString().Should().Match(message);
    }

    [Fact]
    public async Task ConnectorToAnAgency_IsReadAsItIsWritten_SoThatWritingWhatWasReadLosesNothing()
    {
        var added = await served.AskAsync("POST", "Connectors", new
        {
            Name = "texas", Destination = new
            {
                Type = "kinderconnect", Address = "https://agency.example/", State = "TX", CorrectionDays = 4,
                Locations = new[] { new { SiteCode = "SUN", Location = "L-17" } }, AbsenceCodes = new[] { new { Absence = "Illness", Code = "S" }, new { Absence = "Unexplained", Code = "U" } },
            },
        });
        added.Status.Should().Be(HttpStatusCode.Created, added.Text);
        var destination = added.Json.GetProperty("Destination");
        destination.GetProperty("Locations")[0].GetProperty("Location").GetString().Should().Be("L-17");
        destination.GetProperty("AbsenceCodes").EnumerateArray().Select(c => $"{c.GetProperty("Absence")} {c.GetProperty("Code")}").Should().Equal("Illness S", "Unexplained U");

        var again = await served.AskAsync("PATCH", added.Location!, new { Destination = destination, MostTimesUsual = 9 }, match: added.ETag);
        again.Status.Should().Be(HttpStatusCode.OK, again.Text);
        again.Json.GetProperty("Destination").GetRawText().Should().Be(destination.GetRawText());
        var twice = await served.AskAsync("PATCH", added.Location!, new { Destination = new { Type = "kinderconnect", Address = "https://agency.example/", State = "TX", Locations = new[] { new { SiteCode = "SUN", Location = "L-17" }, new { SiteCode = "SUN", Location = "L-18" } } } }, match: again.ETag);
        (twice.Target, (int)twice.Status).Should().Be(("Destination/Locations", 422), twice.Text);

        var indiana = await served.AskAsync("POST", "Connectors", new { Name = "indiana", Destination = new { Type = "indiana", Address = "https://state.example/", State = "IN", Language = "es", StartsOn = new[] { new { ProviderId = "49-00124-C", On = "2026-10-11" } } } });
        indiana.Status.Should().Be(HttpStatusCode.Created, indiana.Text);
        (indiana.Json.GetProperty("Destination").GetProperty("Language").GetString(), indiana.Json.GetProperty("Destination").GetProperty("StartsOn")[0].GetProperty("On").GetString()).Should().Be(("es", "2026-10-11"));
        foreach (var url in new[] { added.Location!, indiana.Location! })
            (await served.AskAsync("DELETE", url, match: "*")).Status.Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task ConnectorToEdFi_IsReadAsItIsWritten_SoThatWritingWhatWasReadLosesNothing()
    {
        var added = await served.AskAsync("POST", "Connectors", new
        {
            Name = "ed-fi-tardies", Destination = new
            {
                Type = "ed-fi", Address = "https://ed-fi.example/", Key = "district", Records = "Tardies", StudentId = "StateId", SchoolIds = new[] { new { Code = "LHS", SchoolId = 255901001L } },
                Sessions = new[] { new { Name = "Fall", SchoolYear = 2027, First = "2026-08-17", Last = "2026-12-18", School = "LHS" } },
                Namespace = "uri://district.example/AttendanceEventCategoryDescriptor", AttendedCategory = "Here", AbsenceCategories = new[] { new { Absence = "Illness", Category = "Ill" } },
                TardyCategories = new[] { new { ExternalCode = "T", Category = "Tardy" }, new { ExternalCode = "UA", Category = "Unexcused Absence" } }, TokenPath = "oauth/token", DataPath = "data/v3",
            },
        });
        added.Status.Should().Be(HttpStatusCode.Created, added.Text);
        var destination = added.Json.GetProperty("Destination");
        destination.GetProperty("SchoolIds")[0].GetProperty("SchoolId").GetInt64().Should().Be(255901001);
        destination.GetProperty("Sessions")[0].GetProperty("Last").GetString().Should().Be("2026-12-18");
        destination.GetProperty("TardyCategories").EnumerateArray().Select(c => $"{c.GetProperty("ExternalCode")} {c.GetProperty("Category")}").Should().Equal("T Tardy", "UA Unexcused Absence");

        var again = await served.AskAsync("PATCH", added.Location!, new { Destination = destination, MostTimesUsual = 9 }, match: added.ETag);
        again.Status.Should().Be(HttpStatusCode.OK, again.Text);
        again.Json.GetProperty("Destination").GetRawText().Should().Be(destination.GetRawText());
        foreach (var (name, value) in new[] { ("AttendedCategory", "Here"), ("StudentId", "StateId"), ("Key", "district"), ("TokenPath", "oauth/token"), ("DataPath", "data/v3") })
            destination.GetProperty(name).GetString().Should().Be(value);
        (await served.AskAsync("DELETE", added.Location!, match: "*")).Status.Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Connector_IsRefused_WhenAnotherHasItsNameOrItsFiles()
    {
        await served.AddAsync("first", new { FileName = "t_{run:000}.csv" });
        object Form(string name, string pattern, string path) => new { Name = name, Layout = "k12sync-csv", FileName = pattern, Destination = new { Type = "folder", Path = path } };

        (await served.AskAsync("POST", "Connectors", Form("first", "else_{run}.csv", served.Folder("first")))).Should().Match<Told>(t => t.Status == HttpStatusCode.Conflict && t.Target == "Name");
        var met = await served.AskAsync("POST", "Connectors", Form("second", "T_{run}.csv", "./" + served.Folder("first") + "/"));
        met.Should().Match<Told>(t => t.Status == HttpStatusCode.Conflict && t.Target == "FileName");
        met.Message.Should().Contain("Connector first puts files named");
        (await served.AskAsync("POST", "Connectors", Form("second", "T_{run}.csv", served.Folder("second")))).Status.Should().Be(HttpStatusCode.Created);
        var second = (await served.RowsAsync("it", "Connectors?$filter=Name eq 'second'"))[0].GetProperty("Id");
        (await served.AskAsync("PATCH", $"Connectors({second})", new { Destination = new { Type = "folder", Path = served.Folder("first") } }, match: "*")).Status.Should().Be(HttpStatusCode.Conflict);
        (await served.AskAsync("PATCH", $"Connectors({second})", new { FileName = "u_{run}.csv", Destination = new { Type = "folder", Path = served.Folder("first") } }, match: "*")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Connector_IsForDistrictItAlone()
    {
        var id = await served.AddAsync("guarded");
        string[] actions = ["Test", "Preview", "RunNow", "Pause", "Resume", "Release"];
        foreach (var key in new[] { "support", "reporter" })
        {
            foreach (var action in actions)
                (await served.AskAsync("POST", $"Connectors({id})/K12Sync.{action}", key: key)).Should().Match<Told>(t => t.Status == HttpStatusCode.Forbidden && t.Message.Contains("DistrictIT"), action);
            (await served.AskAsync("POST", $"Connectors({id})/K12Sync.SetSecret", new { Kind = "Password", Value = "x" }, key)).Status.Should().Be(HttpStatusCode.Forbidden);
            (await served.AskAsync("PATCH", $"Connectors({id})", new { MaxAgeDays = 1 }, key, "*")).Status.Should().Be(HttpStatusCode.Forbidden);
            (await served.AskAsync("DELETE", $"Connectors({id})", key: key, match: "*")).Status.Should().Be(HttpStatusCode.Forbidden);
            var seen = (await served.JsonAsync(key, $"Connectors({id})")).GetProperty("Destination");
            seen.GetProperty("Type").GetString().Should().Be("folder");
            seen.GetProperty("Path").ValueKind.Should().Be(JsonValueKind.Null, "where it delivers is for those who run it");
            (await served.RowsAsync(key, $"Connectors?$filter=Destination/Path ne null")).Should().BeEmpty();
        }
        foreach (var key in new[] { "lhs", "other" })
        {
            foreach (var action in actions)
                (await served.AskAsync("POST", $"Connectors({id})/K12Sync.{action}", key: key)).Status.Should().Be(HttpStatusCode.NotFound, action);
            (await served.AskAsync("PATCH", $"Connectors({id})", new { MaxAgeDays = 1 }, key, "*")).Status.Should().Be(HttpStatusCode.NotFound);
        }
        (await served.AskAsync("POST", "Connectors", new { Name = "y", Layout = "k12sync-csv" }, "lhs")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await served.AskAsync("POST", "Layouts", new { Name = "y", Definition = "{}" }, "lhs")).Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task SftpConnector_IsPinnedGivenItsKeyTestedAndRun_AndItsSecretsGoNowhereElse()
    {
        await using var server = await SshServer.StartAsync();
        var id = await served.AddAsync("far", new { Destination = new { Type = "sftp", Host = "127.0.0.1", server.Port, server.User, Path = server.RemotePath } });
        async Task<List<JsonElement>> TestAsync() => [.. (await served.AskAsync("POST", $"Connectors({id})/K12Sync.Test")).Json.GetProperty("value").EnumerateArray()];

        var unpinned = await TestAsync();
        unpinned[^1].GetProperty("Outcome").GetString().Should().Be("Failed");
        unpinned[^1].GetProperty("Name").GetString().Should().Be("Host key");
        (await served.AskAsync("POST", $"Connectors({id})/K12Sync.Pin", new { HostKey = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })).Should().Match<Told>(t => (int)t.Status == 422 && t.Message.Contains("not what you named"));
        var pinned = await served.AskAsync("POST", $"Connectors({id})/K12Sync.Pin", new { HostKey = server.HostKey() });
        pinned.Status.Should().Be(HttpStatusCode.OK, pinned.Text);
        pinned.Json.GetProperty("Destination").GetProperty("HostKeys").GetArrayLength().Should().Be(1);
        var secret = await File.ReadAllTextAsync(server.KeyFile, Now);
        (await served.AskAsync("POST", $"Connectors({id})/K12Sync.SetSecret", new { Kind = "Password", Value = "two\nlines" })).Should().Match<Told>(t => (int)t.Status == 422 && !t.Text.Contains("two"));
        var stored = await served.AskAsync("POST", $"Connectors({id})/K12Sync.SetSecret", new { Kind = "PrivateKey", Value = secret });
        stored.Json.GetProperty("HasPrivateKey").GetBoolean().Should().BeTrue();
        stored.Text.Should().NotContain(secret.Split('\n')[1]);
        (await TestAsync()).Should().OnlyContain(s => s.GetProperty("Outcome").GetString() != "Failed");
        Directory.EnumerateFileSystemEntries(server.Incoming).Should().BeEmpty("a test leaves nothing");

        var run = await served.RunAsync(id);

        run.GetProperty("Status").GetString().Should().BeOneOf("Succeeded", "SucceededWithHolds");
        run.GetProperty("Trigger").GetString().Should().Be("Manual");
        run.GetProperty("RowsRejected").ValueKind.Should().Be(JsonValueKind.Null);
        Path.GetFileName(Directory.EnumerateFiles(server.Incoming).Should().ContainSingle().Subject).Should().Be(run.GetProperty("Files")[0].GetProperty("FileName").GetString());
        (await served.JsonAsync("it", $"Connectors({id})")).GetProperty("LastSuccessAt").ValueKind.Should().Be(JsonValueKind.String);
        var moved = await served.AskAsync("PATCH", $"Connectors({id})", new { Destination = new { Type = "sftp", Host = "thief.sis.example", server.User, Path = "in" } }, match: "*");
        moved.Json.GetProperty("HasPrivateKey").GetBoolean().Should().BeFalse("a secret does not follow a connector to another server");
    }
}
