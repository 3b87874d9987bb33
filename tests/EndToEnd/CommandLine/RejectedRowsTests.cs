using System.Text;

namespace K12Sync.EndToEnd.CommandLine;

/// <summary>One import of files full of faults: each row gets its line and reason, and none stops the others.</summary>
public sealed class RejectedRowsTests(RejectedRowsTests.BadFiles files) : IClassFixture<RejectedRowsTests.BadFiles>
{
    [Theory]
    [InlineData("schools.csv:3", "'EST' is not an IANA time zone.*")]
    [InlineData("schools.csv:4", "GraceMinutes is '-1'.*")]
    [InlineData("schools.csv:5", "SchoolCode must have*")]
    [InlineData("schools.csv:6", "The row has 6 values, but the header has 5.*")]
    [InlineData("schools.csv:7", "The quotes of this row are not balanced.*")]
    [InlineData("schools.csv:9", "The row is not UTF-8.*")]
    [InlineData("schools.csv:10", "The row holds a NUL character.")]
    [InlineData("schools.csv:11", "SchoolCode has a blank at the end*")]
    [InlineData("schools.csv:12", "SisSchoolCode has a blank at the start*")]
    [InlineData("students.csv:3", "School 'ZZZ' is not in schools.csv.")]
    [InlineData("students.csv:4", "StudentNumber must have*")]
    [InlineData("students.csv:5", "BirthDate must be written*")]
    [InlineData("students.csv:6", "A quote is opened here and never closed*", "The quotes of this row are not balanced*")]
    [InlineData("students.csv:8", "The quotes of this row are not balanced*")]
    [InlineData("behavior-codes.csv:3", "Type is 'Tardi'.*")]
    [InlineData("behavior-codes.csv:4", "The external code has a blank at the start*")]
    [InlineData("behavior-codes.csv:5", "*only looks like a plain one at position 1 (U+0422)*")]
    [InlineData("behavior-codes.csv:6", "*an invisible character at position 2 (U+200B)*")]
    [InlineData("behavior-codes.csv:7", "A lateness ladder starts at 0 minutes*")]
    [InlineData("behavior-codes.csv:8", "The ladder's minutes must go up*")]
    [InlineData("behavior-codes.csv:9", "'x' is no step*", "'x' is not a step*")]
    [InlineData("behavior-codes.csv:10", "An external code may have 40 characters*")]
    [InlineData("behavior-codes.csv:11", "School 'ZZZ' is not in schools.csv.*")]
    [InlineData("bell-schedules.csv:4", "Schedule Gap: 5 min gap between P1 (ends 08:50) and P2 (opens 08:55).*")]
    [InlineData("bell-schedules.csv:5", "*refused as a whole; see line 4.")]
    [InlineData("bell-schedules.csv:6", "P1 ends (08:00) before its bell (09:00).*")]
    [InlineData("bell-schedules.csv:7", "*refused as a whole, because line 6 was.")]
    [InlineData("bell-schedules.csv:8", "P1 has no length*")]
    [InlineData("bell-schedules.csv:9", "P1 ends (00:30) before its bell (23:00).*past midnight.")]
    [InlineData("bell-schedules.csv:10", "*A period cannot end after 23:59.")]
    [InlineData("bell-schedules.csv:11", "Schedule Waves: P1 (ends 09:00) and P2 (opens 08:30) overlap.*")]
    [InlineData("bell-schedules.csv:13", "P1 takes attendance but has no SIS period code.*")]
    [InlineData("bell-schedules.csv:14", "The row has 5 values, but the header has 8.*")]
    [InlineData("bell-schedules.csv:15", "Schedule Torn was refused as a whole, because line 14, which may belong to it, could not be read.")]
    [InlineData("default-week.csv:3", "Monday was given on line 2 already.*")]
    [InlineData("default-week.csv:4", "DayOfWeek is 'Mon'.*")]
    [InlineData("default-week.csv:5", "School AAA has no bell schedule 'Nope'. It has Ok.")]
    [InlineData("default-week.csv:6", "School 'ZZZ' is not in schools.csv.")]
    [InlineData("calendar.csv:3", "2026-09-15 as a whole was given on line 2 already.*")]
    [InlineData("calendar.csv:4", "2026-09-15 as a whole was given on line 2 already.*")]
    [InlineData("calendar.csv:5", "The range 2026-09-20..2026-09-18 must run forwards*")]
    [InlineData("calendar.csv:6", "Date is '2026-02-30'.*")]
    [InlineData("calendar.csv:7", "School AAA has no bell schedule 'Nope'.*")]
    [InlineData("calendar.csv:8", "From is '25:00'.*")]
    [InlineData("calendar.csv:10", "2026-09-17 from 11:05 was given on line 9 already.*")]
    [InlineData("passes.csv:3", "This PassId was already used with other content*")]
    [InlineData("passes.csv:5", "School 'ZZZ' is not in schools.csv.")]
    [InlineData("passes.csv:6", "PassId must have*")]
    [InlineData("passes.csv:7", "IssuedAt is '9/15/2026 8:05 AM'.*")]
    [InlineData("passes.csv:8", "2026-03-08 02:30 did not exist in America/New_York*")]
    [InlineData("passes.csv:10", "Voided is 'maybe'.*")]
    [InlineData("passes.csv:11", "IssuedAt is in the year 0001.*")]
    [InlineData("passes.csv:12", "IssuedAt is in the year 9999.*")]
    public void Import_NamesLineAndReason_WhenARowIsBad(string where, string reason, string? orReason = null)
    {
        var line = files.Ran.Lines.Where(l => l.StartsWith($"{where}: rejected: ", StringComparison.Ordinal)).Should().ContainSingle().Subject;
        var said = line[$"{where}: rejected: ".Length..];
        var matches = (string[])[reason, orReason ?? reason];
        matches.Should().Contain(m => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(m, said, ignoreCase: false), said);
    }

