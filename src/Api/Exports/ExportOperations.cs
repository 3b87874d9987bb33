using System.Runtime.CompilerServices;
using K12Sync.Api.Access;
using K12Sync.Api.Childcare;
using K12Sync.Api.CommandLine;
using K12Sync.Api.EdFi;
using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Tardies;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Texts;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>An export run, with the passes that could not become tardies because a person must do something first.</summary>
/// <param name="Run">What the run did.</param>
/// <param name="OpenCorrections">How many marks of the connector a clerk has to change by hand, those of earlier runs included.</param>
/// <param name="WaitingPasses">How many passes of the connector's schools wait, by outcome; those that wait for nobody are not counted.</param>
internal sealed record ExportReport(RunReport Run, int OpenCorrections, IReadOnlyDictionary<OutcomeKind, int> WaitingPasses)
{
    /// <summary>True when a person has something to do.</summary>
    public bool NeedsAPerson => !Run.Held.IsEmpty || !Run.HeldDays.IsEmpty || Run.RowsRejected > 0 || !Run.Unconfirmed.IsEmpty || Run.HoldConnector is not null || Run.Status == SyncRunStatus.SucceededWithHolds || OpenCorrections > 0 || WaitingPasses.Count > 0;
}

/// <summary>Where connectors deliver.</summary>
/// <param name="Destinations">Files.</param>
/// <param name="Agencies">Child-days.</param>
internal sealed record Outlets(IDestinations Destinations, AgencySystems Agencies);

/// <summary>Runs connectors and shows what they would do.</summary>
/// <param name="db">The district.</param>
/// <param name="leases">One run of a connector at a time.</param>
/// <param name="outlets">Where files and child-days go.</param>
/// <param name="vault">What lets us in there.</param>
/// <param name="clock">The time.</param>
internal sealed class ExportOperations(K12SyncDb db, RunLeases leases, Outlets outlets, SecretVault vault, TimeProvider clock)
{
    private readonly TardyOperations _tardies = new(db);
    private readonly TransferOperations _transfers = new(db, outlets.Agencies, clock);
    private readonly EdFiOperations _edFi = new(db, clock) { Patience = outlets.Agencies.Limits.Patience };

    /// <summary>How often a run tries again what may mend itself.</summary>
    public RetryPolicy Retries { get; init; } = RetryPolicy.Usual;

    /// <summary>Where connectors may deliver; null: anywhere.</summary>
    public DestinationLimits? Limits { get; init; }

