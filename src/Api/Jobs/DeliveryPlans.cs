using K12Sync.Data;
using K12Sync.Data.Access;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;

namespace K12Sync.Api.Jobs;

/// <summary>What a connector has to do now by its schedule.</summary>
/// <param name="Due">The slot to run now; null: none.</param>
/// <param name="TakenUp">True if a process began to run that slot and is no more.</param>
/// <param name="Next">When to look again; null: never, unless something changes.</param>
internal sealed record Turn(DueSlot? Due, bool TakenUp, DateTimeOffset? Next);

/// <summary>Brings a connector's schedule and its past together.</summary>
internal sealed class DeliveryPlans(SlotBook book, DeliverySlots slots, TimeProvider clock)
{
    /// <summary>What is due now and when to look again.</summary>
    /// <exception cref="FormatException">The schedule is a cron expression that is none.</exception>
    public async Task<Turn> TurnAsync(K12SyncDb db, DistrictId district, Connector connector, CancellationToken cancellation)
    {
        if (connector.Definition.Schedule is not { } schedule)
            return new Turn(null, false, null);
        var state = await book.ReadAsync(db, district, connector, cancellation);
        var plan = new SlotPlan(schedule, connector.Zone, state.Limits, slots);
        var now = clock.GetUtcNow();
        var due = state.Held is null ? plan.Due(now, state.Claimed) : null;
        DeliverySlot? next = null;
        foreach (var coming in plan.Coming(now).Take(1))
            next = coming;
        return new Turn(due, due is { } slot && state.Abandoned.Contains(slot.Slot.Local), next?.Instant);
    }

    /// <summary>The next times at which the connector runs by itself.</summary>
    public async Task<IReadOnlyList<DeliverySlot>> ComingAsync(K12SyncDb db, DistrictId district, Connector connector, int count, CancellationToken cancellation)
    {
        if (connector.Definition.Schedule is not { } schedule)
            return [];
        var state = await book.ReadAsync(db, district, connector, cancellation);
        return [.. new SlotPlan(schedule, connector.Zone, state.Limits, slots).Coming(clock.GetUtcNow()).Take(count)];
    }

    /// <summary>Since when the connector is expected to deliver; null: now it is not, for it is paused.</summary>
    public async Task<DateTimeOffset?> SinceAsync(K12SyncDb db, DistrictId district, Connector connector, CancellationToken cancellation)
    {
        var limits = (await book.ReadAsync(db, district, connector, cancellation)).Limits;
        return limits.Pauses.Any(p => p.Covers(clock.GetUtcNow())) ? null : limits.Since;
    }

    /// <summary>The latest slot at or before an instant, of the last weeks, that was to be run at all.</summary>
    public async Task<DeliverySlot?> LastBeforeAsync(K12SyncDb db, DistrictId district, Connector connector, DateTimeOffset instant, CancellationToken cancellation)
    {
        if (connector.Definition.Schedule is not { } schedule)
            return null;
        var state = await book.ReadAsync(db, district, connector, cancellation);
        DeliverySlot? last = null;
        foreach (var slot in slots.Between(schedule, connector.Zone, instant - TimeSpan.FromDays(7), instant).Where(state.Limits.Allow))
            last = slot;
        return last;
    }
}
