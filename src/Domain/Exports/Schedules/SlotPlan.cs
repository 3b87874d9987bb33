using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Domain.Exports.Schedules;

/// <summary>When one connector runs by itself.</summary>
/// <param name="Schedule">Its local times.</param>
/// <param name="Zone">On whose wall.</param>
/// <param name="Limits">What is left out.</param>
/// <param name="Slots">How times become slots.</param>
public sealed record SlotPlan(DeliverySchedule Schedule, SchoolZone Zone, SlotLimits Limits, DeliverySlots Slots)
{
    /// <summary>No catching up on what was missed longer ago: the longest a slot of any sensible schedule is away is a month.</summary>
    public static TimeSpan LongestMemory { get; } = TimeSpan.FromDays(40);

    /// <summary>The slot to run now, see <see cref="DueSlot.Find"/>.</summary>
    /// <param name="now">The present instant.</param>
    /// <param name="claimed">Names of slots that runs were made for, at least those since <see cref="LongestMemory"/>.</param>
    public DueSlot? Due(DateTimeOffset now, IReadOnlySet<DateTime> claimed)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        // What was missed before a pause or a black-out waits for its end too.
        if (Resumes(now) != now)
            return null;
        var from = now - LongestMemory;
        if (Limits.Since > from)
            from = Limits.Since;
        // A slot that was run settles all before it, so the search begins there.
        var wall = Zone.At(now);
        var done = claimed.Where(c => c <= wall.Day.ToDateTime(wall.Time)).DefaultIfEmpty().Max();
        if (done != default && Zone.FirstAt(DateOnly.FromDateTime(done), TimeOnly.FromDateTime(done)) is var settled && settled > from && settled <= now)
            from = settled;
        return DueSlot.Find(Slots.After(Schedule, Zone, from), now, claimed, Limits);
    }

    /// <summary>The slots to come that are neither blacked out nor paused, in order; those of the next five years at most.</summary>
    public IEnumerable<DeliverySlot> Coming(DateTimeOffset now)
    {
        // Stretches in which it does not run are jumped over, not counted through.
        var end = now.AddYears(5);
        for (DateTimeOffset? from = now > Limits.Since ? now : Limits.Since; from is { } begin && begin < end;)
        {
            from = null;
            foreach (var slot in Slots.Between(Schedule, Zone, begin, end))
                if (Limits.Allow(slot))
                    yield return slot;
                else if (Resumes(slot.Instant) is not { } later)
                    yield break;
                else if (later > slot.Instant)
                {
                    from = later.AddTicks(-1);
                    break;
                }
        }
    }

    /// <summary>The first instant from another on that is in no pause and no black-out; null: there is none.</summary>
    private DateTimeOffset? Resumes(DateTimeOffset instant)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var pause in Limits.Pauses)
                if (pause.Covers(instant))
                {
                    if (pause.Until is not { } until)
                        return null;
                    (instant, moved) = (until, true);
                }
            foreach (var days in Limits.BlackOuts)
                if (Zone.At(instant).Day is var day && days.From <= day && day <= days.To)
                    (instant, moved) = (Zone.FirstAt(days.To.AddDays(1), TimeOnly.MinValue), true);
        }
        return instant;
    }
}
