using System.Collections.Immutable;
using System.Globalization;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Tests.Exports.Schedules;

/// <summary>
/// Schedules as these tests write them: <c>06:30 15:45</c> on weekdays, <c>daily 02:30</c>, <c>every 15 08:00-16:00</c>,
/// <c>daily every 30 00:00-23:59</c>, <c>month end 18:00</c>.
/// </summary>
internal static class Timetable
{
    public static readonly ImmutableArray<DayOfWeek> Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
    public static readonly ImmutableArray<DayOfWeek> AllDays = [DayOfWeek.Sunday, .. Weekdays, DayOfWeek.Saturday];

    public static DeliverySlots Slots { get; } = new(new NoCron());

    public static SchoolZone Zone(string id) => SchoolZone.Find(id)!;

    public static DeliverySchedule Schedule(string text)
    {
        var words = text.Split(' ');
        var days = words[0] == "daily" ? AllDays : Weekdays;
        if (words[0] == "daily")
            words = words[1..];
        return words switch
        {
            ["every", var minutes, var window] => new DeliverySchedule.Interval(
                int.Parse(minutes, CultureInfo.InvariantCulture), Time(window.Split('-')[0]), Time(window.Split('-')[1]), days),
            ["month", "end", var at] => new DeliverySchedule.MonthEnd(Time(at)),
            _ => new DeliverySchedule.Times([.. words.Select(Time)], days),
        };
    }

    public static DateTimeOffset Instant(string text) =>
        DateTimeOffset.ParseExact(text, ["yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.None);

    public static DateTime Local(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None);

    /// <summary><c>2025-03-09 02:30 at 07:00Z</c>.</summary>
    public static string Text(DeliverySlot slot) => string.Create(CultureInfo.InvariantCulture, $"{slot.Local:yyyy-MM-dd HH:mm} at {slot.Instant.UtcDateTime:HH:mm}Z");

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);

    private sealed class NoCron : ICronTimes
    {
        public DateTime? Next(string expression, DateTime after) => throw new FormatException("No cron here.");
    }
}
