using System.Globalization;
using System.Text.RegularExpressions;
using K12Sync.Domain.BellSchedules;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Notation;

/// <summary>
/// Bell schedules as the tests write them. A period is <c>name[=SIS code] [opens>]bell-ends</c>, times are <c>HH:mm[:ss]</c>, a name in
/// parentheses takes no attendance: <c>1 08:00-08:50, 2 08:50>08:55-09:45, (Lunch) 09:45-10:15, 3a=3 10:15-11:00</c>.
/// A day is schedules that take over from a time: <c>1 08:00-12:00 | 11:05 no school</c>.
/// </summary>
public static partial class Bells
{
    public static TimeOnly Time(string text) =>
        TimeOnly.ParseExact(text, ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture);

    public static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Exactly the windows written, gaps and all.</summary>
    public static ClassPeriod[] Periods(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Period)];

    /// <summary>The windows written with their gaps closed the default way, so that schedules can be written as schools print them.</summary>
    public static BellSchedule Schedule(string text, string name = "Regular") =>
        BellSchedule.Create(name, GapClosing.Close(Periods(text)).Periods);

    public static SchoolDay Day(string text, string date = "2025-10-01") =>
        new(Date(date), DaySource.DatedDay, text.Split('|', StringSplitOptions.TrimEntries).Select((part, i) => i == 0
            ? new DaySegment(TimeOnly.MinValue, Setting(part))
            : new DaySegment(Time(part.Split(' ')[0]), Setting(part[part.IndexOf(' ', StringComparison.Ordinal)..].Trim()))));

    public static DaySetting Setting(string text) => text switch
    {
        "no school" => new DaySetting.NoSchool(),
        "unset" => new DaySetting.Unset(),
        _ => new DaySetting.InForce(Schedule(text)),
    };

    public static string Text(TimeOnly time) => time.ToString(
        time.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : time.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.fffffff",
        CultureInfo.InvariantCulture);

    public static string Text(IEnumerable<ClassPeriod> periods) => string.Join(", ", periods.Select(Text));

    public static string Text(ClassPeriod period)
    {
        var name = period.TakesAttendance ? period.Name : $"({period.Name})";
        var code = period.SisPeriodCode == period.Name ? "" : $"={period.SisPeriodCode}";
        var opens = period.Opens == period.Bell ? "" : $"{Text(period.Opens)}>";
        return $"{name}{code} {opens}{Text(period.Bell)}-{Text(period.Ends)}";
    }

    public static string Text(DayPosition position) => position switch
    {
        DayPosition.InPeriod at => $"{at.Period.Name}, {at.MinutesLate} min late",
        DayPosition.BeforeSchool(var opens) => $"before school, opens {Text(opens)}",
        DayPosition.AfterSchool(var ended) => $"after school, ended {Text(ended)}",
        DayPosition.NoSchool => "no school",
        _ => "unset",
    };

    private static ClassPeriod Period(string text)
    {
        if (Written().Match(text) is not { Success: true } match)
            throw new FormatException($"'{text}' is no period. Write it like 2 08:50>08:55-09:45 or (Lunch) 12:00-12:30.");
        string Part(string group) => match.Groups[group].Value;
        var (name, bell) = (Part("name"), Time(Part("bell")));
        var takesAttendance = !name.StartsWith('(');
        name = name.Trim('(', ')');
        return new ClassPeriod(
            name, Part("code") is [_, ..] code ? code : name, Part("opens") is [_, ..] opens ? Time(opens) : bell, bell, Time(Part("ends")), takesAttendance);
    }

    [GeneratedRegex(@"^(?<name>\(?[^=(),]+?\)?)(=(?<code>\S+))? ((?<opens>[\d:.]+)>)?(?<bell>[\d:.]+)-(?<ends>[\d:.]+)$")]
    private static partial Regex Written();
}
