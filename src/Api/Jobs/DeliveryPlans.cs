using K12Sync.Data;
using K12Sync.Data.Exports;
using K12Sync.Domain.Exports;
using K12Sync.Domain.Exports.Schedules;

namespace K12Sync.Api.Jobs;

/// <summary>What a connector has to do now by its schedule.</summary>
/// <param name="State">What the database knows about it.</param>
/// <param name="Due">The slot to run now; null: none.</param>
/// <param name="Next">When to look again; null: never, unless something changes.</param>
internal sealed record Turn(SlotState State, DueSlot? Due, DateTimeOffset? Next)
{
    /// <summary>True if a process began to run the slot and is no more.</summary>
    public bool TakesOver => Due is { } due && State.Abandoned.Contains(due.Slot.Local);
}

/// <summary>Brings a connector's schedule and its past together.</summary>
internal sealed class DeliveryPlans(SlotBook book, DeliverySlots slots, TimeProvider clock)
{
    // A slot that falls due while somebody runs the connector is not lost: it waits its turn.
    private static readonly TimeSpan WhileBusy = TimeSpan.FromSeconds(5);

    /// <summary>What is due now and when to look again.</summary>
    /// <exception cref="FormatException">The schedule is a cron expression that is none.</exception>
    public async Task<Turn> TurnAsync(K12SyncDb db, Connector connector, CancellationToken cancellation)
    {
        var state = await book.ReadAsync(db, connector, cancellation);
        if (connector.Definition.Schedule is not { } schedule)
            return new Turn(state, null, null);
        var plan = new SlotPlan(schedule, connector.Zone, state.Limits, slots);
        var now = clock.GetUtcNow();
        var next = plan.Coming(now).Select(s => (DateTimeOffset?)s.Instant).FirstOrDefault();
        var due = state.Hold is null ? plan.Due(now, state.Claimed) : null;
        return due is not null && state.IsBusy ? new Turn(state, null, Earlier(next, now + WhileBusy)) : new Turn(state, due, next);
    }

    /// <summary>The next times at which the connector runs by itself.</summary>
    public async Task<IReadOnlyList<DeliverySlot>> ComingAsync(K12SyncDb db, Connector connector, int count, CancellationToken cancellation) =>
        connector.Definition.Schedule is { } schedule
            ? [.. new SlotPlan(schedule, connector.Zone, (await book.ReadAsync(db, connector, cancellation)).Limits, slots).Coming(clock.GetUtcNow()).Take(count)]
            : [];

    /// <summary>The latest slot at or before an instant, of the last week, that was to be run.</summary>
    public DeliverySlot? LastBefore(DeliverySchedule schedule, Connector connector, SlotLimits limits, DateTimeOffset instant) =>
        slots.Between(schedule, connector.Zone, instant - TimeSpan.FromDays(7), instant).Where(limits.Allow).Select(s => (DeliverySlot?)s).LastOrDefault();

    private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a < b ? a.Value : b;
}
