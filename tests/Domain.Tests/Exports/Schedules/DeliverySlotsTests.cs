using FsCheck;
using FsCheck.Fluent;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;
using static K12Sync.Domain.Tests.Exports.Schedules.Timetable;

namespace K12Sync.Domain.Tests.Exports.Schedules;

public sealed class DeliverySlotsTests
{
    [Theory]
    [InlineData("America/New_York", "06:30 15:45", "2025-03-07 12:00Z", "2025-03-07 15:45 at 20:45Z", "2025-03-10 06:30 at 10:30Z")]
    [InlineData("America/New_York", "06:30", "2025-03-10 10:30Z", "2025-03-11 06:30 at 10:30Z", "2025-03-12 06:30 at 10:30Z")]
    [InlineData("America/New_York", "daily 02:30", "2025-03-08 12:00Z", "2025-03-09 02:30 at 07:00Z", "2025-03-10 02:30 at 06:30Z")]
    [InlineData("America/New_York", "daily 02:15 02:30", "2025-03-08 12:00Z", "2025-03-09 02:30 at 07:00Z", "2025-03-10 02:15 at 06:15Z")]
    [InlineData("America/New_York", "daily 02:15 03:00", "2025-03-08 12:00Z", "2025-03-09 03:00 at 07:00Z", "2025-03-10 02:15 at 06:15Z")]
    [InlineData("America/New_York", "daily 01:30", "2025-11-01 12:00Z", "2025-11-02 01:30 at 05:30Z", "2025-11-03 01:30 at 06:30Z")]
    [InlineData("America/New_York", "daily 01:30", "2025-11-02 06:10Z", "2025-11-03 01:30 at 06:30Z", "2025-11-04 01:30 at 06:30Z")]
    [InlineData("America/Phoenix", "daily 02:30", "2025-03-08 12:00Z", "2025-03-09 02:30 at 09:30Z", "2025-03-10 02:30 at 09:30Z")]
    [InlineData("America/Indiana/Indianapolis", "daily 02:30", "2006-04-01 12:00Z", "2006-04-02 02:30 at 07:00Z", "2006-04-03 02:30 at 06:30Z")]
    [InlineData("Australia/Lord_Howe", "daily 02:15", "2025-10-04 12:00Z", "2025-10-05 02:15 at 15:30Z", "2025-10-06 02:15 at 15:15Z")]
    [InlineData("America/Chicago", "month end 18:00", "2024-01-31 23:59Z", "2024-01-31 18:00 at 00:00Z", "2024-02-29 18:00 at 00:00Z")]
    [InlineData("America/New_York", "every 30 23:00-23:59", "2025-06-05 12:00Z", "2025-06-05 23:00 at 03:00Z", "2025-06-05 23:30 at 03:30Z")]
    [InlineData("America/New_York", "daily every 45 01:00-03:30", "2025-03-09 06:00Z", "2025-03-09 01:45 at 06:45Z", "2025-03-09 02:30 at 07:00Z")]
    public void DeliverySlots_AreTheNextLocalTimes_OnTheWallOfTheZone(string zone, string schedule, string after, string first, string second)
    {
        Slots.After(Schedule(schedule), Zone(zone), Instant(after)).Take(2).Select(Text).Should().Equal(first, second);
    }

    [Theory]
    [InlineData("America/New_York", "2025-03-09 01:30 at 06:30Z", "2025-03-09 03:00 at 07:00Z", "2025-03-09 03:30 at 07:30Z")]
    [InlineData("America/New_York", "2025-11-02 01:00 at 05:00Z", "2025-11-02 01:30 at 05:30Z", "2025-11-02 02:00 at 07:00Z")]
    public void DeliverySlots_OfAnInterval_RunEachLocalTimeOnce_WhenTheClockChanges(string zone, params string[] expected)
    {
        var from = Instant($"{expected[0][..10]} 00:00Z");
        var slots = Slots.After(Schedule("daily every 30 00:00-23:59"), Zone(zone), from).Take(60).Select(Text).ToList();
        slots.Skip(slots.IndexOf(expected[0])).Take(3).Should().Equal(expected);
    }

    [Fact]
    public void DeliverySlots_AgreeWithAClockWatchedMinuteByMinute() => Properties.Hold(Cases, c =>
    {
        var (zone, schedule, from) = c;
        var until = from.AddDays(3);

        var slots = Slots.Between(schedule, zone, from, until).ToList();

        slots.Select(s => s.Instant).Should().Equal(Watched(zone, schedule, from, until));
        slots.Zip(slots.Skip(1)).All(p => p.First.Instant < p.Second.Instant && p.First.Local < p.Second.Local).Should().BeTrue();
    }, runs: 80);

