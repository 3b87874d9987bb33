using System.Globalization;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Notation;

namespace K12Sync.Domain.Tests.Childcare;

/// <summary>
/// A child's events and days as the tests write them. Events are <c>[site[/room]] in|out|auto [+days] HH:mm[offset]</c>, separated by semicolons, by the
/// clock on the site's wall; without a site they are at A. <c>auto</c> is the clock's check-out of the last check-in before it. Sites A and B are in
/// Chicago, N is in New York: <c>A/Blue in 08:00; out +1 06:00; N in 10:00; in 01:30-06:00</c>.
/// A day is its care or state, and after <c>!</c> its errors, after <c>~</c> its remarks: <c>A 08:00-17:30, 570 min ! Overlap</c>.
/// </summary>
internal static class ChildDayNotation
{
    public const string Child = "0001";

    private static readonly string[] Names = ["A", "B", "N"];
    private static readonly SchoolZone[] Zones = [SchoolZone.Find("America/Chicago")!, SchoolZone.Find("America/Chicago")!, SchoolZone.Find("America/New_York")!];

    public static long Site(string name) => Array.IndexOf(Names, name) + 1;

    public static string Name(long site) => Names[site - 1];

    public static SchoolZone Zone(long site) => Zones[site - 1];

    public static Dictionary<long, SiteClock> Clocks(MidnightRule midnight = MidnightRule.Carry) =>
        Names.ToDictionary(Site, n => new SiteClock(Zones[Site(n) - 1], midnight));

    public static AttendanceEvent[] Events(string text, string day = "2025-10-01")
    {
        var events = new List<AttendanceEvent>();
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            events.Add(Event(part, Bells.Date(day), $"e{events.Count + 1}", events.FindLast(e => e.Kind == PunchKind.CheckIn)?.EventId));
        return [.. events];
    }

    private static AttendanceEvent Event(string text, DateOnly day, string id, string? lastCheckIn)
    {
        var words = text.Split(' ');
        var place = words[0] is "in" or "out" or "auto" ? ["A"] : words[0].Split('/');
        var rest = words[0] is "in" or "out" or "auto" ? words : words[1..];
        if (rest is [_, ['+', .. var days], _])
            day = day.AddDays(int.Parse(days, CultureInfo.InvariantCulture));
        var site = Site(place[0]);
        return new AttendanceEvent(rest[0] == "auto" ? AttendanceEvent.AutomaticIdOf(lastCheckIn!) : id, site, Child,
            rest[0] == "in" ? PunchKind.CheckIn : PunchKind.CheckOut, Moment(day, rest[^1], Zone(site)))
        {
            Room = place is [_, var room] ? room : "",
            IsAutomatic = rest[0] == "auto",
        };
    }

    private static DateTimeOffset Moment(DateOnly day, string time, SchoolZone zone)
    {
        var offset = time.Length > 5 ? TimeSpan.Parse(time[5..].TrimStart('+'), CultureInfo.InvariantCulture) : (TimeSpan?)null;
        return ((PunchTime.At)PunchTime.Read(zone, day.ToDateTime(Bells.Time(time[..5])), offset)).Instant;
    }

    public static string Text(CareDay day) => $"{(day.Care.IsEmpty ? "nothing" : Text(day.Care))}{Text(day.Findings)}";

    public static string Text(AttendanceDay day) => day switch
    {
        AttendanceDay.Attended attended => Text(attended.Care),
        AttendanceDay.Absence(var at, var code) => $"absent {code} at {Name(at)}",
        AttendanceDay.Closure(var at, var code) => $"closed {code} at {Name(at)}",
        AttendanceDay.OffDay(var at) => $"off at {Name(at)}",
        AttendanceDay.Unknown { Why: var why, Site: var at } => $"unknown {why}{(at is { } site ? $" at {Name(site)}" : "")}",
        _ => throw new System.Diagnostics.UnreachableException(),
    } + Text(day.Findings);

    private static string Text(IReadOnlyCollection<CareSpan> care) =>
        $"{string.Join(", ", care.Select(Text))}, {care.Sum(c => c.Minutes)} min";

    private static string Text(CareSpan span)
    {
        var (from, to) = (Zone(span.SiteId).At(span.From), span.To is { } end ? Zone(span.SiteId).At(end) : (SchoolMoment?)null);
        var days = to is { } last ? last.Day.DayNumber - from.Day.DayNumber : 0;
        var room = span.Room.Length > 0 ? $"/{span.Room}" : "";
        return $"{Name(span.SiteId)}{room} {Bells.Text(from.Time)}-{(days > 0 ? $"+{days} " : "")}{(to is { } until ? Bells.Text(until.Time) : "?")}{(span.IsAutomatic ? " auto" : "")}";
    }

    private static string Text(IReadOnlyCollection<DayFinding> findings) => string.Concat(
        findings.GroupBy(f => f.IsError).OrderByDescending(g => g.Key).Select(g => $" {(g.Key ? '!' : '~')} {string.Join(", ", g.Select(f => f.Kind))}"));

    /// <summary>Sites as <c>A scheduled opens authorized closed=Paid absent=Illness; B not enrolled</c>; all but <c>not enrolled</c> must be said.</summary>
    public static SiteDay[] Sites(string text) => [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
    {
        var words = part.Split(' ');
        return new SiteDay(Site(words[0]), !part.Contains("not enrolled", StringComparison.Ordinal), words.Contains("scheduled"), words.Contains("opens"),
            Value<ClosureCode>(words, "closed="), Value<AbsenceCode>(words, "absent="), words.Contains("authorized"));
    })];

    private static T? Value<T>(string[] words, string key)
        where T : struct, Enum =>
        Array.Find(words, w => w.StartsWith(key, StringComparison.Ordinal)) is { } word ? Enum.Parse<T>(word[key.Length..]) : null;
}
