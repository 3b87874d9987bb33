using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare;

/// <summary>What a run has chosen of its child-days.</summary>
/// <param name="Drafts">To be frozen and sent, in order.</param>
/// <param name="Held">Not sent.</param>
/// <param name="Looked">The dates that were looked at.</param>
/// <param name="Plans">What each provider's plan says beside that.</param>
internal sealed record ChosenDays(IReadOnlyList<SubmissionDraft> Drafts, IReadOnlyList<HeldDay> Held, DayRange Looked, IReadOnlyList<(AgencyProvider Provider, AgencyPlan Plan)> Plans);

/// <summary>Chooses the child-days of a run: which go, under which Provider ID, and what holds the others.</summary>
/// <param name="days">What is owed, and told.</param>
/// <param name="system">Whose contract.</param>
public sealed class AgencyPlanning(IChildDayLedger days, IAgencySystem system)
{
    /// <summary>Plans for the providers that have answered; of those in trouble, what they would have been told is held.</summary>
    internal async Task<ChosenDays> PlanAsync(
        IReadOnlyList<(AgencyProvider Provider, AgencyLook.Known Look)> looks, IReadOnlyList<AgencyProvider> providers, IReadOnlyDictionary<string, AgencyTrouble> troubles, AgencyRun run, CancellationToken cancellation)
    {
        var first = await days.EarliestChangedAsync(run.Connector, run.Days.From, cancellation) ?? run.Days.From;
        var looked = looks.Select(l => l.Look.Days).Append(run.Days).Append(new DayRange(first, first)).Aggregate((a, b) => new DayRange(a.From < b.From ? a.From : b.From, a.To > b.To ? a.To : b.To));
        run = run with { Unsettled = await days.UnsettledAsync(run.Connector, cancellation) };
        var read = looks.Select(l => l.Look.LooksBackTo ?? looked.From).Append(looked.From).Min() is var since && since < looked.From ? looked with { From = since } : looked;
        if (system.IsOnlyOnce)
            run = run with { Submitted = await days.SubmittedAsync(run.Connector, looked, cancellation) };
        var all = (await days.DaysAsync(run.Connector, read, cancellation)).Where(line => DaySieve.IsTime(line, run)).ToLookup(line => ProviderOf(line, providers), StringComparer.Ordinal);
        bool Waits(ChildDayLine line) => line.Date >= looked.From && line.IsOwed && system.Concerns(line);
        var plans = looks.Select(l => (l.Provider, Plan: system.Plan(l.Provider, l.Look, [.. all[l.Provider.ProviderId].Select(line => new SiftedDay(line, DaySieve.Find(line, run)))], run))).ToList();
        return new ChosenDays(
            [.. plans.SelectMany(p => p.Plan.Drafts)],
            [
                .. all[""].Where(Waits).Select(l => DaySieve.FindOrphan(l, run)).OfType<HeldDay>().Select(h => WithTroubles(h, troubles, run.Texts)),
                .. plans.SelectMany(p => p.Plan.Held),
                .. troubles.SelectMany(t => all[t.Key].Where(Waits).Select(l => new HeldDay(l, t.Value.Kind == AgencyTroubleKind.NotLetIn ? HoldReason.ProviderStopped : HoldReason.AgencyUnavailable, t.Value.Reason))),
                .. all.SelectMany(p => p).Where(l => l.Date >= looked.From && l.IsFaultySinceTold).Select(l => DaySieve.Find(l, run)!),
            ], looked, plans);
    }

