using System.Globalization;
using System.Text.RegularExpressions;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>A window of a schedule as <c>real-schools.txt</c> has it: nothing is checked, so it may run backwards.</summary>
internal sealed record FixtureWindow(string Name, string SisPeriodCode, string Bell, string Ends, bool TakesAttendance);

/// <summary>A schedule. Names can be given twice.</summary>
internal sealed record FixtureSchedule(string Name, IReadOnlyList<FixtureWindow> Windows);

/// <summary>What the calendar says for the days from <paramref name="First"/> to <paramref name="Last"/>; schedule blank: no school.</summary>
internal sealed record FixtureDates(DateOnly First, DateOnly Last, string Schedule);

/// <summary>A school of <c>real-schools.txt</c>, which explains its notation.</summary>
internal sealed partial record FixtureSchool(string Code, string Name, string Zone)
{
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    public List<FixtureSchedule> Schedules { get; } = [];
    public List<(DayOfWeek Day, string Schedule)> Week { get; } = [];
    public List<FixtureDates> Dates { get; } = [];

    public static IReadOnlyList<FixtureSchool> ReadAll()
    {
        var schools = new List<FixtureSchool>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "RealSchools", "real-schools.txt")))
        {
            var (word, rest) = SplitAt(line, ' ');
            switch (word)
            {
                case "" or "#":
                    break;
                case "school":
                    var (code, name) = SplitAt(rest, ' ');
                    schools.Add(new FixtureSchool(code, name, ""));
                    break;
                case "zone":
                    schools[^1] = schools[^1] with { Zone = rest };
                    break;
                default:
                    schools[^1].Take(word, rest);
                    break;
            }
        }
        return schools;
    }

    private void Take(string word, string rest)
    {
        switch (word)
        {
            case "schedule":
                var (schedule, windows) = SplitAt(rest, ':');
                Schedules.Add(new FixtureSchedule(schedule, [.. windows.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Window)]));
                break;
            case "week":
                Week.AddRange(rest.Split(' ').Select(d => SplitAt(d, '=')).Select(d => ((DayOfWeek)Array.IndexOf(Days, d.Before), NoSchoolOr(d.After))));
                break;
            case "date":
                var (days, named) = SplitAt(rest, ' ');
                Dates.Add(new FixtureDates(Day(days[..10]), Day(days[^10..]), NoSchoolOr(named)));
                break;
            default:
                throw new FormatException($"real-schools.txt: {word} {rest}");
        }
    }

    private static FixtureWindow Window(string text)
    {
        var blank = text.LastIndexOf(' ');
        var (label, (bell, ends)) = (text[..blank], SplitAt(text[(blank + 1)..], '-'));
        var takes = !label.StartsWith('-');
        var name = label.TrimStart('-');
        return new FixtureWindow(name, takes ? SisCode(name) : name is "Advisory" or "Homeroom" ? "HR" : "", bell, ends, takes);
    }

    private static string SisCode(string name) => WordsNoSisHas().Replace(name, "");

    private static string NoSchoolOr(string schedule) => schedule == "-" ? "" : schedule;

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static (string Before, string After) SplitAt(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    [GeneratedRegex(@" (Period|Block)\b|\b(Period|Block) | \(.*\)")]
    private static partial Regex WordsNoSisHas();
}
