using System.Collections.Immutable;
using System.Numerics;

namespace K12Sync.Domain.Childcare;

/// <summary>A set of weekdays. Written <c>Mon-Fri</c>, <c>Mon Wed Fri</c> or <c>Mon-Wed, Sat</c>.</summary>
public readonly record struct Weekdays
{
    private static readonly ImmutableArray<DayOfWeek> FromMonday =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private readonly byte _bits;

    private Weekdays(int bits) => _bits = (byte)bits;

    /// <summary>These days.</summary>
    public Weekdays(params ReadOnlySpan<DayOfWeek> days)
    {
        foreach (var day in days)
            _bits |= (byte)(1 << (int)day);
    }

    public static Weekdays None => default;

    public static Weekdays All { get; } = new(0b111_1111);

    public static Weekdays MondayToFriday { get; } = new(0b011_1110);

    public bool IsEmpty => _bits == 0;

    public int Count => BitOperations.PopCount(_bits);

    /// <summary>The days of either.</summary>
    public Weekdays With(Weekdays others) => new(_bits | others._bits);

    public bool Contains(DayOfWeek day) => (_bits >> (int)day & 1) == 1;

    /// <summary>
    /// Reads names of days, in English, short or long, in any case, between blanks or commas; <c>Mon-Fri</c> runs forwards, over the end of the
    /// week if need be. False, and no days, if anything else is there. Blank is no days.
    /// </summary>
    public static bool TryParse(string text, out Weekdays days)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (bits, understood) = (0, true);
        foreach (var part in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            understood &= ends.Length <= 2 && TryDay(ends[0], out var first) & TryDay(ends[^1], out var last) && Add(first, last);
        }
        days = understood ? new Weekdays(bits) : None;
        return understood;

        bool Add(int first, int last)
        {
            for (var day = first; ; day = (day + 1) % 7)
            {
                bits |= 1 << day;
                if (day == last)
                    return true;
            }
        }
    }

    /// <summary>The days from Monday on, by their short names; what <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        var days = this;
        return string.Join(' ', FromMonday.Where(days.Contains).Select(d => d.ToString()[..3]));
    }

    private static bool TryDay(string name, out int day)
    {
        day = Array.FindIndex(Enum.GetNames<DayOfWeek>(),
            n => n.Equals(name, StringComparison.OrdinalIgnoreCase) || n[..3].Equals(name, StringComparison.OrdinalIgnoreCase));
        return day >= 0;
    }
}
