using System.Globalization;
using System.Xml.Linq;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.EndToEnd.CommandLine;
using K12Sync.Exporters.Tests.EdFi;

namespace K12Sync.EndToEnd.Childcare;

/// <summary><c>ed-fi interchange</c> of an imported district, judged by the schema that the Ed-Fi Alliance published.</summary>
public sealed class InterchangeFileTests(SampleDistrict sample) : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task File_OfTheSampleSchoolsTardies_IsValid_AndHasWhatTheSisReceives()
    {
        _desk.WithSample(sample);
        var rows = (await File.ReadAllLinesAsync(Path.Combine(Desk.Sample, "expected", "tardies_0001.csv"), TestContext.Current.CancellationToken)).Skip(1).Select(r => r.Split(',')).ToList();

        var events = await WriteAsync("""
            "records": "Tardies", "schoolIds": {"LHS": 255901001, "RMS": 255901002}, "categories": {"tardies": {"T": "Tardy", "Ta": "Tardy", "TL": "Tardy", "TB": "Tardy", "UA": "Unexcused Absence"}}
            """, "2026-09-01", "2026-09-30");

        // Names of periods have commas, so columns are counted from the end.
        events.Select(e => $"{Value(e, "SchoolId")} {Value(e, "StudentUniqueId")} {Value(e, "EventDate")} {Category(e)}").Should().BeEquivalentTo(
            rows.Select(r => $"{(r[0] == "LHS" ? 255901001 : 255901002)} {r[1]} {r[2]} {(r[^4] == "UA" ? "Unexcused Absence" : "Tardy")}").Distinct());
        events.Sum(Minutes).Should().Be(rows.Sum(r => int.Parse(r[^3], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task File_OfAGeneratedYearOfACentre_IsValid_AndLosesNoMinute()
    {
        var year = new YearOfACentre(new Random(20250801), children: 8);
        foreach (var (name, lines) in year.Files)
            _desk.Write(name, lines);
        (await _desk.RunAsync("import", _desk.Import)).ExitCode.Should().Be(0);

        var events = await WriteAsync("\"records\": \"ChildDays\", \"schoolIds\": {\"YR\": 255901003}", "2025-08-01", "2026-07-31");

        events.Select(e => $"{Value(e, "StudentUniqueId")} {Value(e, "EventDate")} {(Category(e) == "In Attendance" ? "there" : "absent")}").Should().BeEquivalentTo(year.Expected);
        events.Sum(Minutes).Should().Be(year.Minutes, "no minute is lost or won at midnight, or when clocks change");
        events.Select(Category).Distinct().Should().BeEquivalentTo("In Attendance", "Excused Absence", "Unexcused Absence");
        events.Should().Contain(e => Value(e, "DepartureTime") == "23:59:59").And.Contain(e => Value(e, "ArrivalTime") == "00:00:00");
    }

    /// <summary>Adds a connector, has the file written, and has it judged. Nothing may be left out.</summary>
    private async Task<IReadOnlyList<XElement>> WriteAsync(string destination, string from, string to)
    {
        var connector = _desk.Write("ed-fi.json", $$"""
            {"name": "state-ed-fi", "destination": {"type": "ed-fi", "address": "https://api.example.org/", "key": "k", {{destination}},
              "sessions": [{"name": "2025-2026 Full Year", "schoolYear": 2026, "first": "2025-08-01", "last": "2026-07-31"}, {"name": "2026-2027 Full Year", "schoolYear": 2027, "first": "2026-08-01", "last": "2027-07-31"}]} }
            """);
        var file = Path.Combine(_desk.Import, "events.xml");
        var added = await _desk.RunAsync("connector", "add", connector);
        added.ExitCode.Should().Be(0, added.Err);

        var ran = await _desk.RunAsync("ed-fi", "interchange", "--connector", "state-ed-fi", "--from", from, "--to", to, "--out", file);

        ran.ExitCode.Should().Be(0, ran.Out + ran.Err);
        await using var stream = File.OpenRead(file);
        var (faults, found) = EdFiSchema.Judge(stream);
        faults.Should().BeEmpty();
        ran.Out.Should().Be($"Wrote {found} events to {file}.\n");
        var events = XDocument.Load(file).Root!.Elements().ToList();
        events.Should().HaveCount(found);
        return events;
    }

    private static string? Value(XElement e, string name) => e.Descendants().FirstOrDefault(d => d.Name.LocalName == name)?.Value;

    private static string Category(XElement e) => Value(e, "AttendanceEventCategory")!.Split('#')[1];

    private static int Minutes(XElement e) => Value(e, "SchoolAttendanceDuration") is { } minutes ? int.Parse(minutes, CultureInfo.InvariantCulture) : 0;

    /// <summary>A centre that never closes, with days, halves, nights and absences of every sort, from 2025-08-01 to 2026-07-31; and what its events must be.</summary>
    private sealed class YearOfACentre
    {
        private static readonly DateOnly First = new(2025, 8, 1), Last = new(2026, 7, 31);
        private static readonly SchoolZone Chicago = SchoolZone.Find("America/Chicago")!;
        private static readonly string[] Codes = ["Unexplained", "Explained", "Illness", "ChronicCondition", "CourtOrderedVisit"];
        private readonly List<string> _events = ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted"];
        private readonly List<string> _absences = ["SiteCode,ChildNumber,Date,Code"];
        private readonly HashSet<string> _expected = [];

        public YearOfACentre(Random chance, int children)
        {
            var all = Enumerable.Range(1, children).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c:0000}")).ToList();
            foreach (var child in all)
                Live(child, chance);
            Files = new Dictionary<string, string[]>
            {
                ["sites.csv"] = ["SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "YR,All the Year,America/Chicago,TX,,yes"],
                ["providers.csv"] = ["State,ProviderId,Name,SiteCode", "TX,0099001,Dallas County,"],
                ["children.csv"] = ["SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", .. all.Select(c => $"YR,{c},Kid,,Number{c},2022-01-01,2025-08-01,2026-07-31,,")],
                ["authorizations.csv"] = ["SiteCode,ChildNumber,ProviderId,From,To,Days", .. all.Select(c => $"YR,{c},0099001,2025-08-01,2026-07-31,")],
                ["absences.csv"] = [.. _absences],
                ["attendance.csv"] = [.. _events],
            };
        }

        public IReadOnlyDictionary<string, string[]> Files { get; }

        /// <summary>As <c>0001 2025-08-01 there</c>.</summary>
        public IReadOnlySet<string> Expected => _expected;

        public int Minutes { get; private set; }

        private void Live(string child, Random chance)
        {
            var free = DateTimeOffset.MinValue;
            for (var day = First; day < Last; day = day.AddDays(1))
            {
                if (chance.Next(8) == 0 && free <= Chicago.FirstAt(day, TimeOnly.MinValue))
                {
                    _absences.Add(string.Create(CultureInfo.InvariantCulture, $"YR,{child},{day:yyyy-MM-dd},{Codes[chance.Next(Codes.Length)]}"));
                    _expected.Add(On(child, day, "absent"));
                }
                else if (chance.Next(6) != 0)
                    for (var stays = chance.Next(1, 4); stays > 0; stays--)
                    {
                        var from = Chicago.FirstAt(day, new TimeOnly(5, 0)).AddMinutes(chance.Next(1100));
                        if (from >= free && Chicago.At(from).Day == day)
                            Stay(child, from, free = from.AddMinutes(chance.Next(1, 700)));
                    }
            }
        }

        private void Stay(string child, DateTimeOffset from, DateTimeOffset to)
        {
            _events.Add(string.Create(CultureInfo.InvariantCulture, $"E{_events.Count},YR,{child},In,{from.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ},,,"));
            _events.Add(string.Create(CultureInfo.InvariantCulture, $"E{_events.Count},YR,{child},Out,{to.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ},,,"));
            Minutes += (int)(to - from).TotalMinutes;
            _expected.Add(On(child, Chicago.At(from).Day, "there"));
            if (Chicago.At(to) is var end && end.Day != Chicago.At(from).Day && end.Time > TimeOnly.MinValue)
                _expected.Add(On(child, end.Day, "there"));
        }

        private static string On(string child, DateOnly day, string what) => string.Create(CultureInfo.InvariantCulture, $"{child} {day:yyyy-MM-dd} {what}");
    }
}
