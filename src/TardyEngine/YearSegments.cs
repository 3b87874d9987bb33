using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.TardyEngine;

/// <summary>A stretch of UTC time in which one answer holds, up to the start of the next one.</summary>
/// <param name="Start">UTC ticks, inclusive.</param>
/// <param name="Date">The school's day.</param>
/// <param name="Period">The window in force, or null.</param>
/// <param name="Bell">UTC ticks at which the wall clock, at this stretch's offset, shows the period's bell; <see cref="NoBell"/> without a period.</param>
/// <param name="WithoutPeriod">The answer where there is no period; null with <paramref name="Period"/> null: not a day of the map.</param>
internal readonly record struct YearSegment(long Start, DateOnly Date, ClassPeriod? Period, long Bell, DayPosition? WithoutPeriod)
{
    /// <summary>Later than any instant, so that nobody is late for it.</summary>
    public const long NoBell = long.MaxValue;

    public bool IsOutside => Period is null && WithoutPeriod is null;

    public static YearSegment Outside(long start) => new(start, default, null, NoBell, null);
}

/// <summary>
/// Turns school days into UTC segments. Windows are wall-clock times, so they are laid out anew for each stretch of constant offset:
/// a window over which the clock is turned back occurs twice, one over which it is turned forward loses what was skipped.
/// </summary>
internal static class YearSegments
{
    /// <summary>Wider than any zone's offset.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(24);

    /// <summary>In order of <see cref="YearSegment.Start"/>, without a hole; the first and the last are outside the days asked for.</summary>
    public static List<YearSegment> Lay(SchoolZone zone, Calendar calendar, DateOnly first, DateOnly last)
    {
        var days = new Dictionary<DateOnly, List<DayPiece>>();
        var segments = new List<YearSegment>();
        var (from, to) = (Midnight(first) - Margin, Midnight(last.AddDays(1)) + Margin);
        foreach (var stretch in zone.Offsets(from, to))
        {
            var (localFrom, localTo) = ((stretch.From + stretch.Offset).UtcTicks, (stretch.To + stretch.Offset).UtcTicks);
            for (var start = localFrom; start < localTo; start = NextMidnight(start))
            {
                var date = DateOnly.FromDateTime(new DateTime(start));
                if (date < first || date > last)
                    AddOutside(segments, start - stretch.Offset.Ticks);
                else
                    AddPieces(segments, PiecesOf(date), date, (start, Math.Min(NextMidnight(start), localTo)), stretch.Offset.Ticks);
            }
        }
        return segments;

        List<DayPiece> PiecesOf(DateOnly date) =>
            days.TryGetValue(date, out var known) ? known : days[date] = DayPiece.Of(calendar.On(date));
    }

    private static void AddPieces(
        List<YearSegment> segments, List<DayPiece> pieces, DateOnly date, (long From, long To) local, long offset)
    {
        var midnight = local.From - local.From % TimeSpan.TicksPerDay;
        for (var i = 0; i < pieces.Count; i++)
        {
            var (start, period, withoutPeriod) = pieces[i];
            var from = Math.Max(midnight + start, local.From);
            var to = Math.Min(midnight + (i + 1 < pieces.Count ? pieces[i + 1].Start : TimeSpan.TicksPerDay), local.To);
            if (from < to)
            {
                var bell = period is null ? YearSegment.NoBell : midnight + period.Bell.Ticks - offset;
                segments.Add(new YearSegment(from - offset, date, period, bell, withoutPeriod));
            }
        }
    }

    private static void AddOutside(List<YearSegment> segments, long start)
    {
        if (segments is [] || !segments[^1].IsOutside)
            segments.Add(YearSegment.Outside(start));
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static long NextMidnight(long localTicks) => localTicks - localTicks % TimeSpan.TicksPerDay + TimeSpan.TicksPerDay;
}

/// <summary>A stretch of a school day in which one answer holds; <paramref name="Start"/> is in ticks of the wall clock since midnight.</summary>
internal readonly record struct DayPiece(long Start, ClassPeriod? Period, DayPosition? WithoutPeriod)
{
    /// <summary>The pieces of a day in order of time, the first from midnight, without a hole.</summary>
    public static List<DayPiece> Of(SchoolDay day)
    {
        var pieces = new List<DayPiece>();
        for (var i = 0; i < day.Segments.Length; i++)
        {
            var (from, to) = (day.Segments[i].From.Ticks, i + 1 < day.Segments.Length ? day.Segments[i + 1].From.Ticks : TimeSpan.TicksPerDay);
            switch (day.Segments[i].Setting)
            {
                case DaySetting.InForce(var schedule):
                    AddSchedule(pieces, schedule, from, to);
                    break;
                case DaySetting.NoSchool:
                    pieces.Add(new DayPiece(from, null, new DayPosition.NoSchool()));
                    break;
                default:
                    pieces.Add(new DayPiece(from, null, new DayPosition.NoScheduleSet()));
                    break;
            }
        }
        return pieces;
    }

    /// <summary>The part of a schedule from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).</summary>
    private static void AddSchedule(List<DayPiece> pieces, BellSchedule schedule, long from, long to)
    {
        if (from < schedule.Opens.Ticks)
            pieces.Add(new DayPiece(from, null, new DayPosition.BeforeSchool(schedule.Opens)));
        foreach (var period in schedule.Periods)
            if (Math.Max(period.Opens.Ticks, from) is var start && start < Math.Min(period.Ends.Ticks, to))
                pieces.Add(new DayPiece(start, period, null));
        if (to > schedule.Ends.Ticks)
            pieces.Add(new DayPiece(Math.Max(schedule.Ends.Ticks, from), null, new DayPosition.AfterSchool(schedule.Ends)));
    }
}
