using System.Globalization;
using System.Text;

namespace K12Sync.EndToEnd.RealSchools;

/// <summary>
/// Writes import files for a year at the schools of the fixture, passes included. The same seed writes the same files. A few rows of each
/// file are wrong on purpose; they come on top of the number of passes asked for.
/// </summary>
internal sealed class YearOfPasses
{
    public const int StudentsAtSchool = 60;
    public static readonly DateOnly FirstDay = new(2025, 8, 1);
    public static readonly DateOnly LastDay = new(2026, 7, 30);

    private static readonly string[] Grace = ["", "3", "", "0", "5", "", "10"];
    private static readonly string[] Prefixes = ["P-", "p-", "A", "é", "0"];
    private static readonly string[] BadMoments = ["2025-13-01T08:00:00Z", "09/15/2025 08:00", "2025-09-15", "2025-09-15T25:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", ""];

    private readonly Random _random;
    private readonly IReadOnlyList<FixtureSchool> _schools;
    private readonly Dictionary<FixtureSchool, List<(DateOnly Day, string Schedule, TimeSpan From)>> _changes = [];
    private readonly Dictionary<FixtureSchool, List<DateOnly>> _clockChanges = [];

    private YearOfPasses(int seed, int everyNthSchool)
    {
        _random = new Random(seed);
        _schools = [.. FixtureSchool.ReadAll().Where((_, i) => i % everyNthSchool == 0)];
        for (var i = 0; i < _schools.Count; i++)
        {
            _clockChanges[_schools[i]] = ClockChanges(_schools[i]);
            _changes[_schools[i]] = [.. MidDayChanges(_schools[i])];
            if (i % 3 == 0)
                HoldNightSchool(_schools[i]);
        }
    }

    public static void Write(string folder, int seed, int passes, int everyNthSchool)
    {
        Directory.CreateDirectory(folder);
        var year = new YearOfPasses(seed, everyNthSchool);
        WriteFile(folder, "schools.csv", "SchoolCode,Name,TimeZone,SisSchoolCode,GraceMinutes", year.SchoolRows());
        WriteFile(folder, "students.csv", "SchoolCode,StudentNumber,StateId,FirstName,MiddleName,LastName,BirthDate,Grade", year.StudentRows());
        WriteFile(folder, "behavior-codes.csv", "SchoolCode,Code,Name,Description,PassMessage,Type,ExternalCode,LatenessLadder", year.CodeRows());
        WriteFile(folder, "bell-schedules.csv", "SchoolCode,Schedule,Period,SisPeriodCode,Opens,Bell,Ends,TakesAttendance", year.ScheduleRows());
        WriteFile(folder, "default-week.csv", "SchoolCode,DayOfWeek,Schedule", year.WeekRows());
        WriteFile(folder, "calendar.csv", "SchoolCode,Date,Schedule,From", year.CalendarRows());
        WriteFile(folder, "passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", year.PassRows(passes));
    }

    private IEnumerable<string[]> SchoolRows() =>
        _schools.Select((s, i) => (string[])[s.Code, s.Name, s.Zone, i % 2 == 0 ? $"{i:0000}" : "", Grace[i % Grace.Length]])
            .Append(["moon", "Moon Base School", "Moon/Tranquility", "", ""]);

    private IEnumerable<string[]> StudentRows()
    {
        string[] last = ["O'Connor", "Tables, Jr.", "Nuñez \"Tito\"", "two\nlines"];
        for (var i = 0; i < _schools.Count; i++)
        {
            for (var n = 0; n < StudentsAtSchool; n++)
                yield return [_schools[i].Code, Student(i, n), "", $"First{n}", "", n < last.Length ? last[n] : $"Last{n}", "2010-04-30", "10"];
            yield return [_schools[i].Code, Student((i + 1) % _schools.Count, 0), "", "At", "", "Two schools", "", "11"];
        }
        yield return ["moon", "0000001", "", "Neil", "", "A.", "", "12"];
        yield return [_schools[0].Code, "", "", "No", "", "Number", "", "12"];
    }

