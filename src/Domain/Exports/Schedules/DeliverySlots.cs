using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Exports.Schedules;

/// <summary>
/// Turns a schedule's local times into slots. A time that the clock skips in spring is at the first instant after the gap; a time that it repeats in
/// autumn is the earlier of the two. Times that so fall on one instant are one slot, which has the name of the last of them.
/// </summary>
public sealed class DeliverySlots(ICronTimes cron)
{
    private static readonly DateTime End = new(9990, 1, 1);

    /// <summary>The slots strictly after an instant, strictly increasing in name and instant, without end unless the schedule has one. Lazy.</summary>
    /// <exception cref="FormatException">The schedule is a cron expression that is none.</exception>
    public IEnumerable<DeliverySlot> After(DeliverySchedule schedule, SchoolZone zone, DateTimeOffset instant)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(zone);
        var now = zone.At(instant);
        DeliverySlot? last = null;
        // A time at or before what the clock shows now is over, even if the clock has just been turned back; of the later ones the repeated may be.
        foreach (var local in Times(schedule, now.Day.ToDateTime(now.Time)))
        {
            var slot = new DeliverySlot(local, zone.FirstAt(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local)));
            if (slot.Instant <= instant)
                continue;
            if (last is { } complete && complete.Instant < slot.Instant)
                yield return complete;
            last = slot;
        }
        if (last is { } final)
            yield return final;
    }

    /// <summary>The slots between two instants, the first exclusive, the second inclusive.</summary>
    public IEnumerable<DeliverySlot> Between(DeliverySchedule schedule, SchoolZone zone, DateTimeOffset after, DateTimeOffset until) =>
        After(schedule, zone, after).TakeWhile(s => s.Instant <= until);

    /// <summary>The local times strictly after another, strictly increasing.</summary>
    private IEnumerable<DateTime> Times(DeliverySchedule schedule, DateTime after) => schedule switch
    {
        DeliverySchedule.Times times => Daily(after, d => times.On.Contains(d.DayOfWeek) ? times.At.Order() : []),
        DeliverySchedule.Interval interval => Daily(after, d => interval.On.Contains(d.DayOfWeek) ? Steps(interval) : []),
        DeliverySchedule.MonthEnd end => Daily(after, d => d.Day == DateTime.DaysInMonth(d.Year, d.Month) ? [end.At] : []),
        DeliverySchedule.Cadence cadence => Daily(after, d => CadenceDays.TimesOn(cadence, d)),
        DeliverySchedule.Cron(var expression) => Cron(expression, after),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IEnumerable<DateTime> Daily(DateTime after, Func<DateOnly, IEnumerable<TimeOnly>> timesOn)
    {
        for (var day = DateOnly.FromDateTime(after); day.Year < End.Year; day = day.AddDays(1))
            foreach (var time in timesOn(day))
                if (day.ToDateTime(time) is var local && local > after)
                    yield return local;
    }

    private static IEnumerable<TimeOnly> Steps(DeliverySchedule.Interval interval)
    {
        for (var at = interval.From.Ticks; at <= interval.To.Ticks; at += interval.EveryMinutes * TimeSpan.TicksPerMinute)
            yield return new TimeOnly(at);
    }

    private IEnumerable<DateTime> Cron(string expression, DateTime after)
    {
        for (var next = cron.Next(expression, after); next is { } local && local < End; next = cron.Next(expression, local))
            yield return local;
    }
}
