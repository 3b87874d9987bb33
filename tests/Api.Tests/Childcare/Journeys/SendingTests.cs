using K12Sync.Api.Childcare;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Exports;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class SendingOnSqlite(PostgresServer server) : SendingTests(new Places(On.Sqlite, server));

public sealed class SendingOnPostgres(PostgresServer server) : SendingTests(new Places(On.Postgres, server));

/// <summary>One child's day that a person sends now, from its row: in Texas, where a day may go any number of times.</summary>
public abstract class SendingTests(Places places)
{
    private const string Cadence = """ "schedule": {"cadence": {"nightly": "00:15"}} """;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private async Task<Journey> StartAsync(string time = "2026-09-22 09:00", string rest = Cadence)
    {
        var place = await ChildcarePlace.MakeAsync(places, time);
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "SUN,Sunrise Early Learning,America/Chicago,TX,Mon-Fri 06:30-18:00,no");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "TX,0040217,Dallas County,");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId",
            "SUN,0101,Ana,Lucía,Pérez,2022-03-14,2026-09-01,,Mon-Fri,", "SUN,0102,Ben,,Okafor,2021-11-02,2026-09-01,,Mon-Fri,", "SUN,0105,Elias,,ONeil-Smith,2022-05-05,2026-09-01,,Mon-Fri,");
        var journey = await Journey.StartAsync(await AgencyStage.KinderConnectAsync(), place, "kinderconnect", "\"state\": \"TX\"", rest, "sunrise-group-2026");
        await PunchAsync(journey, "a1,SUN,0101,In,2026-09-21 08:00,,,", "a2,SUN,0101,Out,2026-09-21 12:00,,,", "b1,SUN,0102,In,2026-09-21 08:05,,,", "b2,SUN,0102,Out,2026-09-21 16:00,,,");
        return journey;
    }

    private static Task PunchAsync(Journey journey, params string[] events) => journey.Place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. events]);

    private static async Task<IReadOnlyList<SyncRunRow>> RunsAsync(Journey journey)
    {
        await using var db = journey.Place.Open();
        return [.. db.SyncRuns.AsEnumerable().OrderBy(r => r.Number)];
    }

    private static async Task<string[]> ReceivedAsync(Journey journey) =>
        [.. (await journey.Agency.LookAsync("received")).GetProperty("providers").EnumerateArray().SelectMany(p => p.GetProperty("days").EnumerateArray())
            .Select(d => $"{d.GetProperty("childId").GetString()} {d.GetProperty("date").GetString()![5..]} {string.Join(",", d.GetProperty("times").EnumerateArray().Select(t => t.GetProperty("out").GetDateTimeOffset().ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)))}")];

    private static async Task<string> WhyNotAsync(Journey journey, string child = "0101", string date = "2026-09-21", string? connector = null) =>
        (await journey.SendAsync(child, date, connector)).Should().BeOfType<SendResult.NotSent>().Which.Reason;

    [Fact]
    public async Task Day_GoesAtOnce_AndNoOtherWithIt()
    {
        await using var journey = await StartAsync();

        var sent = (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>().Which;

        (sent.Transfer.Status, sent.Transfer.ProviderId, sent.Report.Run.RowsSent).Should().Be((TransferStatus.Transferred, "0040217", 1));
        (await ReceivedAsync(journey)).Should().Equal("TX-77-0090 09-21 12:00");
        await PunchAsync(journey, "a2,SUN,0101,Out,2026-09-21 12:30,,,");
        (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>();
        (await ReceivedAsync(journey)).Should().Equal("TX-77-0090 09-21 12:30");
        (await journey.RunAsync()).RowsSent.Should().Be(1, "the other one goes in its time");
        (await RunsAsync(journey)).Should().HaveCount(3).And.OnlyContain(r => r.Trigger == RunTrigger.Manual && r.Status == SyncRunStatus.Succeeded);
    }

    [Fact]
    public async Task DayThatHasNotChanged_IsNotSentAgain_AndNoRunIsMade()
    {
        await using var journey = await StartAsync();
        await journey.SendAsync("0101", "2026-09-21");
        var asked = (await journey.Agency.LookAsync("calls")).GetArrayLength();

        (await WhyNotAsync(journey)).Should().Be("The agency has the day as it is: nothing has changed since it was told, so there is nothing to send.");

        (await RunsAsync(journey)).Should().ContainSingle();
        (await journey.Agency.LookAsync("calls")).GetArrayLength().Should().Be(asked);
    }

    [Fact]
    public async Task DayThatIsNotComplete_SaysWhatIsMissing_AndNoRunIsMade()
    {
        await using var journey = await StartAsync();
        await PunchAsync(journey, "t1,SUN,0101,In,2026-09-22 08:00,,,", "c1,SUN,0102,Out,2026-09-21 17:00,,,");

        (await WhyNotAsync(journey, date: "2026-09-22")).Should().Be("Checked in, and not checked out yet.");
        (await WhyNotAsync(journey, "0102")).Should().StartWith("The check-out at 17:00 on 2026-09-21 has no check-in in the 24 hours before it.");
        (await WhyNotAsync(journey, "0105")).Should().Be("The child was expected, and nothing is recorded. Record a check-in or an absence.");
        await journey.Place.ImportAsync("closures.csv", "SiteCode,Date,Code", "SUN,2026-09-18,Paid");
        (await WhyNotAsync(journey, "0105", "2026-09-18")).Should().StartWith("There is nothing of this day that the agency is told.");
        (await WhyNotAsync(journey, "0105", "2026-09-23")).Should().StartWith("Nothing is recorded of the child on this day");
        (await WhyNotAsync(journey, "7777")).Should().Be("No child of yours has this number. Numbers are text: leading zeros count.");
        journey.Place.At("2026-09-22 12:00");
        await PunchAsync(journey, "t2,SUN,0101,Out,2026-09-22 11:00,,,");
        (await WhyNotAsync(journey, date: "2026-09-22")).Should().StartWith("The day is not over at the site. This connector sends days once they are over; try again tomorrow");
        (await RunsAsync(journey)).Should().BeEmpty();
    }

    [Fact]
    public async Task Today_GoesAsSoonAsItIsComplete_WhereTheConnectorSendsAfterCheckOuts()
    {
        await using var journey = await StartAsync("2026-09-21 16:30", """ "schedule": {"cadence": {"afterCheckOutMinutes": 5}} """);
        await journey.Agency.TodayIsAsync("2026-09-21");

        (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>().Which.Transfer.Status.Should().Be(TransferStatus.Transferred);
    }

    [Fact]
    public async Task DayOutsideTheCorrectionWindow_SaysSo_WhetherItWasToldOrNot()
    {
        await using var journey = await StartAsync();
        await journey.SendAsync("0101", "2026-09-21");
        await PunchAsync(journey, "a2,SUN,0101,Out,2026-09-21 12:30,,,");
        journey.Place.At("2026-09-28 09:00");

        (await WhyNotAsync(journey)).Should().Be("The agency takes changes of the last 6 days, and it is older. Correct it in the agency's portal, or ask the agency how.");
        (await WhyNotAsync(journey, "0102")).Should().StartWith("The agency takes changes of the last 6 days, and it is older.");
        (await ReceivedAsync(journey)).Should().Equal("TX-77-0090 09-21 12:00");
    }

    [Fact]
    public async Task ChildThatIsNotLinkedOrNotAuthorized_IsAskedAbout_AndGoesOnceTheAgencySaysSo()
    {
        await using var journey = await StartAsync();
        await PunchAsync(journey, "e1,SUN,0105,In,2026-09-21 08:00,,,", "e2,SUN,0105,Out,2026-09-21 12:00,,,");
        (await WhyNotAsync(journey, "0105")).Should().Be("The child is linked to none of the agency's children. See 'k12sync children match'.");
        (await journey.StandAsync()).Should().Contain("0105 09-21 Error", "the run has looked at it");

        await journey.Agency.FaultAsync(new { kind = "AuthorizationsChange", childIds = new[] { "TX-77-0090" }, to = "2026-09-20" });
        (await WhyNotAsync(journey)).Should().Be("No authorization of the agency's covers the day.");
        await journey.Agency.FaultAsync(new { kind = "AuthorizationsChange", childIds = new[] { "TX-77-0090" }, to = "2027-08-31" });
        (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>("it is authorized by now, and that is asked first");
    }

    [Fact]
    public async Task DayThatTheAgencyRefuses_WasSent_AndItsRowSaysWhy()
    {
        await using var journey = await StartAsync();
        await journey.Agency.FaultAsync(new { kind = "NamesDoNotMatch", times = 1, call = "attendance" });

        var sent = (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>().Which;

        (sent.Transfer.Status, sent.Transfer.Reason).Should().Be((TransferStatus.Error, "The agency knows the child by another name. Compare first, middle and last name with its list."));
        (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>().Which.Transfer.Status.Should().Be(TransferStatus.Transferred);
    }

    [Fact]
    public async Task DayOnItsWay_IsBroughtToItsEnd_ByTheSameBytes()
    {
        await using var journey = await StartAsync();
        journey.Place.Limits = AgencyStage.Impatient;
        await journey.Agency.FaultAsync(new { kind = "TimeOutAfterAccepting", times = 1, call = "attendance" });
        var first = (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>().Which;
        (first.Transfer.Status, first.Transfer.Reason, first.Report.Run.Status).Should().Be((TransferStatus.OutOfSync, "It is on its way.", SyncRunStatus.Failed));

        (await journey.SendAsync("0101", "2026-09-21")).Should().BeOfType<SendResult.Sent>().Which.Transfer.Status.Should().Be(TransferStatus.Transferred);
        await using var db = journey.Place.Open();
        db.ExportBatches.Should().ContainSingle();
    }

    [Fact]
    public async Task ConnectorThatIsHeldOrRuns_SaysSo()
    {
        await using var journey = await StartAsync();
        await using (var lease = await new RunLeases(journey.Place.Premises.Database, journey.Place.District, journey.Place.Clock).TakeAsync(journey.Connector.Id, Now))
        {
            lease.Should().NotBeNull();
            (await WhyNotAsync(journey)).Should().StartWith("Already claimed: process");
        }
        await using (var db = journey.Place.Open())
        {
            db.Connectors.Single().HoldBack(new ConnectorHold(ConnectorHoldKind.Restored, "A backup was restored; compare first."), journey.Place.Clock.GetUtcNow());
            await db.SaveChangesAsync(Now);
        }
        (await WhyNotAsync(journey)).Should().EndWith("A backup was restored; compare first.");
        (await ReceivedAsync(journey)).Should().BeEmpty();
    }

    [Fact]
    public async Task ProviderThatIsNotLetIn_SaysSo_AndIsNotAskedAgain()
    {
        await using var journey = await StartAsync();
        await journey.RunAsync(RunRequest.Manual with { Days = new DayRange(new(2026, 9, 1), new(2026, 9, 1)) });
        await journey.StoreSecretAsync("wrong", null);

        (await WhyNotAsync(journey)).Should().StartWith("The agency does not accept the password or key");
        var asked = (await journey.Agency.LookAsync("calls")).GetArrayLength();
        (await WhyNotAsync(journey)).Should().StartWith("The agency does not accept the password or key");
        (await journey.Agency.LookAsync("calls")).GetArrayLength().Should().Be(asked);
    }

    [Fact]
    public async Task Connector_IsTheOneOfTheSite_OrMustBeNamed()
    {
        await using var journey = await StartAsync();
        await using (var work = journey.Place.Work())
        {
            await work.Connectors.AddAsync("second", journey.Connector.Definition, Now);
            await work.Connectors.AddAsync("iowa", ConnectorJson.Read("""{"destination": {"type": "kindertrack", "address": "http://127.0.0.1:9", "state": "IA"}}"""), Now);
        }

        (await WhyNotAsync(journey)).Should().Be("Several connectors send the days of site SUN: second, state. Say by which.");
        (await WhyNotAsync(journey, connector: "none")).Should().Be("There is no connector 'none'.");
        (await WhyNotAsync(journey, connector: "iowa")).Should().Be("Connector iowa does not send the days of site SUN. second, state do.");
        (await journey.SendAsync("0101", "2026-09-21", "state")).Should().BeOfType<SendResult.Sent>();
    }
}

public sealed class SendingToIndianaOnSqlite(PostgresServer server) : SendingToIndianaTests(new Places(On.Sqlite, server));

public sealed class SendingToIndianaOnPostgres(PostgresServer server) : SendingToIndianaTests(new Places(On.Postgres, server));

/// <summary>Where a period goes once and whole, one day of it never goes, however it is asked for.</summary>
public abstract class SendingToIndianaTests(Places places) : IndianaOwner(places)
{
    [Theory]
    [InlineData("en", "The state takes a service period whole, and once, so one day of it cannot be sent.")]
    [InlineData("es", "El estado acepta el período de servicio entero y una sola vez, así que no se puede enviar un día suelto.")]
    public async Task OneDay_IsRefusedBeforeTheWire(string language, string says)
    {
        await using var journey = await StartAsync(OnlyMaple + $", \"language\": \"{language}\"");
        await FillAsync(journey);

        (await journey.SendAsync("0201", "2026-09-14")).Should().BeOfType<SendResult.NotSent>().Which.Should().Match<SendResult.NotSent>(r => r.Reason.StartsWith(says) && r.Report == null);
        (await journey.RunAsync(RunRequest.Manual with { OnlyDay = new("0201", Day("2026-09-14")) })).RowsSent.Should().Be(0, "whoever asks for the run itself gets no more");
        (await ReceivedAsync(journey)).Should().BeEmpty();
    }
}