    private IEnumerable<string[]> CodeRows()
    {
        yield return ["", "TDY", "Tardy", "Late, \"as such\"", "", "Tardy", "", "0:T;15:TL;30:UA"];
        yield return ["", "LATE", "Late", "", "", "Tardy", "t", ""];
        yield return ["", "TBUS", "Late bus", "", "", "Tardy", "TB", ""];
        yield return ["", "TEX", "Not agreed yet", "", "", "Tardy", "", ""];
        yield return ["", "HALL", "Hall pass", "", "", "HallPass", "H", ""];
        yield return ["", "GOOD", "Praise", "", "", "Positive", "", ""];
        yield return ["", "NOTYPE", "Wrong", "", "", "Late", "X", ""];
        yield return ["", "DOWN", "Ladder that goes down", "", "", "Tardy", "", "0:T;15:TL;10:UA"];
        yield return ["moon", "TDY", "Tardy", "", "", "Tardy", "T", ""];
        for (var i = 0; i < _schools.Count; i++)
            switch (i % 5)
            {
                case 0: yield return [_schools[i].Code, "TDY", "One code for all", "", "", "Tardy", "Ta", ""]; break;
                case 1: yield return [_schools[i].Code, "TDY", "Own ladder", "", "", "Tardy", "never", "0:T;1:T1;5:T5;6:T6;10:T10;20:T20;90:T90"]; break;
                case 2: yield return [_schools[i].Code, "LATE", "No tardy here", "", "", "Neutral", "t", ""]; break;
                case 3: yield return [_schools[i].Code, "TEX", "Agreed here", "", "", "Tardy", "EX", ""]; break;
                default: yield return [_schools[i].Code, "TBUS", "Not sent here", "", "", "Tardy", "", ""]; break;
            }
    }

    private IEnumerable<string[]> ScheduleRows()
    {
        foreach (var school in _schools)
            foreach (var schedule in school.Schedules)
            {
                var windows = schedule.Windows.Select((w, i) => Row(school, schedule, w, OpensEarly(schedule, i))).ToArray();
                if (_random.Next(4) == 0)
                    _random.Shuffle(windows);
                foreach (var row in windows)
                    yield return row;
            }
        yield return ["moon", "Regular", "Period 1", "1", "", "08:00", "09:00", "true"];
        yield return [_schools[0].Code, "Midnight", "Period 1", "1", "", "23:30", "00:10", "true"];
        yield return [_schools[0].Code, "No code", "Period 1", "", "", "08:00", "09:00", "true"];
    }

    private static string[] Row(FixtureSchool school, FixtureSchedule schedule, FixtureWindow w, string opens) =>
        [school.Code, schedule.Name, w.Name, w.SisPeriodCode, opens, w.Bell, w.Ends, w.TakesAttendance ? "true" : "false"];

    /// <summary>Blank, or a time before the bell where there is room for it.</summary>
    private string OpensEarly(FixtureSchedule schedule, int index)
    {
        var (bell, minutes) = (Time(schedule.Windows[index].Bell), _random.Next(1, 20));
        var room = index == 0 ? TimeSpan.FromMinutes(20) : bell - Time(schedule.Windows[index - 1].Ends);
        return _random.Next(6) == 0 && room >= TimeSpan.FromMinutes(minutes) ? Text(bell - TimeSpan.FromMinutes(minutes)) : "";
    }

    private IEnumerable<string[]> WeekRows()
    {
        foreach (var school in _schools)
            foreach (var (day, schedule) in school.Week)
                yield return [school.Code, $"{day}", schedule];
        yield return [_schools[1].Code, "Monday", ""];
        yield return [_schools[1].Code, "Caturday", ""];
        yield return [_schools[1].Code, "Saturday", "no such schedule"];
    }

    private IEnumerable<string[]> CalendarRows()
    {
        foreach (var school in _schools)
        {
            foreach (var (first, last, schedule) in school.Dates)
                yield return [school.Code, first == last ? $"{first:yyyy-MM-dd}" : $"{first:yyyy-MM-dd}..{last:yyyy-MM-dd}", schedule, ""];
            foreach (var (day, schedule, from) in _changes[school])
                yield return [school.Code, $"{day:yyyy-MM-dd}", schedule, from == TimeSpan.Zero ? "" : Text(from)];
        }
        yield return [_schools[2].Code, "2025-02-30", "", ""];
        yield return [_schools[2].Code, "2026-02-03..2026-02-01", "", ""];
        yield return [_schools[2].Code, "2026-02-03", "", "25:00"];
    }

    private IEnumerable<(DateOnly, string, TimeSpan)> MidDayChanges(FixtureSchool school)
    {
        for (var i = 0; i < 8; i++)
        {
            var day = RandomDay();
            var schedule = _random.Next(4) == 0 ? "" : school.Schedules[_random.Next(school.Schedules.Count)].Name;
            yield return (day, schedule, TimeSpan.FromMinutes(_random.Next(8 * 60, 14 * 60)));
            if (i < 3)
                yield return (day, school.Schedules[0].Name, TimeSpan.FromMinutes(_random.Next(14 * 60, 15 * 60)));
        }
    }

    /// <summary>Invented: classes over the hours in which the clock is changed.</summary>
    private void HoldNightSchool(FixtureSchool school)
    {
        school.Schedules.Add(new FixtureSchedule("Night Lab",
        [
            new("Night 1", "N1", "00:30", "01:20", true), new("Night 2", "N2", "01:40", "02:40", true), new("Night 3", "N3", "03:05", "04:00", true),
        ]));
        _changes[school].AddRange(_clockChanges[school].Select(day => (day, "Night Lab", TimeSpan.Zero)));
    }

