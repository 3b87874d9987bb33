namespace K12Sync.Api.Tests.Imports.OneRoster;

public sealed class RetirementTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public async Task BulkRoster_EndsTheStayYesterday_WhenAStudentIsMissing(string version)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Of(version).Students("0001 LHS", "0002 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Of(version).Students("0001 LHS"));

        imported.Students.Should().Be((0, 0, 1, 1));
        imported.Rejected.Should().Be(0);
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..2026-09-14");
    }

    [Fact]
    public async Task Yesterday_IsTheSchoolsOwn()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));
        place.Instant = new DateTimeOffset(2026, 9, 16, 2, 0, 0, TimeSpan.Zero);

        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        (await place.StaysAsync()).Should().Contain("LHS 0002 ..2026-09-14");
    }

    [Fact]
    public async Task BulkRoster_EndsOneStayOnly_WhenAStudentOfTwoSchoolsLeavesOne()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS+RMS"));

        await place.ImportAsync(RosterFiles.Bulk("0001 RMS"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..2026-09-14", "RMS 0001 ..");
    }

    [Fact]
    public async Task BulkRoster_LeavesSchoolsAlone_ThatItDoesNotMention()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 RMS"));
        var onlyLhs = RosterFiles.Of("1.2").Header("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId").Org("o-LHS", "school", "LHS");

        await place.ImportAsync(onlyLhs.Students("0001 LHS"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "RMS 0002 ..");
    }

    [Fact]
    public async Task SameRosterAgain_ChangesNothing_NorDoesItOnALaterDay()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS 2026-08-17..2027-06-12", "0002 LHS"));
        var roster = RosterFiles.Bulk("0001 LHS 2026-08-17..2027-06-12", "0003 RMS");
        await place.ImportAsync(roster);
        var stays = await place.StaysAsync();

        (await place.ImportAsync(roster)).Students.Should().Be((0, 0, 2, 0));
        place.Today = new DateOnly(2026, 10, 1);
        (await place.ImportAsync(roster)).Students.Should().Be((0, 0, 2, 0));

        (await place.StaysAsync()).Should().Equal(stays);
    }

    [Fact]
    public async Task StudentWhoComesBack_ContinuesTheStay_AndKeepsTheFirstDay()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS 2026-08-17.."));
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));
        place.Today = new DateOnly(2026, 11, 3);

        (await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS 2026-11-02.."))).Students.Should().Be((0, 1, 1, 0));

        (await place.StaysAsync()).Should().Contain("LHS 0002 2026-08-17..");
    }

    [Fact]
    public async Task Passes_AreJudgedByTheirDay_WhenTheStudentIsRetiredAndComesBack()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.PassAsync("0002", "2026-09-14");
        (await place.OutcomesAsync()).Should().Equal("0002@2026-09-14 UnknownStudent");

        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));
        (await place.OutcomesAsync()).Should().Equal("0002@2026-09-14 UnknownCode");

        await place.PassAsync("0002", "2026-09-15");
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));
        await place.PassAsync("0002", "2026-09-13");
        await place.PassAsync("0002", "2026-09-16");
        (await place.OutcomesAsync()).Should().Equal(
            "0002@2026-09-13 UnknownCode", "0002@2026-09-14 UnknownCode", "0002@2026-09-15 NotEnrolled", "0002@2026-09-16 NotEnrolled");

        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));
        (await place.OutcomesAsync()).Should().OnlyContain(o => o.EndsWith("UnknownCode", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RetiredStudent_AttendsAgain_WhenStudentsCsvSaysSo()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));
        var file = place.NewPath("students.csv");
        await File.WriteAllTextAsync(file, "SchoolCode,StudentNumber,FirstName,LastName,MiddleName,Grade\nLHS,0002,Given0002,Family0002,Middle,09\n", RosterPlace.Now);

        (await place.ImportAsync(file)).Reports.Single().Updated.Should().Be(1);
        (await place.ImportAsync(file)).Reports.Single().Unchanged.Should().Be(1);

        (await place.StaysAsync()).Should().Contain("LHS 0002 ..");
    }

    [Theory]
    [InlineData("0002 LHS ..2026-09-30", "..2026-09-29")]
    [InlineData("0002 LHS 2026-08-17..2026-09-10", "2026-08-17..2026-09-09")]
    [InlineData("0002 LHS 2026-10-01..", "2026-10-01..")]
    public async Task Days_OfARole_BecomeThoseOfTheStay_TheLastExclusive(string student, string days)
    {
        await using var place = await RosterPlace.MakeAsync();

        await place.ImportAsync(RosterFiles.Bulk(student));

        (await place.StaysAsync()).Should().Equal("LHS 0002 " + days);
    }

    [Fact]
    public async Task RolesAtOneSchool_AreOneStay_FromTheFirstDayToTheLast()
    {
        await using var place = await RosterPlace.MakeAsync();

        await place.ImportAsync(RosterFiles.Bulk("0002 LHS 2025-08-17..2026-06-12").Row("roles.csv", "r2,,,u-0002,secondary,student,2026-08-16,2027-06-11,o-LHS,"));

        (await place.StaysAsync()).Should().Equal("LHS 0002 2025-08-17..2027-06-10");
    }

    [Fact]
    public async Task RoleThatEndsOnTheDayItBegins_IsNoStay_AndEndsTheOneThereWas()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        await place.ImportAsync(RosterFiles.Bulk("0001 LHS 2026-08-17..2026-08-17", "0002 LHS 2026-08-17..2026-08-17"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..2026-09-14");
    }

    [Fact]
    public async Task FirstDay_NeverMovesForward_SoThatLastYearsPassesKeepTheirStudent()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS 2025-08-18.."));
        await place.PassAsync("0001", "2026-03-02");

        (await place.ImportAsync(RosterFiles.Bulk("0001 LHS 2026-08-17.."))).Students.Should().Be((0, 0, 1, 0));
        (await place.ImportAsync(RosterFiles.Bulk("0001 LHS 2025-01-06.."))).Students.Should().Be((0, 1, 0, 0));

        (await place.StaysAsync()).Should().Equal("LHS 0001 2025-01-06..");
        (await place.OutcomesAsync()).Should().Equal("0001@2026-03-02 UnknownCode");
    }

    [Theory]
    [InlineData(5, 4, false)]
    [InlineData(6, 0, true)]
    [InlineData(59, 53, true)]
    [InlineData(60, 54, false)]
    public async Task Roster_IsHeld_WhenMoreThanFiveAndMoreThanTheShareWouldGo(int before, int after, bool held)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.BulkOf(before));
        var stays = await place.StaysAsync();

        var imported = await place.ImportAsync(RosterFiles.BulkOf(after).Students("9999 RMS"));

        if (held)
        {
            imported.Students.Should().Be((0, 0, 0, 0));
            imported.Users.Held.Should().Be(after + 1);
            place.Remarks.Should().ContainSingle(r => r.StartsWith($"users.csv:1: held: {before - after} of the {before} students enrolled at school LHS would be retired", StringComparison.Ordinal)
                && r.Contains("--most-retired 100", StringComparison.Ordinal));
            (await place.StaysAsync()).Should().Equal(stays);
        }
        else
            imported.Students.Should().Be((1, 0, after, before - after));
    }

    [Fact]
    public async Task HeldRoster_GoesThrough_WhenTheShareIsRaised()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.BulkOf(20));

        (await place.ImportAsync(RosterFiles.BulkOf(8), mostRetired: 59)).Users.Held.Should().Be(8);
        (await place.ImportAsync(RosterFiles.BulkOf(8), mostRetired: 60)).Students.Should().Be((0, 0, 8, 12));
        (await place.ImportAsync(RosterFiles.Of("1.2"), mostRetired: 100)).Users.Retired.Should().Be(8);
    }

    [Fact]
    public async Task Roster_IsHeld_WhenItsDaysOrADeltaWouldEmptyASchool()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.BulkOf(20));
        var ended = RosterFiles.Bulk([.. Enumerable.Range(1, 20).Select(i => $"{i:0000} LHS ..2026-09-01")]);
        var deleted = RosterFiles.Of("1.2", "delta");
        for (var i = 1; i <= 20; i++)
            deleted.Student($"{i:0000} LHS", status: "tobedeleted", roleStatus: "tobedeleted");

        (await place.ImportAsync(ended)).Users.Held.Should().Be(20);
        (await place.ImportAsync(deleted)).Users.Held.Should().Be(20);
    }

    [Fact]
    public async Task HeldRoster_StillNamesItsRejectedRows_AndLeavesTheRestOfTheFolderToBeRead()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.BulkOf(20));
        var folder = RosterFiles.BulkOf(2).Student("0003 LHS", enabled: "maybe").WriteTo(place.NewPath("roster"));
        await File.WriteAllTextAsync(Path.Combine(folder, "passes.csv"), "PassId,SchoolCode,StudentNumber,Code,IssuedAt\nP1,LHS,0020,T,2026-09-15T08:00:00-04:00\n", RosterPlace.Now);

        var imported = await place.ImportAsync(folder);

        imported.Users.Held.Should().Be(2);
        imported.Users.Rejected.Should().Be(1);
        imported["passes.csv"].Added.Should().Be(1);
    }

    [Theory]
    [InlineData("users.csv", "u-0002,,,true,\"a\"b,,Given,Family,,0002,,,,,09,")]
    [InlineData("users.csv", "u-0002,,,true")]
    [InlineData("users.csv", ",,,true,name,,Given,Family,,0002,,,,,09,")]
    [InlineData("roles.csv", "r2,,,,primary,student,,,o-LHS,")]
    [InlineData("roles.csv", "r2,,,u-0002,primary,student,,,o-LHS,")]
    [InlineData("roles.csv", "r2,,,u-0002,primary,student,17.8.2026,,o-LHS,")]
    public async Task NobodyIsRetiredForBeingMissing_WhenARowCouldBeTheirs(string file, string row)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Bulk("0001 LHS").Row(file, row));

        imported[file].Rejected.Should().Be(1);
        place.Remarks.Should().ContainSingle(r => r.StartsWith("users.csv:1: note: 1 enrolments that the roster does not have were left as they are", StringComparison.Ordinal));
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..");
    }
}
