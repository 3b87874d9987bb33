using System.Collections.Immutable;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Childcare;

/// <summary>What a run of a connector to an agency asks of the rest of the program.</summary>
public interface IAgencyOffice
{
    /// <summary>The providers that the connector sends for: in the order in which it lists them, or by id where it lists none.</summary>
    Task<IReadOnlyList<AgencyProvider>> ProvidersAsync(Connector connector, CancellationToken cancellation);

    /// <summary>The agency has let the provider in.</summary>
    Task RegisteredAsync(AgencyProvider provider, CancellationToken cancellation);

    /// <summary>The agency does not let the provider in: it is not asked again before a person has done something.</summary>
    Task StoppedAsync(AgencyProvider provider, string reason, CancellationToken cancellation);

    /// <summary>Takes a roster: children are linked, authorizations brought in line, and child-days that are affected judged again.</summary>
    Task TakeAsync(AgencyProvider provider, AgencyLook.Known look, CancellationToken cancellation);
}

/// <summary>
/// One run of a connector to an agency: what an earlier run left is brought to its end; then, for each provider, the agency is asked what it knows, and child-days are
/// chosen, frozen and sent. Beside <see cref="ExportPipeline"/>, on the same runs, leases, frozen bytes and lines.
/// </summary>
/// <remarks>
/// <para>Nothing leaves before its bytes are frozen. Of what can be sent any number of times the same bytes go again after an unknown end; what can be submitted only once is asked
/// after, and is never sent again by itself. While a provider has a submission whose end is not known, nothing else of it is sent.</para>
/// <para>One provider's trouble is its own: the others go on, and what did not go is owed at the next run.</para>
/// </remarks>
/// <param name="runs">Runs and frozen bytes.</param>
/// <param name="days">What is owed, and told.</param>
/// <param name="system">Whose contract.</param>
/// <param name="office">Everything else.</param>
/// <param name="clock">For waits.</param>
/// <param name="retries">What may mend itself is tried again within the run.</param>
public sealed class AgencyPipeline(IExportLedger runs, IChildDayLedger days, IAgencySystem system, IAgencyOffice office, TimeProvider clock, RetryPolicy retries)
{
    private readonly List<DeliveredFile> _delivered = [];
    private readonly List<string> _unconfirmed = [];
    private readonly List<string> _notices = [];
    private readonly List<string> _refusals = [];
    private readonly Dictionary<string, AgencyTrouble> _troubles = new(StringComparer.Ordinal);
    private ImmutableArray<HeldDay> _held = [];
    private int _accepted;
    private int _rejected;
    private int _attempts = 1;
    private bool _isSkipped;
    private bool _needsAPerson;

    /// <summary>Runs the connector once.</summary>
    /// <param name="request">Why.</param>
    /// <param name="run">What about; its time is that of the run's begin as soon as it has begun.</param>
    /// <param name="cancellation">Stops before the next step. What was frozen waits for the next run.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task<RunReport> RunAsync(RunRequest request, AgencyRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(run);
        if (run.OnlyIfReady && request.Slot is { } slot && !await IsAnythingReadyAsync(run, cancellation) && await days.LookedAsync(run.Connector, slot, cancellation) is { } look)
            return Report(look);
        if (await runs.BeginRunAsync(run.Connector, request, cancellation) is not RunStart.Started start)
            return new RunReport(0, SyncRunStatus.Skipped, [], 0, 0, 0, 0, [], [], run.Texts.Say(Phrase.RunMade, ("slot", $"{request.Slot:yyyy-MM-dd HH:mm}")));
        request.Begun?.Invoke(start.RunId);
        try
        {
            await SyncAsync(start, run with { Now = start.StartedAt }, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await runs.FinishRunAsync(start.RunId, new RunEnd(SyncRunStatus.Failed, _attempts, null, run.Texts.Say(Phrase.RunStopped), IsStopped: !request.Deadline.IsCancellationRequested), CancellationToken.None);
            throw;
        }
        var report = Report(start.Number);
        await runs.FinishRunAsync(start.RunId, new RunEnd(report.Status, report.Attempts, report.ErrorCode, report.Error), CancellationToken.None);
        return report;
    }

