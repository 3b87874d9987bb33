using System.Text;

namespace K12Sync.EndToEnd.CommandLine;

public sealed class ImportTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Import_ChangesNothing_WhenTheSameFilesComeAgain()
    {
        _desk.WithSample(sample);
        var ran = await _desk.RunAsync("import", Desk.Sample, "--close-gaps", "NextOpensEarly", "--json");
        ran.ExitCode.Should().Be(0, ran.Err);
        using var json = System.Text.Json.JsonDocument.Parse(ran.Out);
        foreach (var file in json.RootElement.GetProperty("files").EnumerateArray())
        {
            (file.GetProperty("added").GetInt32(), file.GetProperty("updated").GetInt32(), file.GetProperty("rejected").GetInt32())
                .Should().Be((0, 0, 0), file.GetProperty("file").GetString());
            file.GetProperty("unchanged").GetInt32().Should().BePositive();
        }
        ran.Err.Should().Contain("Mapped the passes of 0 school days.");
    }

    [Fact]
    public async Task Import_RefusesSchedulesWithGapsAndNamesTheWayOut_WhenGapsAreNotToBeClosed()
    {
        var ran = await _desk.RunAsync("import", Desk.Sample);
        ran.ExitCode.Should().Be(2);
        ran.Out.Should().Contain("bell-schedules.csv:2: rejected: Schedule Regular: 15 min gap between Zero Period (ends 07:45) and Period 1 (opens 08:00).")
            .And.Contain("--close-gaps NextOpensEarly");
        ran.Out.Should().Contain("| students.csv       | 40    | 1 ", "the other files are taken");
    }

    [Theory]
    [InlineData("NextOpensEarly", "08:52", "Period 2")]
    [InlineData("PreviousEndsLate", "08:52", "Period 1")]
    [InlineData("Split", "08:51", "Period 1")]
    [InlineData("Split", "08:52", "Period 2")]
    public async Task Import_GivesThePassingTimeToThePeriodChosen_WhenGapsAreClosed(string strategy, string time, string period)
    {
        foreach (var file in (string[])["schools.csv", "students.csv", "behavior-codes.csv", "bell-schedules.csv", "default-week.csv"])
            File.Copy(Path.Combine(Desk.Sample, file), Path.Combine(_desk.Import, file));
        _desk.Write("passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt", $"X,LHS,0004417,TDY,2026-09-17T{time}");
        (await _desk.RunAsync("import", _desk.Import, "--close-gaps", strategy)).ExitCode.Should().Be(0);
        (await _desk.RunAsync("map", "--format", "csv")).Lines[1].Should().StartWith($"X,LHS,0004417,2026-09-17,{period},");
    }

    [Fact]
    public async Task Import_JudgesEarlierDaysByTheEditToo_WhenItIsGivenAgainFromAnEarlierDay()
    {
        _desk.WithSample(sample);
        var edit = _desk.Write("bell-schedules.csv", File.ReadAllLines(Path.Combine(Desk.Sample, "bell-schedules.csv")).Select(l => l.Replace("LHS,Regular,Period 1,01,,08:00,", "LHS,Regular,Period 1,01,,08:10,", StringComparison.Ordinal)).ToArray());
        await MinutesAsync("30", "import", edit, "--close-gaps", "NextOpensEarly");
        await MinutesAsync("20", "import", edit, "--close-gaps", "NextOpensEarly", "--effective", "2026-09-01");
        await MinutesAsync("20", "import", edit, "--close-gaps", "NextOpensEarly", "--effective", "2026-09-01");
        _desk.Sql("SELECT MAX(\"Number\") FROM \"BellScheduleVersions\"").Should().Be(3L, "the third import says what is known");

        async Task MinutesAsync(string expected, params string[] import)
        {
            (await _desk.RunAsync(import)).ExitCode.Should().Be(0);
            (await _desk.RunAsync("map", "--format", "csv")).Out.Should().Contain($"\r\nP-0013,LHS,0004409,2026-09-15,Period 1,01,{expected},");
        }
    }

    [Fact]
    public async Task Import_LetsNoControlCharacterReachTheTerminal_WhenAFileHoldsSome()
    {
        _desk.Write("schools.csv", "SchoolCode,Name,TimeZone,\u001b[31mRed", "AAA,A,\u001b[2JNowhere/Land,");
        var ran = await _desk.RunAsync("import", _desk.Import);
        ran.ExitCode.Should().Be(2);
        ran.Out.Should().Contain("[31mRed is not known").And.Contain("[2JNowhere/Land' is not an IANA time zone").And.NotContain("\u001b");
    }

    [Fact]
    public async Task Import_KeepsTextAsWritten_WhenNamesAreDifficult()
    {
        _desk.WithSample(sample);
        var names = new Dictionary<string, string>
        {
            ["0004403"] = "Robert \"Bobby\"|Tables, Jr.", ["0004408"] = "伟|王", ["0004411"] = "محمد|الأحمد", ["0004418"] = "=cmd|'/C calc'!A0|+1-800-Evil",
            ["0004420"] = "Mary\nAnn|Twolines", ["0004415"] = "Cher|", ["0004425"] = "Ana 🌻|Sol",
        };
        foreach (var (number, name) in names)
            _desk.Sql($"SELECT \"FirstName\" || '|' || \"LastName\" FROM \"Students\" WHERE \"StudentNumber\" = '{number}'").Should().Be(name);
        (await _desk.RunAsync("why", "--student", "0004418", "--date", "2026-09-15")).Out.Should().NotContain("calc", "names are not needed to tell the story");
    }

    [Fact]
    public async Task Import_TakesAByteOrderMarkCrLfAndColumnsInAnyOrder_WhenASpreadsheetWroteTheFile()
    {
        _desk.Write("schools.csv", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("TimeZone,Colour,SchoolCode,Name\r\nAmerica/Phoenix,red,AZ,Señor\r\n")]);
        var ran = await _desk.RunAsync("import", _desk.Import);
        ran.ExitCode.Should().Be(0);
        ran.Out.Should().Contain("schools.csv:1: note: Column Colour is not known and was ignored.");
        _desk.Sql("SELECT \"Code\" || \"Name\" || \"Zone\" FROM \"Schools\"").Should().Be("AZSeñorAmerica/Phoenix");
    }

    [Fact]
    public async Task Import_NotesBothLines_WhenAStudentsTwoRowsDisagree()
    {
        _desk.Write("schools.csv", "SchoolCode,Name,TimeZone", "A,Alpha,America/Denver", "B,Beta,America/Denver");
        _desk.Write("students.csv", "SchoolCode,StudentNumber,FirstName,LastName,Grade", "A,1,X,Y,9", "B,1,X,Y,10");
        var ran = await _desk.RunAsync("import", _desk.Import);
        ran.ExitCode.Should().Be(0);
        ran.Out.Should().Contain("students.csv:3: note: Line 2 gives the same student other values; these were taken.");
    }

    [Fact]
    public async Task Import_SaysWhatItExpects_WhenThereIsNothingToImport()
    {
        (await _desk.RunAsync("import", _desk.Import)).Err.Should().Contain("none of the files that can be imported: schools.csv");
        (await _desk.RunAsync("import", _desk.Write("pupils.csv", "x"))).Err.Should().Contain("pupils.csv is not the name of an import file");
    }

    [Fact]
    public async Task Import_MakesNoDatabase_WhenThePathIsMistyped()
    {
        var ran = await _desk.RunAsync("import", Path.Combine(_desk.Import, "nowhere"));
        (ran.ExitCode, File.Exists(_desk.Database)).Should().Be((1, false));
        ran.Err.Should().Contain("There is no file or folder");
    }

    [Fact]
    public async Task Import_NeedsTheDistrict_WhenThereAreTwo()
    {
        _desk.Write("schools.csv", "SchoolCode,Name,TimeZone", "A,Alpha,America/Denver");
        (await _desk.RunAsync("import", _desk.Import, "--district", "North")).ExitCode.Should().Be(0);
        (await _desk.RunAsync("import", _desk.Import, "--district", "South")).Out.Should().Contain("| schools.csv | 1 ");
        var ran = await _desk.RunAsync("map");
        ran.ExitCode.Should().Be(1);
        ran.Err.Should().Contain("North, South").And.Contain("--district");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_RefusesUtf16_AndSaysWhatToSave(bool bigEndian)
    {
        using var desk = new Desk();
        var encoding = new System.Text.UnicodeEncoding(bigEndian, byteOrderMark: true);

        var ran = await desk.RunAsync("import", desk.Write("schools.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes("SchoolCode,Name,TimeZone\nLHS,Lincoln,America/New_York\n")]));

        ran.ExitCode.Should().Be(2);
        ran.Out.Should().Contain("The file is UTF-16 (some programs call it Unicode). Save it as CSV UTF-8.");
    }
}
