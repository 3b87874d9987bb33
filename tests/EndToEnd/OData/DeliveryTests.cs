using System.Net;
using System.Text.Json;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.EndToEnd.OData;

public sealed class DeliveriesOnSqlite(DeliveringOnSqlite served) : DeliveryTests(served), IClassFixture<DeliveringOnSqlite>;

public sealed class DeliveriesOnPostgres(DeliveringOnPostgres served) : DeliveryTests(served), IClassFixture<DeliveringOnPostgres>;

/// <summary>What people decide about runs, files, layouts and corrections over HTTP, and what a program sees of it that follows changes.</summary>
public abstract class DeliveryTests(DeliveringDistricts served)
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunNow_IsRefused_WhileTheConnectorRunsOrIsHeld()
    {
        var id = await served.AddAsync("busy");
        await using (var lease = await new RunLeases(served.Rows, served.District, TimeProvider.System).TakeAsync(id, Now))
        {
            var busy = await served.AskAsync("POST", $"Connectors({id})/K12Sync.RunNow");
            busy.Status.Should().Be(HttpStatusCode.Conflict, busy.Text);
            busy.Message.Should().Contain("Already claimed: process");
        }
        await using (var db = served.Open())
        {
            (await db.Connectors.SingleAsync(c => c.Id == id, Now)).HoldBack(new ConnectorHold(ConnectorHoldKind.TooManyRows, "It would send 500 rows; 5 are usual."), DateTimeOffset.UnixEpoch);
            await db.SaveChangesAsync(Now);
        }
        (await served.AskAsync("POST", $"Connectors({id})/K12Sync.RunNow")).Should().Match<Told>(t => t.Status == HttpStatusCode.Conflict && t.Message.Contains("500 rows"));
        (await served.JsonAsync("it", $"Connectors({id})")).GetProperty("Hold").GetString().Should().Be("TooManyRows");
        var released = await served.AskAsync("POST", $"Connectors({id})/K12Sync.Release", new { Rows = 1000 });
        released.Json.GetProperty("Hold").ValueKind.Should().Be(JsonValueKind.Null);
        var paused = await served.AskAsync("POST", $"Connectors({id})/K12Sync.Pause", new { Until = "2030-01-31" });
        paused.Json.GetProperty("PausedUntil").GetString().Should().Be("2030-01-31");
        (await served.AskAsync("POST", $"Connectors({id})/K12Sync.Resume")).Json.GetProperty("PausedAt").ValueKind.Should().Be(JsonValueKind.Null);

        var preview = (await served.AskAsync("POST", $"Connectors({id})/K12Sync.Preview", new { Lines = 2 })).Json.GetProperty("Files")[0];
        preview.GetProperty("Lines")[0].GetString().Should().StartWith("SchoolCode,StudentNumber");
        preview.GetProperty("Lines").GetArrayLength().Should().Be(2);
        (await served.JsonAsync("it", $"Connectors({id})/K12Sync.Waiting()")).GetProperty("Rows").GetInt64().Should().BePositive();
        var run = await served.RunAsync(id);
        run.GetProperty("Files")[0].GetProperty("Sha256").GetString().Should().Be(preview.GetProperty("Sha256").GetString());
        served.FilesIn("busy").Should().ContainSingle();
        (await served.JsonAsync("it", $"Connectors({id})/K12Sync.Waiting()")).GetProperty("Rows").GetInt64().Should().Be(0);
        (await served.RunAsync(id)).GetProperty("Files").GetArrayLength().Should().Be(0, "nothing new is owed");
    }

    [Fact]
    public async Task Connector_ChangesForWhoeverFollowsChanges_WithItsRunsAndSecrets_AndItsETagStays()
    {
        var id = await served.AddAsync("followed");
        var (seen, tag) = await StampsAsync();
        (await ChangedSinceAsync(seen)).Should().BeFalse();

        await served.RunAsync(id);
        (await ChangedSinceAsync(seen)).Should().BeTrue("LastSuccessAt is another");
        (seen, var same) = await StampsAsync();
        same.Should().Be(tag, "nobody has changed what it is to do");
        (await served.AskAsync("POST", $"Connectors({id})/K12Sync.SetSecret", new { Kind = "Password", Value = "x" })).Status.Should().Be(HttpStatusCode.OK);
        (await ChangedSinceAsync(seen)).Should().BeTrue("HasPassword is another");
        (seen, _) = await StampsAsync();
        await using (var db = served.Open())
            await new ExportLedger(db, TimeProvider.System).UnconfirmedAsync(await db.ExportBatches.Where(b => b.ConnectorId == id).Select(b => b.Id).SingleAsync(Now), "Nobody knows.", Now);
        (await ChangedSinceAsync(seen)).Should().BeTrue("FilesUnconfirmed is another");

        async Task<(long Change, string? Tag)> StampsAsync() =>
            await served.AskAsync("GET", $"Connectors({id})") is var told ? (told.Json.GetProperty("ChangeVersion").GetInt64(), told.ETag) : default;

        async Task<bool> ChangedSinceAsync(long stamp) =>
            (await served.RowsAsync("it", $"Connectors?$filter=ChangeVersion gt {stamp}&$orderby=ChangeVersion&$select=Id,ChangeVersion")).Exists(r => r.GetProperty("Id").GetInt64() == id);
    }

    [Fact]
    public async Task RunNow_MakesOneRun_WhenManyAskAtOnce()
    {
        var id = await served.AddAsync("crowd");

        var told = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => served.AskAsync("POST", $"Connectors({id})/K12Sync.RunNow")));

        told.Should().OnlyContain(t => t.Status == HttpStatusCode.Accepted || t.Status == HttpStatusCode.Conflict);
        foreach (var begun in told.Where(t => t.Status == HttpStatusCode.Accepted))
            (await served.EndOfAsync(begun.Location!)).GetProperty("Status").GetString().Should().StartWith("Succeeded");
        served.FilesIn("crowd").Should().ContainSingle("nothing is sent twice");
    }

    [Fact]
    public async Task UnconfirmedFiles_AreConfirmedOrSentAgain_EachByItsName()
    {
        var id = await served.AddAsync("doubt", new { OneFilePer = "School", FileName = "{school}_{run}.csv" });
        var run = await served.RunAsync(id);
        var names = run.GetProperty("Files").EnumerateArray().Select(f => f.GetProperty("FileName").GetString()!).ToList();
        names.Should().HaveCount(2);
        await using (var db = served.Open())
            foreach (var batch in await db.ExportBatches.Where(b => b.ConnectorId == id).Select(b => b.Id).ToListAsync(Now))
                await new ExportLedger(db, TimeProvider.System).UnconfirmedAsync(batch, "It left here and cannot be seen there.", Now);
        var url = $"SyncRuns({run.GetProperty("Id")})/K12Sync.";
        (await served.JsonAsync("it", $"Connectors({id})")).GetProperty("FilesUnconfirmed").GetInt32().Should().Be(2);

        (await served.AskAsync("POST", url + "Confirm", key: "reporter")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await served.AskAsync("POST", url + "Confirm", key: "other")).Status.Should().Be(HttpStatusCode.NotFound);
        (await served.AskAsync("POST", url + "Confirm")).Should().Match<Told>(t => (int)t.Status == 422 && t.Message.Contains(names[1]));
        (await served.AskAsync("POST", url + "Confirm", new { FileName = "nothing.csv" })).Should().Match<Told>(t => (int)t.Status == 422 && t.Message.Contains("no file of that name"));
        var confirmed = await served.AskAsync("POST", url + "Confirm", new { FileName = names[0] });
        confirmed.Json.GetProperty("Files").EnumerateArray().Select(f => f.GetProperty("Status").GetString()).Should().Equal("Delivered", "DeliveredUnconfirmed");
        (await served.AskAsync("POST", url + "Confirm", new { FileName = names[0] })).Status.Should().Be(HttpStatusCode.Conflict);

        var path = served.FilesIn("doubt").Single(f => Path.GetFileName(f) == names[1]);
        var bytes = await File.ReadAllBytesAsync(path, Now);
        File.Delete(path);
        var again = await served.AskAsync("POST", url + "Retry");
        again.Status.Should().Be(HttpStatusCode.Accepted, again.Text);
        (await served.EndOfAsync(again.Location!)).GetProperty("Status").GetString().Should().StartWith("Succeeded");
        (await File.ReadAllBytesAsync(path, Now)).Should().Equal(bytes, "the same bytes under the same name");
        (await served.AskAsync("POST", url + "Retry")).Should().Match<Told>(t => t.Status == HttpStatusCode.Conflict && t.Message.Contains("nothing to try again"));
    }

    [Fact]
    public async Task AFailedRun_IsTriedAgain_WithTheSameBytes()
    {
        var id = await served.AddAsync("blocked");
        var blocked = Path.Combine(served.Data, served.Folder("blocked"));
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "a file where the folder should be", Now);
        var failed = await served.RunAsync(id);
        failed.GetProperty("Status").GetString().Should().Be("Failed", failed.GetRawText());
        File.Delete(blocked);

        var again = await served.AskAsync("POST", $"SyncRuns({failed.GetProperty("Id")})/K12Sync.Retry");

        again.Status.Should().Be(HttpStatusCode.Accepted, again.Text);
        (await served.EndOfAsync(again.Location!)).GetProperty("Status").GetString().Should().StartWith("Succeeded");
        served.FilesIn("blocked").Should().ContainSingle();
    }

    [Fact]
    public async Task Corrections_AreTickedOff_ByThoseWhoMaySeeThem()
    {
        var rows = await served.RowsAsync("it", "ManualCorrections?$filter=DoneAt eq null&$expand=School");
        var (mine, foreign) = (rows.Single(r => r.GetProperty("School").GetProperty("Code").GetString() == "LHS").GetProperty("Id"), rows.Single(r => r.GetProperty("School").GetProperty("Code").GetString() == "RMS").GetProperty("Id"));

        (await served.AskAsync("POST", $"ManualCorrections({mine})/K12Sync.Done", key: "support")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await served.AskAsync("POST", $"ManualCorrections({foreign})/K12Sync.Done", key: "lhs")).Status.Should().Be(HttpStatusCode.NotFound);
        (await served.AskAsync("POST", "ManualCorrections/K12Sync.TickOff", $$"""{"Ids":[{{mine}},{{foreign}}]}""", "lhs")).Should().Match<Told>(t => t.Status == HttpStatusCode.Conflict && t.Message.Contains($"{foreign}"));
        (await served.JsonAsync("it", $"ManualCorrections({mine})")).GetProperty("DoneAt").ValueKind.Should().Be(JsonValueKind.Null, "all or none");
        (await served.AskAsync("POST", $"ManualCorrections({mine})/K12Sync.Done", key: "lhs")).Json.GetProperty("DoneAt").ValueKind.Should().Be(JsonValueKind.String);
        (await served.AskAsync("POST", "ManualCorrections/K12Sync.TickOff", $$"""{"Ids":[{{mine}},{{foreign}}]}""")).Status.Should().Be(HttpStatusCode.NoContent);
        (await served.JsonAsync("it", $"ManualCorrections({foreign})")).GetProperty("DoneAt").ValueKind.Should().Be(JsonValueKind.String);
    }

    [Fact]
    public async Task Layouts_AreAddedChecked_AndShownOnRealRows()
    {
        var presets = await served.RowsAsync("it", "Layouts?$filter=IsPreset&$orderby=Id desc");
        presets.Select(p => p.GetProperty("Name").GetString()).Should().StartWith("k12sync-csv").And.Contain("aeries");
        (await served.JsonAsync("it", "Layouts(Name='aeries',Number=0)")).GetProperty("Definition").GetString().Should().Contain("Student ID");
        var definition = presets[0].GetProperty("Definition").GetString()!;

        var odd = await served.AskAsync("POST", "Layouts", new { Name = "ours", Definition = definition.Replace("\"StudentNumber\"", "\"Blank\"", StringComparison.Ordinal).Replace("\"Date\"", "\"Blank\"", StringComparison.Ordinal) });
        ((int)odd.Status).Should().Be(422, odd.Text);
        odd.Error.GetProperty("details").EnumerateArray().Select(d => d.GetProperty("message").GetString()).Should().Contain("No column says which student: add StudentNumber or StateId.").And.Contain("No column says which day: add Date.");
        ((int)(await served.AskAsync("POST", "Layouts", new { Name = "ours", Definition = "{\"colums\": []}" })).Status).Should().Be(422);
        var first = await served.AskAsync("POST", "Layouts", new { Name = "ours", Definition = definition });
        first.Status.Should().Be(HttpStatusCode.Created, first.Text);
        first.Json.GetProperty("Number").GetInt32().Should().Be(1);
        (await served.AskAsync("POST", "Layouts", new { Name = "ours", Definition = definition })).Status.Should().Be(HttpStatusCode.OK, "the newest version says just that");
        var second = await served.AskAsync("POST", "Layouts", new { Name = "ours", Definition = definition.Replace("\"delimiter\":\",\"", "\"delimiter\":\";\"", StringComparison.Ordinal) });
        second.Json.GetProperty("Number").GetInt32().Should().Be(2);
        (await served.AskAsync("DELETE", first.Location!, match: "*")).Status.Should().Be(HttpStatusCode.MethodNotAllowed, "what was sent by it was sent by it");

        await served.AddAsync("looker");
        foreach (var (layout, start) in new[] { (second.Location!, "SchoolCode;"), ("Layouts(Name='eschoolplus',Number=0)", "") })
        {
            var preview = await served.AskAsync("POST", layout + "/K12Sync.Preview", new { Connector = "looker", Lines = 3 });
            preview.Json.GetProperty("Files")[0].GetProperty("Lines")[0].GetString().Should().StartWith(start, preview.Text);
        }
        ((int)(await served.AskAsync("POST", second.Location! + "/K12Sync.Preview", new { Connector = "nobody" })).Status).Should().Be(422);
    }

    [Fact]
    public async Task WhoFollowsChanges_SeesEachChangeOfARecordsDelivery()
    {
        async Task<(long Until, Dictionary<long, string?> Seen)> SinceAsync(long since)
        {
            var rows = await served.RowsAsync("it", $"TardyRecords?$filter=ChangeVersion gt {since}&$orderby=ChangeVersion&$select=Id,DeliveryStatus,ChangeVersion");
            return (rows.Count == 0 ? since : rows[^1].GetProperty("ChangeVersion").GetInt64(), rows.ToDictionary(r => r.GetProperty("Id").GetInt64(), r => r.GetProperty("DeliveryStatus").GetString()));
        }
        async Task<Dictionary<long, long>> VersionsAsync() => (await served.RowsAsync("it", "TardyRecords")).ToDictionary(r => r.GetProperty("Id").GetInt64(), r => r.GetProperty("Version").GetInt64());
        var (versions, (until, all)) = (await VersionsAsync(), await SinceAsync(0));
        var present = (await served.RowsAsync("it", "TardyRecords?$filter=not Withdrawn&$select=Id")).ConvertAll(r => r.GetProperty("Id").GetInt64());

        // Held: the sample's days are long past.
        var id = await served.AddAsync("follower", new { MaxAgeDays = 1 });
        await served.RunAsync(id);
        (until, all) = await SinceAsync(until);
        all.Keys.Should().BeEquivalentTo(present);
        all.Values.Should().OnlyContain(s => s == "Held");
        (await served.JsonAsync("it", $"Connectors({id})")).GetProperty("RecordsHeld").GetInt32().Should().Be(present.Count);
        (await served.RunAsync(id)).GetProperty("RowsHeld").GetInt32().Should().Be(present.Count);
        (await SinceAsync(until)).Seen.Should().BeEmpty("still held is no change");

        // Let go, and delivered.
        (await served.AskAsync("PATCH", $"Connectors({id})", new { MaxAgeDays = (int?)null }, match: "*")).Status.Should().Be(HttpStatusCode.OK);
        await served.RunAsync(id);
        (until, all) = await SinceAsync(until);
        all.Keys.Should().BeEquivalentTo(present);
        all.Values.Should().OnlyContain(s => s == "Delivered");

        // Held by another, which then is no more.
        var other = await served.AddAsync("short", new { MaxAgeDays = 1 });
        await served.RunAsync(other);
        (until, all) = await SinceAsync(until);
        all.Values.Should().OnlyContain(s => s == "Held").And.HaveCount(present.Count);
        (await served.AskAsync("DELETE", $"Connectors({other})", match: "*")).Status.Should().Be(HttpStatusCode.NoContent);
        (until, all) = await SinceAsync(until);
        all.Keys.Should().BeEquivalentTo(present);
        all.Values.Should().OnlyContain(s => s == "Delivered");

        // Unconfirmed.
        await using var db = served.Open();
        await new ExportLedger(db, TimeProvider.System).UnconfirmedAsync(await db.ExportBatches.Where(b => b.ConnectorId == id).Select(b => b.Id).SingleAsync(Now), "Nobody knows.", Now);
        (until, all) = await SinceAsync(until);
        all.Values.Should().Contain("Unconfirmed");
        (await VersionsAsync()).Should().Equal(versions, "what lines settle has not changed");
    }
}