    [Fact]
    public void DeliverySlots_AreOneForEachSchoolDay_WhateverTheClockDoes() => Properties.Hold(
        from zone in Zones from minute in Gen.Choose(0, 24 * 60 - 1) from year in Gen.Choose(2006, 2030) select (zone, minute, year), c =>
        {
            var schedule = new DeliverySchedule.Times([new TimeOnly(0, 0).AddMinutes(c.minute)], Weekdays);
            var from = c.zone.FirstAt(new DateOnly(c.year, 1, 1), TimeOnly.MinValue).AddTicks(-1);
            var until = c.zone.FirstAt(new DateOnly(c.year + 1, 1, 1), TimeOnly.MinValue).AddTicks(-1);

            var days = Slots.Between(schedule, c.zone, from, until).Select(s => DateOnly.FromDateTime(s.Local));

            days.Should().Equal(Enumerable.Range(0, 366).Select(new DateOnly(c.year, 1, 1).AddDays).Where(d => d.Year == c.year && Weekdays.Contains(d.DayOfWeek)));
        }, runs: 40);

    private static Gen<SchoolZone> Zones { get; } = Gen.Elements(
        "America/New_York", "America/Chicago", "America/Indiana/Indianapolis", "America/Phoenix", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Guam").Select(Zone);

    /// <summary>Mostly near a change of some clock, mostly with times at night, where clocks change.</summary>
    private static Gen<(SchoolZone Zone, DeliverySchedule Schedule, DateTimeOffset From)> Cases { get; } =
        from zone in Zones
        from day in Gen.Elements("2025-03-08 00:00Z", "2025-11-01 00:00Z", "2025-04-04 00:00Z", "2025-10-03 00:00Z", "2006-04-01 00:00Z", "2025-07-01 00:00Z")
        from minutes in Gen.Choose(0, 2 * 24 * 60)
        from schedule in Gen.OneOf(
            from times in Gen.NonEmptyListOf(Gen.Choose(0, 4 * 60)) select (DeliverySchedule)new DeliverySchedule.Times([.. times.Distinct().Order().Select(m => TimeOnly.MinValue.AddMinutes(m))], AllDays),
            from every in Gen.Choose(1, 200) from start in Gen.Choose(0, 180) from length in Gen.Choose(0, 1200)
            select (DeliverySchedule)new DeliverySchedule.Interval(every, TimeOnly.MinValue.AddMinutes(start), TimeOnly.MinValue.AddMinutes(start + length), AllDays),
            from minute in Gen.Choose(0, 24 * 60 - 1) select (DeliverySchedule)new DeliverySchedule.MonthEnd(TimeOnly.MinValue.AddMinutes(minute)))
        select (zone, schedule, Instant(day).AddMinutes(minutes));

    /// <summary>Somebody who looks at the clock on the wall every minute and acts when it shows, for the first time, a scheduled time or a later one.</summary>
    private static List<DateTimeOffset> Watched(SchoolZone zone, DeliverySchedule schedule, DateTimeOffset from, DateTimeOffset until)
    {
        var acted = new List<DateTimeOffset>();
        // He has been there a while: the highest reading so far is not always the last one.
        var latest = DateTime.MinValue;
        for (var instant = from.AddHours(-3); instant <= until; instant = instant.AddMinutes(1))
        {
            var moment = zone.At(instant);
            var reading = moment.Day.ToDateTime(moment.Time);
            if (reading <= latest)
                continue;
            if (instant > from && Enumerable.Range(1, (int)(reading - latest).TotalMinutes).Any(m => Names(schedule, latest.AddMinutes(m))))
                acted.Add(instant);
            latest = reading;
        }
        return acted;
    }

    private static bool Names(DeliverySchedule schedule, DateTime local) => schedule switch
    {
        DeliverySchedule.Times t => t.On.Contains(local.DayOfWeek) && t.At.Contains(TimeOnly.FromDateTime(local)),
        DeliverySchedule.Interval i => i.On.Contains(local.DayOfWeek) && TimeOnly.FromDateTime(local) >= i.From && TimeOnly.FromDateTime(local) <= i.To
            && (local.TimeOfDay - i.From.ToTimeSpan()).TotalMinutes % i.EveryMinutes == 0,
        DeliverySchedule.MonthEnd m => local.AddDays(1).Day == 1 && TimeOnly.FromDateTime(local) == m.At,
        _ => false,
    };
}
