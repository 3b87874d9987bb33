using System.Collections.Immutable;

namespace K12Sync.Domain.Childcare.Counters;

/// <summary>Indiana's two rules of what may be claimed for days without care. They find what is wrong; they change nothing.</summary>
/// <remarks>Source: public (OECOSL to providers).</remarks>
public static class ClosureOrder
{
    /// <summary>Non-paid closures of a calendar year before which the paid ones were not used up, in order.</summary>
    /// <param name="days">One child's, or one site's; each date once, in any order.</param>
    /// <param name="year">The calendar year.</param>
    /// <param name="paidAllowed">How many paid closures there are in a year.</param>
    public static ImmutableArray<DateOnly> UnpaidTooEarly(IEnumerable<DatedDay> days, int year, int paidAllowed)
    {
        var (paid, early) = (0, ImmutableArray.CreateBuilder<DateOnly>());
        foreach (var (date, day) in days.Where(d => d.Date.Year == year).OrderBy(d => d.Date))
            if (day is AttendanceDay.Closure { Code: ClosureCode.Paid })
                paid++;
            else if (day is AttendanceDay.Closure && paid < paidAllowed)
                early.Add(date);
        return early.ToImmutable();
    }

    /// <summary>The Sundays of those weeks, Sunday to Saturday, all seven days of which are off days. Nobody is off a whole week: that is an absence, or the child has left.</summary>
    public static ImmutableArray<DateOnly> WeeksOff(IEnumerable<DatedDay> days) =>
        [.. days.Where(d => d.Day is AttendanceDay.OffDay).Select(d => d.Date).Distinct().GroupBy(d => d.AddDays(-(int)d.DayOfWeek)).Where(w => w.Count() == 7).Select(w => w.Key).Order()];
}