    [Fact]
    public void Import_EndsWithTwoAndRejectsNothingElse_WhenRowsAreBad()
    {
        files.Ran.ExitCode.Should().Be(2);
        files.Ran.Err.Should().NotContain("   at ");
        var expected = typeof(RejectedRowsTests).GetMethod(nameof(Import_NamesLineAndReason_WhenARowIsBad))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Length;
        files.Ran.Lines.Count(l => l.Contains(": rejected: ", StringComparison.Ordinal)).Should().Be(expected + 1, "one line more falls with its schedule");
    }

    [Theory]
    [InlineData("SELECT group_concat(\"Code\") FROM (SELECT \"Code\" FROM \"Schools\" ORDER BY 1)", "AAA,III")]
    [InlineData("SELECT group_concat(\"StudentNumber\") FROM (SELECT \"StudentNumber\" FROM \"Students\" ORDER BY 1)", "0001,0006,0008")]
    [InlineData("SELECT group_concat(\"Code\") FROM \"BehaviorCodes\"", "T1")]
    [InlineData("SELECT group_concat(\"Name\") FROM \"BellSchedules\"", "Ok")]
    [InlineData("SELECT count(*) FROM \"DefaultWeeks\"", "2")]
    [InlineData("SELECT count(*) FROM \"DatedDays\"", "2")]
    [InlineData("SELECT group_concat(\"PassId\") FROM (SELECT \"PassId\" FROM \"Passes\" ORDER BY 1)", "Q1,Q7,Q9")]
    public void Import_TakesTheGoodRows_WhenOthersAreBad(string sql, string expected) => $"{files.Desk.Sql(sql)}".Should().Be(expected);

    [Fact]
    public void Import_NotesWhichTimeItTook_WhenTheWallClockShowedItTwice()
    {
        files.Ran.Out.Should().Contain("passes.csv:9: note: 2026-11-01 01:30 happened twice in America/New_York");
        new DateTimeOffset((long)files.Desk.Sql("SELECT \"IssuedAt\" FROM \"Passes\" WHERE \"PassId\" = 'Q7'")!, TimeSpan.Zero)
            .Should().Be(new DateTimeOffset(2026, 11, 1, 1, 30, 0, TimeSpan.FromHours(-4)));
    }

    public sealed class BadFiles : IAsyncLifetime
    {
        public Desk Desk { get; } = new();

