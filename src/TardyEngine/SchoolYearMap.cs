using System.Numerics;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.TardyEngine;

/// <summary>
/// The days of one school, resolved once into UTC boundaries, so that any number of passes can be placed without allocation.
/// Says for every instant exactly what <see cref="SchoolZone.At"/>, <see cref="Calendar.On"/> and <see cref="SchoolDay.At"/> say. Immutable.
/// </summary>
/// <remarks>
/// A table of equal buckets of time holds the segment that is in force at each bucket's start. Buckets are no longer than the shortest
/// segment (unless that would make the table too large), so the answer is that segment or the next: one comparison, no search.
/// The buckets are of UTC: a table of minutes since local midnight would be an hour wrong on both daylight-saving days.
/// </remarks>
public sealed class SchoolYearMap
{
    /// <summary>Two bytes each. More buckets would leave the processor's cache.</summary>
    private const int MaxBuckets = 1 << 18;

    private readonly YearSegment[] _segments;
    private readonly Stretch[] _stretches;
    private readonly ushort[] _buckets;
    private readonly long _origin;
    private readonly ulong _length;
    private readonly int _shift;

    private SchoolYearMap(DateOnly first, DateOnly last, YearSegment[] segments)
    {
        (First, Last, _segments) = (first, last, segments);
        _stretches = [.. segments.Select((s, i) => new Stretch(i + 1 < segments.Length ? segments[i + 1].Start : long.MaxValue, s.Bell))];
        _origin = segments[0].Start;
        _length = (ulong)(segments[^1].Start - _origin);
        _shift = ShiftFor(segments);
        _buckets = new ushort[(_length >> _shift) + 1];
        for (var (bucket, segment) = (0, 0); bucket < _buckets.Length; bucket++)
        {
            while (_stretches[segment].Ends <= _origin + ((long)bucket << _shift))
                segment++;
            _buckets[bucket] = (ushort)segment;
        }
    }

    /// <summary>The first day, inclusive.</summary>
    public DateOnly First { get; }

    /// <summary>The last day, inclusive.</summary>
    public DateOnly Last { get; }

    /// <summary>The map from <paramref name="first"/> to <paramref name="last"/>, both inclusive and days of <paramref name="zone"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="last"/> is before <paramref name="first"/>, or the days have more than 65,535 segments, which takes
    /// about ten years of ordinary schedules.
    /// </exception>
    public static SchoolYearMap Build(SchoolZone zone, Calendar calendar, DateOnly first, DateOnly last)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        var segments = YearSegments.Lay(zone, calendar, first, last);
        if (segments.Count > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(last), last, $"The days have {segments.Count} segments; one map holds {ushort.MaxValue}.");
        return new SchoolYearMap(first, last, [.. segments]);
    }

    /// <summary>Places passes: <c>slots[i]</c> is where <c>utcTicks[i]</c> falls. In any order; allocates nothing.</summary>
    /// <param name="utcTicks">Instants as <see cref="DateTimeOffset.UtcTicks"/>. One that is outside the days gets a slot that <see cref="Covers"/> denies.</param>
    /// <param name="slots">At least as long as <paramref name="utcTicks"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="slots"/> is too short.</exception>
    public void Map(ReadOnlySpan<long> utcTicks, Span<PeriodSlot> slots)
    {
        if (slots.Length < utcTicks.Length)
            throw new ArgumentException($"{utcTicks.Length} passes need as many slots; there are {slots.Length}.", nameof(slots));
        slots = slots[..utcTicks.Length];
        var finder = new Finder(this);
        for (var i = 0; i < utcTicks.Length; i++)
            slots[i] = finder.Find(utcTicks[i]);
    }

    /// <summary>Where one instant falls; see <see cref="Map"/>.</summary>
    public PeriodSlot SlotAt(long utcTicks) => new Finder(this).Find(utcTicks);

    /// <summary>False where the instant was on none of the map's days.</summary>
    public bool Covers(PeriodSlot slot) => !_segments[slot.Segment].IsOutside;

    /// <summary>The period, or null where there is none: before and after school, on a day without school or schedule, outside the days.</summary>
    public ClassPeriod? PeriodOf(PeriodSlot slot) => _segments[slot.Segment].Period;

    /// <summary>The school's day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The map does not cover the slot.</exception>
    public DateOnly DateOf(PeriodSlot slot) => Covered(slot).Date;

    /// <summary>The position in words of the domain.</summary>
    /// <param name="slot">What this map said about <paramref name="utcTicks"/>.</param>
    /// <param name="utcTicks">The instant.</param>
    /// <exception cref="ArgumentOutOfRangeException">The map does not cover the slot.</exception>
    public DayPosition PositionAt(PeriodSlot slot, long utcTicks)
    {
        var segment = Covered(slot);
        return segment.WithoutPeriod ?? new DayPosition.InPeriod(segment.Period!, new TimeSpan(utcTicks - segment.Bell));
    }

    private YearSegment Covered(PeriodSlot slot) => Covers(slot)
        ? _segments[slot.Segment]
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, $"Not on a day from {First:yyyy-MM-dd} to {Last:yyyy-MM-dd}.");

    private static int ShiftFor(YearSegment[] segments)
    {
        var shortest = long.MaxValue;
        for (var i = 1; i < segments.Length; i++)
            shortest = Math.Min(shortest, segments[i].Start - segments[i - 1].Start);
        var shift = BitOperations.Log2((ulong)shortest);
        while ((segments[^1].Start - segments[0].Start) >> shift >= MaxBuckets)
            shift++;
        return shift;
    }

    /// <summary>What the search needs of a segment, side by side.</summary>
    private readonly record struct Stretch(long Ends, long Bell);

    /// <summary>
    /// The search, with what it needs at hand in registers. Nothing in it branches on where an instant lies: a pass is as often before the bell
    /// as after it, and a processor that has to guess is wrong every other time, which costs more than everything else here.
    /// </summary>
    private readonly ref struct Finder(SchoolYearMap map)
    {
        private readonly ReadOnlySpan<Stretch> _stretches = map._stretches;
        private readonly ReadOnlySpan<ushort> _buckets = map._buckets;
        private readonly long _origin = map._origin;
        private readonly ulong _length = map._length;
        private readonly int _shift = map._shift;

        public PeriodSlot Find(long utcTicks)
        {
            var sinceOrigin = (ulong)(utcTicks - _origin);
            if (sinceOrigin >= _length)
                return default;
            int segment = _buckets[(int)(sinceOrigin >> _shift)];
            segment += utcTicks >= _stretches[segment].Ends ? 1 : 0;
            while (utcTicks >= _stretches[segment].Ends)
                segment++;
            return new PeriodSlot((ushort)segment, WholeMinutes(NotNegative(utcTicks - _stretches[segment].Bell)));
        }

        /// <summary>Math.Max(0, ticks), without the branch that it compiles to.</summary>
        private static long NotNegative(long ticks) => ticks & ~(ticks >> 63);

        /// <summary>A minute has 600,000,000 = 2^9 x 1,171,875 ticks; without the power of two, a day fits into 32 bits and divides fast.</summary>
        private static ushort WholeMinutes(long ticksWithinADay) => (ushort)((uint)(ticksWithinADay >> 9) / 1_171_875);
    }
}
