using K12Sync.Data.SchoolCalendar;

namespace K12Sync.Api.SchoolCalendar;

/// <summary>
/// The days that a calendar lists: whole school years, from three before the present one to the one after it. What lies further back is kept and
/// judged as it was set, but no longer listed.
/// </summary>
/// <param name="First">A first of July.</param>
/// <param name="Last">A thirtieth of June.</param>
public readonly record struct CalendarSpan(DateOnly First, DateOnly Last)
{
    private const int YearsBefore = 3;
    private const int YearsAfter = 1;
    private const int July = 7;

    /// <summary>The span as of a day. A school year begins in July.</summary>
    public static CalendarSpan At(DateOnly today)
    {
        var starts = today.Month >= July ? today.Year : today.Year - 1;
        var (first, last) = (new DateOnly(starts - YearsBefore, July, 1), new DateOnly(starts + YearsAfter + 1, July, 1).AddDays(-1));
        return new CalendarSpan(first > DateRow.First ? first : DateRow.First, last < DateRow.Last ? last : DateRow.Last);
    }

    /// <summary>Whether the day is one of them.</summary>
    public bool Contains(DateOnly day) => First <= day && day <= Last;
}
