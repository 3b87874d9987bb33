using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

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
            _ when line.Told is { State: ToldState.Closed } => Held(HoldReason.CorrectionNeeded, Route(run.Texts.Say(Phrase.ChangedAfterClosing), run)),
            _ when line.AgencyChildId is null => Held(HoldReason.NotLinked, run.Texts.Say(Phrase.NotLinked)),
            _ when line.Providers.IsEmpty && line.Told is null => Held(HoldReason.NotAuthorized, run.Texts.Say(Phrase.NotAuthorized)),
            _ when line.Told is { } told && !line.Providers.Contains(told.ProviderId) => Held(HoldReason.NotAuthorized, Route(run.Texts.Say(Phrase.NotAuthorizedAnyMore), run)),
            _ when line.Told is null && line.Providers.Length > 1 && run.Agency.Providers.IsEmpty => Held(HoldReason.SeveralPayers, run.Texts.Say(Phrase.SeveralPayers, ("providers", line.Providers))),
            _ when Age(line, run) > run.CorrectionDays => Held(HoldReason.CorrectionNeeded, Route(run.Texts.Say(Phrase.TooLate, ("days", run.CorrectionDays)), run)),
            _ => null,
        };
    }

    /// <summary>Why a child-day that goes under none of the connector's Provider IDs is not sent; null: it is another connector's business.</summary>
    public static HeldDay? FindOrphan(ChildDayLine line, AgencyRun run) => Find(line, run)
        ?? (line.Told is { } told ? new HeldDay(line, HoldReason.CorrectionNeeded, run.Texts.Say(Phrase.OtherProvider, ("provider", told.ProviderId))) : null);

    /// <summary>Whether the date is over at the site, or is today and may go all the same.</summary>
    public static bool IsTime(ChildDayLine line, AgencyRun run) =>
        line.Site is not { } site || line.Date < run.Today(site) || (run.IncludesToday && line.Date == run.Today(site));

    private static int Age(ChildDayLine line, AgencyRun run) => line.Site is { } site ? run.Today(site).DayNumber - line.Date.DayNumber : 0;

    private static string Route(string reason, AgencyRun run) => $"{reason} {run.Profile.CorrectionRoute ?? run.Texts.Say(Phrase.CorrectElsewhere)}";
}
