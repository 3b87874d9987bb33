namespace K12Sync.EndToEnd.CommandLine;

public sealed class WhyTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new Desk().WithSample(sample);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Why_NamesPassesOfTheDay_WhoseNumberLacksTheLeadingZeros() =>
        (await _desk.RunAsync("why", "--student", "0004417", "--date", "2026-09-15")).Out.Should().Contain("pass P-0020 carries 4417");

    [Theory]
    [InlineData("0004417", "2026-09-15", "*Pass P-0005 at LHS*08:57:00 (America/New_York) with code TDY*Regular, from the default week (Tuesday)*Period 2 (window 08:50 to 09:45, bell 08:55, SIS period 02), 2 min*Connector sis: delivered in tardies_0001.csv at * (America/New_York) with code T.*")]
    [InlineData("0004417", "2026-09-15", "*Pass P-0006*Outcome: Duplicate. The student already has a tardy in Period 2: pass P-0005 came first and counts.*")]
    [InlineData("0009010", "2026-09-16", "*No bell schedule is set: neither the calendar nor the default week says anything.*Outcome: NoScheduleSet.*")]
    [InlineData("0004418", "2026-09-15", "*in force since 11:05: Early Release, set for this date in the calendar.*10 min after the bell.*")]
    [InlineData("0004425", "2026-09-12", "*No school: from the default week (Saturday).*")]
    [InlineData("0009011", "2026-09-14", "*No school: set for this date in the calendar.*")]
    [InlineData("4417", "2026-09-15", "*Outcome: UnknownStudent.*There is a student 0004417: leading zeros count.*")]
    [InlineData("4418", "2026-09-15", "*No student has this number. There is 0004418: leading zeros count.*")]
    [InlineData("5550000", "2026-09-15", "*No student has this number, and no pass carries it.*")]
    [InlineData("0004427", "2026-09-15", "*No pass of this student is recorded on that day. There are passes on 2026-09-14.*")]
    [InlineData("0004455", "2026-09-15", "*Pass P-0029 at LHS*Pass P-0046 at RMS*")]
    public async Task Why_TellsTheStory_WhenAskedForAStudentsDay(string student, string date, string story)
    {
        var ran = await _desk.RunAsync("why", "--student", student, "--date", date);
        (ran.ExitCode, ran.Err).Should().Be((0, ""));
        ran.Out.Should().StartWith($"Student {student} on ").And.Match(story);
    }

    [Fact]
    public async Task Why_SaysThatNothingIsSent_WhenThereIsNoConnector()
    {
        using var fresh = new Desk();
        await fresh.RunAsync("import", Desk.Sample, "--close-gaps", "NextOpensEarly");
        (await fresh.RunAsync("why", "--student", "0004417", "--date", "2026-09-15")).Out.Should().Contain("No connector is set up, so nothing is sent.");
        await fresh.RunAsync("connector", "add", Path.Combine(Desk.Sample, "connector.json"));
        (await fresh.RunAsync("why", "--student", "0004417", "--date", "2026-09-15")).Out.Should().Contain("Connector sis: not sent yet");
    }
}
