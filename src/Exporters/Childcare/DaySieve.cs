using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Childcare;

/// <summary>What stands in the way of a child-day whatever the system is.</summary>
internal static class DaySieve
{
    /// <summary>Why a child-day cannot go; null: nothing stands in its way.</summary>
    public static HeldDay? Find(ChildDayLine line, AgencyRun run)
    {
        HeldDay Held(HoldReason reason, string explanation) => new(line, reason, explanation);
        return line.Day.Readiness switch
        {
            DayReadiness.Error => Held(HoldReason.DayHasErrors, line.Day.Findings[0].Sentence),
            DayReadiness.NoCheckOutYet => Held(HoldReason.NotCheckedOut, line.Day.Reason),
            _ when line.Told is { State: ToldState.Closed } => Held(HoldReason.CorrectionNeeded, Route("It has changed since, and the agency takes nothing of the day any more.", run)),
            _ when line.AgencyChildId is null => Held(HoldReason.NotLinked, "The child is linked to none of the agency's children. See 'k12sync children match'."),
            _ when line.Providers.IsEmpty && line.Told is null => Held(HoldReason.NotAuthorized, "No authorization of the agency's covers the day."),
            _ when Age(line, run) > run.CorrectionDays => Held(HoldReason.CorrectionNeeded, Route($"The agency takes changes of the last {run.CorrectionDays} days, and it is older.", run)),
            _ => null,
        };
    }

    /// <summary>Whether the date is over at the site, or is today and may go all the same.</summary>
    public static bool IsTime(ChildDayLine line, AgencyRun run) =>
        line.Site is not { } site || line.Date < run.Today(site) || (run.IncludesToday && line.Date == run.Today(site));

    private static int Age(ChildDayLine line, AgencyRun run) => line.Site is { } site ? run.Today(site).DayNumber - line.Date.DayNumber : 0;

    private static string Route(string reason, AgencyRun run) => $"{reason} {run.Profile.CorrectionRoute ?? "Correct it in the agency's portal, or ask the agency how."}";
}
