using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Tardies;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>An export run, with the passes that could not become tardies because a person must do something first.</summary>
/// <param name="Run">What the run did.</param>
/// <param name="OpenCorrections">How many marks of the connector a clerk has to change by hand, those of earlier runs included.</param>
/// <param name="WaitingPasses">How many passes of the connector's schools wait, by outcome; those that wait for nobody are not counted.</param>
public sealed record ExportReport(RunReport Run, int OpenCorrections, IReadOnlyDictionary<OutcomeKind, int> WaitingPasses)
{
    /// <summary>True when a person has something to do.</summary>
    public bool NeedsAPerson => !Run.Held.IsEmpty || !Run.Unconfirmed.IsEmpty || OpenCorrections > 0 || WaitingPasses.Count > 0;
}

/// <summary>Runs connectors and shows what they would do.</summary>
public sealed class ExportOperations(K12SyncDb db, TardyOperations tardies, ExportPipeline pipeline, ExportLedger ledger, TimeProvider clock)
{
    /// <summary>Maps what is pending, then sends what the connector owes.</summary>
    public async Task<ExportReport> RunAsync(Connector connector, RunRequest request, CancellationToken cancellation)
    {
        await tardies.MapPendingAsync(cancellation);
        var run = await pipeline.RunAsync(connector, request, cancellation);
        var corrections = await db.ManualCorrections.CountAsync(c => c.ConnectorId == connector.Id && c.OpenRecordId != null, cancellation);
        return new ExportReport(run, corrections, await WaitingAsync(connector, cancellation));
    }

    /// <summary>What the next run would send; stores nothing of it.</summary>
    public async Task<ExportPreview> PreviewAsync(Connector connector, CancellationToken cancellation)
    {
        await tardies.MapPendingAsync(cancellation);
        return await pipeline.PreviewAsync(connector, cancellation);
    }

    /// <summary>
    /// The connector's tardies as a layout would write them, as if none had been sent: the days on which something is owed, or else the latest day that has any.
    /// Stores nothing of it. What the connector would still have to say to use the layout (a present code, a file for each school) is not asked for.
    /// </summary>
    public async Task<Rendering> PreviewLayoutAsync(Connector connector, Layout layout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connector);
        await tardies.MapPendingAsync(cancellation);
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

    private async Task<IReadOnlyDictionary<OutcomeKind, int>> WaitingAsync(Connector connector, CancellationToken cancellation)
    {
        var schools = connector.Definition.Schools;
        var (all, waiting) = (schools.IsEmpty, TardyOutcome.WaitingKinds);
        var counts = await db.Passes.AsNoTracking()
            .Where(p => p.Outcome != null && waiting.Contains(p.Outcome.Value))
            .Where(p => all || db.Schools.Any(s => s.Id == p.SchoolId && schools.Contains(s.Code)))
            .GroupBy(p => p.Outcome!.Value).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        return counts.OrderBy(c => c.Key).ToDictionary(c => c.Key, c => c.Count);
    }
}