    private IEnumerable<string[]> PassRows(int count)
    {
        var last = _schools.ToDictionary(s => s, _ => new List<(string Student, DateTime Local)>());
        var written = new List<(string[] Row, FixtureSchool School, DateTime Utc)>();
        yield return ["clock not set", _schools[0].Code, Student(0, 0), "TDY", "0001-01-01T00:00:00Z", ""];
        yield return ["skipped", _schools[0].Code, Student(0, 0), "TDY", "2026-03-08T02:30:00", ""];
        for (var made = 0; made < count;)
        {
            var index = _random.Next(_schools.Count);
            var school = _schools[index];
            var zone = TimeZoneInfo.FindSystemTimeZoneById(school.Zone);
            var again = _random.Next(100) < 30 && last[school].Count > 0;
            var (student, local) = again ? last[school][^_random.Next(1, Math.Min(20, last[school].Count) + 1)] : (RandomStudent(index), RandomMoment(school));
            if (again && _random.Next(8) > 0)
                local += TimeSpan.FromSeconds(_random.Next(-6 * 60, 12 * 60));
            last[school].Add((student, local));
            var (moment, utc) = Moment(local, zone);
            string[] row = [$"{Prefixes[_random.Next(Prefixes.Length)]}{made * 7919L % 1_000_003}", school.Code, student, RandomCode(), moment, RandomVoid()];
            yield return row;
            if (utc is not { } instant)
                continue;
            made++;
            written.Add((row, school, instant));
            if (_random.Next(100) == 0)
                yield return OnTop(written[_random.Next(written.Count)], made);
        }
    }

    /// <summary>A row that brings no new pass: posted twice, voided, edited under the same id, or wrong in itself.</summary>
    private string[] OnTop((string[] Row, FixtureSchool School, DateTime Utc) earlier, int made)
    {
        var row = earlier.Row.ToArray();
        switch (_random.Next(9))
        {
            case 0 or 1: row[5] = "true"; break;
            case 2: row[4] = $"{earlier.Utc:yyyy-MM-ddTHH:mm:ss.FFFFFFF}Z"; break;
            case 3: row[3] = row[3] + "2"; break;
            case 4: (row[0], row[4]) = ($"bad{made}", BadMoments[_random.Next(BadMoments.Length)]); break;
            case 5: (row[0], row[1]) = ($"bad{made}", "moon"); break;
            case 6: (row[0], row[5]) = ($"bad{made}", "perhaps"); break;
            case 7: (row[0], row[2]) = ($"bad{made}", ""); break;
            default: break;
        }
        return row;
    }

    private string RandomStudent(int school) => _random.Next(100) switch
    {
        0 => "9999999",
        1 => Student(school, _random.Next(StudentsAtSchool)).TrimStart('0'),
        2 or 3 => Student((school + _random.Next(1, 5)) % _schools.Count, _random.Next(StudentsAtSchool)),
        _ => Student(school, _random.Next(StudentsAtSchool)),
    };

    private string RandomCode() => _random.Next(100) switch
    {
        < 60 => "TDY",
        < 80 => "LATE",
        < 88 => "TBUS",
        < 91 => "TEX",
        < 95 => "HALL",
        < 97 => "GOOD",
        97 => "tdy",
        98 => "DOWN",
        _ => "TDY ",
    };

    private string RandomVoid() => _random.Next(100) switch { < 2 => "true", 2 => "yes", < 40 => "", 40 => "0", _ => "false" };

    /// <summary>What is written for a moment, and the instant it stands for; null: a wall-clock time that never was.</summary>
    private (string Text, DateTime? Utc) Moment(DateTime local, TimeZoneInfo zone)
    {
        var (skipped, twice) = (zone.IsInvalidTime(local), zone.IsAmbiguousTime(local));
        var offset = twice && _random.Next(2) == 0 ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var utc = local - offset;
        var other = TimeSpan.FromMinutes(_random.Next(-48, 57) * 15);
        return _random.Next(100) switch
        {
            < 40 => ($"{local:yyyy-MM-ddTHH:mm:ss.FFFFFFF}{Sign(offset)}", utc),
            < 75 => ($"{utc:yyyy-MM-ddTHH:mm:ss.FFFFFFF}Z", utc),
            < 80 => ($"{utc + other:yyyy-MM-ddTHH:mm:ss.FFFFFFF}{Sign(other)}", utc),
            < 81 when local.Second == 0 && local.Ticks % TimeSpan.TicksPerSecond == 0 => ($"{local:yyyy-MM-dd HH:mm}", skipped ? null : utc),
            _ => ($"{local:yyyy-MM-ddTHH:mm:ss.FFFFFFF}", skipped ? null : utc),
        };
    }

