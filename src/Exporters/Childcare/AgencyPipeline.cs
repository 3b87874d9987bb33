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
    private readonly AgencyPlanning _planning = new(days, system);
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
        if (run.OnlyIfReady && request.Slot is { } slot && !await _planning.IsAnythingReadyAsync(await office.ProvidersAsync(run.Connector, cancellation), run, cancellation)
            && await days.LookedAsync(run.Connector, slot, cancellation) is { } look)
            return Report(look);
        var frame = new RunFrame(runs, run.Connector, request)
        {
            Made = run.Texts.Say(Phrase.RunMade, ("slot", $"{request.Slot:yyyy-MM-dd HH:mm}")),
            Stopped = run.Texts.Say(Phrase.RunStopped),
        };
        return await frame.RunAsync(start => SyncAsync(start, run with { Now = start.StartedAt }, cancellation), Report, cancellation);
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
        var chosen = await _planning.PlanAsync(looks, providers, _troubles, run, cancellation);
        Note(chosen.Plans);
        if (await days.FreezeAsync(run.Connector, start.RunId, chosen.Looked, chosen.Drafts, chosen.Held, cancellation) is not FreezeResult.Frozen frozen)
        {
            _notices.Add(run.Texts.Say(Phrase.RunTaken));
            _isSkipped = true;
            return;
        }
        _held = [.. chosen.Held];
        var names = (await days.OpenAsync(run.Connector, cancellation)).ToDictionary(s => s.BatchId);
        foreach (var (draft, batchId) in chosen.Drafts.Zip(frozen.BatchIds))
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

    /// <summary>What the plans say to people about providers as a whole.</summary>
    private void Note(IReadOnlyList<(AgencyProvider Provider, AgencyPlan Plan)> plans)
    {
        _refusals.AddRange(plans.Select(p => p.Plan.Refusal).OfType<string>());
        _needsAPerson = plans.Any(p => p.Plan.NeedsAPerson);
        _notices.AddRange(plans.Where(p => p.Plan.Notice is not null).Select(p => $"{p.Provider}: {p.Plan.Notice}"));
    }

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
