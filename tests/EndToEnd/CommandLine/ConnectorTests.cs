namespace K12Sync.EndToEnd.CommandLine;

public sealed class ConnectorTests(SampleDistrict sample) : IDisposable
{
    private const string To = "\"layout\":\"k12sync-csv\",\"destination\":{\"type\":\"folder\",\"path\":\"o\"}";

    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData("{\"name\":\"x\"", "line 2*")]
    [InlineData("[]", "*A connector is a JSON object*")]
    [InlineData("null", "*A connector is a JSON object*")]
    [InlineData("{" + To + "}", "*\"name\" is missing*")]
    [InlineData("{\"name\":\"x\"}", "*\"layout\" is missing*")]
    [InlineData("{\"name\":\"x\",\"layout\":\"k12sync-csv\"}", "*\"destination\" must be like*")]
    [InlineData("{\"name\":\"x\",\"layout\":\"k12sync-csv\",\"destination\":\"o\"}", "*The value of \"destination\" is not of the kind*")]
    [InlineData("{\"name\":\"x\",\"layout\":\"csv\",\"destination\":{\"type\":\"folder\",\"path\":\"o\"}}", "*There is no layout 'csv'. There is:*k12sync-csv*")]
    [InlineData("{\"name\":\"x\"," + To + ",\"shools\":[\"LHS\"]}", "*\"shools\" is not a setting of a connector.*")]
    [InlineData("{\"name\":\"x\"," + To + ",\"schools\":[\"XYZ\"]}", "*There is no school 'XYZ'.")]
    [InlineData("{\"name\":\"x\"," + To + ",\"codes\":[\"XYZ\"]}", "*There is no behavior code 'XYZ'.")]
    [InlineData("{\"name\":\"x\"," + To + ",\"maxAgeDays\":\"two\"}", "*The value of \"maxAgeDays\" is not of the kind*")]
    [InlineData("{\"name\":\"x\"," + To + ",\"fileName\":\"../x{run}.csv\"}", "*A file name must not hold '/'.")]
    [InlineData("{\"name\":\"sis\"," + To + "}", "*another connector 'sis' already*")]
    public async Task ConnectorAdd_SaysWhatIsWrong_WhenTheFileIsWrong(string json, string reason)
    {
        var file = _desk.Write("c.json", json);
        var ran = await _desk.RunAsync("connector", "add", file);
        (ran.ExitCode, ran.Out).Should().Be((1, ""));
        ran.Err.Should().StartWith($"k12sync: {file}: ").And.NotContain("K12Sync.").And.NotContain("System.").And.NotContain("   at ");
        ran.Err.Trim()[$"k12sync: {file}: ".Length..].Should().Match(reason);
    }

    [Fact]
    public async Task Connector_IsListedAndPreviewed_WhenItWasAdded()
    {
        var file = _desk.Write("c.json", "{\"name\":\"rms\"," + To + ",\"schools\":[\"RMS\"],\"codes\":[\"TBUS\"],\"fileName\":\"{school}.csv\",\"oneFilePer\":\"School\"}");
        (await _desk.RunAsync("connector", "add", file)).Out.Should().StartWith("Added connector rms");
        (await _desk.RunAsync("connector", "add", file)).Out.Should().Contain("nothing was changed");
        (await _desk.RunAsync("connector", "list")).Out.Should().MatchRegex(@"\| rms +\| k12sync-csv +\| folder o +\| RMS +\| TBUS");
        var preview = await _desk.RunAsync("connector", "preview", "rms");
        preview.Out.Should().Be("SchoolCode,StudentNumber,Date,Period,SisPeriodCode,ExternalCode,MinutesLate,PassId,IssuedAt\r\n"
            + "RMS,0009009,2026-09-15,Block D,D,TB,9,P-0045,2026-09-15T13:10:00-05:00\r\n");
        preview.Err.Should().StartWith("RMS.csv: 1 row");
    }

    [Fact]
    public async Task Connector_NamesThoseThereAre_WhenTheNameIsWrong()
    {
        var ran = await _desk.RunAsync("export", "--connector", "SIS");
        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain("There is no connector 'SIS'. There is: sis, texas.");
    }
}