    private async Task SyncAsync(RunStart.Started start, AgencyRun run, CancellationToken cancellation)
    {
        var providers = await office.ProvidersAsync(run.Connector, cancellation);
        foreach (var stopped in providers.Where(p => p.StopReason is not null))
            _troubles[stopped.ProviderId] = new AgencyTrouble(AgencyTroubleKind.NotLetIn, stopped.StopReason!);
        var open = await days.OpenAsync(run.Connector, cancellation);
        foreach (var submission in open)
            if (providers.FirstOrDefault(p => p.ProviderId == submission.ProviderId) is { } provider && !_troubles.ContainsKey(provider.ProviderId))
                await FinishAsync(provider, submission, run, cancellation);
        var looks = new List<(AgencyProvider Provider, AgencyLook.Known Look)>();
        foreach (var provider in providers)
            if (await LookAsync(provider, run, cancellation) is { } look)
                looks.Add((provider, look));
        var (drafts, held, looked) = await PlanAsync(looks, providers, run, cancellation);
        if (await days.FreezeAsync(run.Connector, start.RunId, looked, drafts, held, cancellation) is not FreezeResult.Frozen frozen)
        {
            _notices.Add(run.Texts.Say(Phrase.RunTaken));
            _isSkipped = true;
            return;
        }
        _held = [.. held];
        var names = (await days.OpenAsync(run.Connector, cancellation)).ToDictionary(s => s.BatchId);
        foreach (var (draft, batchId) in drafts.Zip(frozen.BatchIds))
            if (providers.First(p => p.ProviderId == draft.ProviderId) is var provider && !_troubles.ContainsKey(provider.ProviderId))
                await SendAsync(provider, names[batchId], draft.Content, run, cancellation);
    }

    /// <summary>A submission that an earlier run left.</summary>
    private async Task FinishAsync(AgencyProvider provider, OpenSubmission submission, AgencyRun run, CancellationToken cancellation)
    {
        var content = await runs.ContentAsync(submission.BatchId, cancellation);
        if (submission.Status == BatchStatus.Publishing && system.IsOnlyOnce)
            await AskAsync(provider, submission, content, run, cancellation);
        // It never left, and a person may have mended a day since: what is still owed is chosen anew. One that a person has sent again has left before.
        else if (submission.Attempts == 0 && system.IsOnlyOnce)
            await days.GiveUpAsync(submission.BatchId, run.Texts.Say(Phrase.PlannedAnew), cancellation);
        else
            await SendAsync(provider, submission, content, run, cancellation);
    }

    private async Task SendAsync(AgencyProvider provider, OpenSubmission submission, byte[] content, AgencyRun run, CancellationToken cancellation)
    {
        var reply = await PersistAsync(async () =>
        {
            await days.SendingAsync(submission.BatchId, run.Agency.Describe(), cancellation);
            return await system.SendAsync(provider, content, cancellation);
        }, r => r is AgencyReply.NotTaken { Trouble: { Kind: AgencyTroubleKind.MayMend } trouble } ? trouble
            : r is AgencyReply.Unknown(var reason) && !system.IsOnlyOnce ? new AgencyTrouble(AgencyTroubleKind.MayMend, reason) : null, cancellation);
        switch (reply)
        {
            case AgencyReply.Ended(var end):
                await EndAsync(submission, end);
                break;
            // What can be submitted only once must not go later by itself as it was: until then somebody may have mended a day.
            case AgencyReply.NotTaken(var trouble) when system.IsOnlyOnce:
                await days.GiveUpAsync(submission.BatchId, trouble!.Reason, CancellationToken.None);
                await TroubleAsync(provider, trouble, cancellation);
                break;
            case AgencyReply.NotTaken(var trouble):
                await days.NotSentAsync(submission.BatchId, trouble!.Reason, CancellationToken.None);
                await TroubleAsync(provider, trouble, cancellation);
                break;
            case AgencyReply.Unknown when system.IsOnlyOnce:
                await AskAsync(provider, submission, content, run, cancellation);
                break;
            case AgencyReply.Unknown(var reason):
                _troubles[provider.ProviderId] = new AgencyTrouble(AgencyTroubleKind.MayMend, reason);
                break;
        }
    }

