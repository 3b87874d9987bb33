using System.Collections.Immutable;

namespace K12Sync.Domain.Childcare.Counters;

/// <summary>One child's day, for counting.</summary>
public readonly record struct DatedDay(DateOnly Date, AttendanceDay Day);

/// <summary>A threshold, and the day on which the count came to it.</summary>
public readonly record struct NoticeReached(int Threshold, DateOnly On);

/// <summary>Where a count stands.</summary>
/// <param name="Rule">What is counted.</param>
/// <param name="Limit">The limit in force: the rule's, or the one that the district allows.</param>
/// <param name="From">First day of the period that the count is of, inclusive.</param>
/// <param name="To">Last day, inclusive: the day asked about.</param>
/// <param name="Count">How many. Never cut off at the limit.</param>
/// <param name="Notices">The thresholds that were come to, the limit included, in order.</param>
public sealed record CounterReading(CounterRule Rule, int Limit, DateOnly From, DateOnly To, int Count, ImmutableArray<NoticeReached> Notices)
{
    /// <summary>How many more are allowed; 0 at or above the limit.</summary>
    public int Left => Math.Max(0, Limit - Count);

    /// <summary>There are more than are allowed.</summary>
    public bool IsExceeded => Count > Limit;
}

/// <summary>Counts a child's days against a state's limits. Pure: looks at days, changes none.</summary>
public static class DayCounter
{
    /// <summary>Where a count stands at the end of a day.</summary>
    /// <param name="rule">What is counted.</param>
    /// <param name="days">One child's, each date once, in any order. Days after <paramref name="asOf"/> or before the period do not count.</param>
    /// <param name="asOf">Inclusive.</param>
    /// <param name="anchor">The day from whose anniversaries <see cref="CounterPeriod.FromAnchor"/> counts; before the first of them nothing is counted. The other periods do not look at it.</param>
    /// <param name="allowed">The limit that the district allows; null: the rule's.</param>
    /// <exception cref="ArgumentException">A date is there twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="allowed"/> is below the rule's limit or above what may be allowed.</exception>
    public static CounterReading Read(CounterRule rule, IEnumerable<DatedDay> days, DateOnly asOf, DateOnly anchor, int? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (allowed is { } more && (more < rule.Limit || more > (rule.MayBeAllowed ?? rule.Limit)))
            throw new ArgumentOutOfRangeException(nameof(allowed), more, $"A district may allow {rule.Limit} to {rule.MayBeAllowed ?? rule.Limit}.");
        var limit = allowed ?? rule.Limit;
        var from = rule.Period switch
        {
            CounterPeriod.CalendarYear => new DateOnly(asOf.Year, 1, 1),
            CounterPeriod.FromAnchor => YearBegan(anchor, asOf),
            _ => DateOnly.MinValue,
        };
        var ordered = days.Where(d => d.Date >= from && d.Date <= asOf).OrderBy(d => d.Date).ToList();
        for (var i = 1; i < ordered.Count; i++)
            if (ordered[i].Date == ordered[i - 1].Date)
                throw new ArgumentException($"{ordered[i].Date:yyyy-MM-dd} is there twice.", nameof(days));
        return Count(rule, ordered, limit, from, asOf);
    }

    private static CounterReading Count(CounterRule rule, List<DatedDay> ordered, int limit, DateOnly from, DateOnly asOf)
    {
        var count = 0;
        var notices = ImmutableArray.CreateBuilder<NoticeReached>();
        foreach (var (date, day) in ordered)
            if (rule.Counts(day))
            {
                count++;
                if (count == limit || (count < limit && rule.Notices.Contains(count)))
                    notices.Add(new NoticeReached(count, date));
            }
            else if (rule.Period == CounterPeriod.InARow && day is AttendanceDay.Attended)
            {
                (count, from) = (0, date.AddDays(1));
                notices.Clear();
            }
        return new CounterReading(rule, limit, from, asOf, count, notices.ToImmutable());
    }

    /// <summary>The last anniversary at or before a day; the anchor itself before the first.</summary>
    private static DateOnly YearBegan(DateOnly anchor, DateOnly asOf)
    {
        var years = Math.Max(0, asOf.Year - anchor.Year);
        return years > 0 && anchor.AddYears(years) > asOf ? anchor.AddYears(years - 1) : anchor.AddYears(years);
    }
}
