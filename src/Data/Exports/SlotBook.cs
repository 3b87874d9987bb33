using System.Collections.Concurrent;
using System.Collections.Immutable;
using K12Sync.Data.Access;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Data.Exports;

/// <summary>What the database knows about when a connector ran and may run.</summary>
/// <param name="Limits">What is not to be run.</param>
/// <param name="Claimed">Slots that runs were made for, of the last weeks. Not among them: those of runs whose process is no more.</param>
/// <param name="Abandoned">Slots whose run began in a process that is no more, and did not come to its end.</param>
/// <param name="Held">Why it must not run until a person has released it; null: it may.</param>
public sealed record SlotState(SlotLimits Limits, IReadOnlySet<DateTime> Claimed, IReadOnlySet<DateTime> Abandoned, string? Held);

/// <summary>Reads when connectors ran and may run: the one place that knows where slots, pauses and holds are kept.</summary>
public sealed class SlotBook(TimeProvider clock)
{
    // A connector that never ran is not late for anything before it was first seen.
    private readonly ConcurrentDictionary<(long District, long Connector), DateTimeOffset> _firstSeen = new();

    /// <summary>The state of a connector now.</summary>
    public async Task<SlotState> ReadAsync(K12SyncDb db, DistrictId district, Connector connector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(connector);
        var now = clock.GetUtcNow();
        var seen = _firstSeen.GetOrAdd((district.Value, connector.Id), now);
        var oldest = now - SlotPlan.LongestMemory;
        var slots = await db.SyncRuns.AsNoTracking()
            .Where(r => r.ConnectorId == connector.Id && r.Slot != null && r.StartedAt >= oldest)
            .Select(r => r.Slot!.Value).ToListAsync(cancellation);
        var firstRun = await db.SyncRuns.AsNoTracking().Where(r => r.ConnectorId == connector.Id).OrderBy(r => r.Id)
            .Select(r => (DateTimeOffset?)r.StartedAt).FirstOrDefaultAsync(cancellation);
        return new SlotState(
            new SlotLimits(firstRun < seen ? firstRun.Value : seen, connector.Definition.BlackOuts, []),
            slots.ToHashSet(), ImmutableHashSet<DateTime>.Empty, Held: null);
    }
}