    private async Task AskAsync(AgencyProvider provider, OpenSubmission submission, byte[] content, AgencyRun run, CancellationToken cancellation)
    {
        var reply = await PersistAsync(() => system.AskAsync(provider, submission, content, cancellation), r => (r as AgencyReply.NotTaken)?.Trouble is { Kind: AgencyTroubleKind.MayMend } trouble ? trouble : null, cancellation);
        switch (reply)
        {
            case AgencyReply.Ended(var end):
                await EndAsync(submission, end);
                break;
            case AgencyReply.NotTaken { Trouble: null }:
                await days.UnconfirmedAsync(submission.BatchId, run.Texts.Say(Phrase.NotThere), CancellationToken.None);
                _unconfirmed.Add(submission.Name);
                break;
            case AgencyReply.NotTaken(var trouble):
                await TroubleAsync(provider, trouble! with { Reason = run.Texts.Say(Phrase.CannotAsk, ("name", submission.Name), ("reason", trouble.Reason)) }, cancellation);
                break;
            case AgencyReply.Unknown(var reason):
                _troubles[provider.ProviderId] = new AgencyTrouble(AgencyTroubleKind.MayMend, reason);
                break;
        }
    }

    /// <summary>What the agency has is settled even if the run is stopped.</summary>
    private async Task EndAsync(OpenSubmission submission, SubmissionEnd end)
    {
        var (accepted, rejected) = await days.EndAsync(submission.BatchId, end, CancellationToken.None);
        (_accepted, _rejected) = (_accepted + accepted, _rejected + rejected);
        if (end.IsTaken)
            _delivered.Add(new DeliveredFile(submission.Name, accepted, submission.Length, submission.Sha256));
    }

    private async Task<AgencyLook.Known?> LookAsync(AgencyProvider provider, AgencyRun run, CancellationToken cancellation)
    {
        if (_troubles.ContainsKey(provider.ProviderId))
            return null;
        if (provider.Secret is null)
        {
            _troubles[provider.ProviderId] = new AgencyTrouble(AgencyTroubleKind.Unreadable, run.Texts.Say(Phrase.NoSecret, ("connector", run.Connector.Name), ("provider", provider.ProviderId)));
            return null;
        }
        var look = await PersistAsync(() => system.LookAsync(provider, run, cancellation), l => (l as AgencyLook.Failed)?.Trouble, cancellation);
        if (look is AgencyLook.Failed(var trouble))
        {
            await TroubleAsync(provider, trouble, cancellation);
            return null;
        }
        var known = (AgencyLook.Known)look;
        await office.RegisteredAsync(provider, cancellation);
        await office.TakeAsync(provider, known, cancellation);
        return known;
    }

    private async Task TroubleAsync(AgencyProvider provider, AgencyTrouble trouble, CancellationToken cancellation)
    {
        _troubles[provider.ProviderId] = trouble;
        if (trouble.Kind == AgencyTroubleKind.NotLetIn)
            await office.StoppedAsync(provider, trouble.Reason, cancellation);
    }

    private async Task<(List<SubmissionDraft> Drafts, List<HeldDay> Held, DayRange Looked)> PlanAsync(
        List<(AgencyProvider Provider, AgencyLook.Known Look)> looks, IReadOnlyList<AgencyProvider> providers, AgencyRun run, CancellationToken cancellation)
    {
        var first = await days.EarliestChangedAsync(run.Connector, run.Days.From, cancellation) ?? run.Days.From;
        var looked = looks.Select(l => l.Look.Days).Append(run.Days).Append(new DayRange(first, first)).Aggregate((a, b) => new DayRange(a.From < b.From ? a.From : b.From, a.To > b.To ? a.To : b.To));
        run = run with { Unsettled = await days.UnsettledAsync(run.Connector, cancellation) };
        var read = looks.Select(l => l.Look.LooksBackTo ?? looked.From).Append(looked.From).Min() is var since && since < looked.From ? looked with { From = since } : looked;
        if (system.IsOnlyOnce)
            run = run with { Submitted = await days.SubmittedAsync(run.Connector, looked, cancellation) };
        var all = (await days.DaysAsync(run.Connector, read, cancellation)).Where(line => DaySieve.IsTime(line, run)).ToLookup(line => ProviderOf(line, providers), StringComparer.Ordinal);
        var (drafts, held) = (new List<SubmissionDraft>(), all[""].Where(l => l.Date >= looked.From && l.IsOwed && system.Concerns(l)).Select(l => DaySieve.FindOrphan(l, run)).OfType<HeldDay>().Select(h => WithTroubles(h, run.Texts)).ToList());
        foreach (var (provider, look) in looks)
        {
            var plan = system.Plan(provider, look, [.. all[provider.ProviderId].Select(l => new SiftedDay(l, DaySieve.Find(l, run)))], run);
            drafts.AddRange(plan.Drafts);
            held.AddRange(plan.Held);
            if (plan.Refusal is { } refusal)
                _refusals.Add(refusal);
            _needsAPerson |= plan.NeedsAPerson;
            if (plan.Notice is { } notice)
                _notices.Add($"{provider}: {notice}");
        }
        foreach (var (provider, trouble) in _troubles)
            held.AddRange(all[provider].Where(l => l.Date >= looked.From && l.IsOwed && system.Concerns(l)).Select(l => new HeldDay(l, trouble.Kind == AgencyTroubleKind.NotLetIn ? HoldReason.ProviderStopped : HoldReason.AgencyUnavailable, trouble.Reason)));
        held.AddRange(all.SelectMany(p => p).Where(l => l.Date >= looked.From && l.IsFaultySinceTold).Select(l => DaySieve.Find(l, run)!));
        return (drafts, held, looked);
    }

