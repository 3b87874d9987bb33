using System.Globalization;
using System.Text;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Domain.SchoolCalendar;
using K12Sync.Exporters.EdFi;
using static K12Sync.Exporters.Tests.EdFi.EdFiStage;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.EdFi;

/// <summary>Files are judged by the schema that the Ed-Fi Alliance published, and the judge by the Alliance's own files and by broken ones.</summary>
public sealed class EdFiInterchangeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("StudentSchoolAttendance.xml", 1917)]
    [InlineData("StudentSectionAttendance-Tardy.xml", 66)]
    public void Schema_FindsNothingWrong_WithTheOfficialSamples(string sample, int events)
    {
        using var file = File.OpenRead(EdFiSchema.PathOf(sample));

        var (faults, found) = EdFiSchema.Judge(file);

        faults.Should().BeEmpty();
        found.Should().Be(events);
    }

    [Theory]
    [InlineData("2025-10-01", "10/01/2025")]
    [InlineData("08:00:00", "8:00 AM")]
    [InlineData("<SchoolAttendanceDuration>540", "<SchoolAttendanceDuration>1441")]
    [InlineData("2025-2026</SchoolYear>", "2026</SchoolYear>")]
    [InlineData("<StudentUniqueId>", "<StudentUniqueId>123456789012345678901234567")]
    [InlineData("SchoolReference", "SkoolReference")]
    [InlineData("StudentSchoolAttendanceEvent", "StudentHallAttendanceEvent")]
    [InlineData("http://ed-fi.org/5.2.0", "http://ed-fi.org/0320")]
    public async Task Schema_FindsWhatIsWrong_WithAFileThatIsBroken(string right, string wrong)
    {
        var file = Encoding.UTF8.GetString(await WriteAsync([Event()]));
        file.Should().Contain(right);

        EdFiSchema.Judge(new MemoryStream(Encoding.UTF8.GetBytes(file.Replace(right, wrong, StringComparison.Ordinal)))).Faults.Should().NotBeEmpty();
    }

    [Fact]
    public async Task File_OfAYearOfACentre_IsValid()
    {
        var (mapped, minutes) = AYearOfACentre();
        var events = mapped.OfType<EdFiMapping.Wanted>().Select(w => w.Event).ToList();
        mapped.Should().NotContain(m => m is EdFiMapping.Stopped || m is EdFiMapping.Waits);
        events.Should().HaveCountGreaterThan(5000).And.OnlyHaveUniqueItems(e => e.Key);
        events.Select(e => e.Key.Category.Split('#')[1]).Distinct().Should().BeEquivalentTo("In Attendance", "Excused Absence", "Unexcused Absence");
        events.Sum(e => e.Minutes ?? 0).Should().Be(minutes, "no minute is lost or won at midnight, or when clocks change");
        events.Should().Contain(e => e.Departure == ChildDayEvents.EndOfDay).And.Contain(e => e.Arrival == TimeOnly.MinValue);

        await IsValidAsync(events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_OfAYearOfTheSampleSchoolsTardies_IsValid(bool sections)
    {
        var rules = new EdFiTardyRules(Categories, EdFiStudentId.StudentNumber)
        {
            Sections = sections ? line => new EdFiSection($"{line.SchoolCode}-{line.SisPeriodCode} & more", "COURSE <1>") : null,
        };
        var told = AYearOfTheSampleSchool().Select(day => TardyEvents.Of(day, School("America/New_York"), rules)).ToList();
        var events = told.SelectMany(t => t.Events).Select(e => e.Event).ToList();
        told.SelectMany(t => t.Stopped).Should().BeEmpty();
        events.Should().HaveCountGreaterThan(2000).And.OnlyHaveUniqueItems(e => e.Key);

        await IsValidAsync(events);
    }

    [Fact]
    public async Task File_OfNothing_IsNotWritten_ForTheStandardHasNone()
    {
        var file = new MemoryStream();

        (await EdFiInterchange.WriteAsync(file, Array.Empty<EdFiEvent>().ToAsyncEnumerable(), Stop)).Should().Be(0);

        file.Length.Should().Be(0);
    }

    [Fact]
    public async Task File_SaysWhatTheEventSays()
    {
        var e = Event() with { Reason = "Said <so> & meant it", PartOfDay = 0.5m };

        Encoding.UTF8.GetString(await WriteAsync([e])).Should().Be("""
            <?xml version="1.0" encoding="utf-8"?>
            <InterchangeStudentAttendance xmlns="http://ed-fi.org/5.2.0">
            	<StudentSchoolAttendanceEvent>
            		<AttendanceEvent>
            			<EventDate>2025-10-01</EventDate>
            			<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#In Attendance</AttendanceEventCategory>
            			<AttendanceEventReason>Said &lt;so&gt; &amp; meant it</AttendanceEventReason>
            			<EventDuration>0.5</EventDuration>
            		</AttendanceEvent>
            		<StudentReference>
            			<StudentIdentity>
            				<StudentUniqueId>604822</StudentUniqueId>
            			</StudentIdentity>
            		</StudentReference>
            		<SchoolReference>
            			<SchoolIdentity>
            				<SchoolId>255901001</SchoolId>
            			</SchoolIdentity>
            		</SchoolReference>
            		<SessionReference>
            			<SessionIdentity>
            				<SessionName>2025-2026 Full Year</SessionName>
            				<SchoolYear>2025-2026</SchoolYear>
            				<SchoolReference>
            					<SchoolIdentity>
            						<SchoolId>255901001</SchoolId>
            					</SchoolIdentity>
            				</SchoolReference>
            			</SessionIdentity>
            		</SessionReference>
            		<SchoolAttendanceDuration>540</SchoolAttendanceDuration>
            		<ArrivalTime>08:00:00</ArrivalTime>
            		<DepartureTime>17:00:00</DepartureTime>
            	</StudentSchoolAttendanceEvent>
            </InterchangeStudentAttendance>
            """);
    }

    private static async Task IsValidAsync(IReadOnlyCollection<EdFiEvent> events)
    {
        var (faults, found) = EdFiSchema.Judge(new MemoryStream(await WriteAsync(events)));

        faults.Should().BeEmpty();
        found.Should().Be(events.Count);
    }

    private static async Task<byte[]> WriteAsync(IReadOnlyCollection<EdFiEvent> events)
    {
        var file = new MemoryStream();
        (await EdFiInterchange.WriteAsync(file, events.ToAsyncEnumerable(), Stop)).Should().Be(events.Count);
        return file.ToArray();
    }

    /// <summary>Thirty children at a centre that never closes: days, halves, nights, absences of every sort, closures, weekends, and both nights when clocks change.</summary>
    private static (List<EdFiMapping> Mapped, int Minutes) AYearOfACentre()
    {
        var chance = new Random(20250801);
        var (mapped, minutes) = (new List<EdFiMapping>(), 0);
        for (var child = 1; child <= 30; child++)
        {
            var (events, absences) = AYearOfAChild(chance);
            var care = CareRecord.Of(events, Domain.Tests.Childcare.ChildDayNotation.Clocks(), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
            minutes += care.Stays.Sum(s => (int)(s.CheckOut!.At - s.CheckIn.At).TotalMinutes);
            for (var day = new DateOnly(2025, 8, 1); day <= new DateOnly(2026, 7, 31); day = day.AddDays(1))
                mapped.Add(ChildDayEvents.Of(new ChildDate($"90{child:0000}", day, On(day), [On(day.AddDays(-2)), On(day.AddDays(-1))]), Site(), Categories));

            AttendanceDay On(DateOnly day) => AttendanceEvaluator.Evaluate(care.On(day),
                [new SiteDay(Site().SiteId, true, day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday), true, day.DayOfYear % 50 == 0 ? ClosureCode.Paid : null, absences.TryGetValue(day, out var code) ? code : null, true)]);
        }
        return (mapped, minutes);
    }

    private static (List<AttendanceEvent> Events, Dictionary<DateOnly, AbsenceCode> Absences) AYearOfAChild(Random chance)
    {
        var (events, absences) = (new List<AttendanceEvent>(), new Dictionary<DateOnly, AbsenceCode>());
        var zone = SchoolZone.Find("America/Chicago")!;
        var free = DateTimeOffset.MinValue;
        for (var day = new DateOnly(2025, 8, 1); day < new DateOnly(2026, 7, 31); day = day.AddDays(1))
        {
            if (chance.Next(8) == 0)
                absences[day] = (AbsenceCode)chance.Next(5);
            else if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) || chance.Next(3) == 0)
                for (var stays = chance.Next(1, 4); stays > 0; stays--)
                {
                    var from = zone.FirstAt(day, new TimeOnly(5, 0)).AddMinutes(chance.Next(1100));
                    var to = from.AddMinutes(chance.Next(1, 700));
                    if (from < free || zone.At(from).Day != day)
                        continue;
                    Punch(PunchKind.CheckIn, from);
                    Punch(PunchKind.CheckOut, free = to);
                }
        }
        return (events, absences);

        void Punch(PunchKind kind, DateTimeOffset at) => events.Add(new AttendanceEvent($"e{events.Count}", Site().SiteId, "0001", kind, at));
    }

    /// <summary>What the sample's SIS receives, on every weekday of a school year; the names of periods have commas, so columns are counted from the end.</summary>
    private static IEnumerable<TardyLine[]> AYearOfTheSampleSchool()
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "EdFi", "Sample", "tardies_0001.csv")).Skip(1).Select(row => row.Split(',')).ToList();
        for (var day = new DateOnly(2025, 9, 1); day < new DateOnly(2026, 6, 13); day = day.AddDays(1))
            foreach (var student in rows.GroupBy(row => row[1]))
                if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                    yield return [.. student.Select(row => Of(row, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))];

        static TardyLine Of(string[] row, string day) => Tardy(1, row[1], row[^5], $"{day} {row[^1][11..19]}") with
        {
            ExternalCode = row[^4], MinutesLate = int.Parse(row[^3], CultureInfo.InvariantCulture),
        };
    }
}
