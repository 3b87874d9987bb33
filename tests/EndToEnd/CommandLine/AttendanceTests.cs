using System.Text.Json;

namespace K12Sync.EndToEnd.CommandLine;

public sealed class AttendanceTests
{
    private static readonly string Centre = Path.Combine(Desk.Sample, "childcare");

    [Fact]
    public async Task Attendance_PrintsEachChildDay_ErrorsFirst()
    {
        using var desk = new Desk();
        var import = await desk.RunAsync("import", Centre);
        (import.ExitCode, import.Err).Should().Be((0, import.Err));
        import.Err.Should().Contain("2 forgotten check-outs were given the site's closing time");

        var csv = await desk.RunAsync("attendance", "--format", "csv");
        csv.ExitCode.Should().Be(0);
        csv.Lines[0].Should().Be("Child,Site,Date,State,Code,Care,Minutes,Units,Status,Reason\r");
        csv.Lines.Skip(1).Select(l => l.Contains(",Error,", StringComparison.Ordinal)).Should().BeInDescendingOrder().And.Contain(true).And.HaveCount(36);
        csv.Lines.Should().Contain(l => l.StartsWith("0102,SUN,2026-09-14,Attended,,08:10-18:00,590,,Ready,", StringComparison.Ordinal));

        var json = JsonDocument.Parse((await desk.RunAsync("attendance", "--site", "SUN", "--from", "2026-09-15", "--to", "2026-09-15", "--format", "json")).Out).RootElement;
        json.EnumerateArray().Select(d => d.GetProperty("date").GetString()).Should().OnlyContain(d => d == "2026-09-15").And.HaveCount(6);
        json[0].GetProperty("findings")[0].GetString().Should().StartWith("The check-out at 17:00 on 2026-09-15 has no check-in");
        (await desk.RunAsync("attendance", "--from", "2026-09-19")).Out.Should().Contain("Off day");
    }

    [Fact]
    public async Task Attendance_OfASiteThatIsNot_SaysSo()
    {
        using var desk = new Desk();
        await desk.RunAsync("import", Centre);
        var ran = await desk.RunAsync("attendance", "--site", "sun");
        (ran.ExitCode, ran.Err.Trim()).Should().Be((1, "k12sync: There is no site 'sun'."));
    }
}
