using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare.KinderTrack;

/// <summary>What the agency knows of one pay period.</summary>
/// <param name="Listed">Its ids of the children whom it pays for.</param>
/// <param name="Held">Of them, those whose period it has.</param>
internal sealed record KinderTrackPeriod(IReadOnlySet<string> Listed, IReadOnlySet<string> Held);

/// <summary>Judges the child-days of one pay period, as its review shows them and a submission takes them.</summary>
internal sealed class KinderTrackReview(AgencyProvider provider, DayRange period, KinderTrackPeriod agency, AgencyRun run)
{
    private const string Before = "The child's pay period was submitted before, and that can be done only once.";

    private readonly ILookup<string, SubmittedChild> _submitted = run.Submitted
        .Where(s => s.ProviderId == provider.ProviderId && s.Days.From <= period.To && s.Days.To >= period.From)
        .SelectMany(s => new[] { (Key: "our " + s.ChildNumber, s), (Key: "their " + s.AgencyChildId, s) }).ToLookup(s => s.Key, s => s.s, StringComparer.Ordinal);

    /// <summary>What blocks first, then what goes; each in the order it came in. Days that the agency is told nothing of, and nobody has to do anything about, are not there.</summary>
    public ImmutableArray<PeriodRow> Of(IEnumerable<SiftedDay> days) =>
        [.. days.Where(d => d.Line.Date >= period.From && d.Line.Date <= period.To).Select(Judge).OfType<PeriodRow>().OrderBy(r => r.Fate)];

    /// <summary>Whether the agency is told of such a day.</summary>
    public static bool Tells(AttendanceDay day) => day is AttendanceDay.Attended or AttendanceDay.Absence;

    private PeriodRow? Judge(SiftedDay day)
    {
        var (line, hindrance) = day;
        var isError = line.Day.Readiness == DayReadiness.Error;
        if (WasSubmitted(line))
            return line.Told is { } told && told.Version == line.Version ? new PeriodRow(line, PeriodRowStatus.Approved, PeriodRowFate.Submitted, Standing(told))
                : line.Told is not null || isError || Tells(line.Day) ? new PeriodRow(line, PeriodRowStatus.Approved, PeriodRowFate.LeftOut, Before, run.Profile.CorrectionRoute) : null;
        if (!isError && !Tells(line.Day))
            return line is { AgencyChildId: { } expected, Day: AttendanceDay.Unknown { Why: UnknownReason.NothingRecorded } } && agency.Listed.Contains(expected)
                ? new PeriodRow(line, PeriodRowStatus.Approved, PeriodRowFate.LeftOut, line.Day.Reason, "Record what the day was, before the period is submitted. The agency is told nothing of it otherwise.") : null;
        if (line.AgencyChildId is not { } id)
            return new PeriodRow(line, PeriodRowStatus.Unapproved, PeriodRowFate.LeftOut, "The child is linked to none of the agency's children.", "Link it with 'k12sync children link', unless the state does not pay for it.");
        if (!agency.Listed.Contains(id))
            return new PeriodRow(line, PeriodRowStatus.Unapproved, PeriodRowFate.LeftOut, "The agency does not list the child in this pay period.", "If it should be paid for, compare its id with the agency's list, or ask the agency.");
        if (hindrance is not null)
            return new PeriodRow(line, PeriodRowStatus.Approved, PeriodRowFate.Blocks, hindrance.Explanation, hindrance.Reason == HoldReason.NotCheckedOut ? "Enter the check-out." : "Correct the day's check-ins and check-outs.");
        return new PeriodRow(line, PeriodRowStatus.Approved, PeriodRowFate.Goes, line.Refused ?? Elsewhere(line));
    }

    private bool WasSubmitted(ChildDayLine line) =>
        line.Told is not null || _submitted.Contains("our " + line.ChildNumber) || (line.AgencyChildId is { } id && (agency.Held.Contains(id) || _submitted.Contains("their " + id)));

    private static string? Standing(ToldDay told) => told.State switch
    {
        ToldState.Closed => "The agency takes nothing of the day any more.",
        ToldState.OnItsWay => "It was sent, and whether the agency has it is not known yet.",
        _ => null,
    };

    /// <summary>A claim is one location's: what was at another one is not in it.</summary>
    private string? Elsewhere(ChildDayLine line) => line.Day is AttendanceDay.Attended attended && attended.Care.Any(c => c.SiteId != provider.SiteId)
        ? "The child was at another site too on this day. That care is not in the submission; claim it in the agency's portal." : null;
}
