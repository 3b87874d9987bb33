using System.Globalization;
using System.Text;
using K12Sync.Domain.SchoolCalendar;

namespace K12Sync.Benchmarks;

/// <summary>
/// Import files of a large district: 20 schools in four zones, 1,500 students each, 180 school days, and passes around the bells of
/// <see cref="PassWorkload.Regular"/>, in order of time as kiosks send them. Always the same files.
/// </summary>
public sealed class BigDistrict
{
    private const int Schools = 20;
    private const int StudentsPerSchool = 1500;
    private const int Days = 180;
    private static readonly string[] Zones = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"];

    private BigDistrict(string folder, int passes) => (Folder, Passes) = (folder, passes);

    /// <summary>Holds everything but the passes.</summary>
    public string Folder { get; }

    /// <summary>In a folder of its own.</summary>
    public string PassesFile => Path.Combine(Folder, "passes", "passes.csv");

    public int Passes { get; }

    /// <summary>Writes the files into a new folder under the temporary one.</summary>
    /// <param name="passes">How many.</param>
    /// <param name="shuffled">The passes come in random order under random ids, which is the worst case for every index.</param>
    public static BigDistrict Write(int passes, bool shuffled = false)
    {
        var district = new BigDistrict(Directory.CreateTempSubdirectory("k12sync-bench-").FullName, passes);
        district.Write("schools.csv", "SchoolCode,Name,TimeZone,SisSchoolCode,GraceMinutes",
            Numbers(Schools).Select(s => $"{Code(s)},School {s},{Zones[s % Zones.Length]},{s + 200:0000},"));
        district.Write("students.csv", "SchoolCode,StudentNumber,StateId,FirstName,MiddleName,LastName,BirthDate,Grade",
            Numbers(Schools).SelectMany(s => Numbers(StudentsPerSchool).Select(n => $"{Code(s)},{Student(s, n)},IN{Student(s, n)},First{n},,Last{n},2010-03-14,11")));
        district.Write("behavior-codes.csv", "SchoolCode,Code,Name,Description,PassMessage,Type,ExternalCode,LatenessLadder",
            [",TDY,Tardy,,,Tardy,,0:T;15:TL;30:UA", ",TBUS,Late bus,,,Tardy,TB,"]);
        district.Write("bell-schedules.csv", "SchoolCode,Schedule,Period,SisPeriodCode,Opens,Bell,Ends,TakesAttendance",
            Numbers(Schools).SelectMany(s => PassWorkload.Regular.Periods.Select(p => $"{Code(s)},Regular,Period {p.Name},{p.SisPeriodCode},{Clock(p.Opens)},{Clock(p.Bell)},{Clock(p.Ends)},true")));
        district.Write("default-week.csv", "SchoolCode,DayOfWeek,Schedule",
            Numbers(Schools).SelectMany(s => Enum.GetValues<DayOfWeek>().Select(d => $"{Code(s)},{d},{(d is DayOfWeek.Saturday or DayOfWeek.Sunday ? "" : "Regular")}")));
        Directory.CreateDirectory(Path.GetDirectoryName(district.PassesFile)!);
        district.Write(Path.Combine("passes", "passes.csv"), "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", PassRows(passes, shuffled));
        return district;
    }

    private static IEnumerable<string> PassRows(int passes, bool shuffled)
    {
        var random = new Random(20250902);
        var zones = Zones.Select(z => SchoolZone.Find(z)!).ToArray();
        var days = Numbers(400).Select(PassWorkload.First.AddDays).Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).Take(Days).ToArray();
        var periods = PassWorkload.Regular.Periods;
        var rows = Numbers(passes).Select(i =>
        {
            var school = random.Next(Schools);
            // In order: by day, by period, and within a period by second.
            var place = shuffled ? random.NextDouble() : (double)i / passes;
            var day = days[(int)(place * Days)];
            var bell = periods[(int)(place * Days * periods.Length) % periods.Length].Bell;
            var wall = day.ToDateTime(bell).AddSeconds((int)(-240 * Math.Log(1 - random.NextDouble())) - 60);
            var offset = ((LocalReading.Once)zones[school % zones.Length].Read(day, TimeOnly.FromDateTime(wall))).Instant.Offset;
            var id = shuffled ? $"{random.NextInt64():x16}" : $"P-{i:0000000}";
            var code = random.Next(20) == 0 ? "TBUS" : "TDY";
            return string.Create(CultureInfo.InvariantCulture,
                $"{id},{Code(school)},{Student(school, random.Next(StudentsPerSchool))},{code},{wall:yyyy-MM-dd'T'HH:mm:ss}{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm},{(random.Next(100) == 0 ? "true" : "false")}");
        });
        return rows;
    }

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    private static string Code(int school) => $"S{school:00}";

    private static string Student(int school, int number) => $"{school:00}{number:00000}";

    private static string Clock(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private void Write(string file, string header, IEnumerable<string> rows) =>
        File.WriteAllLines(Path.Combine(Folder, file), rows.Prepend(header), new UTF8Encoding(false));
}
