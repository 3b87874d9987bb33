using K12Sync.Domain.BellSchedules;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.BellSchedules;

public class GapClosingTests
{
    [Theory]
    [InlineData("1 08:00-08:50, 2 08:55-09:45", "1 08:00-08:50, 2 08:50>08:55-09:45")]
    [InlineData("2 08:55-09:45, 1 08:00-08:50", "1 08:00-08:50, 2 08:50>08:55-09:45")]
    [InlineData("1 08:00-08:50, 2 08:50-09:45", "1 08:00-08:50, 2 08:50-09:45")]
    [InlineData("1 08:00-08:50, 2 12:00-12:45", "1 08:00-08:50, 2 08:50>12:00-12:45")]
    [InlineData("0 06:50-07:40, 1 07:45-08:35, 2 08:40-09:30", "0 06:50-07:40, 1 07:40>07:45-08:35, 2 08:35>08:40-09:30")]
    [InlineData("1 07:30>08:00-08:50, 2 08:53>08:55-09:45", "1 07:30>08:00-08:50, 2 08:50>08:55-09:45")]
    public void GapClosing_GivesPassingTimeToTheNextPeriod_ByDefault(string draft, string closed) =>
        Bells.Text(GapClosing.Close(Bells.Periods(draft)).Periods).Should().Be(closed);

    [Theory]
    [InlineData("1 08:00-08:50, 2 08:55-09:45", "1 08:00-08:55, 2 08:55-09:45")]
    [InlineData("1 08:00-08:50, 2 08:52>08:55-09:45", "1 08:00-08:52, 2 08:52>08:55-09:45")]
    public void GapClosing_GivesPassingTimeToThePreviousPeriod_WhenAsked(string draft, string closed) =>
        Bells.Text(GapClosing.Close(Bells.Periods(draft), GapClosingStrategy.PreviousEndsLate).Periods).Should().Be(closed);

    [Theory]
    [InlineData("1 08:00-08:50, 2 08:54-09:45", "1 08:00-08:52, 2 08:52>08:54-09:45")]
    [InlineData("1 08:00-08:50, 2 08:55-09:45", "1 08:00-08:52, 2 08:52>08:55-09:45")]
    [InlineData("1 08:00-08:50, 2 08:51-09:45", "1 08:00-08:50, 2 08:50>08:51-09:45")]
    [InlineData("1 08:00-08:50:30, 2 08:55-09:45", "1 08:00-08:52, 2 08:52>08:55-09:45")]
    [InlineData("1 08:00-08:50:30, 2 08:50:50-09:45", "1 08:00-08:50:30, 2 08:50:30>08:50:50-09:45")]
    public void GapClosing_MeetsAtTheWholeMinuteAtOrBelowTheMiddle_WhenSplit(string draft, string closed) =>
        Bells.Text(GapClosing.Close(Bells.Periods(draft), GapClosingStrategy.Split).Periods).Should().Be(closed);

    [Theory]
    [InlineData("A 08:00-09:00, B 08:30-09:30")]
    [InlineData("A 08:00-12:00, B 08:30-09:00, C 12:00-13:00")]
    public void GapClosing_LeavesOverlapsAlone_WhicheverWindowIsWrong(string draft)
    {
        var result = GapClosing.Close(Bells.Periods(draft));
        Bells.Text(result.Periods).Should().Be(draft);
        result.Closed.Should().BeEmpty();
    }

    [Fact]
    public void GapClosing_MeasuresFromTheWindowThatEndsLast_WhenAnotherLiesInsideIt() =>
        Bells.Text(GapClosing.Close(Bells.Periods("A 08:00-10:00, B 08:30-09:00, C 10:10-11:00")).Periods)
            .Should().Be("A 08:00-10:00, B 08:30-09:00, C 10:00>10:10-11:00");

    [Fact]
    public void GapClosing_SaysWhatItMoved_ForAPreview()
    {
        var result = GapClosing.Close(Bells.Periods("1 08:00-08:50, 2 08:55-09:45, 3 09:45-10:30"));
        result.Closed.Select(g => g.Describe()).Should().Equal("1 ended 08:50 and 2 opened 08:55; they now meet at 08:50.");
    }

    [Theory]
    [InlineData(GapClosingStrategy.NextOpensEarly)]
    [InlineData(GapClosingStrategy.PreviousEndsLate)]
    [InlineData(GapClosingStrategy.Split)]
    public void GapClosing_ChangesNothing_WhenAppliedTwice(GapClosingStrategy strategy) => Properties.Hold(Schedules.Drafts, draft =>
    {
        var once = GapClosing.Close(draft, strategy);
        var twice = GapClosing.Close(once.Periods, strategy);
        twice.Periods.Should().Equal(once.Periods, Bells.Text(draft));
        twice.Closed.Should().BeEmpty(Bells.Text(draft));
    });

    [Theory]
    [InlineData(GapClosingStrategy.NextOpensEarly)]
    [InlineData(GapClosingStrategy.PreviousEndsLate)]
    [InlineData(GapClosingStrategy.Split)]
    public void GapClosing_MovesNoBellAndShortensNoWindow_WhateverTheDraft(GapClosingStrategy strategy) => Properties.Hold(Schedules.Drafts, draft =>
    {
        var ordered = draft.OrderBy(p => p.Opens).ThenBy(p => p.Ends).ToArray();
        var closed = GapClosing.Close(draft, strategy).Periods;
        closed.Select(p => (p.Name, p.Bell)).Should().Equal(ordered.Select(p => (p.Name, p.Bell)), Bells.Text(draft));
        closed.Zip(ordered).Should().NotContain(pair => pair.First.Opens > pair.Second.Opens || pair.First.Ends < pair.Second.Ends, Bells.Text(draft));
    });

    [Theory]
    [InlineData(GapClosingStrategy.NextOpensEarly)]
    [InlineData(GapClosingStrategy.PreviousEndsLate)]
    [InlineData(GapClosingStrategy.Split)]
    public void GapClosing_MakesASchedule_WhenGapsWereTheOnlyFault(GapClosingStrategy strategy) => Properties.Hold(Schedules.Drafts, draft =>
    {
        if (BellSchedule.Check("Draft", draft) is BellScheduleCheck.Refused { OnlyGaps: true })
            BellSchedule.Check("Closed", GapClosing.Close(draft, strategy).Periods).Should().BeOfType<BellScheduleCheck.Valid>(Bells.Text(draft));
    });
}
