using K12Sync.Api.SchoolCalendar;
using K12Sync.Data;
using K12Sync.Domain.Roster;
using K12Sync.Domain.SchoolCalendar;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports;

/// <summary><c>SchoolCode,DayOfWeek,Schedule</c>. Schedule blank: no school that weekday; a weekday without a row is unset.</summary>
internal sealed class DefaultWeekFile(K12SyncDb db, Func<School, DateOnly> effectiveFrom) : IFileImport
{
    public string FileName => "default-week.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SchoolCode", "DayOfWeek", "Schedule"], []);
        var known = await KnownSchedules.LoadAsync(db, cancellation);
        var given = new Dictionary<(long, DayOfWeek), long>();
        while (table?.Read() == true)
        {
            var name = table.Text("DayOfWeek");
            if (!known.TryFind(table, out var school, out var choice))
                continue;
            if (!Enum.TryParse<DayOfWeek>(name, ignoreCase: true, out var day) || !Enum.GetNames<DayOfWeek>().Contains(name, StringComparer.OrdinalIgnoreCase))
                table.Reject($"DayOfWeek is '{name}'. Write Monday to Sunday.");
            else if (!given.TryAdd((school.Id, day), table.Line))
                table.Reject($"{day} was given on line {given[(school.Id, day)]} already. One school-wide schedule is in force on a day.");
            else
                report.Count(await new CalendarOperations(db).SetWeekdayAsync(school.Id, day, choice, effectiveFrom(school), cancellation));
        }
    }
}

/// <summary>
/// <c>SchoolCode,Date,Schedule,From</c>. Date is a day or <c>first..last</c>; Schedule blank: no school; From blank: the whole day,
/// otherwise from that time on, on top of the day's schedule.
/// </summary>
internal sealed class CalendarFile(K12SyncDb db) : IFileImport
{
    public string FileName => "calendar.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["SchoolCode", "Date", "Schedule"], ["From"]);
        var known = await KnownSchedules.LoadAsync(db, cancellation);
        var given = new Dictionary<(long School, DateOnly Day, TimeOnly From), long>();
        while (table?.Read() == true)
        {
            if (!known.TryFind(table, out var school, out var choice) || DayRange.Read(table, "Date") is not { } days)
                continue;
            var from = TimeOnly.MinValue;
            if (table.TextOrNull("From") is { } text && (!WallClock.TryTime(text, out from) || from == TimeOnly.MinValue))
                table.Reject($"From is '{text}'. Leave it blank for the whole day, or write a time like 11:05.");
            else if (days.Find(d => given.ContainsKey((school.Id, d, from))) is var twice && given.TryGetValue((school.Id, twice, from), out var line))
                table.Reject($"{twice:yyyy-MM-dd} {(from == TimeOnly.MinValue ? "as a whole" : $"from {from:HH:mm}")} was given on line {line} already. " +
                    "One school-wide schedule is in force at a time: schedules per grade or lunch wave cannot be written back.");
            else
            {
                days.ForEach(d => given.Add((school.Id, d, from), table.Line));
                report.Count(await new CalendarOperations(db).SetAsync(school.Id, days, from, choice, cancellation));
            }
        }
    }
}

/// <summary>Finds the school and schedule that a calendar row names.</summary>
internal sealed class KnownSchedules
{
    private readonly Dictionary<string, School> _schools;
    private readonly Dictionary<(long, string), long> _schedules;

    private KnownSchedules(Dictionary<string, School> schools, Dictionary<(long, string), long> schedules) => (_schools, _schedules) = (schools, schedules);

    public static async Task<KnownSchedules> LoadAsync(K12SyncDb db, CancellationToken cancellation) => new(
        await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellation),
        await db.BellSchedules.AsNoTracking().ToDictionaryAsync(s => (s.SchoolId, s.Name), s => s.Id, cancellation));

    /// <summary>False, with the row rejected, if the school or the schedule does not exist. A blank schedule is no school.</summary>
    public bool TryFind(CsvTable table, out School school, out DayChoice choice)
    {
        var (code, name) = (table.Text("SchoolCode"), table.Text("Schedule"));
        choice = new DayChoice.NoSchool();
        if (!_schools.TryGetValue(code, out school!))
            table.Reject($"School '{code}' is not in schools.csv.");
        else if (name.Length == 0)
            return true;
        else if (_schedules.TryGetValue((school.Id, name), out var id))
        {
            choice = new DayChoice.Schedule(id);
            return true;
        }
        else
            table.Reject($"School {code} has no bell schedule '{name}'. It has {string.Join(", ", NamesOf(school))}.");
        return false;
    }

    private IEnumerable<string> NamesOf(School school) =>
        _schedules.Keys.Where(k => k.Item1 == school.Id).Select(k => k.Item2).Order(StringComparer.Ordinal).DefaultIfEmpty("none yet");
}