    private static string Sign(TimeSpan offset) => $"{(offset < TimeSpan.Zero ? "-" : "+")}{offset:hh\\:mm}";

    private DateTime RandomMoment(FixtureSchool school)
    {
        var changes = _clockChanges[school];
        if (changes.Count > 0 && _random.Next(60) == 0)
            return changes[_random.Next(changes.Count)].ToDateTime(TimeOnly.MinValue) + TimeSpan.FromSeconds(_random.Next(5 * 3600));
        var marked = _changes[school];
        var day = _random.Next(30) == 0 ? marked[_random.Next(marked.Count)].Day : RandomDay();
        var names = school.Dates.Where(d => d.First <= day && day <= d.Last).Select(d => d.Schedule)
            .Concat(school.Week.Where(w => w.Day == day.DayOfWeek).Select(w => w.Schedule)).Take(1)
            .Concat(marked.Where(c => c.Day == day).Select(c => c.Schedule)).ToList();
        var schedules = school.Schedules.Where(s => names.Contains(s.Name) && s.Windows.Count > 0).ToList();
        var time = schedules.Count == 0 ? TimeSpan.FromSeconds(_random.Next(7 * 3600, 16 * 3600)) : RandomTime(schedules[_random.Next(schedules.Count)].Windows);
        if (marked.Find(c => c.Day == day) is { Schedule: not null } change && _random.Next(5) == 0)
            time = change.From + TimeSpan.FromSeconds(_random.Next(-2, 3));
        return day.ToDateTime(TimeOnly.MinValue) + (time < TimeSpan.Zero ? TimeSpan.Zero : time);
    }

    /// <summary>Passes come in heaps: right after the bell, in passing time, and here often on the very second.</summary>
    private TimeSpan RandomTime(IReadOnlyList<FixtureWindow> windows)
    {
        var i = _random.Next(windows.Count);
        var (bell, ends) = (Time(windows[i].Bell), Time(windows[i].Ends));
        return _random.Next(100) switch
        {
            < 36 => bell + TimeSpan.FromSeconds((int)(-360 * Math.Log(1 - _random.NextDouble()))),
            < 48 => Between(i > 0 ? Time(windows[i - 1].Ends) : bell - TimeSpan.FromMinutes(10), bell),
            < 55 => bell,
            < 61 => ends,
            < 66 => (_random.Next(2) == 0 ? bell : ends) - TimeSpan.FromSeconds(1),
            < 75 => bell + TimeSpan.FromMinutes(_random.Next(7) * 5 / 2) + TimeSpan.FromMilliseconds(_random.Next(-2, 3) * 500),
            < 78 => bell + TimeSpan.FromMinutes(_random.Next(1, 31)) + TimeSpan.FromTicks(_random.Next(-1, 2)),
            < 88 => Between(bell, ends),
            < 92 => Time(windows[0].Bell) - TimeSpan.FromSeconds(_random.Next(3600)),
            < 97 => Time(windows[^1].Ends) + TimeSpan.FromSeconds(_random.Next(3600)),
            _ => TimeSpan.FromSeconds(_random.Next(86_400)),
        };
    }

    private TimeSpan Between(TimeSpan a, TimeSpan b) => a + TimeSpan.FromSeconds(_random.Next(Math.Max(1, (int)(b - a).TotalSeconds)));

    private DateOnly RandomDay()
    {
        var day = FirstDay.AddDays(_random.Next(LastDay.DayNumber - FirstDay.DayNumber + 1));
        return day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && _random.Next(5) > 0 ? day.AddDays(day.DayNumber < LastDay.DayNumber - 2 ? 2 : -2) : day;
    }

    private static List<DateOnly> ClockChanges(FixtureSchool school)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(school.Zone);
        return [.. Enumerable.Range(FirstDay.DayNumber, LastDay.DayNumber - FirstDay.DayNumber).Select(DateOnly.FromDayNumber)
            .Where(d => zone.GetUtcOffset(d.ToDateTime(TimeOnly.MinValue)) != zone.GetUtcOffset(d.AddDays(1).ToDateTime(TimeOnly.MinValue)))];
    }

    private static string Student(int school, int number) => $"00{school + 1:00}{number:000}";

    private static TimeSpan Time(string text) => TimeSpan.ParseExact(text, "hh\\:mm", CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.ToString("hh\\:mm", CultureInfo.InvariantCulture);

    private static void WriteFile(string folder, string name, string header, IEnumerable<string[]> rows)
    {
        using var file = new StreamWriter(Path.Combine(folder, name), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: name == "students.csv"));
        file.NewLine = name == "passes.csv" ? "\n" : "\r\n";
        file.WriteLine(header);
        foreach (var row in rows)
            file.WriteLine(string.Join(',', row.Select(Cell)));
    }

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
