using K12Sync.Exporters.Childcare.Indiana;

namespace K12Sync.Api.Simulators;

/// <summary>What a simulated Indiana starts with.</summary>
/// <param name="Zone">IANA; decides what today is.</param>
/// <param name="AccessKey">The key of the program that asks.</param>
/// <param name="PeriodEnds">The last day, a Saturday, of any service period: the others follow from it.</param>
/// <param name="Facilities">One for each licence.</param>
/// <param name="Today">Null: the real day.</param>
internal sealed record IndianaState(string Zone, string AccessKey, DateOnly PeriodEnds, IReadOnlyList<IndianaSite> Facilities, DateOnly? Today = null)
{
    /// <summary>First day of the service period with this day.</summary>
    public DateOnly StartOf(DateOnly day)
    {
        var firstDay = PeriodEnds.DayNumber - 13;
        return DateOnly.FromDayNumber(day.DayNumber - (((day.DayNumber - firstDay) % 14 + 14) % 14));
    }
}

/// <summary>A site.</summary>
/// <param name="LicenseNumber">Verbatim, hyphens significant.</param>
/// <param name="Name">For people.</param>
/// <param name="FirstPeriodFrom">The first service period for which it is paid.</param>
/// <param name="Children">On CCDF or On My Way Pre-K.</param>
/// <param name="Selections">Who enters the days, from when on, in order of time. Before the first: the portal.</param>
/// <param name="Submitted">First days of the periods that were entered in the portal.</param>
internal sealed record IndianaSite(
    string LicenseNumber, string Name, DateOnly FirstPeriodFrom, IReadOnlyList<IndianaSiteChild> Children, IReadOnlyList<IndianaChoice> Selections, IReadOnlyList<DateOnly> Submitted)
{
    /// <summary>Who enters the days of a period.</summary>
    public IndianaSelection SelectionOn(DateOnly day) => Selections.LastOrDefault(s => s.From <= day)?.Selection ?? IndianaSelection.Portal;
}

/// <summary>A choice in the portal.</summary>
internal sealed record IndianaChoice(DateOnly From, IndianaSelection Selection);

/// <summary>A child with the weekdays on which it is scheduled, and its last day.</summary>
internal sealed record IndianaSiteChild(IndianaChild Child, DateOnly From, IReadOnlyList<DayOfWeek> Scheduled, DateOnly? To = null);
