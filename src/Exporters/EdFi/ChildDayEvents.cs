using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.EdFi;

/// <summary>A childcare site that is a school in Ed-Fi.</summary>
public sealed record EdFiSite(long SiteId, EdFiSchool School);

/// <summary>A child's date, with what may reach into it.</summary>
/// <param name="StudentUniqueId">As the Ed-Fi system knows the child; null: nobody has entered it.</param>
/// <param name="Date">By the clock on the site's wall.</param>
/// <param name="Day">The state of this date.</param>
/// <param name="Before">
/// The states of the two days before, as far as there are any. A stay over midnight that its state carries as one belongs to the day of its check-in, and
/// on the night when clocks go forward 24 hours reach into a third date.
/// </param>
public sealed record ChildDate(string? StudentUniqueId, DateOnly Date, AttendanceDay Day, ImmutableArray<AttendanceDay> Before)
{
    /// <summary>Shows nothing of the child.</summary>
    public override string ToString() => $"{Day.Kind}";
}

/// <summary>From a child-day to the one event that Ed-Fi holds of it.</summary>
/// <remarks>
/// Ed-Fi has one event for a date and category, and times of day without a date. So several stays become the first arrival, the last departure and the sum of the
/// minutes that passed, and a stay over midnight is cut there, whatever the state's own rule is. Sources: the key and the form of the times are public (5.2 XSD);
/// that minutes are those of care, not of the time between arrival and departure, is seed (childcare rules 9 and 21).
/// </remarks>
public static class ChildDayEvents
{
    /// <summary>What the standard has instead of 24:00, which is no time of day in it: the last second.</summary>
    /// <remarks>Source: assumed. The part after midnight arrives at 00:00:00; the minutes are exact on both dates.</remarks>
    public static readonly TimeOnly EndOfDay = new(23, 59, 59);

    /// <summary>What Ed-Fi should hold of a child's date at a site. A child at two sites on a date has an answer for each.</summary>
    public static EdFiMapping Of(ChildDate child, EdFiSite site, EdFiCategories categories)
    {
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(categories);
        var date = new LocalDate(child.Date, site.School);
        if (FindHindrance(child, date, site.SiteId) is { } hindrance)
            return hindrance;
        var care = child.Before.Append(child.Day).OfType<AttendanceDay.Attended>()
            .SelectMany(d => d.Care).Where(c => c.SiteId == site.SiteId).Select(date.PartOf).OfType<CareSpan>().ToList();
        if (care.Count > 0)
            return Event(child, site.School, categories.Attended, e => date.WithTimes(e, care));
        return child.Day switch
        {
            AttendanceDay.Absence(var at, var code) when at == site.SiteId => categories.Of(code) is { } category
                ? Event(child, site.School, category, e => e with { PartOfDay = 1 })
                : new EdFiMapping.Stopped($"The absence code {code} has no Ed-Fi category. Add it to the connector's categories."),
            { Site: { } at } when at != site.SiteId => new EdFiMapping.NoEvent("The day is another site's."),
            AttendanceDay.Attended => new EdFiMapping.NoEvent("The child was in care on another date."),
            var nothing => new EdFiMapping.NoEvent(nothing.Reason),
        };
    }

    private static EdFiMapping? FindHindrance(ChildDate child, LocalDate date, long site)
    {
        if (child.Day.Readiness == DayReadiness.Error)
            return new EdFiMapping.Stopped(child.Day.Findings[0].Sentence) { Why = HoldReason.DayHasErrors };
        if (child.Day.Readiness == DayReadiness.NoCheckOutYet)
            return new EdFiMapping.Waits(child.Day.Reason);
        var reaching = child.Before.OfType<AttendanceDay.Attended>().Where(d => d.Care.Any(c => c.SiteId == site && date.MayHavePartOf(c))).ToList();
        if (reaching.Find(d => d.Readiness == DayReadiness.Error) is { } wrong)
            return new EdFiMapping.Stopped($"A stay that reaches into this date is not in order: {wrong.Findings[0].Sentence}") { Why = HoldReason.DayHasErrors };
        return reaching.Exists(d => d.IsOpen) ? new EdFiMapping.Waits("A stay of the day before has no check-out yet.") : null;
    }

    private static EdFiMapping Event(ChildDate child, EdFiSchool school, EdFiCategory category, Func<EdFiEvent, EdFiEvent> fill)
    {
        if (EdFiSubject.FindFault(child.StudentUniqueId, child.Date, school) is { } fault)
            return new EdFiMapping.Stopped(fault) { Why = string.IsNullOrEmpty(child.StudentUniqueId) ? HoldReason.NotLinked : HoldReason.NoAgencyCode };
        var key = new EdFiEventKey(child.StudentUniqueId!, school.SchoolId, school.TermOn(child.Date)!, child.Date, category.Descriptor);
        return new EdFiMapping.Wanted(fill(new EdFiEvent(key) { Reason = category.Reason }));
    }

    /// <summary>A date as a stretch of time at a school: 23, 24 or 25 hours.</summary>
    private sealed class LocalDate(DateOnly date, EdFiSchool school)
    {
        private readonly DateTimeOffset _start = school.Zone.FirstAt(date, TimeOnly.MinValue);
        private readonly DateTimeOffset _end = school.Zone.FirstAt(date.AddDays(1), TimeOnly.MinValue);

        public bool MayHavePartOf(CareSpan care) => care.From < _end && (care.To ?? care.From + Stay.Longest) > _start;

        public CareSpan? PartOf(CareSpan care) => care.To is not { } to || to <= _start || care.From >= _end
            ? null
            : care with { From = care.From < _start ? _start : care.From, To = to > _end ? _end : to };

        /// <summary>
        /// A date of 25 hours may hold more minutes than the standard has room for; they are then left out, since there is nothing that a person could mend.
        /// </summary>
        public EdFiEvent WithTimes(EdFiEvent e, IReadOnlyCollection<CareSpan> care)
        {
            var (last, minutes) = (care.Max(c => c.To!.Value), care.Sum(c => c.Minutes));
            return e with
            {
                Arrival = school.Zone.At(care.Min(c => c.From)).Time,
                Departure = last >= _end ? EndOfDay : school.Zone.At(last).Time,
                Minutes = minutes <= EdFiEvent.MostMinutes ? minutes : null,
            };
        }
    }
}
