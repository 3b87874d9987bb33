using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.TardyEngine.Tests;

/// <summary>The bulk map and the readable domain are two faces of one rule: for every instant they say the same.</summary>
public class BothFacesTests
{
    [Fact]
    public void SchoolYearMap_SaysWhatTheDomainSays_ForEveryInstant() => Properties.Hold(SchoolTerms.Any, term =>
    {
        var map = SchoolYearMap.Build(term.Zone, term.Calendar, term.First, term.Last);
        var slots = new PeriodSlot[term.Instants.Length];
        map.Map(term.Instants, slots);
        for (var i = 0; i < slots.Length; i++)
        {
            var moment = term.Zone.At(new DateTimeOffset(term.Instants[i], TimeSpan.Zero));
            var because = $"of {moment.Day:yyyy-MM-dd} {Bells.Text(moment.Time)}, instant {term.Instants[i]}";
            map.Covers(slots[i]).Should().Be(moment.Day >= term.First && moment.Day <= term.Last, because);
            if (!map.Covers(slots[i]))
                continue;
            var expected = term.Calendar.On(moment.Day).At(moment.Time);
            map.DateOf(slots[i]).Should().Be(moment.Day, because);
            Assert.True(expected == map.PositionAt(slots[i], term.Instants[i]), $"{expected} {map.PositionAt(slots[i], term.Instants[i])} {because}");
            ((int)slots[i].MinutesLate).Should().Be((expected as DayPosition.InPeriod)?.MinutesLate ?? 0, because);
        }
    }, runs: 1000);

    [Fact]
    public void SchoolTerms_MeetChangedClocksAndPeriodsOften_SoThatTheOtherPropertyMeansSomething()
    {
        var (instants, changed, inPeriod, composite) = (0, 0, 0, 0);
        Properties.Hold(SchoolTerms.Any, term =>
        {
            foreach (var ticks in term.Instants)
            {
                var moment = term.Zone.At(new DateTimeOffset(ticks, TimeSpan.Zero));
                var day = term.Calendar.On(moment.Day);
                var midnight = moment.Instant.AddTicks(-moment.Time.Ticks);
                instants++;
                changed += term.Zone.At(midnight).Offset != term.Zone.At(midnight.AddDays(1)).Offset ? 1 : 0;
                inPeriod += day.At(moment.Time) is DayPosition.InPeriod ? 1 : 0;
                composite += day.Segments.Length > 1 ? 1 : 0;
            }
        });
        changed.Should().BeGreaterThan(instants / 8);
        inPeriod.Should().BeGreaterThan(instants / 5);
        composite.Should().BeGreaterThan(instants / 5);
    }
}
