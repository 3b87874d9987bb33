using System.Text.Json;
using System.Text.RegularExpressions;
using K12Sync.EndToEnd.OData;

namespace K12Sync.EndToEnd.Clients;

/// <summary>Clients nobody here wrote. Each script prints what it got as one line of JSON; that must be what a plain request gets.</summary>
[Collection("served on SQLite")]
public sealed partial class ClientTests(ServedOnSqlite served) : IClassFixture<NodeTools>
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private string[] Address => [served.Root + "odata", served.Keys["it"]];

    [Fact]
    public async Task GeneratedClient_CompilesAndReads_WhenOdata2tsMadeItFromTheMetadata()
    {
        var metadata = await WriteMetadataAsync();
        await NodeTools.PackageAsync("odata2ts", "-s", metadata, "-o", "generated", "-m", "service", "-e", "ts", "-name", "k12sync");
        await NodeTools.PackageAsync("tsc", "-p", ".");

        var got = JsonDocument.Parse(await NodeTools.ScriptAsync(Path.Combine("built", "typed.js"), Address)).RootElement;

        var late = await LateAsync("$expand=Student");
        got.GetProperty("count").GetInt32().Should().Be(late.GetProperty("@odata.count").GetInt32());
        got.GetProperty("late").EnumerateArray().Select(r => $"{r[0]} {r[1]} {r[2]}").Should()
            .Equal(late.GetProperty("value").EnumerateArray().Select(r => $"{r.GetProperty("Id")} {r.GetProperty("Student").GetProperty("LastName")} {r.GetProperty("MinutesLate")}"));
        got.GetProperty("day").GetString().Should().Be("Regular");
        got.GetProperty("schedules").EnumerateArray().Select(s => s.GetString()).Should().Contain("Regular");
    }

    [Fact]
    public async Task OdataQuery_GetsWhatItAsksFor()
    {
        var got = JsonDocument.Parse(await NodeTools.ScriptAsync("odata-query.mjs", Address)).RootElement;

        var late = await LateAsync("$expand=School");
        var count = late.GetProperty("@odata.count").GetInt32();
        got.GetProperty("count").GetInt32().Should().Be(count);
        got.GetProperty("byPeriod").GetInt32().Should().Be(count);
        got.GetProperty("late").EnumerateArray().Select(r => $"{r[0]} {r[1]} {r[2]}").Should()
            .Equal(late.GetProperty("value").EnumerateArray().Select(r => $"{r.GetProperty("Id")} {r.GetProperty("School").GetProperty("Code")} {r.GetProperty("MinutesLate")}"));
        got.GetProperty("day").GetString().Should().Be("Regular");
        got.GetProperty("sent").GetInt32().Should().Be((await served.JsonAsync("it", "TardyRecords?$filter=DeliveryStatus eq 'Delivered'&$count=true&$top=0")).GetProperty("@odata.count").GetInt32());
    }

    [Fact]
    public async Task OdataClient_ReadsRowsKeysAndCounts()
    {
        var got = JsonDocument.Parse(await NodeTools.ScriptAsync("odata-client.cjs", Address)).RootElement;

        var late = await LateAsync("$select=MinutesLate");
        got.GetProperty("count").GetInt32().Should().Be(late.GetProperty("@odata.count").GetInt32());
        got.GetProperty("late").EnumerateArray().Select(m => m.GetInt32()).Should().Equal(late.GetProperty("value").EnumerateArray().Select(r => r.GetProperty("MinutesLate").GetInt32()));
        got.GetProperty("school").GetString().Should().Be("LHS");
        got.GetProperty("codes").GetInt32().Should().Be((await served.RowsAsync("it", "BehaviorCodes?$filter=Code eq 'TDY'")).Count);
    }

    [Fact]
    public async Task Metadata_IsUnderstood_ByOdataCsdlAndOdataOpenapi()
    {
        var got = JsonDocument.Parse(await NodeTools.ScriptAsync("csdl.cjs", await WriteMetadataAsync())).RootElement;

        got.GetProperty("version").GetString().Should().Be("4.0");
        got.GetProperty("messages").GetArrayLength().Should().Be(0, got.ToString());
        got.GetProperty("sets").EnumerateArray().Select(s => s.GetString()).Should().Equal(served.Sets.Keys);
        var theirs = got.GetProperty("paths").EnumerateArray().Select(p => p.GetString()!).ToHashSet();
        var ours = (await served.JsonAsync("it", "/openapi.json")).GetProperty("paths").EnumerateObject().Select(p => p.Name);
        ours.Where(p => !p.StartsWith("/$", StringComparison.Ordinal)).Select(KeysAsSegments).Should().BeSubsetOf(theirs, "both describe the same service");
    }

    /// <summary><c>/Set(A={A},B={B})</c> as <c>/Set/{A}/{B}</c>: both are understood, and odata-openapi chooses the latter.</summary>
    private static string KeysAsSegments(string path) => Key().Replace(path, key => "/" + string.Join('/', key.Groups[1].Value.Split(',').Select(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..])));

    [GeneratedRegex(@"(?<=^/\w+)\(([^)]+)\)")]
    private static partial Regex Key();

    private Task<JsonElement> LateAsync(string more) => served.JsonAsync("it", $"TardyRecords?$filter=MinutesLate ge 10&$orderby=MinutesLate desc,Id&$top=3&$count=true&{more}");

    private async Task<string> WriteMetadataAsync()
    {
        using var answer = await served.GetAsync("it", "$metadata");
        var file = Path.Combine(NodeTools.Folder, "generated", "metadata.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, await answer.Content.ReadAsStringAsync(Now), Now);
        return file;
    }
}
