using System.Collections.Immutable;

namespace K12Sync.Domain.Childcare;

/// <summary>What a day's care is counted as.</summary>
public enum CareUnit
{
    /// <summary>Too short to count.</summary>
    None,
    Part,
    Half,
    Full,

    /// <summary>A block of hours, paid in full once it has begun.</summary>
    Block,
}

/// <summary>Units of care of one day.</summary>
/// <param name="Unit">Which.</param>
/// <param name="Count">How many; 0 with <see cref="CareUnit.None"/> only.</param>
public readonly record struct CareUnits(CareUnit Unit, int Count)
{
    public static CareUnits Nothing => default;

    /// <inheritdoc/>
    public override string ToString() => Count == 0 ? "none" : Count == 1 && Unit != CareUnit.Block ? $"{Unit}" : Count == 1 ? $"1 {Unit}" : $"{Count} {Unit}s";
}

/// <summary>How a state counts a day's minutes. Total: every number of minutes from 0 on has one answer.</summary>
public abstract record UnitRule
{
    private UnitRule()
    {
    }

    /// <summary>The units of a day with so many minutes of care.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public CareUnits Of(int minutes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minutes);
        return Count(minutes);
    }

    private protected abstract CareUnits Count(int minutes);

    /// <summary>The state wants times, not units.</summary>
    public sealed record TimesOnly : UnitRule
    {
        private protected override CareUnits Count(int minutes) => CareUnits.Nothing;
    }

    /// <summary>Each band reaches from its first minute to the next band's, so there can be no hole and no overlap between them.</summary>
    public sealed record Bands : UnitRule
    {
        private readonly ImmutableArray<UnitBand> _bands;

        /// <exception cref="ArgumentException">The bands do not ascend, or the first does not begin above 0: what is below it is no unit.</exception>
        public Bands(params ImmutableArray<UnitBand> bands)
        {
            for (var (i, last) = (0, 0); i < bands.Length; last = bands[i++].FromMinutes)
                if (bands[i].FromMinutes <= last)
                    throw new ArgumentException("Bands ascend from above 0.", nameof(bands));
            _bands = bands;
        }

        private protected override CareUnits Count(int minutes)
        {
            var units = CareUnits.Nothing;
            foreach (var band in _bands)
                if (minutes >= band.FromMinutes)
                    units = new CareUnits(band.Unit, 1);
            return units;
        }
    }

    /// <summary>One unit for each block of time that has begun.</summary>
    public sealed record StartedBlocks(int BlockMinutes) : UnitRule
    {
        private protected override CareUnits Count(int minutes) =>
            minutes == 0 ? CareUnits.Nothing : new CareUnits(CareUnit.Block, (minutes - 1) / BlockMinutes + 1);
    }
}

/// <summary>From so many minutes (inclusive) on, up to the next band.</summary>
public readonly record struct UnitBand(int FromMinutes, CareUnit Unit);

/// <summary>How a state rounds the minutes of a day before it counts them.</summary>
/// <param name="StepMinutes">The minutes are brought to the nearest multiple of this, halves up; 1: left as they are.</param>
public readonly record struct MinuteRounding(int StepMinutes)
{
    /// <summary>As they are.</summary>
    public static MinuteRounding Exact => new(1);

    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public int Round(int minutes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minutes);
        return StepMinutes <= 1 ? minutes : (2 * minutes + StepMinutes) / (2 * StepMinutes) * StepMinutes;
    }
}