    /// <summary>Maps what is pending, then sends what the connector owes.</summary>
    /// <exception cref="OperationCanceledException">Stopped; what was frozen waits for the next run.</exception>
    public async Task<ExportReport> RunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(request);
        var run = await RunAloneAsync(connector, request, cancellation);
        var corrections = await db.ManualCorrections.CountAsync(c => c.ConnectorId == connector.Id && c.OpenRecordId != null, cancellation);
        return new ExportReport(run, corrections, await WaitingAsync(connector, cancellation));
    }

    private async Task<RunReport> RunAloneAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        var texts = Speech.Of(connector);
        var row = await db.Connectors.AsNoTracking().SingleAsync(c => c.Id == connector.Id, cancellation);
        if (row.RemovedAt is not null)
            return await RefuseAsync(connector, request, new RunEnd(SyncRunStatus.Skipped, 0, null, texts.Say(Phrase.ConnectorRemoved)), null, cancellation);
        if (row.Hold is { } kind)
        {
            var hold = new ConnectorHold(kind, row.HoldReason ?? "");
            return await RefuseAsync(connector, request, new RunEnd(SyncRunStatus.Skipped, 0, null,
                texts.Say(Phrase.ConnectorHeld, ("since", $"{row.HeldAt:yyyy-MM-dd HH:mm}"), ("why", hold.Reason))), hold, cancellation);
        }
        if (Limits is not null && await Limits.RefuseUseAsync(connector.Definition.Destination, cancellation) is { } refused)
            return await RefuseAsync(connector, request, new RunEnd(SyncRunStatus.Failed, 0, TroubleKind.Incomplete, refused), null, cancellation);
        await using var lease = await leases.TakeAsync(connector.Id, cancellation);
        if (lease is null)
            return await RefuseAsync(connector, request, new RunEnd(SyncRunStatus.Skipped, 0, null, await BusyAsync(connector, cancellation)), null, cancellation);
        try
        {
            var opened = await vault.OpenAsync(connector, cancellation) with { AllowedRows = row.AllowedRows };
            return await RunAsync(opened, request, lease, cancellation);
        }
        catch (SecretsLockedException e)
        {
            return await RefuseAsync(connector, request, new RunEnd(SyncRunStatus.Failed, 1, TroubleKind.Incomplete, e.Message), null, cancellation);
        }
    }

    private async Task<RunReport> RunAsync(Connector connector, RunRequest request, RunLease lease, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        try
        {
            var report = connector.Definition.Destination is EdFiDestinationDefinition ? await _edFi.RunAsync(connector, request, lease, Retries, stop.Token)
                : connector.Definition.Destination.Sends == RecordKind.ChildDay ? await _transfers.RunAsync(connector, request, lease, Retries, stop.Token)
                : await SendFilesAsync(connector, request, lease, stop.Token);
            await RememberAsync(connector.Id, report, cancellation);
            return report;
        }
        catch (Exception e) when (e is LeaseLostException || (e is OperationCanceledException && lease.Lost.IsCancellationRequested && !cancellation.IsCancellationRequested))
        {
            return NotMade(0, new RunEnd(SyncRunStatus.Skipped, 1, null, Speech.Of(connector).Say(Phrase.RunTakenOver)), null);
        }
    }

    private async Task<RunReport> SendFilesAsync(Connector connector, RunRequest request, RunLease lease, CancellationToken cancellation)
    {
        await _tardies.MapPendingAsync(cancellation);
        return await new ExportPipeline(new ExportLedger(db, clock, lease), outlets.Destinations, clock, Retries).RunAsync(connector, request, cancellation);
    }

    /// <summary>What the report says about the connector as a whole.</summary>
    private async Task RememberAsync(long connectorId, RunReport report, CancellationToken cancellation)
    {
        var succeeded = report.Status is SyncRunStatus.Succeeded or SyncRunStatus.SucceededWithHolds;
        if (report.HoldConnector is null && !succeeded)
            return;
        await using var turn = await db.TakeTurnAsync(cancellation);
        var row = await db.Connectors.SingleAsync(c => c.Id == connectorId, cancellation);
        if (report.HoldConnector is { } hold)
            row.HoldBack(hold, clock.GetUtcNow());
        else
            row.ForgetAllowance();
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    private async Task<RunReport> RefuseAsync(Connector connector, RunRequest request, RunEnd end, ConnectorHold? hold, CancellationToken cancellation) =>
        NotMade(await new ExportLedger(db, clock).RefuseRunAsync(connector, request, end, cancellation), end, hold);

    private static RunReport NotMade(long number, RunEnd end, ConnectorHold? hold) =>
        new(number, end.Status, [], 0, 0, 0, 0, [], [], end.Error) { Attempts = end.Attempts, ErrorCode = end.ErrorCode, HoldConnector = hold };

    private async Task<string> BusyAsync(Connector connector, CancellationToken cancellation) => await leases.HolderAsync(connector.Id, cancellation) is { } by
        ? Speech.Of(connector).Say(Phrase.RunClaimed, ("process", $"{by.Holder?.ProcessId}"), ("machine", by.Holder?.Machine ?? ""), ("since", $"{by.Since:HH:mm:ss}"))
        : Speech.Of(connector).Say(Phrase.RunClaimedJustNow);

    /// <summary>What the next run would send; stores nothing of it.</summary>
    public async Task<ExportPreview> PreviewAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        if (connector.Definition.Destination is EdFiDestinationDefinition)
            return new ExportPreview([], new Rendering.Refused($"What goes to an Ed-Fi API is no file. 'k12sync ed-fi interchange --connector {connector.Name}' writes the events of given days into one."));
        if (connector.Definition.Destination.Sends == RecordKind.ChildDay)
            return new ExportPreview([], new Rendering.Refused(Speech.Of(connector).Say(Phrase.NoPreview)));
        await _tardies.MapPendingAsync(cancellation);
        return await new ExportPipeline(new ExportLedger(db, clock), outlets.Destinations, clock, Retries).PreviewAsync(connector, cancellation);
    }

    /// <summary>Tries out the connector's destination, step by step.</summary>
    /// <exception cref="SecretsLockedException">Its secrets cannot be read.</exception>
    public async IAsyncEnumerable<TestStep> TestAsync(Connector connector, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Limits is not null && await Limits.RefuseUseAsync(connector.Definition.Destination, cancellation) is { } refused)
        {
            yield return new TestStep("Allowed", TestOutcome.Failed, refused);
            yield break;
        }
        var opened = await vault.OpenAsync(connector, cancellation);
        if (opened.Definition.Destination is EdFiDestinationDefinition)
        {
            yield return await _edFi.TestAsync(opened, cancellation);
            yield break;
        }
        if (opened.Definition.Destination.Sends == RecordKind.ChildDay)
        {
            await foreach (var step in _transfers.TestAsync(opened, cancellation))
                yield return step;
            yield break;
        }
        await using var destination = outlets.Destinations.Open(opened);
        await foreach (var step in destination.TestAsync(cancellation))
            yield return step;
    }

    /// <summary>
    /// The connector's tardies as a layout would write them, as if none had been sent: the days on which something is owed, or else the latest day that has any.
    /// Stores nothing of it. What the connector would still have to say to use the layout (a present code, a file for each school) is not asked for.
    /// </summary>
    public async Task<Rendering> PreviewLayoutAsync(Connector connector, Layout layout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        await _tardies.MapPendingAsync(cancellation);
        var ledger = new ExportLedger(db, clock);
        var lines = await ledger.OwedAsync(connector, cancellation).ToListAsync(cancellation);
        if (lines.TrueForAll(l => l.IsWithdrawn))
            lines = await ledger.LatestDayAsync(connector, cancellation).ToListAsync(cancellation);
        var (definition, own) = (layout.Definition, connector.Definition);
        var preview = own with
        {
            Layout = layout.Name,
            FileName = null,
            PresentCode = definition.Corrections == CorrectionMode.PresentCode ? own.PresentCode ?? definition.PresentCode ?? "P" : null,
            OneFilePer = LayoutCheck.HasSchool(definition) ? own.OneFilePer : FileScope.School,
        };
        return await ExportPipeline.ShowAsync(connector with { Layout = layout, Definition = preview }, clock.GetUtcNow(), lines.ToAsyncEnumerable(), cancellation);
    }

    /// <summary>How many tardies the connector owes or has on their way, and since when the oldest waits. Reads all that is owed.</summary>
    public async Task<(long Rows, DateTimeOffset? Oldest)> CountOwedAsync(Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        if (connector.Definition.Destination is EdFiDestinationDefinition { Records: RecordKind.ChildDay })
            return await _edFi.CountOwedAsync(connector, cancellation);
        if (connector.Definition.Destination.Sends == RecordKind.ChildDay)
            return await _transfers.CountOwedAsync(connector, cancellation);
        var (rows, oldest) = (0L, (DateTimeOffset?)null);
        await foreach (var line in new ExportLedger(db, clock).OwedAsync(connector, cancellation))
            if (line.IsOwed)
                (rows, oldest) = (rows + 1, oldest is null || line.IssuedAt < oldest ? line.IssuedAt : oldest);
        var unfinished = await db.ExportBatches.AsNoTracking()
            .Where(b => b.ConnectorId == connector.Id && (b.Status == BatchStatus.Frozen || b.Status == BatchStatus.Uploading || b.Status == BatchStatus.Publishing))
            .Select(b => new { b.OwedLines, b.FrozenAt }).ToListAsync(cancellation);
        return (rows + unfinished.Sum(b => b.OwedLines), unfinished.Select(b => (DateTimeOffset?)b.FrozenAt).Append(oldest).Min());
    }

    /// <summary>Why a connector cannot send one child's day now, in words with what to do; null: a run finds out. Child-days are up to date.</summary>
    public Task<string?> WhyNotAsync(Connector connector, ChildDayOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return connector.Definition.Destination switch
        {
            EdFiDestinationDefinition => _edFi.WhyNotAsync(connector, order, cancellation),
            _ => _transfers.WhyNotAsync(connector, order, cancellation),
        };
    }

    private async Task<IReadOnlyDictionary<OutcomeKind, int>> WaitingAsync(Connector connector, CancellationToken cancellation)
    {
        if (connector.Definition.Destination.Sends == RecordKind.ChildDay)
            return new Dictionary<OutcomeKind, int>();
        var schools = connector.Definition.Schools;
        var (all, waiting) = (schools.IsEmpty, TardyOutcome.WaitingKinds);
        var counts = await db.Passes.AsNoTracking()
            .Where(p => p.Outcome != null && waiting.Contains(p.Outcome.Value))
            .Where(p => all || db.Schools.Any(s => s.Id == p.SchoolId && schools.Contains(s.Code)))
            .GroupBy(p => p.Outcome!.Value).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        return counts.OrderBy(c => c.Key).ToDictionary(c => c.Key, c => c.Count);
    }
}
