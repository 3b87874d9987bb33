using System.Text.Json;
using CsvHelper;

namespace K12Sync.EndToEnd.CommandLine;

public sealed class MapTests(SampleDistrict sample) : IDisposable
{
    private const string Header = "PassId,SchoolCode,StudentNumber,Date,Period,SisPeriodCode,MinutesLate,ExternalCode,Outcome,Reason";

    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Map_PrintsOneRowPerPassInOrderOfPassId_WhenCsvIsAskedFor()
    {
        var ran = sample.Map;
        (ran.ExitCode, ran.Err).Should().Be((0, ""));
        var rows = Read(ran.Bytes);
        string.Join(',', rows[0]).Should().Be(Header);
        rows.Should().HaveCount(51).And.OnlyContain(r => r.Length == 10);
        rows.Skip(1).Select(r => r[0]).Should().BeInAscendingOrder(StringComparer.Ordinal).And.OnlyHaveUniqueItems();
        ran.Out.Should().Contain("\r\nP-0050,RMS,0009012,2026-09-15,\"Block F (Band, Choir)\",F,11,Ta,Tardy,");
    }

    [Theory]
    [InlineData("P-0001", "LHS,0004401,2026-09-15,,,,,BeforeSchool")]
    [InlineData("P-0003", "LHS,0004403,2026-09-15,Period 1,01,0,T,Tardy")]
    [InlineData("P-0004", "LHS,0004404,2026-09-15,Zero Period,00,44,UA,Tardy")]
    [InlineData("P-0006", "LHS,0004417,2026-09-15,Period 2,02,25,,Duplicate")]
    [InlineData("P-0009", "LHS,0004406,2026-09-15,Period 1,01,15,,Voided")]
    [InlineData("P-0017", "LHS,0004413,2026-09-15,Period 2,02,6,,NoExternalCode")]
    [InlineData("P-0022", "LHS,0004415,2026-09-15,Advisory,,5,,PeriodTakesNoAttendance")]
    [InlineData("P-0024", "LHS,0004418,2026-09-15,Period 4,04,10,T,Tardy")]
    [InlineData("P-0031", "LHS,0004423,2026-09-15,Period 3,03,5,,Duplicate")]
    [InlineData("P-0039", "RMS,0009003,2026-09-15,Block B,B,0,,OnTime")]
    [InlineData("P-0047", "RMS,0009010,2026-09-16,,,,,NoScheduleSet")]
    public void Map_FillsTheColumns_AsTheRulesSay(string pass, string expected) =>
        sample.Map.Out.Should().Contain($"\r\n{pass},{expected},");

    [Fact]
    public async Task Map_PrintsTheSameRowsAsJson_WhenJsonIsAskedFor()
    {
        using var json = JsonDocument.Parse((await _desk.RunAsync("map", "--format", "json")).Bytes);
        var rows = json.RootElement.EnumerateArray().ToList();
        rows.Should().HaveCount(50);
        rows[0].EnumerateObject().Select(p => p.Name).Should().Equal(Header.Split(','));
        rows[0].GetProperty("MinutesLate").ValueKind.Should().Be(JsonValueKind.Null);
        rows[1].GetProperty("MinutesLate").GetInt32().Should().Be(12);
        rows[1].GetProperty("StudentNumber").GetString().Should().Be("0004402");
    }

    [Theory]
    [InlineData("--school RMS", 14)]
    [InlineData("--from 2026-09-16", 1)]
    [InlineData("--to 2026-09-14", 5)]
    [InlineData("--school LHS --from 2026-09-14 --to 2026-09-14", 3)]
    [InlineData("--from 2026-09-17", 0)]
    public async Task Map_LeavesOthersOut_WhenItIsNarrowed(string options, int passes) =>
        Read((await _desk.RunAsync(["map", "--format", "csv", .. options.Split(' ')])).Bytes).Should().HaveCount(1 + passes);

    [Fact]
    public async Task Map_StoresNothing_WhenDaysArePending()
    {
        _desk.Sql("UPDATE \"Passes\" SET \"Outcome\" = NULL");
        _desk.Sql("UPDATE \"BehaviorCodes\" SET \"ExternalCode\" = 'Tx' WHERE \"ExternalCode\" = 'Ta'");
        const string state = """
            SELECT (SELECT group_concat("Id" || ':' || "ChangeVersion") FROM "Passes") || (SELECT group_concat("Id" || ':' || "ChangeVersion") FROM "TardyRecords") || (SELECT count(*) FROM "PendingDays");
            """;
        var before = _desk.Sql(state);
        (await _desk.RunAsync("map", "--format", "csv")).Out.Should().Contain(",Tx,Tardy,");
        _desk.Sql(state).Should().Be(before);
        _desk.Sql("SELECT count(*) FROM \"Passes\" WHERE \"Outcome\" IS NOT NULL").Should().Be(0L);
    }

    [Fact]
    public async Task Map_SaysThereIsNoSuchSchool_WhenTheCodeIsWrong()
    {
        var ran = await _desk.RunAsync("map", "--school", "lhs");
        (ran.ExitCode, ran.Out).Should().Be((1, ""));
        ran.Err.Should().Contain("There is no school 'lhs'.");
    }

    private static List<string[]> Read(byte[] csv)
    {
        using var stream = new MemoryStream(csv);
        using var reader = CsvReader.Create(stream, new CsvReaderOptions { Separator = ',', HasHeader = false }, leaveOpen: true);
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }
}
