namespace K12Sync.Domain.SchoolCalendar;

/// <summary>One school's calendar on its own wall clock.</summary>
/// <param name="Calendar">Which days are school days.</param>
/// <param name="Zone">Where.</param>
public sealed record SchoolYear(Calendar Calendar, SchoolZone Zone);

/// <summary>A stretch of time, from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive).</summary>
public readonly record struct Session(DateTimeOffset From, DateTimeOffset To);

/// <summary>When school is held: on each school day from the first opening to the last end of the schedules in force.</summary>
public static class SchoolHours
{
    /// <summary>The day's session at a school; null if it is no school day, or nobody has set it.</summary>
    public static Session? On(SchoolYear school, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(school);
        if (Opening(school.Calendar.On(day)) is not var (opens, ends))
            return null;
        var session = new Session(school.Zone.FirstAt(day, opens), school.Zone.FirstAt(day, ends));
        return session.From < session.To ? session : null;
    }

    /// <summary>Whether the day, each school's own, is a school day at one of the schools.</summary>
    public static bool IsSchoolDay(IEnumerable<SchoolYear> schools, DateOnly day) => schools.Any(s => On(s, day) is not null);

    /// <summary>How long school was held between two instants at one of the schools; where several are in session at a time, that time counts once.</summary>
    public static TimeSpan Between(IReadOnlyCollection<SchoolYear> schools, DateTimeOffset from, DateTimeOffset to)
    {
        var (total, counted) = (TimeSpan.Zero, from);
        foreach (var session in schools.SelectMany(s => Sessions(s, from, to)).OrderBy(s => s.From))
        {
            var (start, end) = (session.From > counted ? session.From : counted, session.To < to ? session.To : to);
            if (end <= start)
                continue;
            (total, counted) = (total + (end - start), end);
        }
        return total;
    }

    /// <summary>The latest session of the schools that had ended by an instant, with its day; null if there was none in the last <paramref name="days"/> days.</summary>
    public static (DateOnly Day, Session Session)? LastEnded(IReadOnlyCollection<SchoolYear> schools, DateTimeOffset by, int days = 14)
    {
        (DateOnly Day, Session Session)? last = null;
        foreach (var school in schools)
        {
            var today = school.Zone.At(by).Day;
            for (var back = 0; back <= days; back++)
                if (On(school, today.AddDays(-back)) is { } session && session.To <= by)
                {
                    if (last is not { } other || session.To > other.Session.To)
                        last = (today.AddDays(-back), session);
                    break;
                }
        }
        return last;
    }

    private static IEnumerable<Session> Sessions(SchoolYear school, DateTimeOffset from, DateTimeOffset to)
    {
        var last = school.Zone.At(to).Day;
        for (var day = school.Zone.At(from).Day; day <= last; day = day.AddDays(1))
            if (On(school, day) is { } session)
                yield return session;
    }

    private static (TimeOnly Opens, TimeOnly Ends)? Opening(SchoolDay day)
    {
        (TimeOnly Opens, TimeOnly Ends)? hours = null;
        for (var i = 0; i < day.Segments.Length; i++)
            if (day.Segments[i] is { Setting: DaySetting.InForce(var schedule), From: var from })
            {
                var next = i + 1 < day.Segments.Length ? day.Segments[i + 1].From : TimeOnly.MaxValue;
                var (opens, ends) = (Later(schedule.Opens, from), schedule.Ends < next ? schedule.Ends : next);
                if (opens < ends)
                    hours = (hours is { } earlier ? earlier.Opens : opens, ends);
            }
        return hours;
    }

    private static TimeOnly Later(TimeOnly a, TimeOnly b) => a > b ? a : b;
}
