using System.Text.Json;

namespace K12Sync.EndToEnd.CommandLine;

public sealed class ExportTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Export_EndsWithZero_WhenNobodyHasAnythingToDo()
    {
        await SmallAsync();
        var ran = await _desk.RunAsync("export", "--connector", "sis");
        ran.ExitCode.Should().Be(0, ran.Err);
        ran.Out.Should().StartWith("Delivered tardies_0001.csv to folder outbox: 1 row,");
        _desk.SentLines("tardies_0001.csv").Should().HaveCount(2);
        (await _desk.RunAsync("export", "--connector", "sis")).Out.Trim().Should().Be("Nothing new is owed, so nothing was sent.");
    }

    [Fact]
    public async Task Export_EndsWithTwoAndCountsThem_WhenPassesWait()
    {
        _desk.WithSample(sample);
        var ran = await _desk.RunAsync("export", "--connector", "sis", "--json");
        ran.ExitCode.Should().Be(2);
        using var json = JsonDocument.Parse(ran.Bytes);
        json.RootElement.GetProperty("files").GetArrayLength().Should().Be(0);
        json.RootElement.GetProperty("waitingPasses").EnumerateObject().Sum(p => p.Value.GetInt32()).Should().Be(6);
    }

    [Fact]
    public async Task Export_SendsNothing_WhenItIsADryRun()
    {
        await SmallAsync();
        var preview = await _desk.RunAsync("connector", "preview", "sis");
        var dry = await _desk.RunAsync("export", "--connector", "sis", "--dry-run");
        (dry.ExitCode, _desk.Delivered.Any()).Should().Be((0, false));
        dry.Out.Should().StartWith("Would send tardies_0001.csv: 1 row,");
        _desk.Sql("SELECT count(*) FROM \"SyncRuns\"").Should().Be(0L);
        await _desk.RunAsync("export", "--connector", "sis");
        _desk.Sent("tardies_0001.csv").Should().Equal(preview.Bytes, "a preview shows the exact bytes");
        preview.Err.Should().StartWith("tardies_0001.csv: 1 row,");
    }

    [Fact]
    public async Task Export_SendsTheWholeDayAgain_WhenASentPassIsVoided()
    {
        _desk.WithSample(sample);
        _desk.Write("passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", "P-0005,LHS,0004417,TDY,2026-09-15T08:57:00-04:00,true");
        (await _desk.RunAsync("import", _desk.Import)).Out.Should().Contain("| passes.csv | 0     | 1 ");
        (await WhyAsync("0004417")).Should().Match("*Pass P-0005*Outcome: Voided.*Pass P-0006 counts for Period 2 in its place.*Pass P-0006*for an earlier version: delivered in tardies_0001.csv*It has changed since: not sent yet*");

        (await _desk.RunAsync("export", "--connector", "sis")).Out.Should().Contain("Delivered tardies_0002.csv to folder outbox: 18 rows");
        var expected = Expected().Where(l => l.StartsWith("SchoolCode", StringComparison.Ordinal) || l.Contains("LHS,", StringComparison.Ordinal) && l.Contains(",2026-09-15,", StringComparison.Ordinal))
            .Select(l => l.Contains(",P-0005,", StringComparison.Ordinal) ? "LHS,0004417,2026-09-15,Period 2,02,TL,25,P-0006,2026-09-15T09:20:00-04:00" : l);
        _desk.SentLines("tardies_0002.csv").Should().Equal(expected, "a correction is the whole day of the school, and of no other");
        _desk.Delivered.Should().Equal("tardies_0001.csv", "tardies_0002.csv");
        (await WhyAsync("0004417")).Should().Contain("delivered in tardies_0002.csv").And.Contain("Outcome: Voided.");
    }

    [Fact]
    public async Task Export_SaysThatTheDayIsEmpty_WhenItsOnlyTardyIsVoided()
    {
        await SmallAsync();
        await _desk.RunAsync("export", "--connector", "sis");
        _desk.Write("passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", "1,S,007,L,2026-09-15T08:05:00-06:00,yes");
        await _desk.RunAsync("import", _desk.Import);
        (await WhyAsync("007")).Should().Contain("had been sent; the next run takes it back.");
        (await _desk.RunAsync("export", "--connector", "sis")).ExitCode.Should().Be(0);
        _desk.SentLines("tardies_0002.csv")[1..].Should().Equal("S,,2026-09-15,,,,,,");
        (await WhyAsync("007")).Should().Contain("the withdrawal was sent too.");
    }

    [Fact]
    public async Task Export_SendsTheTardy_WhenTheStudentJoinsTheRosterLater()
    {
        _desk.WithSample(sample);
        (await WhyAsync("9999999")).Should().Contain("Outcome: UnknownStudent.");
        _desk.Write("students.csv", "SchoolCode,StudentNumber,FirstName,LastName", "LHS,9999999,Late,Comer");
        (await _desk.RunAsync("import", _desk.Import)).Err.Should().Contain("Mapped the passes of 1 school days.");
        await _desk.RunAsync("export", "--connector", "sis");
        _desk.SentLines("tardies_0002.csv").Should().HaveCount(20).And.Contain("LHS,9999999,2026-09-15,Period 1,01,T,5,P-0019,2026-09-15T08:05:00-04:00");
    }

    [Fact]
    public async Task Export_HoldsNoLonger_WhenTheDayIsSet()
    {
        _desk.WithSample(sample);
        _desk.Write("calendar.csv", "SchoolCode,Date,Schedule", "RMS,2026-09-16,Early Release");
        await _desk.RunAsync("import", _desk.Import);
        await _desk.RunAsync("export", "--connector", "sis");
        _desk.SentLines("tardies_0002.csv")[1..].Should().Equal("RMS,0009010,2026-09-16,Block A,A,Ta,25,P-0047,2026-09-16T08:30:00-05:00");
    }

    [Fact]
    public async Task Export_DeliversExactlyOnce_WhenTheOutboxIsRepairedAfterAFailure()
    {
        await _desk.RunAsync("import", Desk.Sample, "--close-gaps", "NextOpensEarly");
        await _desk.RunAsync("connector", "add", Path.Combine(Desk.Sample, "connector.json"));
        await File.WriteAllTextAsync(_desk.Outbox, "a file where the folder should be", TestContext.Current.CancellationToken);
        var failed = await _desk.RunAsync("export", "--connector", "sis");
        failed.ExitCode.Should().Be(1);
        failed.Err.Should().Contain("outbox").And.NotContain("   at ");
        (await WhyAsync("0004417")).Should().Contain("on its way");

        File.Delete(_desk.Outbox);
        (await _desk.RunAsync("export", "--connector", "sis")).ExitCode.Should().Be(2);
        (await _desk.RunAsync("export", "--connector", "sis")).Out.Should().Contain("Nothing new is owed");
        _desk.Delivered.Should().Equal("tardies_0001.csv");
        _desk.SentLines("tardies_0001.csv").Should().Equal(Expected());
    }

    private async Task<string> WhyAsync(string student) => (await _desk.RunAsync("why", "--student", student, "--date", "2026-09-15")).Out;

    private static string[] Expected() => File.ReadAllText(Path.Combine(Desk.Sample, "expected", "tardies_0001.csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    private async Task SmallAsync()
    {
        _desk.Write("schools.csv", "SchoolCode,Name,TimeZone", "S,Small,America/Denver");
        _desk.Write("students.csv", "SchoolCode,StudentNumber,FirstName,LastName", "S,007,J,B");
        _desk.Write("behavior-codes.csv", "Code,Name,Type,ExternalCode", "L,Late,Tardy,T");
        _desk.Write("bell-schedules.csv", "SchoolCode,Schedule,Period,SisPeriodCode,Bell,Ends", "S,R,P1,1,08:00,09:00");
        _desk.Write("default-week.csv", "SchoolCode,DayOfWeek,Schedule", "S,Tuesday,R");
        _desk.Write("passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt", "1,S,007,L,2026-09-15T08:05:00-06:00");
        (await _desk.RunAsync("import", _desk.Import)).ExitCode.Should().Be(0);
        (await _desk.RunAsync("connector", "add", Path.Combine(Desk.Sample, "connector.json"))).ExitCode.Should().Be(0);
    }
}
