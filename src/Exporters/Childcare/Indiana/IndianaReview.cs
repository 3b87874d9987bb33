using System.Collections.Immutable;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare.Indiana;

/// <summary>What a run makes of one licence: where each service period stands, what of it is held, and what people are told. Pure.</summary>
public sealed class IndianaReview
{
    private const int DaysOfWarning = 7;
    private const int StartsShown = 3;

    private readonly AgencyProvider _provider;
    private readonly IndianaLook _look;
    private readonly AgencyRun _run;
    private readonly DateOnly _today;
    private readonly DateOnly? _start;

    /// <summary>Looks at a licence that stands for a site.</summary>
    /// <param name="provider">The licence.</param>
    /// <param name="look">What the state knows.</param>
    /// <param name="days">The licence's child-days, of the calendar year's closures too.</param>
    /// <param name="run">The run.</param>
    public IndianaReview(AgencyProvider provider, IndianaLook look, IReadOnlyList<ChildDayLine> days, AgencyRun run)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(run);
        (_provider, _look, _run) = (provider, look, run);
        _today = run.Today(run.Sites[provider.SiteId!.Value]);
        _start = run.Agency.StartsOn.TryGetValue(provider.ProviderId, out var start) ? start : null;
        Days = days;
        var ours = days.Where(l => l.Site?.Id == provider.SiteId && l.AgencyChildId is not null).ToList();
        var oldest = look.Periods.OrderBy(p => p.From).FirstOrDefault(p => p.Status != IndianaPeriodStatus.Submitted);
        Periods = [.. look.Periods.OrderBy(p => p.From).Select(p => StateOf(p, ours, oldest is not null && oldest.From < p.From ? oldest : null))];
    }

    /// <summary>The licence's child-days.</summary>
    public IReadOnlyList<ChildDayLine> Days { get; }

    /// <summary>Every period that has begun, oldest first.</summary>
    public ImmutableArray<IndianaPeriodState> Periods { get; }

    /// <summary>The period that goes now; null: none does.</summary>
    public IndianaPeriodState? Next => Periods.FirstOrDefault(p => p.Standing == IndianaStanding.Ready);

    /// <summary>Why a period does not go; null: nothing is in its way.</summary>
    public string? WhyNot(IndianaPeriodState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Why(_start, _look.Facility.DataEntry.Since, _run.Texts);
    }

    /// <summary>The child-days that are not sent, each with its reason.</summary>
    public IEnumerable<HeldDay> Held()
    {
        foreach (var line in Days.Where(l => l.IsOwed && l.Told is not null))
            yield return new HeldDay(line, HoldReason.CorrectionNeeded, _run.Texts.Say(Phrase.IndianaCorrection));
        foreach (var state in Periods)
            foreach (var held in HeldOf(state))
                yield return held;
    }

    /// <summary>What there is to say about the licence as a whole, without anything of a child; null: nothing.</summary>
    public string? Notice() => string.Join(' ', Notices()) is { Length: > 0 } all ? all : null;

    /// <summary>A period is overdue, or cannot go before somebody has done something.</summary>
    public bool NeedsAPerson => Periods.Any(p => p.IsBlocked || (IsLate(p) && p.Standing != IndianaStanding.Ready));

    private IndianaPeriodState StateOf(IndianaPeriod period, List<ChildDayLine> ours, IndianaPeriod? older)
    {
        var lines = ours.Where(l => l.Date >= period.From && l.Date <= period.To).ToImmutableArray();
        IndianaPeriodState As(IndianaStanding standing) => new(period, standing, lines) { Older = older };
        if (period.Status != IndianaPeriodStatus.Open)
            return As(period.Status == IndianaPeriodStatus.Submitted ? IndianaStanding.Submitted : IndianaStanding.ByHand);
        if (period.From < _start)
            return As(IndianaStanding.BeforeStart);
        if (period.To >= _today)
            return As(IndianaStanding.Running);
        if (older is not null)
            return As(IndianaStanding.Waiting);
        if (_run.Unsettled.Contains((_provider.ProviderId, new DayRange(period.From, period.To))) || lines.Any(l => l.Told is not null))
            return As(IndianaStanding.UnderWay);
        var (here, there) = (RosterOf(lines), _look.Rosters[period.From]);
        if (!there.SetEquals(here))
            return As(IndianaStanding.RosterDiffers) with { OnlyHere = [.. here.Except(there, StringComparer.Ordinal)], OnlyThere = [.. there.Except(here, StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
        var faults = IndianaDays.FaultsOf(lines, ours, _run);
        return As(faults.Count > 0 ? IndianaStanding.Blocked : IndianaStanding.Ready) with { Faults = faults };
    }

    /// <summary>Our side of a period: linked children with a place at the site, in ordinal order of the state's ids.</summary>
    internal static IReadOnlyList<string> RosterOf(IEnumerable<ChildDayLine> lines) =>
        [.. lines.Where(l => l.Day is not AttendanceDay.Unknown { Why: UnknownReason.NotEnrolled }).Select(l => l.AgencyChildId!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private IEnumerable<HeldDay> HeldOf(IndianaPeriodState state)
    {
        var (texts, period) = (_run.Texts, state.Period);
        var told = state.Lines.Where(l => l.IsOwed && l.Told is null && IndianaSystem.CodeOf(l.Day, _run) is not null);
        var (reason, why) = state.Standing switch
        {
            IndianaStanding.Running => (HoldReason.PeriodOpen, texts.Say(Phrase.IndianaPeriodRunning, ("to", period.To))),
            IndianaStanding.Waiting => (HoldReason.PeriodOpen, WhyNot(state)),
            IndianaStanding.UnderWay => (HoldReason.AgencyUnavailable, WhyNot(state)),
            IndianaStanding.BeforeStart => (HoldReason.PeriodBlocked, WhyNot(state)),
            IndianaStanding.RosterDiffers => (HoldReason.RosterDiffers, texts.Say(Phrase.IndianaRosterDiffers, ("ours", state.OnlyHere), ("theirs", state.OnlyThere))),
            IndianaStanding.Blocked => (HoldReason.PeriodBlocked, texts.Say(Phrase.IndianaPeriodBlocked, ("count", state.Faults.Count))),
            // What came by hand is not ours to correct.
            IndianaStanding.Submitted when period.ReceiptId is not null => (HoldReason.CorrectionNeeded, texts.Say(Phrase.IndianaCorrection)),
            _ => (default, null),
        };
        if (why is null)
            return [];
        return told.Where(l => !state.Faults.ContainsKey(l.DayId)).Select(l => new HeldDay(l, reason, why))
            .Concat(state.Lines.Where(l => state.Faults.ContainsKey(l.DayId)).Select(l => new HeldDay(l, HoldReason.PeriodBlocked, state.Faults[l.DayId])));
    }

    private IEnumerable<string> Notices()
    {
        if (OfDataEntry() is { } entry)
            yield return entry;
        foreach (var state in Periods.Where(p => p.Standing is not (IndianaStanding.Submitted or IndianaStanding.Running or IndianaStanding.Ready)))
        {
            if ((state.IsBlocked || state.Older is { Status: IndianaPeriodStatus.OpenInPortal }) && WhyNot(state) is { Length: > 0 } why)
                yield return why;
            var (period, left) = (state.Period, state.Period.Due.DayNumber - _today.DayNumber);
            if (period.To < _today && left <= DaysOfWarning)
                yield return _run.Texts.Say(left < 0 ? Phrase.IndianaOverdue : Phrase.IndianaDueSoon, ("from", period.From), ("to", period.To), ("due", period.Due), ("days", Math.Abs(left)));
        }
    }

    private string? OfDataEntry()
    {
        var (entry, texts) = (_look.Facility.DataEntry, _run.Texts);
        return entry switch
        {
            { Selection: IndianaSelection.Connection, Next: IndianaSelection.Portal, NextFrom: { } until } => texts.Say(Phrase.IndianaBackToPortal, ("date", until)),
            { Selection: IndianaSelection.Connection } => null,
            { Next: IndianaSelection.Connection, NextFrom: { } begins } => texts.Say(Phrase.IndianaBegins, ("date", begins)),
            _ when _start is { } start && start > _today => texts.Say(Phrase.IndianaStartNotInPortal, ("start", start)),
            _ => texts.Say(_look.Periods.Any(p => p.Status == IndianaPeriodStatus.Submitted) ? Phrase.IndianaByHand : Phrase.IndianaFirstByHand,
                ("dates", IndianaStarts.After(_look.Periods, _today, StartsShown))),
        };
    }

    private bool IsLate(IndianaPeriodState state) => state.Standing != IndianaStanding.Submitted && state.Period.Due < _today;
}
