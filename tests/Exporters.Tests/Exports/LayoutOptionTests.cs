using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Exporters.Exports;
using static K12Sync.Domain.Exports.LayoutField;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>Each option of a layout, and what it makes of a file. Line ends are written as ␍␊, a tab as ⇥.</summary>
public sealed class LayoutOptionTests
{
    private static readonly TardyLine Plain = Tardy(1, "0042") with { SisSchoolCode = "310", StateId = "S-1" };

    private static LayoutDefinition Layout(params LayoutColumn[] columns) => new([.. columns, new("D", Date), new("C", ExternalCode), new("P", SisPeriodCode)]) { Header = false };

    private static Task<RenderedDebt> RenderAsync(LayoutDefinition layout, params TardyLine[] lines) => LayoutFile.RenderAsync(new Layout("ours", 1, layout), lines);

    private static async Task<byte[]> BytesAsync(LayoutDefinition layout, params TardyLine[] lines) => (await RenderAsync(layout, lines)).Files.Single().Content;

    /// <summary>The first cell of a file with one row, where <paramref name="column"/> is the first column.</summary>
    private static async Task<string> CellAsync(LayoutColumn column, TardyLine line)
    {
        LayoutColumn[] student = column.Field is StudentNumber or StateId ? [] : [new("Who", StudentNumber)];
        return Encoding.UTF8.GetString(await BytesAsync(Layout([column, .. student]), line)).Split(',')[0];
    }

    private static string Visible(byte[] bytes) => Encoding.UTF8.GetString(bytes).Replace("\r", "␍").Replace("\n", "␊").Replace("\t", "⇥");

