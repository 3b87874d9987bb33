using System.Text.Json;

namespace K12Sync.EndToEnd.CommandLine;

public sealed class ChildrenTests
{
    private static readonly string Centre = Path.Combine(Desk.Sample, "childcare");

    [Fact]
    public async Task Children_AreLinkedByHand_AndCountedAgainstLimits_OnRecord()
    {
        using var desk = new Desk();
        (await desk.RunAsync("import", Centre)).ExitCode.Should().Be(0);

        var match = await desk.RunAsync("children", "match", "--format", "csv");
        match.Lines[0].Should().Be("State,Side,Id,Name,BirthDate,Status,Other,Candidates,Says\r");
        match.Lines.Should().HaveCount(7).And.Contain(l => l.StartsWith("TX,Ours,0105,Eli O'Neil-Smith,,Linked,TX-77-0093,,Linked by a person.", StringComparison.Ordinal));
        match.Err.Should().Contain("5 children of yours are not linked");

        (await desk.RunAsync("children", "link", "0101", "TX-77-0001", "--state", "TX")).Err.Trim().Should().Be("Linked.");
        (await desk.RunAsync("children", "link", "0102", "TX-77-0001", "--state", "TX")).Err.Should().Contain("another child of yours");
        (await desk.RunAsync("children", "link", "9999", "TX-77-0002", "--state", "TX")).Err.Should().Contain("No child of yours has this number");
        (await desk.RunAsync("children", "link", "0101", "12345", "--state", "IA")).Err.Should().Contain("6 digits");
        (await desk.RunAsync("children", "link", "0101", "1", "--state", "ZZ")).ExitCode.Should().Be(1);
        (await desk.RunAsync("children", "link", "0101", "1")).ExitCode.Should().Be(64);
        (await desk.RunAsync("children", "unlink", "0101", "--state", "TX")).ExitCode.Should().Be(0);
        (await desk.RunAsync("children", "unlink", "0101", "--state", "TX")).Err.Should().Contain("not linked in TX");

        var limits = JsonDocument.Parse((await desk.RunAsync("attendance", "limits", "--state", "TX", "--as-of", "2026-09-19", "--format", "json")).Out).RootElement;
        limits.EnumerateArray().Select(l => (l.GetProperty("limit").GetString(), l.GetProperty("allowed").GetInt32(), l.GetProperty("from").GetString())).Should().HaveCount(6).And.OnlyContain(l => l.Item1 == "UnexplainedAbsences" && l.Item2 == 40 && l.Item3 == "2026-09-14");

        var audit = (await desk.RunAsync("audit", "list")).Out;
        audit.Should().Contain("children link").And.Contain("children unlink").And.Contain("--state=TX").And.NotContain("0101").And.NotContain("TX-77-0001");
    }
}
