using System.Globalization;
using System.Runtime.CompilerServices;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;
using Calendar = K12Sync.Domain.SchoolCalendar.Calendar;

namespace K12Sync.TardyEngine.Tests;

public class SchoolYearMapTests
{
    private static SchoolYearMap MapOf(string zone, string first, string last, string schedule)
    {
        ScheduleVersion[] versions = [new(1, 1, Bells.Date(first), Bells.Schedule(schedule))];
        var week = Enum.GetValues<DayOfWeek>().Select(day => new WeekdaySetting(day, 1, DateOnly.MinValue, new DayChoice.Schedule(1)));
        return SchoolYearMap.Build(SchoolZone.Find(zone)!, new Calendar(versions, week, []), Bells.Date(first), Bells.Date(last));
    }

    private static string At(SchoolYearMap map, string instant)
    {
        var ticks = DateTimeOffset.ParseExact(instant, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.fffffffK"], CultureInfo.InvariantCulture, DateTimeStyles.None).UtcTicks;
        var slot = map.SlotAt(ticks);
        if (!map.Covers(slot))
            return "outside";
        map.PeriodOf(slot).Should().Be((map.PositionAt(slot, ticks) as DayPosition.InPeriod)?.Period);
        return $"{map.DateOf(slot):MM-dd} {Bells.Text(map.PositionAt(slot, ticks))} ({slot.MinutesLate})";
    }

    [Theory]
    [InlineData("2025-09-30T23:59:59.9999999-04:00", "outside")]
    [InlineData("2025-10-01T00:00:00-04:00", "10-01 before school, opens 08:00 (0)")]
    [InlineData("2025-10-01T07:59:59.9999999-04:00", "10-01 before school, opens 08:00 (0)")]
    [InlineData("2025-10-01T08:00:00-04:00", "10-01 1, 0 min late (0)")]
    [InlineData("2025-10-01T08:50:00-04:00", "10-01 2, 0 min late (0)")]
    [InlineData("2025-10-01T08:55:59.9999999-04:00", "10-01 2, 0 min late (0)")]
    [InlineData("2025-10-01T08:56:00-04:00", "10-01 2, 1 min late (1)")]
    [InlineData("2025-10-01T09:45:00-04:00", "10-01 after school, ended 09:45 (0)")]
    [InlineData("2025-10-02T08:57:00-04:00", "10-02 2, 2 min late (2)")]
    [InlineData("2025-10-03T23:59:59.9999999-04:00", "10-03 after school, ended 09:45 (0)")]
    [InlineData("2025-10-04T00:00:00-04:00", "outside")]
    [InlineData("2031-01-01T00:00:00Z", "outside")]
    public void SchoolYearMap_PlacesAnInstant_AtEveryEdge(string instant, string expected) =>
        At(MapOf("America/New_York", "2025-10-01", "2025-10-03", "1 08:00-08:50, 2 08:55-09:45"), instant).Should().Be(expected);

    /// <summary>Night windows, so that the bells lie on both sides of the hour that is skipped or repeated.</summary>
    [Theory]
    [InlineData("America/New_York", "2025-11-02", "2025-11-02T05:30:00Z", "11-02 A, 30 min late (30)")]
    [InlineData("America/New_York", "2025-11-02", "2025-11-02T06:30:00Z", "11-02 A, 30 min late (30)")]
    [InlineData("America/New_York", "2025-11-02", "2025-11-02T07:00:00Z", "11-02 B, 0 min late (0)")]
    [InlineData("America/New_York", "2025-03-09", "2025-03-09T06:59:00Z", "03-09 A, 59 min late (59)")]
    [InlineData("America/New_York", "2025-03-09", "2025-03-09T07:00:00Z", "03-09 B, 60 min late (60)")]
    [InlineData("America/New_York", "2025-03-09", "2025-03-09T12:10:00Z", "03-09 1, 10 min late (10)")]
    [InlineData("America/Chicago", "2025-03-09", "2025-03-09T13:10:00Z", "03-09 1, 10 min late (10)")]
    [InlineData("America/Chicago", "2025-11-02", "2025-11-02T14:10:00Z", "11-02 1, 10 min late (10)")]
    [InlineData("America/Indiana/Indianapolis", "2005-07-01", "2005-07-01T13:10:00Z", "07-01 1, 10 min late (10)")]
    [InlineData("America/Indiana/Indianapolis", "2006-07-03", "2006-07-03T12:10:00Z", "07-03 1, 10 min late (10)")]
    [InlineData("America/Phoenix", "2025-03-09", "2025-03-09T15:10:00Z", "03-09 1, 10 min late (10)")]
    [InlineData("America/Phoenix", "2025-07-01", "2025-07-01T15:10:00Z", "07-01 1, 10 min late (10)")]
    [InlineData("Pacific/Guam", "2025-07-02", "2025-07-01T22:10:00Z", "07-02 1, 10 min late (10)")]
    [InlineData("Australia/Lord_Howe", "2025-04-06", "2025-04-05T14:59:00Z", "04-06 A, 59 min late (59)")]
    [InlineData("Australia/Lord_Howe", "2025-04-06", "2025-04-05T15:00:00Z", "04-06 A, 30 min late (30)")]
    [InlineData("Australia/Lord_Howe", "2025-04-06", "2025-04-05T15:30:00Z", "04-06 B, 0 min late (0)")]
    [InlineData("Australia/Lord_Howe", "2025-10-05", "2025-10-04T15:30:00Z", "10-05 B, 30 min late (30)")]
    [InlineData("America/St_Johns", "2025-07-02", "2025-07-02T10:40:00Z", "07-02 1, 10 min late (10)")]
    [InlineData("America/St_Johns", "2010-11-06", "2010-11-07T03:29:30Z", "11-06 after school, ended 09:00 (0)")]
    [InlineData("America/St_Johns", "2010-11-06", "2010-11-07T02:30:30Z", "outside")]
    [InlineData("America/St_Johns", "2010-11-07", "2010-11-07T02:30:30Z", "11-07 before school, opens 01:00 (0)")]
    [InlineData("America/St_Johns", "2010-11-07", "2010-11-07T03:00:00Z", "outside")]
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T12:00:00Z", "outside")]
    public void SchoolYearMap_CountsWhatTheWallClockShows_WhateverTheZoneDoes(string zone, string day, string instant, string expected) =>
        At(MapOf(zone, day, day, "A 01:00-02:00, B 02:00-04:00, (Rest) 04:00-08:00, 1 08:00-09:00"), instant).Should().Be(expected);

    [Fact]
    public void SchoolYearMap_StaysExact_WhenWindowsAreShorterThanABucket()
    {
        var map = MapOf("America/New_York", "2020-01-01", "2025-12-31", "1 08:00-08:00:01, 2 08:00:01-08:00:02, 3 08:00:02-08:00:02.0000001, 4 08:00:02.0000001-09:00");
        At(map, "2025-06-02T08:00:00.9999999-04:00").Should().Be("06-02 1, 0 min late (0)");
        At(map, "2025-06-02T08:00:01-04:00").Should().Be("06-02 2, 0 min late (0)");
        At(map, "2025-06-02T08:00:02-04:00").Should().Be("06-02 3, 0 min late (0)");
        At(map, "2025-06-02T08:00:02.0000001-04:00").Should().Be("06-02 4, 0 min late (0)");
    }

    [Fact]
    public void SchoolYearMap_DeniesWhatIsOutside_ForAnyNumberAtAll()
    {
        var map = MapOf("America/New_York", "2025-10-01", "2025-10-03", "1 08:00-08:50");
        long[] ticks = [long.MinValue, -1, 0, 1, DateTime.MaxValue.Ticks, long.MaxValue];
        var slots = new PeriodSlot[ticks.Length];
        map.Map(ticks, slots);
        slots.Should().AllSatisfy(slot => map.Covers(slot).Should().BeFalse());
        map.Covers(default).Should().BeFalse();
        FluentActions.Invoking(() => map.DateOf(default)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*2025-10-01 to 2025-10-03*");
        FluentActions.Invoking(() => map.PositionAt(default, 0)).Should().Throw<ArgumentOutOfRangeException>();
        map.PeriodOf(default).Should().BeNull();
    }

    [Fact]
    public void SchoolYearMap_RefusesDaysItCannotHold_InsteadOfWrappingAround()
    {
        FluentActions.Invoking(() => MapOf("UTC", "2025-10-02", "2025-10-01", "1 08:00-08:50")).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => MapOf("UTC", "1990-01-01", "2089-12-31", "1 08:00-08:50")).Should()
            .Throw<ArgumentOutOfRangeException>().WithMessage("*one map holds 65535*");
    }

    [Fact]
    public void SchoolYearMap_ThrowsBeforeItWrites_WhenThereAreTooFewSlots() =>
        FluentActions.Invoking(() => MapOf("UTC", "2025-10-01", "2025-10-01", "1 08:00-08:50").Map(new long[2], new PeriodSlot[1]))
            .Should().Throw<ArgumentException>().WithMessage("2 passes need as many slots; there are 1.*");

    [Fact]
    public void SchoolYearMap_AllocatesNothing_HoweverManyPassesItPlaces()
    {
        var map = MapOf("America/New_York", "2025-09-01", "2026-06-30", "1 08:00-08:50, 2 08:55-09:45");
        var ticks = Enumerable.Range(0, 100_000).Select(i => new DateTime(2025, 9, 1).Ticks + i * TimeSpan.TicksPerMinute).ToArray();
        var slots = new PeriodSlot[ticks.Length];
        map.Map(ticks, slots);
        var before = GC.GetAllocatedBytesForCurrentThread();
        map.Map(ticks, slots);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        Unsafe.SizeOf<PeriodSlot>().Should().Be(4);
    }
}
