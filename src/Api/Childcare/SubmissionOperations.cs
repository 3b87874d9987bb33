using K12Sync.Api.Access;
using K12Sync.Api.Exports;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Texts;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Childcare;

/// <summary>
/// Pay periods that a person looks at and submits, once: for command, OData and pages. For connectors of systems that take whole periods (<see cref="IPeriodSystem"/>).
/// </summary>
/// <param name="db">The district.</param>
/// <param name="systems">Whose contracts.</param>
/// <param name="exports">Runs connectors.</param>
/// <param name="vault">Passwords and keys of providers.</param>
/// <param name="clock">The time.</param>
internal sealed class SubmissionOperations(K12SyncDb db, AgencySystems systems, ExportOperations exports, SecretVault vault, TimeProvider clock)
{
    /// <summary>The longest name of who certifies, in UTF-16 code units.</summary>
    public const int MaxNameLength = 200;

    /// <summary>
    /// Brings child-days up to date, asks the agency, and shows what submitting a period would do. Stores what the agency says of provider and children, and sends nothing.
    /// </summary>
    /// <param name="connector">Which connector.</param>
    /// <param name="providerId">Under which Provider ID; null: the only one.</param>
    /// <param name="period">Exactly a period of the agency's; null: the oldest that is due, else the latest that is over.</param>
    /// <param name="cancellation">Nothing more is asked.</param>
    /// <exception cref="SecretsLockedException">The connector's secrets cannot be read.</exception>
    public async Task<ReviewResult> ReviewAsync(Connector connector, string? providerId, DayRange? period, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        if (connector.Definition.Destination is not AgencyDestinationDefinition)
            return new ReviewResult.Refused($"Connector {connector.Name} sends to an SIS. Pay periods are submitted by connectors to agencies.");
        if (exports.Limits is { } limits && await limits.RefuseUseAsync(connector.Definition.Destination, cancellation) is { } refused)
            return new ReviewResult.Refused(refused);
        var opened = await vault.OpenAsync(connector, cancellation);
        await new AttendanceOperations(db, clock).BringUpToDateAsync(cancellation);
        var run = await new TransferOperations(db, systems, clock).AboutAsync(opened, RunRequest.Manual with { Days = period }, cancellation);
        if (systems.Open(run.Agency, run.Profile) is not IPeriodSystem system)
            return new ReviewResult.Refused(run.Texts.Say(Phrase.NoPeriods, ("state", run.Profile.Name)));
        var providers = await new AgencyOffice(db, clock).ProvidersAsync(opened, cancellation);
        return Choose(providers, providerId, run) switch
        {
            (null, { } reason) => new ReviewResult.Refused(reason),
            ({ Secret: null } provider, _) => new ReviewResult.Refused($"No password or key is stored for provider {provider.ProviderId}. Store one with 'k12sync connector secret {connector.Name}'."),
            ({ } provider, _) => await LookAsync(system, provider, providers, run, period, cancellation),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Submits a period that is over and has no row in error, with who certifies it. What was submitted before is refused here and does not reach the agency.</summary>
    /// <param name="connector">Which connector.</param>
    /// <param name="providerId">Under which Provider ID; null: the only one.</param>
    /// <param name="period">Exactly a period of the agency's.</param>
    /// <param name="certifiedBy">The name of who answers for it.</param>
    /// <param name="cancellation">Stops; what was sent by then is asked after by the next run.</param>
    /// <exception cref="SecretsLockedException">The connector's secrets cannot be read.</exception>
    /// <remarks>Source: seed (childcare rules 15 and 19).</remarks>
    public async Task<SubmitResult> SubmitAsync(Connector connector, string? providerId, DayRange period, string certifiedBy, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var by = (certifiedBy ?? "").Trim();
        if (by.Length is 0 or > MaxNameLength || by.Any(char.IsControl))
            return new SubmitResult.Refused($"Say who certifies the attendance: a name of at most {MaxNameLength} characters.");
        var asked = await ReviewAsync(connector, providerId, period, cancellation);
        if (asked is not ReviewResult.Reviewed(var review))
            return new SubmitResult.Refused(((ReviewResult.Refused)asked).Reason);
        if (WhyNot(review) is { } refusal)
            return refusal;
        var profile = Domain.Childcare.States.StateProfiles.Find(((AgencyDestinationDefinition)connector.Definition.Destination).State)!;
        var order = new SubmissionOrder(review.ProviderId, period, new Attestation(by, clock.GetUtcNow(), profile.AttestationWording ?? ""));
        var runId = 0L;
        var report = await exports.RunAsync(connector, RunRequest.Manual with { Order = order, Begun = id => runId = id }, cancellation);
        db.ChangeTracker.Clear();
        return new SubmitResult.Ran(report, await Submission.Of(db).AsNoTracking().Where(s => s.SyncRunId == runId && s.ProviderId == review.ProviderId).OrderBy(s => s.Id).FirstOrDefaultAsync(cancellation));
    }

    /// <summary>What was sent to agencies, the latest first.</summary>
    public async Task<IReadOnlyList<Submission>> ListAsync(long? connectorId, string? providerId, int most, CancellationToken cancellation) =>
        await Submission.Of(db).AsNoTracking().Where(s => (connectorId == null || s.ConnectorId == connectorId) && (providerId == null || s.ProviderId == providerId)).OrderByDescending(s => s.Id).Take(most).ToListAsync(cancellation);

    private static SubmitResult? WhyNot(PeriodReview review) =>
        review.Trouble is { } trouble ? new SubmitResult.Refused(trouble)
        : review.State == PayPeriodState.Open ? new SubmitResult.Refused(PayPeriodText.NotOver(review.Days))
        : review.Blocking > 0 ? new SubmitResult.Blocked(review, PayPeriodText.Blocked(review.Days, review.Blocking))
        : review.Goes == 0 ? new SubmitResult.Refused(review.Nothing ?? "")
        : null;

    private static (AgencyProvider? Provider, string? Reason) Choose(IReadOnlyList<AgencyProvider> providers, string? id, AgencyRun run)
    {
        var names = string.Join(", ", providers.Select(p => p.ProviderId));
        return providers switch
        {
            [] => (null, $"The district has no provider in {run.Agency.State}. Import providers.csv first."),
            _ when id is not null && providers.FirstOrDefault(p => p.ProviderId == id) is { } named => (named, null),
            _ when id is not null => (null, $"Connector {run.Connector.Name} sends for no provider '{id}'. It sends for {names}."),
            [var only] => (only, null),
            _ => (null, $"Connector {run.Connector.Name} sends for several providers ({names}). Say for which."),
        };
    }

    private async Task<ReviewResult> LookAsync(IPeriodSystem system, AgencyProvider provider, IReadOnlyList<AgencyProvider> providers, AgencyRun run, DayRange? period, CancellationToken cancellation)
    {
        var office = new AgencyOffice(db, clock);
        // A provider that was not let in is not asked again before a person has done something.
        var look = provider.StopReason is { } stopped ? new AgencyLook.Failed(new AgencyTrouble(AgencyTroubleKind.NotLetIn, stopped)) : await system.LookAsync(provider, run, cancellation);
        if (look is AgencyLook.Failed(var trouble))
        {
            if (trouble.Kind != AgencyTroubleKind.NotLetIn)
                return new ReviewResult.Refused($"The agency could not be asked: {trouble.Reason}");
            if (provider.StopReason is null)
                await office.StoppedAsync(provider, trouble.Reason, cancellation);
            return new ReviewResult.Reviewed(await UnregisteredAsync(system, provider, providers, run, trouble.Reason, cancellation));
        }
        var known = (AgencyLook.Known)look;
        await office.RegisteredAsync(provider, cancellation);
        await office.TakeAsync(provider, known, cancellation);
        var ledger = new ChildDayLedger(db, clock);
        run = run with { Submitted = await ledger.SubmittedAsync(run.Connector, known.Days, cancellation) };
        var days = AgencyPlanning.DaysOf(provider, providers, await ledger.DaysAsync(run.Connector, known.Days, cancellation), run);
        var periods = system.Periods(provider, known, days, run);
        if ((period ?? Usual(periods)) is not { } chosen)
            return new ReviewResult.Refused("The agency tells no pay period that has begun.");
        return system.Review(provider, known, days, run, chosen) is not { } rows || periods.FirstOrDefault(p => p.Days == chosen) is not { } standing
            ? new ReviewResult.Refused(PayPeriodText.NoPeriod(chosen, [.. periods.Select(p => p.Days)]))
            : new ReviewResult.Reviewed(new PeriodReview(run.Connector.Name, provider.ProviderId, provider.Name, chosen, standing.State, [.. rows.Select(r => ReviewRow.Of(r, run.Profile))], periods, run.Profile.AttestationWording)
            {
                Nothing = rows.Any(r => r.Fate is PeriodRowFate.Goes or PeriodRowFate.Blocks) ? null : PayPeriodText.NothingToSubmit(chosen, rows, run.Profile),
            });
    }

    private async Task<PeriodReview> UnregisteredAsync(IPeriodSystem system, AgencyProvider provider, IReadOnlyList<AgencyProvider> providers, AgencyRun run, string trouble, CancellationToken cancellation)
    {
        var days = AgencyPlanning.DaysOf(provider, providers, await new ChildDayLedger(db, clock).DaysAsync(run.Connector, run.Days, cancellation), run);
        var rows = days.Where(d => system.Tells(d.Line.Day) || d.Line.Day.Readiness == DayReadiness.Error)
            .Select(d => ReviewRow.Of(new PeriodRow(d.Line, PeriodRowStatus.Unregistered, PeriodRowFate.Blocks, trouble, "Compare the Provider ID and the key with the agency's, digit by digit."), run.Profile)).ToList();
        return new PeriodReview(run.Connector.Name, provider.ProviderId, provider.Name, run.Days, null, rows, [], run.Profile.AttestationWording) { Trouble = trouble };
    }

    private static DayRange? Usual(IReadOnlyList<PayPeriod> periods) =>
        (periods.FirstOrDefault(p => p.State == PayPeriodState.Due) ?? periods.LastOrDefault(p => p.State != PayPeriodState.Open) ?? (periods.Count > 0 ? periods[^1] : null))?.Days;
}
