using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using K12Sync.Api.Exports;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class OverMidnightOnSqlite(PostgresServer server) : OverMidnightTests(new Places(On.Sqlite, server));

public sealed class OverMidnightOnPostgres(PostgresServer server) : OverMidnightTests(new Places(On.Postgres, server));

/// <summary>A 24-hour site in Texas, and what its agency is sent of a night: as the connector says, to the minute, also on the nights on which the clocks change.</summary>
public abstract class OverMidnightTests(Places places)
{
    private const string Group = "group-2026";

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private async Task<Journey> StartAsync(string time, string offset, string today, string setting = "", string rest = "")
    {
        var agency = await AgencyStage.KinderConnectAsync();
        var state = JsonNode.Parse($$"""
            {"zone": "America/Chicago", "today": "{{today}}", "providers": [{"providerId": "P1", "groupPassword": "{{Group}}", "customers": [{"customerId": "C", "name": "The company"}],
             "locations": [{"locationId": "L-1", "customerId": "C", "name": "Night Owl"}], "agencies": [{"agencyId": "A1", "state": "TX", "name": "County"}],
             "children": [{"childId": "T1", "firstName": "Kid", "middleName": "", "lastName": "One", "birthDate": "2022-01-01", "authorizations": [{"agencyId": "A1", "locationId": "L-1", "from": "2025-01-01",
               "weekdays": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]}]}]}]}
            """);
        using var answer = await agency.Http.PutAsJsonAsync(new Uri(agency.Address, "_simulator/state"), state, Now);
        answer.EnsureSuccessStatusCode();
        var place = await ChildcarePlace.MakeAsync(places);
        place.At(time, offset);
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "NGT,Night Owl,America/Chicago,TX,,yes");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "TX,P1,County,");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", "NGT,1,Kid,,One,2022-01-01,2025-10-01,,Sun Mon Tue Wed Thu Fri Sat,");
        return await Journey.StartAsync(agency, place, "kinderconnect", "\"state\": \"TX\"" + setting, rest, Group);
    }

    private static Task PunchAsync(Journey journey, string from, string to) => journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", $"n1,NGT,1,In,{from},,,", $"n2,NGT,1,Out,{to},,,");

    /// <summary>Each held day as <c>03-07 22:00-06:00, 420 min</c>, from the bytes that the agency got: by the wall, and the minutes that passed.</summary>
    private static async Task<string[]> ReceivedAsync(Journey journey) =>
        [.. (await journey.Agency.LookAsync("received")).GetProperty("providers").EnumerateArray().SelectMany(p => p.GetProperty("days").EnumerateArray()).Select(d => $"{d.GetProperty("date").GetString()![5..]} "
            + string.Join(' ', d.GetProperty("times").EnumerateArray().Select(t => FormattableString.Invariant($"{At(t, "in"):HH:mm}-{At(t, "out"):HH:mm}, {(At(t, "out") - At(t, "in")).TotalMinutes} min"))))];

    private static DateTimeOffset At(JsonElement times, string name) => times.GetProperty(name).GetDateTimeOffset();

    [Theory]
    [InlineData("2026-03-09 12:00", "-05:00", "2026-03-07", "2026-03-08", 300)]
    [InlineData("2025-11-03 12:00", "-06:00", "2025-11-01", "2025-11-02", 420)]
    [InlineData("2026-05-07 12:00", "-05:00", "2026-05-05", "2026-05-06", 360)]
    public async Task Night_IsCutAtMidnight_WhereTheConnectorSaysSo_AndNoMinuteIsLost(string time, string offset, string evening, string morning, int minutesOfMorning)
    {
        await using var journey = await StartAsync(time, offset, time[..10], ", \"overMidnight\": \"split\"");
        await PunchAsync(journey, $"{evening} 22:00", $"{morning} 06:00");

        (await journey.RunAsync()).RowsSent.Should().Be(2);

        (await ReceivedAsync(journey)).Should().Equal($"{evening[5..]} 22:00-00:00, 120 min", $"{morning[5..]} 00:00-06:00, {minutesOfMorning} min");
    }

    [Fact]
    public async Task Night_IsCarried_AsTheProfileSays_AndToldAgainInTwo_WhenTheConnectorSaysOtherwise()
    {
        await using var journey = await StartAsync("2026-05-07 12:00", "-05:00", "2026-05-07");
        await PunchAsync(journey, "2026-05-05 22:00", "2026-05-06 06:00");
        (await journey.RunAsync()).RowsSent.Should().Be(1);
        (await ReceivedAsync(journey)).Should().Equal("05-05 22:00-06:00, 480 min");

        await ChangeAsync(journey, MidnightRule.Split);
        (await journey.RunAsync()).RowsSent.Should().Be(2);
        (await ReceivedAsync(journey)).Should().Equal("05-05 22:00-00:00, 120 min", "05-06 00:00-06:00, 360 min");

        await ChangeAsync(journey, null);
        (await journey.RunAsync()).RowsSent.Should().Be(2, "the day before is whole again, and the next one is taken back");
        (await ReceivedAsync(journey)).Should().Equal("05-05 22:00-06:00, 480 min");
    }

    [Theory]
    [InlineData("afterCheckOutMinutes\": 5, \"nightly\": \"00:15", "2026-05-06 06:05", "2026-05-06 06:05")]
    [InlineData("nightly\": \"00:15", "2026-05-07 00:15", "2026-05-07 00:15")]
    public async Task Night_ThatIsCarried_GoesWhenItHasEnded_AndDoesNotWaitForMonday(string cadence, string slot, string time)
    {
        await using var journey = await StartAsync("2026-05-06 00:15", "-05:00", "2026-05-07", rest: $"\"schedule\": {{\"cadence\": {{\"{cadence}\"}}}}");
        await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", "n1,NGT,1,In,2026-05-05 22:00,,,");
        (await journey.RunAsync(Slot("2026-05-06 00:15"))).RowsSent.Should().Be(0, "the child is there");

        journey.Place.At(time);
        await PunchAsync(journey, "2026-05-05 22:00", "2026-05-06 06:00");
        (await journey.RunAsync(Slot(slot))).RowsSent.Should().Be(1);
        (await ReceivedAsync(journey)).Should().Equal("05-05 22:00-06:00, 480 min");
    }

    private static RunRequest Slot(string local) => new(RunTrigger.Schedule, DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task TwoConnectors_ToOneState_DoNotSayDifferently()
    {
        await using var journey = await StartAsync("2026-05-07 12:00", "-05:00", "2026-05-07", ", \"overMidnight\": \"split\"");
        await using var work = journey.Place.Work();
        var destination = (AgencyDestinationDefinition)journey.Connector.Definition.Destination;

        (await work.Connectors.AddAsync("other", journey.Connector.Definition with { Destination = destination with { OverMidnight = MidnightRule.Carry } }, Now))
            .Should().BeOfType<AddConnectorResult.Refused>().Which.Reason.Should().Contain("connector state says otherwise for TX");
        (await work.Connectors.AddAsync("other", journey.Connector.Definition with { Destination = destination with { OverMidnight = null } }, Now)).Should().BeOfType<AddConnectorResult.Added>();
    }

    private static async Task ChangeAsync(Journey journey, MidnightRule? rule)
    {
        await using var work = journey.Place.Work();
        var now = (await work.Connectors.FindAsync("state", Now))!.Definition;
        (await work.Connectors.ChangeAsync("state", now with { Destination = (AgencyDestinationDefinition)now.Destination with { OverMidnight = rule } }, null, Now)).Should().BeOfType<ChangeConnectorResult.Changed>();
    }
}
