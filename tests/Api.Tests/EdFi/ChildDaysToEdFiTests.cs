using K12Sync.Api.Simulators.EdFi;
using K12Sync.Api.Tests.Childcare;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.EdFi;

public sealed class ChildDaysToEdFiOnSqlite(PostgresServer server) : ChildDaysToEdFiTests(new Places(On.Sqlite, server));

public sealed class ChildDaysToEdFiOnPostgres(PostgresServer server) : ChildDaysToEdFiTests(new Places(On.Postgres, server));

/// <summary>Child-days of two sites as events of an Ed-Fi API, through the ledger.</summary>
public abstract class ChildDaysToEdFiTests(Places places)
{
    private const string Destination = """ "records": "ChildDays", "schoolIds": {"SUN": 255901001, "NGT": 255901002} """;

    private async Task<EdFiJourney> StartAsync(string secret = "secret:with/signs")
    {
        var place = await ChildcarePlace.MakeAsync(places, "2026-09-19 09:00");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "SUN,Sunrise,America/Chicago,TX,Mon-Fri 06:30-18:00,no", "NGT,Night Owl,America/Chicago,TX,,yes");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "TX,0040217,Dallas County,");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId",
            "SUN,0101,Ana,,Pérez,2022-03-14,2026-09-14,,Mon-Fri,", "SUN,0102,Ben,,Okafor,2021-11-02,2026-09-14,,Mon-Fri,", "NGT,0201,Cleo,,Hart,2021-01-02,2026-09-14,,Mon-Fri,");
        await place.ImportAsync("authorizations.csv", "SiteCode,ChildNumber,ProviderId,From,To,Days", "SUN,0101,0040217,2026-09-01,2027-08-31,", "SUN,0102,0040217,2026-09-01,2027-08-31,");
        return await EdFiJourney.StartAsync(place, Destination, secret: secret);
    }

    private static Task PunchAsync(EdFiJourney journey, params string[] events) => journey.Place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. events]);

    private static Task AbsentAsync(EdFiJourney journey, string date, string code) => journey.Place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", $"SUN,0102,{date},{code}");

    private static Task AnaOnMondayAsync(EdFiJourney journey) => PunchAsync(journey, "a1,SUN,0101,In,2026-09-14 08:00,,,", "a2,SUN,0101,Out,2026-09-14 12:00,,,");

    [Fact]
    public async Task Week_GoesAsOneEventForEachDate_AStayOverMidnightAsTwo_AndOnlyOnce()
    {
        await using var journey = await StartAsync();
        await PunchAsync(journey,
            "a1,SUN,0101,In,2026-09-14 08:00,,,", "a2,SUN,0101,Out,2026-09-14 12:00,,,", "a3,SUN,0101,In,2026-09-14 13:00,,,", "a4,SUN,0101,Out,2026-09-14 17:00,,,",
            "a5,SUN,0101,In,2026-09-15 08:00,,,", "a6,SUN,0101,Out,2026-09-15 12:00,,,", "n1,NGT,0201,In,2026-09-17 22:00,,,", "n2,NGT,0201,Out,2026-09-18 06:00,,,",
            "t1,SUN,0101,In,2026-09-19 07:00,,,");
        await AbsentAsync(journey, "2026-09-15", "Illness");

        var run = await journey.RunAsync();

        (run.Status, run.RowsSent, run.Error).Should().Be((SyncRunStatus.Succeeded, 5, null));
        string[] week =
        [
            "0101 09-14 In Attendance 08:00:00-17:00:00 480", "0101 09-15 In Attendance 08:00:00-12:00:00 240", "0102 09-15 Excused Absence",
            "0201 09-17 In Attendance 22:00:00-23:59:59 120", "0201 09-18 In Attendance 00:00:00-06:00:00 360",
        ];
        journey.Events().Should().Equal(week, "the 19th is not over yet");
        (await journey.LinesAsync()).Should().Equal("Delivered 5");
        (await journey.BatchesAsync()).Should().HaveCount(2).And.OnlyContain(b => b.Status == BatchStatus.Delivered, "one for each school");

        var requests = journey.Api.Troubles.Seen.Count;
        (await journey.RunAsync()).RowsSent.Should().Be(0);
        journey.Api.Troubles.Seen.Should().HaveCount(requests, "nothing is owed, so nothing is asked");
    }

    [Fact]
    public async Task EndOfANight_ThatIsCorrected_ChangesTheEventOfTheNextDateToo()
    {
        await using var journey = await StartAsync();
        await PunchAsync(journey, "n1,NGT,0201,In,2026-09-16 22:00,,,", "n2,NGT,0201,Out,2026-09-17 06:00,,,");
        await journey.RunAsync();

        await PunchAsync(journey, "n2,NGT,0201,Out,2026-09-17 05:00,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(2);
        journey.Events().Should().Equal("0201 09-16 In Attendance 22:00:00-23:59:59 120", "0201 09-17 In Attendance 00:00:00-05:00:00 300");

        await PunchAsync(journey, "n2,NGT,0201,Out,2026-09-16 23:30,,,");
        await journey.RunAsync();
        journey.Events().Should().Equal("0201 09-16 In Attendance 22:00:00-23:30:00 90");
        (await journey.HeldAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task AbsenceThatBecomesAttendance_IsDeletedAndPosted_AMinuteMoreIsAnUpdate_AndWhatIsTakenBackIsDeleted()
    {
        await using var journey = await StartAsync();
        await AbsentAsync(journey, "2026-09-15", "Unexplained");
        await journey.RunAsync();
        journey.Events().Should().Equal("0102 09-15 Unexcused Absence");

        await PunchAsync(journey, "b1,SUN,0102,In,2026-09-15 09:00,,,", "b2,SUN,0102,Out,2026-09-15 10:00,,,");
        await journey.RunAsync();
        journey.Events().Should().Equal("0102 09-15 In Attendance 09:00:00-10:00:00 60");
        journey.Api.Troubles.Seen.Should().Equal("POST", "DELETE", "POST");
        var id = journey.IdOf("0102", "2026-09-15");
        (await journey.HeldAsync()).Should().ContainSingle().Which.EventId.Should().Be(id);

        await PunchAsync(journey, "b2,SUN,0102,Out,2026-09-15 10:01,,,");
        await journey.RunAsync();
        journey.IdOf("0102", "2026-09-15").Should().Be(id, "the same key is the same event");
        journey.Events().Should().Equal("0102 09-15 In Attendance 09:00:00-10:01:00 61");

        await AbsentAsync(journey, "2026-09-15", "");
        await PunchAsync(journey, "b1,SUN,0102,In,2026-09-15 09:00,,,true", "b2,SUN,0102,Out,2026-09-15 10:01,,,true");
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().BeEmpty();
        (await journey.HeldAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(409)]
    [InlineData(400)]
    [InlineData(403)]
    public async Task Event_ThatIsRefused_StopsNoOther_AndGoesWithALaterRun(int status)
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        await AbsentAsync(journey, "2026-09-15", "Illness");
        journey.Api.Troubles.Next("POST", new EdFiTrouble.Answers(status));

        var run = await journey.RunAsync();

        (run.Status, run.RowsSent, run.RowsRejected).Should().Be((SyncRunStatus.SucceededWithHolds, 1, 1));
        run.Error.Should().Contain($"({status})").And.NotMatchRegex(@"\b010[12]\b");
        (await journey.LinesAsync()).Should().Equal("Delivered 1", "Rejected 1");
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().HaveCount(2);
    }

    [Fact]
    public async Task Token_ThatIsNotAcceptedAnyMore_IsReplacedWithinTheRun()
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        journey.Api.Troubles.Next("POST", new EdFiTrouble.Answers(401));

        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Api.Tokens.Given.Should().Be(2);
        journey.Events().Should().ContainSingle();
    }

    [Fact]
    public async Task WrongSecret_HoldsTheConnector_UntilTheRightOneIsStored()
    {
        await using var journey = await StartAsync("wrong");
        await AnaOnMondayAsync(journey);

        var run = await journey.RunAsync();
        (run.Status, run.ErrorCode).Should().Be((SyncRunStatus.Failed, TroubleKind.AuthenticationRefused));
        (await journey.ConnectorAsync()).Hold.Should().Be(ConnectorHoldKind.AuthenticationRefused);
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Skipped);
        (await journey.TestAsync()).Should().StartWith("Failed: The Ed-Fi API does not accept the key and secret (401).");

        await journey.StoreSecretAsync();
        (await journey.TestAsync()).Should().StartWith("Passed");
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().Equal("0101 09-14 In Attendance 08:00:00-12:00:00 240");
    }

    [Theory]
    [InlineData("answers 503")]
    [InlineData("breaks off")]
    [InlineData("is silent")]
    [InlineData("accepts and answers 500")]
    public async Task Call_WithoutAnEnd_GoesAgainAsItIs_AndLeavesNoDouble(string how)
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        journey.Api.Troubles.Next("POST", how switch
        {
            "answers 503" => new EdFiTrouble.Answers(503),
            "breaks off" => new EdFiTrouble.AcceptsAndBreaksOff(),
            "is silent" => new EdFiTrouble.AcceptsAndIsSilent(),
            _ => new EdFiTrouble.AcceptsAndAnswers(500),
        });

        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Failed);
        (await journey.LinesAsync()).Should().Equal("Frozen 1");

        // It changes meanwhile: what was frozen goes first, then the change.
        await PunchAsync(journey, "a2,SUN,0101,Out,2026-09-14 12:30,,,");
        var run = await journey.RunAsync();

        run.Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().Equal("0101 09-14 In Attendance 08:00:00-12:30:00 270");
        (await journey.LinesAsync()).Should().Equal("Delivered 2");
        (await journey.HeldAsync()).Should().ContainSingle().Which.EventId.Should().Be(journey.IdOf("0101", "2026-09-14"));
    }

    [Fact]
    public async Task Trouble_ThatMendsItself_IsMendedWithinTheRun()
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        journey.Api.Troubles.Next("POST", new EdFiTrouble.Answers(503), new EdFiTrouble.AcceptsAndBreaksOff());

        (await journey.RunAsync(new RetryPolicy(4, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)))).Status.Should().Be(SyncRunStatus.Succeeded);
        journey.Events().Should().ContainSingle();
    }

    [Theory]
    [InlineData("after preparing")]
    [InlineData("before sending")]
    [InlineData("before settling")]
    public async Task Crash_LeavesNothingThatNobodyKnowsOf(string at)
    {
        await using var journey = await StartAsync();
        await AbsentAsync(journey, "2026-09-15", "Unexplained");
        await journey.CrashAsync(at);

        // The category changes before the next run: what the dead process may have posted must not stay.
        await PunchAsync(journey, "b1,SUN,0102,In,2026-09-15 09:00,,,", "b2,SUN,0102,Out,2026-09-15 10:00,,,");
        await journey.RunAsync();
        await journey.RunAsync();

        journey.Events().Should().Equal("0102 09-15 In Attendance 09:00:00-10:00:00 60");
        (await journey.HeldAsync()).Should().ContainSingle().Which.EventId.Should().Be(journey.IdOf("0102", "2026-09-15"));
        (await journey.BatchesAsync()).Should().OnlyContain(b => b.Status == BatchStatus.Delivered);
    }

    [Fact]
    public async Task ChildNotCheckedOut_OrWithErrors_IsHeldWithTheReason_AndWhatWasToldStays()
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        await journey.RunAsync();
        await PunchAsync(journey, "n1,NGT,0201,In,2026-09-18 10:00,,,", "a3,SUN,0101,In,2026-09-14 07:00,,,");

        var run = await journey.RunAsync();

        run.HeldDays.Select(h => h.Reason).Order().Should().Equal(HoldReason.DayHasErrors, HoldReason.NotCheckedOut);
        journey.Events().Should().Equal("0101 09-14 In Attendance 08:00:00-12:00:00 240");
    }

    [Fact]
    public async Task ErrorOnADayThatWasTold_HoldsIt_AndWhenItIsMendedNothingGoesAgain()
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        await journey.RunAsync();
        var calls = journey.Api.Troubles.Seen.Count;

        await PunchAsync(journey, "a9,SUN,0101,Out,2026-09-14 15:00,,,");
        var faulty = await journey.RunAsync();

        (faulty.Status, faulty.RowsSent, faulty.HeldDays.Single().Reason).Should().Be((SyncRunStatus.SucceededWithHolds, 0, HoldReason.DayHasErrors));
        (await journey.StandAsync()).Should().ContainSingle().Which.Should().StartWith("0101 09-14 Error: The check-out at 15:00 on 2026-09-14 has no check-in");
        (await journey.RunAsync()).HeldDays.Should().ContainSingle("it stays held, run after run");

        await PunchAsync(journey, "a9,SUN,0101,Out,2026-09-14 15:00,,,yes");
        var mended = await journey.RunAsync();
        (mended.Status, mended.RowsSent, mended.HeldDays.Length).Should().Be((SyncRunStatus.Succeeded, 0, 0));
        (await journey.StandAsync()).Should().Equal("0101 09-14 Transferred");
        journey.Api.Troubles.Seen.Should().HaveCount(calls, "nothing was asked of the API meanwhile");
        journey.Events().Should().Equal("0101 09-14 In Attendance 08:00:00-12:00:00 240");
    }

    [Fact]
    public async Task ErrorOnANightThatWasTold_HoldsTheDateItReachesIntoToo()
    {
        await using var journey = await StartAsync();
        await PunchAsync(journey, "n1,NGT,0201,In,2026-09-16 22:00,,,", "n2,NGT,0201,Out,2026-09-17 06:00,,,");
        await journey.RunAsync();

        await PunchAsync(journey, "n3,NGT,0201,Out,2026-09-16 12:00,,,");
        var run = await journey.RunAsync();

        run.HeldDays.Should().OnlyContain(h => h.Reason == HoldReason.DayHasErrors).And.HaveCount(2);
        journey.Events().Should().Equal("0201 09-16 In Attendance 22:00:00-23:59:59 120", "0201 09-17 In Attendance 00:00:00-06:00:00 360");
    }

    [Fact]
    public async Task OneDay_GoesWhenAPersonWantsIt_WithWhatOfItReachesIntoTheNextDate_AndNoOther()
    {
        await using var journey = await StartAsync();
        await PunchAsync(journey, "n1,NGT,0201,In,2026-09-16 22:00,,,", "n2,NGT,0201,Out,2026-09-17 06:00,,,");
        await journey.RunAsync();
        await AnaOnMondayAsync(journey);
        await PunchAsync(journey, "n1,NGT,0201,In,2026-09-16 21:00,,,", "n2,NGT,0201,Out,2026-09-17 05:00,,,");

        (await journey.SendAsync("0201", "2026-09-16")).Should().BeOfType<Api.Childcare.SendResult.Sent>().Which.Transfer.Status.Should().Be(Api.Childcare.TransferStatus.Transferred);

        journey.Events().Should().Equal("0201 09-16 In Attendance 21:00:00-23:59:59 180", "0201 09-17 In Attendance 00:00:00-05:00:00 300");
        (await journey.SendAsync("0201", "2026-09-16")).Should().BeOfType<Api.Childcare.SendResult.NotSent>().Which.Reason.Should().StartWith("Ed-Fi has the day as it is");
        (await journey.SendAsync("0102", "2026-09-14")).Should().BeOfType<Api.Childcare.SendResult.NotSent>().Which.Reason.Should().StartWith("There is nothing of this day that Ed-Fi is told.");
        await PunchAsync(journey, "a9,SUN,0101,Out,2026-09-14 15:00,,,");
        (await journey.SendAsync("0101", "2026-09-14")).Should().BeOfType<Api.Childcare.SendResult.NotSent>().Which.Reason.Should().StartWith("The check-out at 15:00");
    }

    [Fact]
    public async Task InterchangeFile_HasTheSameEvents_WhateverWasSent()
    {
        await using var journey = await StartAsync();
        await AnaOnMondayAsync(journey);
        await AbsentAsync(journey, "2026-09-15", "Illness");
        await journey.RunAsync();

        var (events, leftOut, xml) = await journey.InterchangeAsync(new DateOnly(2026, 9, 14), new DateOnly(2026, 9, 14));

        (events, leftOut.Count).Should().Be((1, 0));
        xml.Should().Contain("<StudentUniqueId>0101</StudentUniqueId>").And.NotContain("0102");
    }
}
