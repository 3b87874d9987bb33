using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Counters;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare.Indiana;

/// <summary>What stands in the way of single days of a service period. It finds what is wrong and changes nothing: not the code of a seventeenth paid closure either.</summary>
/// <remarks>Source of each rule: public (OECOSL to providers).</remarks>
internal static class IndianaDays
{
    /// <summary>What is the matter with days of a period, by child-day. Empty: nothing.</summary>
    /// <param name="period">The site's days of the period, of linked children.</param>
    /// <param name="closures">The site's days of the calendar years that the period touches, of linked children; the period's among them.</param>
    /// <param name="run">The run.</param>
    public static Dictionary<long, string> FaultsOf(IReadOnlyList<ChildDayLine> period, IReadOnlyList<ChildDayLine> closures, AgencyRun run)
    {
        var faults = new Dictionary<long, string>();
        var closed = ClosuresOf(closures, run);
        foreach (var child in period.GroupBy(l => l.ChildNumber, StringComparer.Ordinal))
        {
            var weeksOff = child.Where(l => l.Day is AttendanceDay.OffDay && l.Date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                .GroupBy(l => SundayOf(l.Date)).Where(week => week.Count() == 5).Select(week => week.Key).ToHashSet();
            var absent = child.Where(l => l.Day is AttendanceDay.Absence).Select(l => l.Date.DayOfWeek).ToHashSet();
            foreach (var line in child)
                if ((FaultOf(line, weeksOff, absent, run.Texts) ?? (line.Day is AttendanceDay.Closure ? closed.GetValueOrDefault(line.Date) : null)) is { } fault)
                    faults[line.DayId] = fault;
        }
        return faults;
    }

    private static string? FaultOf(ChildDayLine line, HashSet<DateOnly> weeksOff, HashSet<DayOfWeek> absent, AgencyTexts texts) => line.Day switch
    {
        { Readiness: DayReadiness.Error } => texts.Of(line.Day.Findings[0].Kind),
        AttendanceDay.Unknown(var why, _) => texts.Of(why),
        AttendanceDay.OffDay when weeksOff.Contains(SundayOf(line.Date)) => texts.Say(Phrase.IndianaOffWeek),
        AttendanceDay.OffDay when absent.Contains(line.Date.DayOfWeek) => texts.Say(Phrase.IndianaOffThoughAbsent),
        _ => null,
    };

    /// <summary>By date: a date is one closure, however many children it is told for.</summary>
    private static Dictionary<DateOnly, string> ClosuresOf(IReadOnlyList<ChildDayLine> lines, AgencyRun run)
    {
        var limit = run.Profile.Counters.Single(c => c.Counted == Counted.PaidClosures).Limit;
        var faults = new Dictionary<DateOnly, string>();
        foreach (var year in lines.Where(l => l.Day is AttendanceDay.Closure).DistinctBy(l => l.Date).OrderBy(l => l.Date).GroupBy(l => l.Date.Year))
        {
            string Fault(Phrase phrase) => run.Texts.Say(phrase, ("limit", limit), ("year", year.Key));
            foreach (var early in ClosureOrder.UnpaidTooEarly(year.Select(l => new DatedDay(l.Date, l.Day)), year.Key, limit))
                faults[early] = Fault(Phrase.IndianaPaidFirst);
            foreach (var tooMany in year.Where(l => l.Day is AttendanceDay.Closure { Code: ClosureCode.Paid }).Skip(limit))
                faults[tooMany.Date] = Fault(Phrase.IndianaNoPaidLeft);
        }
        return faults;
    }

    private static DateOnly SundayOf(DateOnly date) => date.AddDays(-(int)date.DayOfWeek);
}
