using System.Collections.Immutable;

namespace K12Sync.Domain.Exports.Schedules;

/// <summary>A stretch of time in which a connector does not run by itself.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Exclusive; null: until somebody says otherwise.</param>
public readonly record struct Pause(DateTimeOffset From, DateTimeOffset? Until)
{
    /// <summary>Whether an instant is in it.</summary>
    public bool Covers(DateTimeOffset instant) => From <= instant && (Until is not { } until || instant < until);
}

/// <summary>What a connector has to do with the clock besides its schedule.</summary>
/// <param name="Since">Slots at or before this are none of its: it was added, or its schedule changed, then.</param>
/// <param name="BlackOuts">Days, on the wall of its zone, that are neither run on nor caught up on.</param>
/// <param name="Pauses">Stretches that are neither run in nor caught up on.</param>
public sealed record SlotLimits(DateTimeOffset Since, ImmutableArray<DayRange> BlackOuts, ImmutableArray<Pause> Pauses)
{
    /// <summary>Whether a slot is to be run at all.</summary>
    public bool Allow(DeliverySlot slot)
    {
        var day = DateOnly.FromDateTime(slot.Local);
        return slot.Instant > Since && !BlackOuts.Any(r => r.From <= day && day <= r.To) && !Pauses.Any(p => p.Covers(slot.Instant));
    }
}

/// <summary>The slot to run now.</summary>
/// <param name="Slot">The latest that is due.</param>
/// <param name="StandsFor">How many missed slots the one run makes up for, itself included: what was owed then is owed now.</param>
public readonly record struct DueSlot(DeliverySlot Slot, int StandsFor)
{
    /// <summary>
    /// The latest slot that is due and was not run, or null. All that were missed before it are caught up on by its one run.
    /// </summary>
    /// <remarks>
    /// It needs no memory but the slots that runs were made for, and so survives a clock that jumps. Forward: one run stands for all
    /// slots that were jumped over. Back: those that were run are not run again. Forward and back again: what was run
    /// for a time that now lies ahead says nothing about the time before it.
    /// </remarks>
    /// <param name="slots">The connector's slots from some time on, in order; those after <paramref name="now"/> are not looked at.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="claimed">Names of slots that runs were made for, whatever became of them; in any order. Those after <paramref name="now"/> count for themselves only.</param>
    /// <param name="limits">What is not to be run.</param>
    public static DueSlot? Find(IEnumerable<DeliverySlot> slots, DateTimeOffset now, IReadOnlySet<DateTime> claimed, SlotLimits limits)
    {
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(claimed);
        ArgumentNullException.ThrowIfNull(limits);
        DueSlot? due = null;
        foreach (var slot in slots.TakeWhile(s => s.Instant <= now))
            if (claimed.Contains(slot.Local))
                due = null;
            else if (limits.Allow(slot))
                due = new DueSlot(slot, due is { } earlier ? earlier.StandsFor + 1 : 1);
        return due;
    }
}
