namespace K12Sync.Api.Tests.Imports.OneRoster;

public sealed class DeltaTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public async Task Delta_AddsUpdatesAndRetires_AndLeavesTheOthersAlone(string version)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Of(version).Students("0001 LHS", "0002 LHS", "0003 LHS"));
        var delta = RosterFiles.Of(version, "delta").Students("0004 RMS").Student("0002 LHS", grades: "10").Student("0003 LHS", status: "tobedeleted");

        (await place.ImportAsync(delta)).Students.Should().Be((1, 2, 0, 1));
        (await place.ImportAsync(delta)).Students.Should().Be((0, 0, 3, 0));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..", "LHS 0003 ..2026-09-14", "RMS 0004 ..");
        (await place.StudentAsync("0002")).Facts.Grade.Should().Be("10");
    }

    [Fact]
    public async Task Delta12_MovesAStudent_WhenOneRoleIsDeletedAndOneIsNew()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        await place.ImportAsync(RosterFiles.Delta("0001 RMS 2026-09-15..").Row("roles.csv", "r1,tobedeleted,,u-0001,primary,student,,,o-LHS,"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..2026-09-14", "RMS 0001 2026-09-15..");
    }

    [Fact]
    public async Task Delta12_KeepsTheStay_WhenOneRoleIsDeletedAndAnotherAtTheSchoolIsNew()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        await place.ImportAsync(RosterFiles.Delta("0001 LHS").Row("roles.csv", "r1,tobedeleted,,u-0001,primary,student,,,o-LHS,"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
    }

    [Fact]
    public async Task Delta11_MovesAStudent_BecauseOrgSourcedIdsIsTheWholeList()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Of("1.1").Students("0001 LHS"));

        await place.ImportAsync(RosterFiles.Of("1.1", "delta").Students("0001 RMS"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..2026-09-14", "RMS 0001 ..");
    }

    [Fact]
    public async Task Delta11_EndsNoStay_AtASchoolThatItDoesNotMention()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Of("1.1").Students("0001 LHS"));
        var delta = RosterFiles.Of("1.1", "delta").Without("orgs.csv").Manifest("file.orgs", "absent")
            .Row("users.csv", "u-0001,active,,true,RMS,student,name,,Given0001,Family0001,Middle,0001,,,,,09,");

        (await place.ImportAsync(delta)).Rejected.Should().Be(0);

        place.Remarks.Should().ContainSingle().Which.Should().Be("users.csv:2: note: Organisation 'RMS' is school RMS (by sourcedId as SchoolCode).");
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "RMS 0001 ..");
    }

    [Fact]
    public async Task Delta_RetiresAStudentEverywhere_WhenTheUserIsDeleted()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS+RMS"));

        (await place.ImportAsync(RosterFiles.Of("1.2", "delta").Student("0001 LHS", status: "tobedeleted", roleStatus: "tobedeleted"))).Students.Should().Be((0, 1, 0, 2));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..2026-09-14", "RMS 0001 ..2026-09-14");
    }

    [Fact]
    public async Task DeletedUser_IsNoStudent_WhenNobodyKnewIt()
    {
        await using var place = await RosterPlace.MakeAsync();

        (await place.ImportAsync(RosterFiles.Of("1.2", "delta").Student("0001 LHS", status: "tobedeleted"))).Students.Should().Be((0, 0, 1, 0));

        (await place.StaysAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task RoleOfADelta_IsRejected_WhenUsersCsvHasNoRowOfItsUser()
    {
        await using var place = await RosterPlace.MakeAsync();

        var imported = await place.ImportAsync(RosterFiles.Delta().Row("roles.csv", "r1,active,,u-1,primary,student,,,o-LHS,").Row("roles.csv", "r2,active,,u-1,primary,student,,,o-RMS,"));

        imported["roles.csv"].Rejected.Should().Be(2);
        place.Remarks.Should().Contain("roles.csv:2: rejected: users.csv has no readable row of this user (nor of the 1 rows of it that follow). " +
            "OneRoster ids are not kept: send the user's row in the same roster.");
    }

    [Fact]
    public async Task UserOfADeltaWithoutRole_IsRejected_WhenItMayBeAStudentWeKnow()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Delta("0001", "0777"));

        (imported.Users.Rejected, imported.Users.PassedOver).Should().Be((1, 1));
        place.Remarks.Should().Contain("users.csv:2: rejected: roles.csv does not say whether this user is a student. Send the user's role in the same roster.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("gone")]
    public async Task RowOfADelta_IsRejected_WhenItsStatusIsNone(string status)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Of("1.2", "delta").Student("0001 LHS", status: status, grades: "12"));

        imported.Users.Rejected.Should().Be(1);
        place.Remarks.Should().Contain($"users.csv:2: rejected: status is '{status}'. In a delta file it is active or tobedeleted.");
        (await place.StudentAsync("0001")).Facts.Grade.Should().Be("09");
    }

    [Fact]
    public async Task MixedRoster_RetiresNobodyForBeingMissing_WhenOneOfUsersAndRolesIsADelta()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Bulk("0001 LHS", "0002 LHS"));

        await place.ImportAsync(RosterFiles.Of("1.2").Manifest("file.roles", "delta").Student("0001 LHS", roleStatus: "active"));

        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0002 ..");
    }
}
