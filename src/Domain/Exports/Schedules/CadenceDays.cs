namespace K12Sync.Domain.Exports.Schedules;

/// <summary>The days that a run of a <see cref="DeliverySchedule.Cadence"/> sends.</summary>
public static class CadenceDays
{
    private static readonly TimeOnly Noon = new(12, 0);

    /// <summary>The times of a date, in order, each once.</summary>
    public static IEnumerable<TimeOnly> TimesOn(DeliverySchedule.Cadence cadence, DateOnly date)
    {
        ArgumentNullException.ThrowIfNull(cadence);
        var times = new SortedSet<TimeOnly>();
        for (var minute = 0; cadence.AfterCheckOutMinutes is { } every && minute < 24 * 60; minute += every)
            times.Add(new TimeOnly(minute / 60, minute % 60));
        if (cadence.Nightly is { } nightly)
            times.Add(nightly);
        if (cadence.Mondays is { } mondays && date.DayOfWeek == DayOfWeek.Monday)
            times.Add(mondays);
        if (cadence.AtMonthEnd is { } end && IsLastOfMonth(date))
            times.Add(end);
        return times;
    }

    /// <summary>
    /// The days that a run sends which makes up for all of these times, however long ago the earliest was: from the first day of any of them to the last. The present day is
    /// among them only where check-outs are looked for. Null: there are no times.
    /// </summary>
    /// <param name="cadence">The schedule.</param>
    /// <param name="times">Local times of the schedule, in any order.</param>
    public static DayRange? Of(DeliverySchedule.Cadence cadence, IEnumerable<DateTime> times)
    {
        ArgumentNullException.ThrowIfNull(cadence);
        DayRange? all = null;
        foreach (var range in times.SelectMany(time => At(cadence, DateOnly.FromDateTime(time), TimeOnly.FromDateTime(time))))
            all = all is not { } other ? range : new DayRange(range.From < other.From ? range.From : other.From, range.To > other.To ? range.To : other.To);
        return all;
    }

    private static IEnumerable<DayRange> At(DeliverySchedule.Cadence cadence, DateOnly date, TimeOnly time)
    {
        if (cadence.AfterCheckOutMinutes is { } every && (time.Hour * 60 + time.Minute) % every == 0)
            yield return new DayRange(date, date);
        if (cadence.Nightly == time)
            yield return time < Noon ? new DayRange(date.AddDays(-1), date.AddDays(-1)) : new DayRange(date, date);
        if (cadence.Mondays == time && date.DayOfWeek == DayOfWeek.Monday)
            yield return new DayRange(date.AddDays(-7), date.AddDays(-1));
        if (cadence.AtMonthEnd == time && IsLastOfMonth(date))
            yield return new DayRange(new DateOnly(date.Year, date.Month, 1), date);
    }

    private static bool IsLastOfMonth(DateOnly date) => date.AddDays(1).Month != date.Month;
}
