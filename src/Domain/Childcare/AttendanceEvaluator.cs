namespace K12Sync.Domain.Childcare;

/// <summary>What is known of a child and a site on a day, beside the events.</summary>
/// <param name="SiteId">Which site.</param>
/// <param name="IsEnrolled">The child has a place there on this day.</param>
/// <param name="IsScheduled">On this weekday.</param>
/// <param name="Opens">The site opens on this weekday, holidays aside.</param>
/// <param name="Closure">The site was closed on this date; null: it was not.</param>
/// <param name="Absence">An absence that was recorded; null: none.</param>
/// <param name="IsAuthorized">An agency pays for this day.</param>
public sealed record SiteDay(long SiteId, bool IsEnrolled, bool IsScheduled, bool Opens, ClosureCode? Closure, AbsenceCode? Absence, bool IsAuthorized);

/// <summary>The rule from what is known of a child-day to its one state.</summary>
public static class AttendanceEvaluator
{
    /// <summary>
    /// Attended, if there is any care. Else what the site says that knows most: an absence, then that the child was expected, a closure, an off day.
    /// </summary>
    /// <remarks>
    /// At one site, the first that applies: not enrolled; closed on a weekday on which it opens; not scheduled on this weekday, or the site never opens on it;
    /// an absence, if an agency pays for the day; nothing. So attendance beats absence, no punch is no absence, and there is no absence on a day on which the child is
    /// not scheduled, not authorized or not enrolled, or the site is closed. Source: seed (childcare rule 11).
    /// </remarks>
    /// <param name="care">What the events say.</param>
    /// <param name="sites">Each site once: where the child ever had a place, or an absence is recorded.</param>
    /// <param name="isKnown">The owner has a child of this number.</param>
    public static AttendanceDay Evaluate(CareDay care, IReadOnlyCollection<SiteDay> sites, bool isKnown = true)
    {
        ArgumentNullException.ThrowIfNull(care);
        ArgumentNullException.ThrowIfNull(sites);
        AttendanceDay day = care switch
        {
            { Care: not [] } => new AttendanceDay.Attended(care.Care),
            { Findings: not [] } => new AttendanceDay.Unknown(UnknownReason.FaultyTimes, sites.Where(s => s.IsEnrolled).Select(s => (long?)s.SiteId).Min()),
            _ => sites.OrderBy(s => s.SiteId).Select(WithoutCare).MinBy(Rank) ?? new AttendanceDay.Unknown(UnknownReason.NotEnrolled),
        };
        var remarks = sites.OrderBy(s => s.SiteId).SelectMany(s => Remarks(day, s));
        if (day is AttendanceDay.Attended attended && isKnown && !attended.Care.All(c => sites.Any(s => s.SiteId == c.SiteId && s.IsEnrolled)))
            remarks = remarks.Append(new DayFinding(FindingKind.AttendedNotEnrolled, "The child was there without being enrolled at the site on this day. Enter the enrollment, or correct the events."));
        if (!isKnown)
            remarks = remarks.Prepend(new DayFinding(FindingKind.UnknownChild, "No child has the number that these events carry. Add the child, or correct the number."));
        return day with { Findings = [.. care.Findings.Concat(remarks).OrderBy(f => !f.IsError)] };
    }

    private static AttendanceDay WithoutCare(SiteDay site) => site switch
    {
        { IsEnrolled: false } => new AttendanceDay.Unknown(UnknownReason.NotEnrolled),
        { Opens: true, Closure: { } code } => new AttendanceDay.Closure(site.SiteId, code),
        { IsScheduled: false } or { Opens: false } => new AttendanceDay.OffDay(site.SiteId),
        { Absence: { } code, IsAuthorized: true } => new AttendanceDay.Absence(site.SiteId, code),
        { Absence: not null } => new AttendanceDay.Unknown(UnknownReason.NotAuthorized, site.SiteId),
        _ => new AttendanceDay.Unknown(UnknownReason.NothingRecorded, site.SiteId),
    };

    /// <summary>Of two sites the one with the lower rank decides.</summary>
    private static int Rank(AttendanceDay day) => day switch
    {
        AttendanceDay.Absence => 0,
        AttendanceDay.Unknown { Why: not UnknownReason.NotEnrolled } => 1,
        AttendanceDay.Closure => 2,
        AttendanceDay.OffDay => 3,
        _ => 4,
    };

    private static IEnumerable<DayFinding> Remarks(AttendanceDay day, SiteDay site)
    {
        if (day is AttendanceDay.Attended attended)
        {
            if (site.Absence is not null)
                yield return new DayFinding(FindingKind.AbsenceOverruled, "An absence is recorded too; the child was there, and that counts.");
            if (site is { Closure: not null, Opens: true } && attended.Care.Any(c => c.SiteId == site.SiteId))
                yield return new DayFinding(FindingKind.AttendedOnClosure, "The child was there although the site is entered as closed. Correct the closure or the events.");
        }
        else if (site.Absence is not null && WithoutCare(site) is not AttendanceDay.Absence and var without && day is not AttendanceDay.Unknown { Why: UnknownReason.FaultyTimes })
            yield return new DayFinding(FindingKind.AbsenceRefused, $"The absence that is recorded does not count: {Why(without)}.");
    }

    private static string Why(AttendanceDay without) => without switch
    {
        AttendanceDay.Closure => "the site was closed",
        AttendanceDay.OffDay => "the child is not scheduled on this weekday, or the site does not open on it",
        AttendanceDay.Unknown { Why: UnknownReason.NotAuthorized } => "no authorization covers the day",
        _ => "the child is not enrolled at the site on this day",
    };
}
