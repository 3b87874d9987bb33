using System.Collections.Immutable;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>What the database knows about when a connector ran and may run.</summary>
/// <param name="Limits">What is not to be run.</param>
/// <param name="Claimed">Slots that runs were made for, of the last weeks. Not among them: <paramref name="Abandoned"/>.</param>
/// <param name="Abandoned">Slots whose run began in a process that is no more, and did not come to its end.</param>
/// <param name="Hold">Why it must not run until a person has released it; null: it may.</param>
/// <param name="IsBusy">Somebody runs it at this moment.</param>
public sealed record SlotState(SlotLimits Limits, IReadOnlySet<DateTime> Claimed, IReadOnlySet<DateTime> Abandoned, ConnectorHold? Hold, bool IsBusy);

/// <summary>Reads when connectors ran and may run: the one place that knows where slots, pauses, holds and leases are kept.</summary>
public sealed class SlotBook(TimeProvider clock)
{
    /// <summary>The state of a connector now.</summary>
    public async Task<SlotState> ReadAsync(K12SyncDb db, Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(connector);
        var now = clock.GetUtcNow();
        var oldest = now - SlotPlan.LongestMemory;
        var row = await db.Connectors.AsNoTracking().SingleAsync(c => c.Id == connector.Id, cancellation);
        var lease = await db.Leases.AsNoTracking().SingleOrDefaultAsync(l => l.ConnectorId == connector.Id, cancellation);
        var busy = lease is not null && RunLeases.IsLive(lease, now);
        var slots = await db.SyncRuns.AsNoTracking().Where(r => r.ConnectorId == connector.Id && r.Slot != null && r.StartedAt >= oldest)
            .Select(r => new { r.Slot, r.Status }).ToListAsync(cancellation);
        var abandoned = slots.Where(s => s.Status == SyncRunStatus.Running && !busy).Select(s => s.Slot!.Value).ToHashSet();
        return new SlotState(
            new SlotLimits(row.AddedAt, connector.Definition.BlackOuts, Pauses(row, connector)),
            slots.Select(s => s.Slot!.Value).Where(s => !abandoned.Contains(s)).ToHashSet(),
            abandoned,
            row.Hold is { } kind ? new ConnectorHold(kind, row.HoldReason ?? "") : null,
            busy);
    }

    private static ImmutableArray<Pause> Pauses(ConnectorRow row, Connector connector) => row.PausedAt is { } from
        ? [new Pause(from, row.PausedUntil is { } last ? connector.Zone.FirstAt(last.AddDays(1), TimeOnly.MinValue) : null)]
        : [];
}
