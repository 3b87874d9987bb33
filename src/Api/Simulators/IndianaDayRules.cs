using K12Sync.Exporters.Childcare.Indiana;

namespace K12Sync.Api.Simulators;

/// <summary>What Indiana has against single days. Source of the codes and of each rule: public (OECOSL to providers).</summary>
internal static class IndianaDayRules
{
    private const int PaidClosuresPerYear = 16;

    private static readonly string[] Codes = ["AB", "OD", "PC", "NP"];

    /// <summary>The faults of a period's days. Empty: all can be taken. <paramref name="earlier"/>: what the agency holds of the site's other periods.</summary>
    public static IReadOnlyList<IndianaDayError> FaultsOf(IndianaSite site, IndianaSubmission sent, IEnumerable<IndianaDay> earlier)
    {
        var paid = earlier.Where(d => d.Code == "PC").Select(d => d.Date).ToHashSet();
        var seen = new HashSet<(string, DateOnly)>();
        var faults = new List<IndianaDayError>();
        foreach (var day in sent.Days.OrderBy(d => d.Date))
            if ((seen.Add((day.ChildId, day.Date)) ? FaultOf(site, sent, day) ?? ClosureFault(day, paid) : "The day is there twice.") is { } fault)
                faults.Add(new IndianaDayError(day.ChildId, day.Date, fault));
        return faults;
    }

    private static string? FaultOf(IndianaSite site, IndianaSubmission sent, IndianaDay day)
    {
        if (day.Date < sent.From || day.Date > sent.To)
            return "The day is outside the service period.";
        if (!Codes.Contains(day.Code, StringComparer.Ordinal))
            return "The code is none of AB, OD, PC, NP.";
        if (site.Children.FirstOrDefault(c => c.Child.ChildId == day.ChildId) is not { } child)
            return "The child is not on the roster.";
        if (day.Date < child.From || day.Date > child.To)
            return "The child is not enrolled on this day.";
        if (day.Code != "OD")
            return null;
        if (child.Scheduled.Contains(day.Date.DayOfWeek))
            return "OD is only for a weekday on which the child is never scheduled.";
        return sent.Days.Where(d => d.ChildId == day.ChildId && d.Code == "OD" && WeekOf(d.Date) == WeekOf(day.Date)).Select(d => d.Date.DayOfWeek)
            .Count(d => d is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) == 5 ? "A full week of OD is not possible." : null;
    }

    // A date counts once, however many children it is sent for.
    private static string? ClosureFault(IndianaDay day, HashSet<DateOnly> paid)
    {
        var used = paid.Count(d => d.Year == day.Date.Year);
        if (day.Code == "NP")
            return used < PaidClosuresPerYear ? "Paid closures (PC) are used before non-paid ones (NP)." : null;
        if (day.Code != "PC" || paid.Contains(day.Date))
            return null;
        if (used >= PaidClosuresPerYear)
            return $"The {PaidClosuresPerYear} paid closures of the calendar year are used.";
        paid.Add(day.Date);
        return null;
    }

    private static int WeekOf(DateOnly date) => (date.DayNumber - (int)date.DayOfWeek) / 7;
}
