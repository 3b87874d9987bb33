namespace K12Sync.EndToEnd.CommandLine;

public sealed class UsageTests
{
    [Theory]
    [InlineData("")]
    [InlineData("exprt")]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("export --connector")]
    [InlineData("map --format xml")]
    [InlineData("map --from 15.9.2026")]
    [InlineData("map --from 2026-02-30")]
    [InlineData("import . --close-gaps Somehow")]
    [InlineData("why --student 0004417")]
    [InlineData("demo --port http")]
    [InlineData("connector")]
    public async Task Program_EndsWith64AndWritesToStandardErrorOnly_WhenItIsUsedWrongly(string commandLine)
    {
        var ran = await Desk.RunBareAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (ran.ExitCode, ran.Out).Should().Be((64, ""));
        ran.Err.Should().StartWith("k12sync: ").And.Contain("--help").And.NotContain("   at ");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("import --help")]
    [InlineData("--version")]
    public async Task Program_EndsWithZero_WhenAskedWhatItIs(string commandLine)
    {
        var ran = await Desk.RunBareAsync(commandLine.Split(' '));
        (ran.ExitCode, ran.Err).Should().Be((0, ""));
        ran.Out.Should().NotBeEmpty();
    }
}