    /// <summary>Whether a run could send anything, as far as it can be told without asking the agency. What the agency refused once waits for a run that is not about check-outs.</summary>
    private async Task<bool> IsAnythingReadyAsync(AgencyRun run, CancellationToken cancellation)
    {
        var open = (await office.ProvidersAsync(run.Connector, cancellation)).Where(p => p is { StopReason: null, Secret: not null }).ToList();
        return (await days.OpenAsync(run.Connector, cancellation)).Any(s => open.Exists(p => p.ProviderId == s.ProviderId))
            || (await days.DaysAsync(run.Connector, run.Days, cancellation)).Any(l => l.IsOwed && l.Refused is null && system.Concerns(l) && DaySieve.IsTime(l, run) && DaySieve.Find(l, run) is null && ProviderOf(l, open).Length > 0);
    }

    /// <summary>Who was not asked may well know the child, or pay for the day.</summary>
    private HeldDay WithTroubles(HeldDay held, AgencyTexts texts) => held.Reason is HoldReason.NotLinked or HoldReason.NotAuthorized && _troubles.Count > 0
        ? held with { Explanation = $"{held.Explanation} {string.Join(' ', _troubles.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => texts.Say(Phrase.NotAsked, ("provider", t.Key), ("reason", t.Value.Reason))))}" }
        : held;

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

    /// <summary>Does something until it does not meet a trouble that may mend itself, or has been tried often enough.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> act, Func<T, AgencyTrouble?> troubleOf, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await act();
            if (troubleOf(result) is not { Kind: AgencyTroubleKind.MayMend } trouble || attempt >= retries.Attempts)
                return result;
            _attempts = Math.Max(_attempts, attempt + 1);
            await retries.WaitAsync(attempt, trouble.Reason, trouble.After, clock, cancellation);
        }
    }

    private RunReport Report(long number)
    {
        var troubles = _troubles.OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        var status = _refusals.Count > 0 || troubles.Exists(t => t.Value.Kind != AgencyTroubleKind.NotLetIn) ? SyncRunStatus.Failed
            : _isSkipped ? SyncRunStatus.Skipped
            : troubles.Count > 0 || _unconfirmed.Count > 0 || _held.Length > 0 || _rejected > 0 || _needsAPerson ? SyncRunStatus.SucceededWithHolds
            : SyncRunStatus.Succeeded;
        var reasons = troubles.Select(t => $"{t.Key}: {t.Value.Reason}").Concat(_refusals).Concat(_notices).ToList();
        return new RunReport(number, status, [.. _delivered], _accepted, 0, 0, 0, [], [.. _unconfirmed], reasons.Count == 0 ? null : string.Join(' ', reasons))
        {
            Attempts = _attempts,
            ErrorCode = troubles.Count == 0 ? null : troubles.Exists(t => t.Value.Kind == AgencyTroubleKind.NotLetIn) ? TroubleKind.AuthenticationRefused : TroubleKind.Unreachable,
            HeldDays = _held,
            RowsRejected = _rejected,
        };
    }
}
