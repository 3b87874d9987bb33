using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class TexasOnSqlite(PostgresServer server) : TexasTests(new Places(On.Sqlite, server));

public sealed class TexasOnPostgres(PostgresServer server) : TexasTests(new Places(On.Postgres, server));

/// <summary>A Texas centre: connected, matched, sent after check-outs, on Mondays and at the end of the month.</summary>
public abstract class TexasTests(Places places)
{
    private const string Cadence = """ "schedule": {"cadence": {"afterCheckOutMinutes": 5, "nightly": "00:15", "mondays": "01:00", "monthEnd": "23:30"}} """;
    private static readonly string Sites = "SUN,Sunrise Early Learning,America/Chicago,TX,Mon-Fri 06:30-18:00,no";

    private static RunRequest Slot(string local) => new(RunTrigger.Schedule, DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));

    private async Task<Journey> StartAsync(string time)
    {
        var place = await ChildcarePlace.MakeAsync(places, time);
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", Sites);
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "TX,0040217,Dallas County,");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId",
            "SUN,0101,Ana,Lucía,Pérez,2022-03-14,2026-09-01,,Mon-Fri,", "SUN,0102,Ben,,Okafor,2021-11-02,2026-09-01,,Mon Wed Fri,", "SUN,0105,Elias,,ONeil-Smith,2022-05-05,2026-09-01,,Mon-Fri,");
        return await Journey.StartAsync(await AgencyStage.KinderConnectAsync(), place, "kinderconnect", "\"state\": \"TX\"", Cadence, "sunrise-group-2026");
    }

    private static Task PunchAsync(Journey journey, params string[] events) => journey.Place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. events]);

    [Fact]
    public async Task Connecting_ShowsTheProviderRegistered_OrTheAgencysReason()
    {
        await using var journey = await StartAsync("2026-09-21 09:00");

        (await journey.TestAsync()).Should().Equal("Passed 0040217 (Dallas County): Registered. The agency lists 3 children.");
        await journey.Agency.FaultAsync(new { kind = "InactiveProvider", times = 1 });
        (await journey.TestAsync()).Should().ContainSingle().Which.Should().StartWith("Failed 0040217 (Dallas County): The agency knows no active provider of this id: \"The Provider ID is not active.\"");
    }

    [Fact]
    public async Task Day_GoesAfterItsCheckOut_AnEditWaitsForMonday_AndTheMonthForItsEnd()
    {
        await using var journey = await StartAsync("2026-09-21 09:00");
        await PunchAsync(journey, "a1,SUN,0101,In,2026-09-21 08:00,,,", "b1,SUN,0102,In,2026-09-21 08:05,,,");

        // For the night before, to which the first run goes back, and not again while nobody has been checked out.
        (await journey.RunAsync(Slot("2026-09-21 09:00"))).RowsSent.Should().Be(0);
        (await journey.StandAsync()).Should().Equal("0101 09-21 OutOfSync", "0102 09-21 OutOfSync");
        var asked = (await journey.Agency.LookAsync("calls")).GetArrayLength();
        journey.Place.At("2026-09-21 09:05");
        (await journey.RunAsync(Slot("2026-09-21 09:05"))).RowsSent.Should().Be(0);
        (await journey.Agency.LookAsync("calls")).GetArrayLength().Should().Be(asked);

        journey.Place.At("2026-09-21 12:05");
        await PunchAsync(journey, "a2,SUN,0101,Out,2026-09-21 12:00,,,");
        (await journey.RunAsync(Slot("2026-09-21 12:05"))).RowsSent.Should().Be(1);
        (await journey.StandAsync()).Should().Equal("0102 09-21 OutOfSync", "0101 09-21 Transferred");

        // Ben's check-out is forgotten: closed by the clock, sent at night, marked, edited the next day.
        journey.Place.At("2026-09-22 00:15");
        await journey.Agency.TodayIsAsync("2026-09-22");
        (await journey.RunAsync(Slot("2026-09-22 00:15"))).RowsSent.Should().Be(1);
        (await journey.StandAsync()).Should().OnlyContain(s => s.EndsWith("Transferred"));
        (await journey.Place.DaysAsync()).Should().Contain(d => d.StartsWith("0102 09-21 Attended 08:05-18:00") && d.Contains("(1)"));

        journey.Place.At("2026-09-22 09:00");
        await PunchAsync(journey, "auto:b1,SUN,0102,Out,2026-09-21 16:30,,,", "a2,SUN,0101,Out,2026-09-21 12:30,,,");
        (await journey.RunAsync(Slot("2026-09-22 09:00"))).RowsSent.Should().Be(0);
        (await journey.StandAsync(reasons: true)).Should().Equal("0101 09-21 OutOfSync: It has changed since the agency was told.", "0102 09-21 OutOfSync: It has changed since the agency was told.");

        // Six days back is still taken: the Monday after.
        journey.Place.At("2026-09-26 09:00");
        (await journey.RunAsync(RunRequest.Manual with { Days = new DayRange(new DateOnly(2026, 9, 21), new DateOnly(2026, 9, 21)) })).RowsSent.Should().Be(2, "a person sends the day from its row");
        (await journey.StandAsync()).Should().OnlyContain(s => s.EndsWith("Transferred"));
        await ReceivedAsync(journey, "TX-77-0090 2026-09-21 08:00-12:30", "TX-77-0091 2026-09-21 08:05-16:30");
    }

    [Fact]
    public async Task Monday_SendsTheWeekBefore_AndTheEndOfAMonthAllOfIt()
    {
        await using var journey = await StartAsync("2026-09-28 00:20");
        await journey.Agency.TodayIsAsync("2026-09-28");
        await PunchAsync(journey, "a1,SUN,0101,In,2026-09-23 08:00,,,", "a2,SUN,0101,Out,2026-09-23 12:00,,,", "a3,SUN,0101,In,2026-09-25 08:00,,,", "a4,SUN,0101,Out,2026-09-25 12:00,,,");

        (await journey.RunAsync(Slot("2026-09-28 00:20"))).RowsSent.Should().Be(0, "the night before had nothing");
        journey.Place.At("2026-09-28 01:00");
        (await journey.RunAsync(Slot("2026-09-28 01:00"))).RowsSent.Should().Be(2);

        await PunchAsync(journey, "a4,SUN,0101,Out,2026-09-25 13:00,,,");
        journey.Place.At("2026-09-30 23:30");
        await journey.Agency.TodayIsAsync("2026-09-30");
        (await journey.RunAsync(Slot("2026-09-30 23:30"))).RowsSent.Should().Be(1);
        await ReceivedAsync(journey, "TX-77-0090 2026-09-23 08:00-12:00", "TX-77-0090 2026-09-25 08:00-13:00");
    }

    [Fact]
    public async Task MissedSlots_AreMadeUpForByTheirDays()
    {
        await using var journey = await StartAsync("2026-09-28 00:55");
        await journey.Agency.TodayIsAsync("2026-09-29");
        await journey.RunAsync(Slot("2026-09-28 00:55"));
        await PunchAsync(journey, "a1,SUN,0101,In,2026-09-23 08:00,,,", "a2,SUN,0101,Out,2026-09-23 12:00,,,");

        // The program was down on Monday at one; what runs on Tuesday stands for that time too.
        journey.Place.At("2026-09-29 09:00");
        (await journey.RunAsync(Slot("2026-09-29 09:00"))).RowsSent.Should().Be(1);
    }

    [Fact]
    public async Task ChildOfAnotherSpelling_IsLinkedByHand_AndThenTheAgencyComparesNames()
    {
        await using var journey = await StartAsync("2026-09-21 19:00");
        await PunchAsync(journey, "c1,SUN,0105,In,2026-09-21 08:00,,,", "c2,SUN,0105,Out,2026-09-21 12:00,,,");
        await journey.RunAsync();
        (await journey.StandAsync(reasons: true)).Should().ContainSingle().Which.Should().StartWith("0105 09-21 Error: The child is linked to none of the agency's children.");

        await using (var work = journey.Place.Work())
            await work.ChildLinks.LinkAsync("0105", "TX", "TX-77-0093", TestContext.Current.CancellationToken);
        (await journey.RunAsync()).RowsRejected.Should().Be(1);
        (await journey.StandAsync(reasons: true)).Should().ContainSingle().Which.Should().StartWith("0105 09-21 Error: The agency knows the child by another name.");

        await journey.Place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", "SUN,0105,Elias,,O'Neil-Smith,2022-05-05,2026-09-01,,Mon-Fri,");
        (await journey.RunAsync()).RowsSent.Should().Be(1);
        (await journey.StandAsync()).Should().Equal("0105 09-21 Transferred");
    }

    [Fact]
    public async Task LateEdit_IsKeptAsCorrectionNeeded_AndWhatTheStateHasIsReadOnly()
    {
        await using var journey = await StartAsync("2026-09-21 19:00");
        await PunchAsync(journey, "a1,SUN,0101,In,2026-09-21 08:00,,,", "a2,SUN,0101,Out,2026-09-21 12:00,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(1);

        journey.Place.At("2026-09-28 09:00");
        await PunchAsync(journey, "a2,SUN,0101,Out,2026-09-21 12:30,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(0);
        (await journey.StandAsync(reasons: true)).Should().Equal("0101 09-21 Error: The agency takes changes of the last 6 days, and it is older. Correct it in the agency's portal, or ask the agency how.");

        await journey.Agency.FaultAsync(new { kind = "LockedByState", times = 1, call = "attendance" });
        await PunchAsync(journey, "a3,SUN,0101,In,2026-09-25 08:00,,,", "a4,SUN,0101,Out,2026-09-25 12:00,,,");
        await journey.Agency.TodayIsAsync("2026-09-28");
        (await journey.RunAsync()).RowsRejected.Should().Be(1);
        (await journey.RunAsync()).RowsRejected.Should().Be(0, "what is read-only is not sent again");
        (await journey.StandAsync(reasons: true)).Should().Contain("0101 09-25 Error: The agency has passed the day on to the state, so it is read-only.");
    }

    [Theory]
    [InlineData("TimeOutAfterAccepting")]
    [InlineData("Garbled")]
    [InlineData("ServerErrorAfterAccepting")]
    [InlineData("Unavailable")]
    public async Task AfterAnUnknownEnd_TheSameBytesGoAgain_AndNothingIsDoubled(string fault)
    {
        await using var journey = await StartAsync("2026-09-21 19:00");
        await PunchAsync(journey, "a1,SUN,0101,In,2026-09-21 08:00,,,", "a2,SUN,0101,Out,2026-09-21 12:00,,,");
        journey.Place.Limits = AgencyStage.LimitsFor(fault);
        await journey.Agency.FaultAsync(new { kind = fault, times = 1, call = "attendance" });

        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Failed);
        (await journey.StandAsync()).Should().Equal("0101 09-21 OutOfSync");
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Succeeded);
        (await journey.StandAsync()).Should().Equal("0101 09-21 Transferred");
        await ReceivedAsync(journey, "TX-77-0090 2026-09-21 08:00-12:00");
        await using var db = journey.Place.Open();
        db.ExportBatches.Should().ContainSingle();
    }

    private static async Task ReceivedAsync(Journey journey, params string[] days)
    {
        var all = (await journey.Agency.LookAsync("received")).GetProperty("providers").EnumerateArray().SelectMany(p => p.GetProperty("days").EnumerateArray())
            .Select(d => $"{d.GetProperty("childId").GetString()} {d.GetProperty("date").GetString()} " + string.Join(",", d.GetProperty("times").EnumerateArray().Select(t => $"{Time(t, "in")}-{Time(t, "out")}")));
        all.Should().BeEquivalentTo(days);

        static string Time(System.Text.Json.JsonElement times, string which) => times.GetProperty(which).GetDateTimeOffset().ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }
}
