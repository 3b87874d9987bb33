using K12Sync.Domain.Roster;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Imports.OneRoster;

public sealed class SchoolsAndStudentsTests
{
    [Theory]
    [InlineData("x", "LHS", "identifier as SchoolCode")]
    [InlineData("x", "1001", "identifier as SisSchoolCode")]
    [InlineData("LHS", "", "sourcedId as SchoolCode")]
    [InlineData("LHS", "unheard", "sourcedId as SchoolCode")]
    public async Task School_IsFound_AndTheNoteSaysByWhat(string id, string identifier, string by)
    {
        await using var place = await RosterPlace.MakeAsync();
        var roster = NoOrgs().Org(id, "School", identifier).Row("users.csv", "u1,,,true,name,,Ada,Byron,,0001,,,,,09,").Row("roles.csv", $"r1,,,u1,primary,student,,,{id},");

        var imported = await place.ImportAsync(roster);

        imported.Rejected.Should().Be(0);
        place.Remarks.Should().Equal($"orgs.csv:2: note: Organisation '{id}' is school LHS (by {by}).");
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
    }

    [Fact]
    public async Task SchoolCode_ComesBeforeSisSchoolCode_AndThatBeforeSourcedId()
    {
        await using var place = await RosterPlace.MakeAsync();
        await using (var db = place.Open())
        {
            db.Add(new School("1001", new SchoolFacts("Adult school", (await db.Schools.FirstAsync(RosterPlace.Now)).Zone, "RMS", null)));
            await db.SaveChangesAsync(RosterPlace.Now);
        }

        await place.ImportAsync(NoOrgs().Org("LHS", "school", "1001").Org("x", "school", "RMS"));

        place.Remarks.Should().Equal(
            "orgs.csv:2: note: Organisation 'LHS' is school 1001 (by identifier as SchoolCode).", "orgs.csv:3: note: Organisation 'x' is school RMS (by identifier as SchoolCode).");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public async Task UnknownSchool_IsNotMade_AndItsRowsSayWhatToDo(string version)
    {
        await using var place = await RosterPlace.MakeAsync();

        var imported = await place.ImportAsync(RosterFiles.Of(version).Org("o-NEW", "school", "NEW").Students("0001 LHS", "0002 NEW", "0003 NEW+LHS"));

        imported["orgs.csv"].Rejected.Should().Be(1);
        imported.Students.Should().Be((2, 0, 0, 0));
        const string reason = "No school here has SchoolCode or SisSchoolCode 'NEW', or SchoolCode 'o-NEW'. Add it to schools.csv with its TimeZone first; OneRoster does not say where a school is.";
        place.Remarks.Should().Contain("orgs.csv:5: rejected: " + reason);
        place.Remarks.Should().Contain(version == "1.1"
            ? ["users.csv:3: rejected: " + reason, "users.csv:4: note: Enrolled at the other schools of the row only. " + reason]
            : ["roles.csv:3: rejected: " + reason, "roles.csv:4: rejected: " + reason]);
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0003 ..");
    }

    [Fact]
    public async Task Org_IsRejected_WhenItIsNoClearSchool_AndItsStudentsStayAsTheyAre()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));
        var roster = RosterFiles.Of("1.2").Org("o-summer", "school", "LHS").Org("o-LHS", "school", "RMS").Row("orgs.csv", ",,,nameless,school,LHS,");

        var imported = await place.ImportAsync(roster.Student("0001 LHS").Student("0002 summer").Student("0003 nowhere"));

        imported["orgs.csv"].Rejected.Should().Be(3);
        place.Remarks.Should().Contain([
            "orgs.csv:5: rejected: Organisation 'o-summer' would be school LHS, and so is organisation 'o-LHS'. One school is one organisation.",
            "orgs.csv:6: rejected: Organisation 'o-LHS' is listed twice; the first row was used.",
            "orgs.csv:7: rejected: sourcedId is blank.",
            "roles.csv:4: rejected: Organisation 'o-nowhere' is not in orgs.csv, and no school here has it as SchoolCode. Add its row to orgs.csv.",
        ]);
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..");
    }

    [Fact]
    public async Task Org_IsRejected_WhenSeveralSchoolsShareTheSisCode()
    {
        await using var place = await RosterPlace.MakeAsync();
        await using (var db = place.Open())
        {
            db.Add(new School("EHS", new SchoolFacts("Evening", (await db.Schools.FirstAsync(RosterPlace.Now)).Zone, "1001", null)));
            await db.SaveChangesAsync(RosterPlace.Now);
        }

        await place.ImportAsync(NoOrgs().Org("x", "school", "1001"));

        place.Remarks.Should().Equal("orgs.csv:2: rejected: Several schools here have SisSchoolCode '1001': EHS, LHS. Make it one.");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public async Task Student_IsWhatTheFilesSay(string version)
    {
        await using var place = await RosterPlace.MakeAsync();
        var roster = RosterFiles.Of(version).Student("0001 LHS", grades: "09,10", userIds: "{Fed:9},{StateID:S-77}")
            .Header("demographics.csv", "sourcedId,status,dateLastModified,birthDate,sex").Row("demographics.csv", "u-0001,,,2011-04-30,").Row("demographics.csv", "u-else,,,,");

        var imported = await place.ImportAsync(roster);

        (await place.StudentAsync("0001")).Facts.Should().Be(new StudentFacts("S-77", "Given0001", "Middle", "Family0001", new DateOnly(2011, 4, 30), "09"));
        (imported["demographics.csv"].Used, imported["demographics.csv"].PassedOver).Should().Be((1, 1));
    }

    [Fact]
    public async Task BirthDateAndStateId_AreKept_WhenTheRosterHasNone()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Of("1.2").Student("0001 LHS", userIds: "{state:S-77}")
            .Header("demographics.csv", "sourcedId,status,dateLastModified,birthDate,sex").Row("demographics.csv", "u-0001,,,2011-04-30,"));

        await place.ImportAsync(RosterFiles.Of("1.2").Student("0001 LHS", grades: "10"));

        (await place.StudentAsync("0001")).Facts.Should().Be(new StudentFacts("S-77", "Given0001", "Middle", "Family0001", new DateOnly(2011, 4, 30), "10"));
    }

    [Fact]
    public async Task BirthDate_IsRejected_WhenItIsNoDate_AndTheStudentIsStillTaken()
    {
        await using var place = await RosterPlace.MakeAsync();

        var imported = await place.ImportAsync(RosterFiles.Bulk("0001 LHS").Header("demographics.csv", "sourcedId,status,dateLastModified,birthDate,sex").Row("demographics.csv", "u-0001,,,4/30/2011,"));

        place.Remarks.Should().Contain("demographics.csv:2: rejected: birthDate must be written like 2026-08-17, or be blank.");
        imported.Students.Added.Should().Be(1);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public async Task SourcedId_IsTheStudentNumber_WhenIdentifierIsBlank_AndANoteSaysSo(string version)
    {
        await using var place = await RosterPlace.MakeAsync();

        await place.ImportAsync(RosterFiles.Of(version).Student("0001 LHS").Student("0002 LHS", identifier: "").Student("0003 LHS", identifier: ""));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS u-0002 ..", "LHS u-0003 ..");
        place.Remarks.Should().Contain("users.csv:3: note: identifier is blank here and in 1 more rows; sourcedId was taken as the student number.");
    }

    [Fact]
    public async Task TeachersAndParents_ArePassedOver()
    {
        await using var place = await RosterPlace.MakeAsync();

        var v12 = await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0900").Row("roles.csv", "r9,,,u-0900,primary,teacher,,,o-LHS,"));
        var v11 = await place.ImportAsync(RosterFiles.Of("1.1").Students("0001 LHS").Row("users.csv", "u-0900,,,true,o-LHS,parent,name,,A,B,,0900,,,,,,"));

        (v12.Users.PassedOver, v12["roles.csv"].PassedOver, v12["roles.csv"].Used, v12["orgs.csv"].PassedOver).Should().Be((1, 1, 1, 1));
        (v11.Users.PassedOver, v12.Rejected, v11.Rejected).Should().Be((1, 0, 0));
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
    }

    [Theory]
    [InlineData("", "false")]
    [InlineData("inactive", "true")]
    public async Task DisabledOrInactiveUser_IsPassedOver_NeitherChangedNorRetired(string status, string enabled)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Of("1.2").Student("0001 LHS", status: status, enabled: enabled, grades: "12").Student("0002 LHS", status: status, enabled: enabled));

        (imported.Students, imported.Users.PassedOver, imported.Rejected).Should().Be(((0, 0, 0, 0), 2, 0));
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
        (await place.StudentAsync("0001")).Facts.Grade.Should().Be("09");
    }

    [Fact]
    public async Task InactiveRole_IsPassedOver_AndRetiresNobody()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        (await place.ImportAsync(RosterFiles.Of("1.2").Student("0001 LHS", roleStatus: "inactive"))).Rejected.Should().Be(0);

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
    }

    [Theory]
    [InlineData("u-0002,archived,,true,name,,A,B,,0002,,,,,09,", "status is 'archived'. In a bulk file it is active or tobedeleted, or blank.")]
    [InlineData("u-0002,,,perhaps,name,,A,B,,0002,,,,,09,", "enabledUser is 'perhaps'. Write true or false.")]
    [InlineData("u-0001,,,true,name,,A,B,,0002,,,,,09,", "The sourcedId was given on line 2 already; that row was used.")]
    [InlineData("u-0010,,,true,name,,A,B,,0002,,,,,09,", "No row of roles.csv places this student at a school.")]
    public async Task UserRow_IsRejected_AndItsStudentStaysAsItIs(string row, string reason)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));
        var roster = RosterFiles.Bulk("0001 LHS").Row("users.csv", row)
            .Row("roles.csv", "r10,,,u-0010,primary,student,,,o-district,");
        if (row.StartsWith("u-0002", StringComparison.Ordinal))
            roster.Row("roles.csv", "r2,,,u-0002,primary,student,,,o-LHS,");

        await place.ImportAsync(roster);

        place.Remarks.Should().Contain("users.csv:3: rejected: " + reason);
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..");
        (await place.StudentAsync("0002")).Facts.FirstName.Should().Be("Given0002");
    }

    [Fact]
    public async Task UserRow_IsRejected_WhenAnotherUserHasTheNumber_AndNoStayOfItEnds()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS+RMS"));

        await place.ImportAsync(RosterFiles.Bulk("0001 LHS").Student("0009 RMS", identifier: "0001"));

        place.Remarks.Should().Contain("users.csv:3: rejected: The student number was given on line 2 already; that row was used.");
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "RMS 0001 ..");
    }

    [Fact]
    public async Task UserRow_IsRejected_WhenTheNumberIsTooLong_OrNoSchoolIsNamed()
    {
        await using var place = await RosterPlace.MakeAsync();

        await place.ImportAsync(RosterFiles.Of("1.1").Student("0001 LHS", identifier: new string('9', 101)).Student("0002 district").Student("0003 LHS"));

        place.Remarks.Should().Contain(["users.csv:2: rejected: identifier must have at most 100 characters.", "users.csv:3: rejected: orgSourcedIds names no school."]);
        (await place.StaysAsync()).Should().Equal("LHS 0003 ..");
    }

    [Theory]
    [InlineData("r2,,,u-0002,primary,student,,,,", "The row names no school.")]
    [InlineData("r2,,,u-0002,primary,student,2026-09-02,2026-09-01,o-LHS,", "endDate is before beginDate.")]
    [InlineData("r2,,,u-0002,primary,student,,0001-01-01,o-LHS,", "endDate is before beginDate.")]
    [InlineData("r2,,,u-0002,primary,student,2026-09-02T00:00:00Z,,o-LHS,", "beginDate must be written like 2026-08-17, or be blank.")]
    [InlineData("r2,gone,,u-0002,primary,student,,,o-LHS,", "status is 'gone'. In a bulk file it is active or tobedeleted, or blank.")]
    public async Task RoleRow_IsRejected_AndItsStudentStaysAsItIs(string row, string reason)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Bulk("0001 LHS").Row("users.csv", "u-0002,,,true,name,,A,B,,0002,,,,,09,").Row("roles.csv", row));

        (imported["roles.csv"].Rejected, imported.Users.PassedOver).Should().Be((1, 1));
        place.Remarks.Should().Contain("roles.csv:3: rejected: " + reason);
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..");
    }

    [Fact]
    public async Task Remarks_HoldNoNameAndNoNumberOfAStudent()
    {
        await using var place = await RosterPlace.MakeAsync();

        await place.ImportAsync(RosterFiles.Bulk("4417 LHS", "4417 LHS", "4418").Student("4419 LHS", identifier: "").Student("4420 LHS", enabled: "x").Row("roles.csv", "r,,,u-4421,primary,student,,,o-LHS,"));

        place.Remarks.Should().HaveCountGreaterThan(4).And.NotContain(r => r.Contains("44", StringComparison.Ordinal) || r.Contains("Given", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    [InlineData("1.2", true)]
    public async Task School_IsLearntFromTheClasses_WhenUsersNameNone(string version, bool column)
    {
        await using var place = await RosterPlace.MakeAsync();
        var roster = RosterFiles.Of(version);
        if (version == "1.2")
            roster.Without("roles.csv").Manifest("file.roles", "absent").Row("users.csv", "u1,,,true,name,,A,B,,0001,,,,,09,");
        else if (column)
            roster.Row("users.csv", "u1,,,true,,student,name,,A,B,,0001,,,,,09,");
        else
            roster.Header("users.csv", "sourcedId,role,givenName,familyName,identifier").Row("users.csv", "u1,student,A,B,0001");
        roster.Header("classes.csv", "sourcedId,status,dateLastModified,title,schoolSourcedId").Row("classes.csv", "c1,,,Algebra,o-LHS").Row("classes.csv", "c1,,,Algebra,o-RMS")
            .Header("enrollments.csv", "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate")
            .Row("enrollments.csv", "e1,,,c1,,u1,student,,2026-08-17,2026-12-19").Row("enrollments.csv", "e2,,,c2,o-LHS,u1,student,,2027-01-05,2027-06-12")
            .Row("enrollments.csv", "e3,tobedeleted,,c3,o-RMS,u1,student,,,").Row("enrollments.csv", "e4,,,c1,,u9,teacher,,,");

        var imported = await place.ImportAsync(roster);

        (await place.StaysAsync()).Should().Equal("LHS 0001 2026-08-17..2027-06-11");
        (imported["enrollments.csv"].Used, imported["enrollments.csv"].PassedOver).Should().Be((2, 2));
        place.Remarks.Should().Contain("classes.csv:3: rejected: The class is listed twice; the first row was used.");
        (await place.ImportAsync(roster)).Students.Should().Be((0, 0, 1, 0));
    }

    [Fact]
    public async Task Enrollments_AreNotRead_WhenUsersNameTheirSchools()
    {
        await using var place = await RosterPlace.MakeAsync();
        var roster = RosterFiles.Of("1.1").Students("0001 LHS").Header("enrollments.csv", "nonsense");

        (await place.ImportAsync(roster)).Reports.Select(r => r.File).Should().NotContain("enrollments.csv");

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
    }

    private static RosterFiles NoOrgs() => RosterFiles.Of("1.2").Header("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId");
}
