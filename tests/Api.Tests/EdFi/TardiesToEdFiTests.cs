using K12Sync.Api.Simulators.EdFi;
using K12Sync.Api.Tests.Childcare;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.EdFi;

public sealed class TardiesToEdFiOnSqlite(PostgresServer server) : TardiesToEdFiTests(new Places(On.Sqlite, server));

public sealed class TardiesToEdFiOnPostgres(PostgresServer server) : TardiesToEdFiTests(new Places(On.Postgres, server));

/// <summary>Tardies of a school as events of an Ed-Fi API, through the ledger.</summary>
public abstract class TardiesToEdFiTests(Places places)
{
    private const string Destination = """ "records": "Tardies", "studentId": "StateId", "schoolIds": {"LHS": 255901003}, "categories": {"tardies": {"T": "Tardy", "TL": "Tardy", "UA": "Unexcused Absence"}} """;

    private async Task<EdFiJourney> StartAsync()
    {
        var place = await ChildcarePlace.MakeAsync(places, "2026-09-15 20:00");
        await place.ImportAsync("schools.csv", "SchoolCode,Name,TimeZone,SisSchoolCode,GraceMinutes", "LHS,Lincoln,America/Chicago,,", "OMS,Oak,America/Chicago,,");
        await place.ImportAsync("students.csv", "SchoolCode,StudentNumber,StateId,FirstName,MiddleName,LastName,BirthDate,Grade", "LHS,0042,TX0042,A,,B,2010-01-01,9", "LHS,0043,TX0043,C,,D,2010-01-01,9", "LHS,0044,,E,,F,2010-01-01,9");
        await place.ImportAsync("bell-schedules.csv", "SchoolCode,Schedule,Period,SisPeriodCode,Opens,Bell,Ends,TakesAttendance", "LHS,Regular,Period 1,1,,08:00,09:00,true", "LHS,Regular,Period 2,2,09:00,09:05,10:00,true");
        await place.ImportAsync("default-week.csv", "SchoolCode,DayOfWeek,Schedule", "LHS,Tuesday,Regular");
        await place.ImportAsync("behavior-codes.csv", "SchoolCode,Code,Name,Description,PassMessage,Type,ExternalCode,LatenessLadder", ",TDY,Tardy,,,Tardy,,0:T;15:TL;30:UA", ",TBUS,Late bus,,,Tardy,TB,");
        return await EdFiJourney.StartAsync(place, Destination);
    }

    private static async Task PassAsync(EdFiJourney journey, params string[] passes)
    {
        await journey.Place.ImportAsync("passes.csv", ["PassId,SchoolCode,StudentNumber,Code,IssuedAt,Voided", .. passes]);
        journey.Place.Remarks.Should().BeEmpty();
    }

    [Fact]
    public async Task Tardies_OfADayAreOneEvent_WithAllMinutesLate()
    {
        await using var journey = await StartAsync();
        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,false", "P2,LHS,0042,TDY,2026-09-15T09:25:00-05:00,false", "P3,LHS,0043,TDY,2026-09-15T08:40:00-05:00,false");

        var run = await journey.RunAsync();

        (run.Status, run.RowsSent, run.Error).Should().Be((SyncRunStatus.Succeeded, 3, null));
        journey.Events().Should().Equal("TX0042 09-15 Tardy 08:07:00- 27", "TX0043 09-15 Unexcused Absence 08:40:00- 40");
        (await journey.LinesAsync()).Should().Equal("Delivered 3");
        (await journey.RunAsync()).RowsSent.Should().Be(0);
        journey.Api.Troubles.Seen.Should().HaveCount(2);
    }

    [Fact]
    public async Task TardyThatBecomesAnother_OrIsVoided_IsDeletedThere()
    {
        await using var journey = await StartAsync();
        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,false");
        await journey.RunAsync();

        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,true", "P2,LHS,0042,TDY,2026-09-15T08:45:00-05:00,false");
        await journey.RunAsync();
        journey.Events().Should().Equal("TX0042 09-15 Unexcused Absence 08:45:00- 45");
        journey.Api.Troubles.Seen.Should().Equal("POST", "DELETE", "POST");

        await PassAsync(journey, "P2,LHS,0042,TDY,2026-09-15T08:45:00-05:00,true");
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().BeEmpty();
        (await journey.HeldAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task CodeWithoutACategory_AndStudentWithoutAnId_AreHeldWithTheReason_AndTheOthersGo()
    {
        await using var journey = await StartAsync();
        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,false", "P2,LHS,0043,TBUS,2026-09-15T08:07:00-05:00,false", "P3,LHS,0044,TDY,2026-09-15T08:07:00-05:00,false");

        var run = await journey.RunAsync();

        (run.Status, run.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 1));
        run.Held.Select(h => h.Explanation).Should().BeEquivalentTo(
            "The code 'TB' has no Ed-Fi category. Add it to the connector's categories.", "There is no Ed-Fi student id (StudentUniqueId). Enter the id that the Ed-Fi system has.");
        journey.Events().Should().ContainSingle();
    }

    [Theory]
    [InlineData(409, SyncRunStatus.SucceededWithHolds)]
    [InlineData(503, SyncRunStatus.Failed)]
    public async Task Event_ThatDoesNotGo_GoesWithALaterRun(int status, SyncRunStatus expected)
    {
        await using var journey = await StartAsync();
        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,false", "P2,LHS,0043,TDY,2026-09-15T08:07:00-05:00,false");
        journey.Api.Troubles.Next("POST", new EdFiTrouble.Answers(status));

        (await journey.RunAsync()).Status.Should().Be(expected);
        journey.Events().Should().ContainSingle();

        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().HaveCount(2);
        journey.Api.Troubles.Seen.Should().HaveCount(3, "what was taken is not sent again");
    }

    [Fact]
    public async Task EventThatMayHaveArrived_ThenIsRefused_AndWhoseTardyIsVoided_IsLookedForAndDeleted()
    {
        await using var journey = await StartAsync();
        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,false");
        journey.Api.Troubles.Next("POST", new EdFiTrouble.AcceptsAndBreaksOff(), new EdFiTrouble.Answers(409));
        await journey.RunAsync();
        await PassAsync(journey, "P1,LHS,0042,TDY,2026-09-15T08:07:00-05:00,true");

        await journey.RunAsync();
        await journey.RunAsync();

        journey.Events().Should().BeEmpty();
        (await journey.HeldAsync()).Should().BeEmpty();
    }
}
