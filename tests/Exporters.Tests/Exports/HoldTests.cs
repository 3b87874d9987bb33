using K12Sync.Domain.Exports;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.Exports;

public sealed class HoldTests
{
    private readonly PipelineStage _stage = new();

    [Fact]
    public async Task Run_HoldsARecord_WhenItsDayIsOlderThanTheConnectorSends()
    {
        _stage.Definition = _stage.Definition with { MaxAgeDays = 3 };
        _stage.Add(Tardy(1, "0042", issued: "2026-09-04 08:00:00"));
        _stage.Add(Tardy(2, "0042", issued: "2026-09-05 08:00:00"));

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 1));
        var held = report.Held.Should().ContainSingle().Subject;
        (held.Line.RecordId, held.Reason).Should().Be((1, HoldReason.TooOld));
        held.Explanation.Should().Be("The tardy is 4 days old; this connector sends at most 3 days back.");
        _stage.PublishedRows().Should().ContainSingle().Which.Should().Contain(",P2,");
        _stage.Ledger.Held.Should().Equal(report.Held);
    }

    [Theory]
    [InlineData("2026-09-09T04:59:59Z", 0)]
    [InlineData("2026-09-09T05:00:00Z", 1)]
    public async Task Run_CountsAgeByTheSchoolsMidnight_NotByUtc(string now, int held)
    {
        _stage.Clock.Now = DateTimeOffset.ParseExact(now, "yyyy-MM-dd'T'HH:mm:ss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal);
        _stage.Definition = _stage.Definition with { MaxAgeDays = 0 };
        _stage.Add(Tardy(1, "0042"));

        (await _stage.RunAsync()).Held.Should().HaveCount(held);
    }

    [Fact]
    public async Task Run_FreezesOnlyTheHolds_WhenAllThatIsOwedIsHeld()
    {
        _stage.Definition = _stage.Definition with { MaxAgeDays = 3 };
        _stage.Add(Tardy(1, "0042", issued: "2026-09-01 08:00:00"));

        var report = await _stage.RunAsync();

        report.Files.Should().BeEmpty();
        _stage.Ledger.Batches.Should().BeEmpty();
        _stage.Ledger.Held.Should().ContainSingle();
        _stage.Destination.Calls.Should().Be(0);
    }

    [Fact]
    public async Task Run_HoldsOnlyWhatIsOwed_WhenADayIsTooOld()
    {
        _stage.Add(Tardy(1, "0042", issued: "2026-09-01 08:00:00"));
        await _stage.RunAsync();
        _stage.Definition = _stage.Definition with { MaxAgeDays = 3 };
        _stage.Add(Tardy(2, "0051", issued: "2026-09-01 08:00:00"));

        var report = await _stage.RunAsync();

        report.Held.Should().ContainSingle().Which.Line.RecordId.Should().Be(2);
        _stage.Destination.Published.Should().ContainSingle();
    }

    [Theory]
    [InlineData("0061 0000 0062", "*NUL character at position 2*")]
    [InlineData("0061 0062 D83D", "*half of a character pair at position 3*")]
    [InlineData("DE00 D83D", "*half of a character pair at position 1*")]
    [InlineData("D83D DE00 D83D DE00 DE00", "*half of a character pair at position 5*")]
    public async Task Run_HoldsTheRecordAndSendsTheRestOfItsDay_WhenAValueCannotBeWritten(string passIdUnits, string explanation)
    {
        // In hexadecimal: an attribute is stored as UTF-8 and would lose exactly what this is about.
        var passId = string.Concat(passIdUnits.Split(' ').Select(unit => (char)Convert.ToUInt16(unit, 16)));
        _stage.Add(Tardy(1, "0042") with { PassId = passId });
        _stage.Add(Tardy(2, "0051"));

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 1));
        var held = report.Held.Should().ContainSingle().Subject;
        (held.Line.RecordId, held.Reason).Should().Be((1, HoldReason.NotEncodable));
        held.Explanation.Should().Match(explanation).And.StartWith("The pass id");
        _stage.PublishedRows().Should().ContainSingle().Which.Should().Contain(",0051,");
    }

    [Fact]
    public async Task Run_DoesNotSendTheDayAgain_WhileOnlyAHeldRecordOfItIsOwed()
    {
        _stage.Add(Tardy(1, "0042") with { StudentNumber = "\0" });
        _stage.Add(Tardy(2, "0051"));
        await _stage.RunAsync();

        var report = await _stage.RunAsync();

        report.Held.Should().ContainSingle();
        _stage.Destination.Published.Should().ContainSingle();
    }

    [Fact]
    public async Task Run_SendsTheRecord_WhenItHasBeenMended()
    {
        var bad = _stage.Add(Tardy(1, "0042") with { PassId = "\0" });
        await _stage.RunAsync();
        _stage.Change(bad, line => line with { PassId = "mended" });

        var report = await _stage.RunAsync();

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.Succeeded, 1));
        _stage.PublishedRows().Should().ContainSingle().Which.Should().Contain(",mended,");
    }

    [Fact]
    public async Task Run_SendsAWithdrawal_WhenTheWithdrawnValuesCannotBeWritten()
    {
        var wrong = _stage.Add(Tardy(1, "0042"));
        await _stage.RunAsync();
        _stage.Change(wrong, line => line with { PassId = "\0", IsWithdrawn = true });

        var report = await _stage.RunAsync();

        report.Held.Should().BeEmpty();
        _stage.PublishedRows()[1..].Should().Equal("LHS,,2026-09-08,,,,,,");
    }

    [Fact]
    public async Task Explanations_HoldNoValueOfTheLine()
    {
        _stage.Add(Tardy(1, "SECRET\0"));

        (await _stage.RunAsync()).Held.Should().ContainSingle().Which.Explanation.Should().NotContain("SECRET");
    }
}
