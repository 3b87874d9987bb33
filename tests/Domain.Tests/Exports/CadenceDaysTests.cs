using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;

namespace K12Sync.Domain.Tests.Exports;

/// <summary>The days that the times of a cadence are about. Monday is 2026-09-28.</summary>
public sealed class CadenceDaysTests
{
    private static readonly DateOnly Monday = new(2026, 9, 28);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(25)]
    [InlineData(60)]
    public void EveryTimeOfCheckOuts_IsAboutItsDay_WhateverTheMinutes(int every)
    {
        var cadence = new DeliverySchedule.Cadence(every, null, null, null);

        foreach (var time in CadenceDays.TimesOn(cadence, Monday))
            CadenceDays.Of(cadence, [Monday.ToDateTime(time)]).Should().Be(new DayRange(Monday, Monday), $"{time}");
    }

    [Theory]
    [InlineData("2026-09-28 00:15", "2026-09-27", "2026-09-27")]
    [InlineData("2026-09-28 01:00", "2026-09-21", "2026-09-27")]
    [InlineData("2026-09-30 23:30", "2026-09-01", "2026-09-30")]
    public void Times_AreAboutTheDayBefore_TheWeekBefore_AndTheMonth(string time, string from, string to)
    {
        var cadence = new DeliverySchedule.Cadence(null, new TimeOnly(0, 15), new TimeOnly(1, 0), new TimeOnly(23, 30));

        CadenceDays.Of(cadence, [DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture)]).Should().Be(new DayRange(
            DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(to, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void OnlyMondaysAndLastDays_HaveTheirTimes()
    {
        var cadence = new DeliverySchedule.Cadence(null, null, new TimeOnly(1, 0), new TimeOnly(23, 30));

        CadenceDays.TimesOn(cadence, Monday).Should().Equal(new TimeOnly(1, 0));
        CadenceDays.TimesOn(cadence, Monday.AddDays(1)).Should().BeEmpty();
        CadenceDays.TimesOn(cadence, Monday.AddDays(2)).Should().Equal(new TimeOnly(23, 30));
        CadenceDays.Of(cadence, []).Should().BeNull();
    }
}
