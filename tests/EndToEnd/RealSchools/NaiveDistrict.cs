using System.Globalization;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>Whose the passing time becomes; the program's own words.</summary>
public enum NaiveStrategy
{
    NextOpensEarly,
    PreviousEndsLate,
    Split,
}

internal sealed record NaiveWindow(string Name, string SisPeriodCode, TimeSpan Opens, TimeSpan Bell, TimeSpan Ends, bool TakesAttendance);

internal sealed record NaiveCode(string Type, string External, List<(int From, string External)> Ladder);

internal sealed record NaivePass(string PassId, string School, string Student, string Code, DateTime Utc, bool Voided);

/// <summary>
/// What the import files say, read by the rules in the plainest way there is: loops, strings, no code of the product. Keeps which rows are refused.
/// </summary>
internal sealed class NaiveDistrict
{
    private static readonly string[] Weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private readonly string _folder;
    private readonly NaiveStrategy _strategy;

    public NaiveDistrict(string folder, NaiveStrategy strategy)
    {
        (_folder, _strategy) = (folder, strategy);
        ReadSchools();
        ReadStudents();
        ReadCodes();
        ReadSchedules();
        ReadWeek();
        ReadCalendar();
        ReadPasses();
    }

    public SortedSet<string> Rejected { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, (TimeZoneInfo Zone, int? Grace)> Schools { get; } = [];
    public HashSet<string> Students { get; } = [];
    public HashSet<(string School, string Student)> Enrolled { get; } = [];
    public Dictionary<(string School, string Code), NaiveCode> Codes { get; } = [];
    public Dictionary<(string School, string Schedule), List<NaiveWindow>> Schedules { get; } = [];
    public Dictionary<(string School, string Weekday), string> Week { get; } = [];
    public Dictionary<(string School, DateOnly Day), Dictionary<TimeSpan, string>> Calendar { get; } = [];
    public Dictionary<string, NaivePass> Passes { get; } = new(StringComparer.Ordinal);

    private void ReadSchools()
    {
        foreach (var (row, refuse) in Rows("schools.csv"))
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(row["TimeZone"], out var zone))
                refuse();
            else
                Schools[row["SchoolCode"]] = (zone, row["GraceMinutes"] == "" ? null : int.Parse(row["GraceMinutes"], CultureInfo.InvariantCulture));
    }

    private void ReadStudents()
    {
        foreach (var (row, refuse) in Rows("students.csv"))
            if (!Schools.ContainsKey(row["SchoolCode"]) || row["StudentNumber"] == "")
                refuse();
            else
            {
                Students.Add(row["StudentNumber"]);
                Enrolled.Add((row["SchoolCode"], row["StudentNumber"]));
            }
    }