        public Ran Ran { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Desk.Write("schools.csv",
            [
                .. Encoding.UTF8.GetBytes("SchoolCode,Name,TimeZone,SisSchoolCode,GraceMinutes\nAAA,Alpha,America/New_York,,\nBBB,Beta,EST,,\nCCC,C,America/Denver,,-1\n"
                    + ",None,America/Denver,,\nEEE,too,many,values,here,now\nHHH,\"open,America/Denver,,\nIII,Iota,America/Boise,,5\n"),
                .. "JJJ,Caf"u8, 0xE9, .. ",America/Denver,,\nKKK,N"u8, 0, .. "l,America/Denver,,\nLLL ,x,America/Denver,,\nMMM,x,America/Denver, 12,\n"u8,
            ]);
            Desk.Write("students.csv", "SchoolCode,StudentNumber,StateId,FirstName,MiddleName,LastName,BirthDate,Grade",
                "AAA,0001,,A,,B,2012-01-02,9", "ZZZ,0002,,A,,B,,9", "AAA,,,A,,B,,9", "AAA,0004,,A,,B,1/2/2012,9", "AAA,0005,,\"Open,,B,,9", "AAA,0006,,A,,B,,9",
                "AAA,0007,,a\"b,,B,,9", "AAA,0008,,\"A\"\"x\",,\"two\nlines\",,9");
            Desk.Write("behavior-codes.csv", "SchoolCode,Code,Name,Description,PassMessage,Type,ExternalCode,LatenessLadder",
                ",T1,Tardy,,,Tardy,T,", ",T2,x,,,Tardi,T,", ",T3,x,,,Tardy, T,", ",T4,x,,,Tardy,\u0422,", ",T5,x,,,Tardy,T\u200B,", ",T6,x,,,Tardy,,5:T",
                ",T7,x,,,Tardy,,0:T;15:TL;15:X", ",T8,x,,,Tardy,,0:T;x", $",T9,x,,,Tardy,{new string('T', 41)},", "ZZZ,T10,x,,,Tardy,T,");
            Desk.Write("bell-schedules.csv", "SchoolCode,Schedule,Period,SisPeriodCode,Opens,Bell,Ends,TakesAttendance",
                "AAA,Ok,P1,1,,08:00,09:00,true", "AAA,Ok,P2,2,,09:00,10:00,", "AAA,Gap,P1,1,,08:00,08:50,", "AAA,Gap,P2,2,,08:55,09:45,", "AAA,Back,P1,1,,09:00,08:00,",
                "AAA,Back,P2,2,,09:00,10:00,", "AAA,None,P1,1,,09:00,09:00,", "AAA,Night,P1,1,,23:00,00:30,", "AAA,Night2,P1,1,,23:00,24:00,", "AAA,Waves,P1,1,,08:00,09:00,",
                "AAA,Waves,P2,2,,08:30,09:30,", "AAA,NoSis,P1,,,08:00,09:00,true", "AAA,Torn,P1,1,08:00", "AAA,Torn,P2,2,,09:00,10:00,");
            Desk.Write("default-week.csv", "SchoolCode,DayOfWeek,Schedule",
                "AAA,Monday,Ok", "AAA,Monday,Ok", "AAA,Mon,Ok", "AAA,Tuesday,Nope", "ZZZ,Monday,Ok", "AAA,Wednesday,");
            Desk.Write("calendar.csv", "SchoolCode,Date,Schedule,From",
                "AAA,2026-09-15,,", "AAA,2026-09-15,Ok,", "AAA,2026-09-14..2026-09-16,,", "AAA,2026-09-20..2026-09-18,,", "AAA,2026-02-30,,", "AAA,2026-09-17,Nope,",
                "AAA,2026-09-17,,25:00", "AAA,2026-09-17,,11:05", "AAA,2026-09-17,,11:05");
            Desk.Write("passes.csv", "PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided",
                "Q1,AAA,0001,T1,2026-09-15T08:05:00-04:00,", "Q1,AAA,0001,T1,2026-09-15T08:06:00-04:00,", "Q1,AAA,0001,T1,2026-09-15T12:05:00Z,false",
                "Q2,ZZZ,0001,T1,2026-09-15T08:05:00-04:00,", ",AAA,0001,T1,2026-09-15T08:05:00-04:00,", "Q4,AAA,0001,T1,9/15/2026 8:05 AM,", "Q6,AAA,0001,T1,2026-03-08T02:30:00,",
                "Q7,AAA,0001,T1,2026-11-01T01:30:00,", "Q8,AAA,0001,T1,2026-09-15T08:05:00-04:00,maybe", "Q10,AAA,0001,T1,0001-01-01T00:00:00Z,", "Q11,AAA,0001,T1,9999-12-31T23:59:59Z,",
                "Q9,AAA,0001,T1,2026-09-14T08:05:00-04:00,false");
            Ran = await Desk.RunAsync("import", Desk.Import);
        }

        public ValueTask DisposeAsync()
        {
            Desk.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