    public static TheoryData<string, LayoutDefinition> Files => new()
    {
        { "S,D,C,P␍␊0042,2026-09-08,T,1␍␊", Layout(new LayoutColumn("S", StudentNumber)) with { Header = true } },
        { "0042,2026-09-08,T,1␍␊", Layout(new LayoutColumn("S", StudentNumber)) },
        { "0042,2026-09-08,T,1␊", Layout(new LayoutColumn("S", StudentNumber)) with { LineEnd = LineEnd.Lf } },
        { "0042,2026-09-08,T,1", Layout(new LayoutColumn("S", StudentNumber)) with { FinalNewline = false } },
        { "0042⇥2026-09-08⇥T⇥1␍␊", Layout(new LayoutColumn("S", StudentNumber)) with { Delimiter = '\t' } },
        { "0042|2026-09-08|T|1␍␊", Layout(new LayoutColumn("S", StudentNumber)) with { Delimiter = '|' } },
        { "0042-\"2026-09-08\"-T-1␍␊", Layout(new LayoutColumn("S", StudentNumber)) with { Delimiter = '-' } },
        { "\"0042\",\"\",\"2026-09-08\",\"T\",\"1\"␍␊", Layout(new("S", StudentNumber), new("B", Blank)) with { Quoting = Quoting.All } },
        { "\"S\",\"a \"\"b\"\"\",\"D\",\"C\",\"P\"␊\"0042\",\"\",\"2026-09-08\",\"T\",\"1\"", Layout(new("S", StudentNumber), new("a \"b\"", Blank)) with { Header = true, Quoting = Quoting.All, LineEnd = LineEnd.Lf, FinalNewline = false } },
        { "\"a,b\",S,D,C,P␍␊,0042,2026-09-08,T,1␍␊", Layout(new("a,b", Blank), new("S", StudentNumber)) with { Header = true } },
        { "\uFEFF0042,2026-09-08,T,1␍␊", Layout(new LayoutColumn("S", StudentNumber)) with { ByteOrderMark = true } },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_HasTheForm(string expected, LayoutDefinition layout) => Visible(await BytesAsync(layout, Plain)).Should().Be(expected);

    public static TheoryData<string, LayoutColumn> Cells => new()
    {
        { "", new("X", Blank) },
        { "O", new("X", Constant, "O") },
        { "LHS", new("X", SchoolCode) },
        { "310", new("X", SisSchoolCode) },
        { "0042", new("X", StudentNumber) },
        { "S-1", new("X", StateId) },
        { "8/9/26", new("X", Date, Format: "d/M/yy") },
        { "08-Sep-2026", new("X", Date, Format: "dd-MMM-yyyy") },
        { "8 September", new("X", Date, Format: "d MMMM") },
        { "2026", new("X", SchoolYearStarting) },
        { "2027", new("X", SchoolYearEnding) },
        { "Period 1", new("X", PeriodName) },
        { "1", new("X", PeriodNumber) },
        { "7", new("X", MinutesLate) },
        { "P1", new("X", PassId) },
        { "2026-09-08T08:07:00-05:00", new("X", IssuedAt) },
        { "8:07 AM", new("X", IssuedAt, Format: "h:mm tt") },
        { "20260908 080700", new("X", IssuedAt, Format: "yyyyMMdd HHmmss") },
        { "at 8", new("X", IssuedAt, Format: "'at' H") },
        { "7 min in Period 1 at 08:07 (P1)", new("X", Comment, "{minutes} min in {period} at {time} ({pass})") },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Cell_HoldsTheField(string expected, LayoutColumn column) => (await CellAsync(column, Plain)).Should().Be(expected);

    [Theory]
    [InlineData("2026-06-30", "2025", "2026")]
    [InlineData("2026-07-01", "2026", "2027")]
    [InlineData("2027-01-01", "2026", "2027")]
    public async Task SchoolYear_TurnsInJuly(string day, string starting, string ending)
    {
        var line = Tardy(1, "0042", issued: day + " 08:07:00");

        (await CellAsync(new("X", SchoolYearStarting), line)).Should().Be(starting);
        (await CellAsync(new("X", SchoolYearEnding), line)).Should().Be(ending);
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("02", "2")]
    [InlineData("00", "0")]
    [InlineData("10", "10")]
    public async Task PeriodNumber_IsTheCodeWithoutLeadingZeros(string code, string expected) =>
        (await CellAsync(new("X", PeriodNumber), Tardy(1, "0042", code))).Should().Be(expected);

    [Theory]
    [InlineData(FileEncoding.Utf8, "é€😀", "C3A9 E282AC F09F9880")]
    [InlineData(FileEncoding.Windows1252, "é€Ž", "E9 80 8E")]
    [InlineData(FileEncoding.Latin1, "éÿ", "E9 FF")]
    [InlineData(FileEncoding.Ascii, "e~", "65 7E")]
    [InlineData(FileEncoding.Utf16, "é😀", "E900 3DD8 00DE")]
    public async Task Encoding_MakesExactlyTheseBytes(FileEncoding encoding, string text, string bytes)
    {
        var file = await BytesAsync(Layout(new LayoutColumn("S", StudentNumber)) with { Encoding = encoding, Delimiter = ',' }, Plain with { StudentNumber = text });

        Convert.ToHexString(file).Should().StartWith(bytes.Replace(" ", "", StringComparison.Ordinal) + "2C");
    }

    [Theory]
    [InlineData(FileEncoding.Windows1252, "a\u0142", "a character that Windows-1252 does not have at position 2")]
    [InlineData(FileEncoding.Windows1252, "\u0081", "a character that Windows-1252 does not have at position 1")]
    [InlineData(FileEncoding.Latin1, "€", "a character that ISO-8859-1 does not have at position 1")]
    [InlineData(FileEncoding.Ascii, "é", "a character that US-ASCII does not have at position 1")]
    [InlineData(FileEncoding.Ascii, "a😀", "a character that US-ASCII does not have at position 2")]
    [InlineData(FileEncoding.Utf16, "\0", "a NUL character at position 1")]
    public async Task Row_IsHeld_WhenTheEncodingLacksACharacter(FileEncoding encoding, string text, string what)
    {
        var debt = await RenderAsync(Layout(new LayoutColumn("S", StudentNumber)) with { Encoding = encoding }, Plain with { StudentNumber = text });

        var held = debt.Held.Should().ContainSingle().Subject;
        (held.Reason, held.Explanation).Should().Be((HoldReason.NotEncodable, $"The student number holds {what}, which the file cannot carry unaltered."));
        debt.Files.Should().BeEmpty();
    }

    [Theory]
    [InlineData("a\tb", "a tab at position 2")]
    [InlineData("ab\r\n", "a line break at position 3")]
    [InlineData("\"", "a quote at position 1")]
    public async Task Row_IsHeld_WhenAValueNeedsQuotesAndThereAreNone(string text, string what)
    {
        var debt = await RenderAsync(Layout(new LayoutColumn("S", StudentNumber)) with { Delimiter = '\t', Quoting = Quoting.None }, Plain with { StudentNumber = text });

        debt.Held.Should().ContainSingle().Which.Explanation.Should().Contain($"{what}, which a file without quotes");
    }

    [Fact]
    public async Task Row_IsHeld_WhenAValueIsTooLong_AndTheOthersAreSent()
    {
        var debt = await RenderAsync(Layout(new LayoutColumn("Who", StudentNumber, MaxLength: 4)), Plain, Tardy(2, "00051"), Tardy(3, "0052"));

        var held = debt.Held.Should().ContainSingle().Subject;
        (held.Line.RecordId, held.Reason, held.Explanation).Should().Be((2, HoldReason.TooLong, "The student number has 5 characters; column 'Who' takes at most 4. It is never cut."));
        debt.Files.Single().Rows.Should().Be(2);
        Encoding.UTF8.GetString(debt.Files.Single().Content).Should().NotContain("0005");
    }

    [Fact]
    public async Task Row_IsHeld_WhenTheStudentHasNoStateId()
    {
        var debt = await RenderAsync(Layout(new LayoutColumn("S", StateId)), Plain with { StateId = null }, Plain with { RecordId = 2, StateId = "" });

        debt.Held.Should().HaveCount(2).And.OnlyContain(h => h.Reason == HoldReason.Missing);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("2B")]
    [InlineData("-1")]
    [InlineData("٣")]
    public async Task Row_IsHeld_WhenThePeriodHasNoNumber(string code) =>
        (await RenderAsync(Layout(new("S", StudentNumber), new("N", PeriodNumber)), Plain with { SisPeriodCode = code })).Held.Should().ContainSingle();

    [Theory]
    [InlineData(FileScope.District, new[] { "t_20260908_1.csv" })]
    [InlineData(FileScope.School, new[] { "LHS_20260908_1.csv", "OMS_20260909_1.csv" })]
    public async Task EmptyFile_IsTheHeaderAlone_WhenNothingIsOwed(FileScope scope, string[] names)
    {
        var layout = Layout(new("S", StudentNumber), new("School", SchoolCode)) with
        {
            Header = true, EmptyFile = EmptyFile.HeaderOnly, FileName = "t_{date}_{run}.csv", SchoolFileName = "{school}_{date}_{run}.csv",
        };
        var connector = Connector(layout, scope);

        var files = (await LayoutFile.RenderAsync(connector)).Files;

        files.Select(f => f.FileName).Should().Equal(names);
        files.Should().OnlyContain(f => f.Rows == 0 && f.Lines.IsEmpty && Encoding.UTF8.GetString(f.Content) == "S,School,D,C,P\r\n");
    }

    [Fact]
    public async Task EmptyFile_IsOnlyForSchoolsWithoutRows()
    {
        var layout = Layout(new("S", StudentNumber), new("School", SchoolCode)) with { Header = true, EmptyFile = EmptyFile.HeaderOnly };

        (await LayoutFile.RenderAsync(Connector(layout, FileScope.School), Plain)).Files.Select(f => f.Rows).Should().Equal(1, 0);
        (await LayoutFile.RenderAsync(Connector(layout, FileScope.District), Plain)).Files.Select(f => f.Rows).Should().Equal(1);
    }

    private static Connector Connector(LayoutDefinition layout, FileScope scope)
    {
        var connector = LayoutFile.Connector(new Layout("ours", 1, layout));
        // 20:30 UTC is the same evening in Chicago and the next morning in Tokyo.
        return connector with
        {
            Definition = connector.Definition with { OneFilePer = scope },
            Schools = [new ConnectorSchool(1, "LHS", SchoolZone.Find("America/Chicago")!), new ConnectorSchool(2, "OMS", SchoolZone.Find("Asia/Tokyo")!)],
        };
    }

    [Fact]
    public async Task ManyRows_GrowTheFile_WithoutAChange()
    {
        var lines = Enumerable.Range(0, 20_000).Select(i => Tardy(i, $"{i:00000}")).ToArray();

        var text = Encoding.UTF8.GetString(await BytesAsync(Layout(new LayoutColumn("S", StudentNumber)), lines));

        text.Should().Be(string.Concat(lines.Select(l => $"{l.StudentNumber},2026-09-08,T,1\r\n")));
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void RowHash_IsXxHash64(string text, ulong hash) => RowHash.XxHash64(Encoding.ASCII.GetBytes(text)).Should().Be(hash);
}
