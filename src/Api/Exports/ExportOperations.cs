using K12Sync.Api.Tardies;
using K12Sync.Data;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Tardies;
using K12Sync.Exporters.Exports;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Exports;

/// <summary>An export run, with the passes that could not become tardies because a person must do something first.</summary>
/// <param name="Run">What the run did.</param>
/// <param name="WaitingPasses">How many passes of the connector's schools wait, by outcome; those that wait for nobody are not counted.</param>
public sealed record ExportReport(RunReport Run, IReadOnlyDictionary<OutcomeKind, int> WaitingPasses)
{
    /// <summary>True when a person has something to do.</summary>
    public bool NeedsAPerson => !Run.Held.IsEmpty || !Run.Unconfirmed.IsEmpty || WaitingPasses.Count > 0;
}

/// <summary>Runs connectors and shows what they would do.</summary>
public sealed class ExportOperations(K12SyncDb db, TardyOperations tardies, ExportPipeline pipeline)
{
    /// <summary>Maps what is pending, then sends what the connector owes.</summary>
    public async Task<ExportReport> RunAsync(Connector connector, RunTrigger trigger, CancellationToken cancellation)
    {
        await tardies.MapPendingAsync(cancellation);
        var run = await pipeline.RunAsync(connector, trigger, cancellation);
        return new ExportReport(run, await WaitingAsync(connector, cancellation));
    }

    /// <summary>What the next run would send; stores nothing of it.</summary>
    public async Task<ExportPreview> PreviewAsync(Connector connector, CancellationToken cancellation)
    {
        await tardies.MapPendingAsync(cancellation);
        return await pipeline.PreviewAsync(connector, cancellation);
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