    private void ReadCodes()
    {
        foreach (var (row, refuse) in Rows("behavior-codes.csv"))
        {
            var steps = row["LatenessLadder"].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(':'))
                .Select(s => (From: int.Parse(s[0], CultureInfo.InvariantCulture), External: s[1])).ToList();
            var ascends = true;
            for (var i = 0; i < steps.Count; i++)
                ascends &= i == 0 ? steps[i].From == 0 : steps[i].From > steps[i - 1].From;
            if (row["SchoolCode"] != "" && !Schools.ContainsKey(row["SchoolCode"]))
                refuse();
            else if (row["Type"] is not ("Tardy" or "HallPass" or "Neutral" or "Positive" or "Negative") || !ascends)
                refuse();
            else
                Codes[(row["SchoolCode"], row["Code"])] = new NaiveCode(row["Type"], row["ExternalCode"], steps);
        }
    }

    private void ReadSchedules()
    {
        foreach (var schedule in Rows("bell-schedules.csv").GroupBy(r => (School: r.Row["SchoolCode"], Name: r.Row["Schedule"])))
        {
            var windows = new List<NaiveWindow>();
            var good = Schools.ContainsKey(schedule.Key.School);
            foreach (var (row, _) in schedule)
            {
                var (bell, ends) = (Time(row["Bell"]), Time(row["Ends"]));
                var opens = row["Opens"] == "" ? bell : Time(row["Opens"]);
                var window = new NaiveWindow(row["Period"], row["SisPeriodCode"], opens, bell, ends, row["TakesAttendance"] == "true");
                good &= opens <= bell && bell < ends && (window.SisPeriodCode != "" || !window.TakesAttendance);
                foreach (var other in windows)
                    good &= !(other.Opens < window.Ends && window.Opens < other.Ends);
                windows.Add(window);
            }
            if (good)
                Schedules[schedule.Key] = Close(windows);
            else
                foreach (var (_, refuse) in schedule)
                    refuse();
        }
    }

    /// <summary>Edges move, bells do not.</summary>
    private List<NaiveWindow> Close(List<NaiveWindow> windows)
    {
        var closed = windows.OrderBy(w => w.Opens).ToList();
        for (var i = 0; i + 1 < closed.Count; i++)
        {
            var (ends, opens) = (closed[i].Ends, closed[i + 1].Opens);
            if (ends == opens)
                continue;
            var meet = _strategy == NaiveStrategy.NextOpensEarly ? ends
                : _strategy == NaiveStrategy.PreviousEndsLate ? opens
                : TimeSpan.FromMinutes(((int)ends.TotalMinutes + (int)opens.TotalMinutes) / 2);
            closed[i] = closed[i] with { Ends = meet };
            closed[i + 1] = closed[i + 1] with { Opens = meet };
        }
        return closed;
    }

    private void ReadWeek()
    {
        foreach (var (row, refuse) in Rows("default-week.csv"))
            if (!Knows(row) || !Weekdays.Contains(row["DayOfWeek"]) || !Week.TryAdd((row["SchoolCode"], row["DayOfWeek"]), row["Schedule"]))
                refuse();
    }

    private void ReadCalendar()
    {
        foreach (var (row, refuse) in Rows("calendar.csv"))
        {
            var dates = row["Date"].Split("..");
            var from = TimeSpan.Zero;
            if (!Knows(row) || !TryDay(dates[0], out var first) || !TryDay(dates[^1], out var last) || last < first
                || (row["From"] != "" && !TimeSpan.TryParseExact(row["From"], "hh\\:mm", CultureInfo.InvariantCulture, out from)))
            {
                refuse();
                continue;
            }
            var days = new List<DateOnly>();
            for (var day = first; day <= last; day = day.AddDays(1))
                days.Add(day);
            if (days.Any(d => Calendar.TryGetValue((row["SchoolCode"], d), out var there) && there.ContainsKey(from)))
            {
                refuse();
                continue;
            }
            foreach (var day in days)
            {
                Calendar.TryAdd((row["SchoolCode"], day), []);
                Calendar[(row["SchoolCode"], day)].Add(from, row["Schedule"]);
            }
        }
    }

    private void ReadPasses()
    {
        foreach (var (row, refuse) in Rows("passes.csv"))
        {
            if (!Schools.TryGetValue(row["SchoolCode"], out var school) || row["StudentNumber"] == "" || Instant(row["IssuedAt"], school.Zone) is not { } utc
                || row["Voided"] is not ("" or "true" or "false" or "yes" or "0"))
            {
                refuse();
                continue;
            }
            var pass = new NaivePass(row["PassId"], row["SchoolCode"], row["StudentNumber"], row["Code"], utc, row["Voided"] is "true" or "yes");
            if (!Passes.TryGetValue(pass.PassId, out var there) || (pass.Voided && there with { Voided = true } == pass))
                Passes[pass.PassId] = pass;
            else if (there != pass)
                refuse();
        }
    }

    /// <summary>
    /// A wall-clock time is tried at every offset there is; where the school's clock shows it back, it was that instant. Null: it never was.
    /// The largest offset comes first, as it makes the earliest instant.
    /// </summary>
    private static DateTime? Instant(string text, TimeZoneInfo zone)
    {
        var marked = text.EndsWith('Z') || (text.Length > 16 && text.LastIndexOfAny(['+', '-']) > 10);
        string[] formats = ["yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm"];
        if (!DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) || read.Year is < 1900 or > 2999)
            return null;
        if (marked)
            return read.UtcDateTime;
        var wall = read.UtcDateTime;
        for (var minutes = 14 * 60; minutes >= -12 * 60; minutes -= 30)
        {
            var utc = wall.AddMinutes(-minutes);
            if (TimeZoneInfo.ConvertTimeFromUtc(utc, zone) == wall)
                return utc;
        }
        return null;
    }

    private bool Knows(PlainCsv.Row row) =>
        Schools.ContainsKey(row["SchoolCode"]) && (row["Schedule"] == "" || Schedules.ContainsKey((row["SchoolCode"], row["Schedule"])));

    private IEnumerable<(PlainCsv.Row Row, Action Refuse)> Rows(string file)
    {
        foreach (var row in PlainCsv.ReadFile(Path.Combine(_folder, file)))
            yield return (row, () => Rejected.Add($"{file}:{row.Line}"));
    }

    private static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static TimeSpan Time(string text) => TimeSpan.ParseExact(text, "hh\\:mm", CultureInfo.InvariantCulture);
}