    /// <summary>Whether a run could send anything, as far as it can be told without asking the agency. What the agency refused once waits for a run that is not about check-outs.</summary>
    internal async Task<bool> IsAnythingReadyAsync(IReadOnlyList<AgencyProvider> providers, AgencyRun run, CancellationToken cancellation)
    {
        var open = providers.Where(p => p is { StopReason: null, Secret: not null }).ToList();
        return (await days.OpenAsync(run.Connector, cancellation)).Any(s => open.Exists(p => p.ProviderId == s.ProviderId))
            || (await days.DaysAsync(run.Connector, run.Days with { From = run.Days.From.AddDays(-1) }, cancellation)).Any(l => run.IsAbout(l) && l.IsOwed && l.Refused is null && system.Concerns(l) && DaySieve.IsTime(l, run) && DaySieve.Find(l, run) is null && ProviderOf(l, open).Length > 0);
    }

    /// <summary>
    /// Why one child's day cannot be sent now, as far as that is sure without asking the agency; null: a run finds out. What an agency may have changed its mind about, a link or an
    /// authorization, is not looked at here.
    /// </summary>
    /// <param name="order">Which day.</param>
    /// <param name="run">What about; its dates hold the day.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<string?> WhyNotAsync(ChildDayOrder order, AgencyRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(run);
        if (system.IsOnlyOnce)
            return run.Texts.Say(system is IPeriodSystem ? Phrase.GoesWhenSubmitted : Phrase.GoesWithItsPeriod, ("connector", run.Connector.Name));
        if ((await days.DaysAsync(run.Connector, run.Days, cancellation)).FirstOrDefault(order.IsOf) is not { } line)
            return run.Texts.Say(Phrase.NothingToTell);
        return DaySieve.Find(line, run) switch
        {
            { Reason: HoldReason.DayHasErrors or HoldReason.NotCheckedOut } held => held.Explanation,
            _ when line is { IsOwed: false, Told.State: ToldState.Told } => run.Texts.Say(Phrase.NothingChanged),
            _ when line is { IsOwed: false, Told.State: ToldState.Closed } => run.Texts.Say(Phrase.TakesNothingMore, ("route", run.Profile.CorrectionRoute ?? run.Texts.Say(Phrase.CorrectElsewhere))),
            _ when line is { Told: null, Day: AttendanceDay.Unknown(var why, _) } => run.Texts.Of(why),
            _ when !system.Concerns(line) => run.Texts.Say(Phrase.NothingToTell),
            _ when !DaySieve.IsTime(line, run) => run.Texts.Say(Phrase.DayNotOver),
            { Reason: HoldReason.CorrectionNeeded } held => held.Explanation,
            _ => null,
        };
    }

    /// <summary>The child-days of one provider, as a plan is made of them.</summary>
    /// <param name="provider">Whose.</param>
    /// <param name="providers">All that the connector sends for.</param>
    /// <param name="lines">Of whatever provider.</param>
    /// <param name="run">What about.</param>
    public static IReadOnlyList<SiftedDay> DaysOf(AgencyProvider provider, IReadOnlyList<AgencyProvider> providers, IEnumerable<ChildDayLine> lines, AgencyRun run)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return [.. lines.Where(l => DaySieve.IsTime(l, run) && ProviderOf(l, providers) == provider.ProviderId).Select(l => new SiftedDay(l, DaySieve.Find(l, run)))];
    }

    /// <summary>Under which Provider ID a day goes: the one that it went under before, else the first of the connector's that pays for it; blank: none.</summary>
    private static string ProviderOf(ChildDayLine line, IReadOnlyList<AgencyProvider> providers) =>
        providers.FirstOrDefault(p => line.Told is { } told ? told.ProviderId == p.ProviderId : line.Providers.Contains(p.ProviderId))?.ProviderId ?? "";

    /// <summary>Who was not asked may well know the child, or pay for the day.</summary>
    private static HeldDay WithTroubles(HeldDay held, IReadOnlyDictionary<string, AgencyTrouble> troubles, AgencyTexts texts) => held.Reason is HoldReason.NotLinked or HoldReason.NotAuthorized && troubles.Count > 0
        ? held with { Explanation = $"{held.Explanation} {string.Join(' ', troubles.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => texts.Say(Phrase.NotAsked, ("provider", t.Key), ("reason", t.Value.Reason))))}" }
        : held;
}
