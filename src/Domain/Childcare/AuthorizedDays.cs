namespace K12Sync.Domain.Childcare;

/// <summary>
/// One child's authorizations at one site under one provider, brought in line with what the agency tells for some days. Within those days exactly what the agency
/// says is authorized afterwards; outside them what is there stays, and what the agency says is added. Where nothing is to be done nothing is touched.
/// </summary>
/// <param name="make">A new authorization of this child, site and provider.</param>
public sealed class AuthorizedDays(Func<DateOnly, DateOnly?, Weekdays, Authorization> make)
{
    private readonly SortedDictionary<DateOnly, Authorization> _rows = [];
    private readonly HashSet<Authorization> _changed = [];

    /// <summary>Takes a stored one in, as it is.</summary>
    public void Know(Authorization stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        _rows.Add(stored.From, stored);
    }

    /// <summary>What <see cref="Tell"/> changed or made so far.</summary>
    public IReadOnlyCollection<Authorization> Changed => _changed;

    /// <summary>The agency tells these for the days from <paramref name="from"/> to <paramref name="to"/>, both inclusive.</summary>
    public void Tell(IReadOnlyCollection<AgencyAuthorization> told, DateOnly from, DateOnly to)
    {
        ArgumentNullException.ThrowIfNull(told);
        foreach (var row in _rows.Values.ToList())
            if (Days(Latest(row.From, from), Earliest(row.To, to)).Any(d => row.Covers(d) && !told.Any(t => t.Covers(d))))
                TakeOut(row, from, to);
        foreach (var authorization in told)
            Add(authorization.From, authorization.To, authorization.Days);
    }

    private void TakeOut(Authorization row, DateOnly from, DateOnly to)
    {
        var (last, days) = (row.To, row.Days);
        Change(row, row.From < from ? from.AddDays(-1) : row.From.AddDays(-1), days);
        if (!(last <= to) && to < DateOnly.MaxValue)
            Add(to.AddDays(1), last, days);
    }

    /// <summary>Adds what of this is not there yet. Two that begin on one day are one row as long as both last, and what is left of the longer one follows.</summary>
    private void Add(DateOnly from, DateOnly? to, Weekdays days)
    {
        to = OpenIfForEver(to);
        if (FirstMissing(from, to, days) is not { } first)
            return;
        if (!_rows.TryGetValue(first, out var there))
        {
            _rows.Add(first, there = make(first, to, days));
            _changed.Add(there);
            return;
        }
        var (last, before) = (OpenIfForEver(there.To), there.Days);
        if (last < first)
        {
            Change(there, to, days);
            return;
        }
        var both = last is { } l && to is { } t ? l < t ? l : t : last ?? to;
        Change(there, both, before.With(days));
        if (both is not { } end)
            return;
        if (last != both)
            Add(end.AddDays(1), last, before);
        if (to != both)
            Add(end.AddDays(1), to, days);
    }

    private void Change(Authorization row, DateOnly? to, Weekdays days)
    {
        if (row.Edit(to, days))
            _changed.Add(row);
    }

    /// <summary>Between the days on which a row begins or has ended, a week repeats itself: seven days after each of them tell all.</summary>
    private DateOnly? FirstMissing(DateOnly from, DateOnly? to, Weekdays days)
    {
        var turns = _rows.Values.SelectMany(r => new[] { r.From, r.To is { } last && last < DateOnly.MaxValue ? last.AddDays(1) : r.From }).Append(from);
        foreach (var turn in turns.Where(t => t >= from && !(t > to)).Distinct().Order())
            foreach (var day in Days(turn, Earliest(to, turn > LastWeek ? DateOnly.MaxValue : turn.AddDays(6))))
                if (days.Contains(day.DayOfWeek) && !_rows.Values.Any(r => r.Covers(day)))
                    return day;
        return null;
    }

    private static readonly DateOnly LastWeek = DateOnly.MaxValue.AddDays(-6);

    /// <summary>31 December 9999 is how some write that there is no end.</summary>
    private static DateOnly? OpenIfForEver(DateOnly? to) => to == DateOnly.MaxValue ? null : to;

    private static IEnumerable<DateOnly> Days(DateOnly from, DateOnly to)
    {
        for (var day = from.DayNumber; day <= to.DayNumber; day++)
            yield return DateOnly.FromDayNumber(day);
    }

    private static DateOnly Latest(DateOnly a, DateOnly b) => a > b ? a : b;

    private static DateOnly Earliest(DateOnly? a, DateOnly b) => a < b ? a.Value : b;
}
