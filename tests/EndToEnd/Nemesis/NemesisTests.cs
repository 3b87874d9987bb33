using K12Sync.Nemesis;

namespace K12Sync.EndToEnd.Nemesis;

/// <summary>
/// Random faults against real parts, and a checker over what the SIS read. The long run is <c>dotnet run -c Release --project benchmarks -- nemesis --minutes 30</c>;
/// a failure names its seed and tells the story.
/// </summary>
public sealed class NemesisTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task EveryFile_IsReadOnceAndWhole_WhateverStrikes(int seed)
    {
        var verdict = await NemesisRun.RunAsync(new NemesisSettings(seed, TimeSpan.FromSeconds(8)), Now);

        verdict.Findings.Should().BeEmpty(verdict.ToString());
        verdict.Files.Should().BePositive("something must have been delivered");
    }

    [Theory]
    [InlineData("PublishHalf", "Partial")]
    [InlineData("SendTwice", "Duplicated")]
    [InlineData("Swallow", "Lost")]
    [InlineData("AddARow", "Phantom")]
    [InlineData("WrongFolder", "Crossed")]
    public async Task Checker_Convicts_WhenTheDestinationIsBroken(string deed, string sin)
    {
        var verdict = await NemesisRun.RunAsync(new NemesisSettings(1, TimeSpan.FromSeconds(1)) { Deed = Enum.Parse<Deed>(deed) }, Now);

        verdict.Findings.Select(f => f.Sin.ToString()).Should().Contain(sin, verdict.ToString());
        verdict.ToString().Should().StartWith("Seed 1 found:");
    }

    [Fact]
    public async Task Checker_Acquits_WhenNothingIsBroken()
    {
        var verdict = await NemesisRun.RunAsync(new NemesisSettings(1, TimeSpan.FromSeconds(1)) { Deed = Deed.Harmless }, Now);

        verdict.Findings.Should().BeEmpty(verdict.ToString());
    }
}
