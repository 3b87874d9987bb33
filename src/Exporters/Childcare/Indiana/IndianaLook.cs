using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare.Indiana;

/// <summary>What the state knows of a licence.</summary>
/// <param name="Children">Those of all rosters asked for, each once.</param>
/// <param name="Days">From the first to the last of those periods.</param>
/// <param name="Facility">Who enters the days.</param>
/// <param name="Periods">Those that have begun, oldest first.</param>
/// <param name="Rosters">The ids of the state's children, by the first day of the period.</param>
public sealed record IndianaLook(
    IReadOnlyList<AgencyRosterChild> Children, DayRange Days, IndianaFacility Facility, IReadOnlyList<IndianaPeriod> Periods, IReadOnlyDictionary<DateOnly, IReadOnlySet<string>> Rosters)
    : AgencyLook.Known(Children, Days);

/// <summary>The dates on which a connection can begin.</summary>
/// <remarks>Source: public (OECOSL's quick guide): always the start of a service period, and in the future.</remarks>
public static class IndianaStarts
{
    private const int PeriodDays = 14;

    /// <summary>The next dates, in order; empty where the state lists no period, so that nobody can say when one begins.</summary>
    /// <param name="periods">Those that have begun.</param>
    /// <param name="today">The present date at the site; a start is after it.</param>
    /// <param name="most">How many.</param>
    public static IEnumerable<DateOnly> After(IReadOnlyList<IndianaPeriod> periods, DateOnly today, int most)
    {
        ArgumentNullException.ThrowIfNull(periods);
        if (periods.Count == 0)
            yield break;
        var start = periods.Max(p => p.From);
        while (start <= today)
            start = start.AddDays(PeriodDays);
        for (var i = 0; i < most; i++)
            yield return start.AddDays(i * PeriodDays);
    }

    /// <summary>Whether a connection can begin on a day, however far away.</summary>
    public static bool IsPossible(IReadOnlyList<IndianaPeriod> periods, DateOnly today, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(periods);
        return day > today && periods.Count > 0 && (day.DayNumber - periods.Max(p => p.From).DayNumber) % PeriodDays == 0;
    }
}
