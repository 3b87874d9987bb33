using System.Net.Http.Json;
using System.Text.Json.Nodes;
using K12Sync.Api.Exports;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class TellingOnSqlite(PostgresServer server) : TellingTests(new Places(On.Sqlite, server));

public sealed class TellingOnPostgres(PostgresServer server) : TellingTests(new Places(On.Postgres, server));

/// <summary>What an agency is told under which Provider ID, what happens to what it was told, and what is no run. Two sites in Texas, two counties, children 1 at North and 2 at South.</summary>
public abstract class TellingTests(Places places)
{
    private const string Group = "group-2026";
    private const string Nights = """ "schedule": {"cadence": {"nightly": "00:15"}} """;
    private const string EveryFiveMinutes = """ "schedule": {"cadence": {"afterCheckOutMinutes": 5, "nightly": "00:15"}} """;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static RunRequest Slot(string local) => new(RunTrigger.Schedule, DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));

    private async Task<Journey> StartAsync(string time, string schedule)
    {
        var agency = await AgencyStage.KinderConnectAsync();
        await KnowAsync(agency, _ => { });
        var place = await ChildcarePlace.MakeAsync(places, time);
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "N,North,America/Chicago,TX,Mon-Fri 06:30-18:00,no", "S,South,America/Chicago,TX,Mon-Fri 06:30-18:00,no");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", "TX,P1,Dallas County,", "TX,P2,Tarrant County,");
        await EnrollAsync(place, "1,2026-09-01,", "2,2026-09-01,");
        return await Journey.StartAsync(agency, place, "kinderconnect", "\"state\": \"TX\"", schedule, Group);
    }

    /// <summary>Child number and days of enrollment.</summary>
    private static Task EnrollAsync(ChildcarePlace place, params string[] children) => place.ImportAsync("children.csv",
        ["SiteCode,FirstName,MiddleName,LastName,BirthDate,ScheduledDays,ChildNumber,EnrolledFrom,EnrolledTo", .. children.Select(c => $"{(c[0] == '1' ? "N" : "S")},Kid,,Number{c[0]},2022-01-01,Mon-Fri,{c}")]);

    /// <summary>Both children are listed under P1 alone, until <paramref name="change"/>.</summary>
    private static async Task KnowAsync(AgencyStage agency, Action<JsonArray> change)
    {
        string Children(int agencyNumber) => string.Join(',', new[] { 1, 2 }.Select(i => $$"""
            {"childId": "T{{i}}", "firstName": "Kid", "middleName": "", "lastName": "Number{{i}}", "birthDate": "2022-01-01",
             "authorizations": [{"agencyId": "A{{agencyNumber}}", "locationId": "L-{{(i == 1 ? "N" : "S")}}", "from": "2026-09-01", "weekdays": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]}]}
            """));
        var state = JsonNode.Parse($$"""
            {"zone": "America/Chicago", "today": "2026-09-22", "providers": [{{string.Join(',', new[] { 1, 2 }.Select(i => $$"""
            {"providerId": "P{{i}}", "groupPassword": "{{Group}}", "customers": [{"customerId": "C", "name": "The company"}],
             "locations": [{"locationId": "L-N", "customerId": "C", "name": "North"}, {"locationId": "L-S", "customerId": "C", "name": "South"}], "agencies": [{"agencyId": "A{{i}}", "state": "TX", "name": "County {{i}}"}],
             "children": [{{Children(i)}}]}
            """))}}]}
            """)!;
        state["providers"]![1]!["children"]!.AsArray().Clear();
        change(state["providers"]!.AsArray());
        using var answer = await agency.Http.PutAsJsonAsync(new Uri(agency.Address, "_simulator/state"), state, Now);
        answer.EnsureSuccessStatusCode();
    }

    private static Task PunchAsync(Journey journey, params string[] events) => journey.Place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. events]);

    /// <summary>Each held day as <c>P1 T1 09-21 L-N 08:00-12:00</c>.</summary>
    private static async Task<IReadOnlyList<string>> ReceivedAsync(Journey journey) =>
        [.. (await journey.Agency.LookAsync("received")).GetProperty("providers").EnumerateArray().SelectMany(p => p.GetProperty("days").EnumerateArray().Select(d =>
            $"{p.GetProperty("providerId").GetString()} {d.GetProperty("childId").GetString()} {d.GetProperty("date").GetString()![5..]} {d.GetProperty("locationId").GetString()} "
            + string.Join(',', d.GetProperty("times").EnumerateArray().Select(t => FormattableString.Invariant($"{t.GetProperty("in").GetDateTimeOffset():HH:mm}-{t.GetProperty("out").GetDateTimeOffset():HH:mm}")))))];

    private static async Task ListAsync(Journey journey, string name, params string[] providers)
    {
        await using var work = journey.Place.Work();
        var destination = (AgencyDestinationDefinition)journey.Connector.Definition.Destination with { Providers = [.. providers] };
        (await work.Connectors.ChangeAsync(name, journey.Connector.Definition with { Destination = destination }, null, Now)).Should().BeOfType<ChangeConnectorResult.Changed>();
    }

    [Fact]
    public async Task DayPaidUnderTwoProviderIds_Waits_UntilSomebodySaysUnderWhichItGoes()
    {
        await using var journey = await StartAsync("2026-09-22 00:15", Nights);
        await KnowAsync(journey.Agency, providers => providers[1]!["children"]!.AsArray().Add(JsonNode.Parse(providers[0]!["children"]![0]!.ToJsonString().Replace("A1", "A2", StringComparison.Ordinal))));
        await PunchAsync(journey, "1a,N,1,In,2026-09-21 08:00,,,", "1b,N,1,Out,2026-09-21 12:00,,,", "2a,S,2,In,2026-09-21 08:00,,,", "2b,S,2,Out,2026-09-21 13:00,,,");

        (await journey.RunAsync()).RowsSent.Should().Be(1, "the other child has one payer");
        (await journey.StandAsync(reasons: true))[0].Should().StartWith("1 09-21 Error: More than one Provider ID is paid for the day: P1, P2.");

        await ListAsync(journey, "state", "P2", "P1");
        (await journey.RunAsync()).RowsSent.Should().Be(1);
        (await ReceivedAsync(journey)).Should().BeEquivalentTo("P1 T2 09-21 L-S 08:00-13:00", "P2 T1 09-21 L-N 08:00-12:00");
        await ListAsync(journey, "state", "P1", "P2");
        await PunchAsync(journey, "1b,N,1,Out,2026-09-21 12:30,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(1);
        (await ReceivedAsync(journey)).Should().Contain("P2 T1 09-21 L-N 08:00-12:30", "it stays where it was told").And.HaveCount(2);

        await ListAsync(journey, "state", "P1");
        await PunchAsync(journey, "1b,N,1,Out,2026-09-21 12:45,,,");
        (await journey.RunAsync()).RowsHeld().Should().Be(1);
        (await journey.StandAsync(reasons: true))[0].Should().StartWith("1 09-21 Error: It was told under Provider ID P2, for which this connector does not send any more.");
    }

    [Fact]
    public async Task ErrorOnADayThatWasTold_HoldsIt_AndWhenItIsMendedNothingGoesAgain()
    {
        await using var journey = await StartAsync("2026-09-22 00:15", Nights);
        await PunchAsync(journey, "1a,N,1,In,2026-09-21 08:00,,,", "1b,N,1,Out,2026-09-21 12:00,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(1);

        await PunchAsync(journey, "1c,N,1,Out,2026-09-21 15:00,,,");
        var faulty = await journey.RunAsync();
        (faulty.Status, faulty.RowsSent, faulty.RowsHeld()).Should().Be((SyncRunStatus.SucceededWithHolds, 0, 1));
        (await journey.StandAsync(reasons: true)).Should().ContainSingle().Which.Should().StartWith("1 09-21 Error: The check-out at 15:00 on 2026-09-21 has no check-in");
        journey.Place.At("2026-11-30 09:00", "-06:00");
        (await journey.RunAsync(RunRequest.Manual with { Days = new DayRange(new(2026, 11, 27), new(2026, 11, 27)) })).RowsHeld().Should().Be(1, "an old error is not forgotten");

        journey.Place.At("2026-09-23 00:15");
        await PunchAsync(journey, "1c,N,1,Out,2026-09-21 15:00,,,yes");
        var mended = await journey.RunAsync();
        (mended.Status, mended.RowsSent, mended.RowsHeld()).Should().Be((SyncRunStatus.Succeeded, 0, 0));
        (await journey.StandAsync()).Should().Equal("1 09-21 Transferred");
        await using var work = journey.Place.Work();
        (await work.Transfers.ListAsync(new Api.Childcare.TransferFilter(ProviderId: "P1"), Now)).Should().ContainSingle("it was told under this one, whatever was held since");
    }

    [Fact]
    public async Task ChangeOfADayThatIsNotPaidForAnyMore_IsHeld_AndTheBatchOfTheOthersGoes()
    {
        await using var journey = await StartAsync("2026-09-22 00:15", Nights);
        await PunchAsync(journey, "1a,N,1,In,2026-09-21 08:00,,,", "1b,N,1,Out,2026-09-21 12:00,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(1);

        await KnowAsync(journey.Agency, providers => providers[0]!["children"]![0]!["authorizations"]![0]!["to"] = "2026-09-20");
        await PunchAsync(journey, "1b,N,1,Out,2026-09-21 12:30,,,", "2a,S,2,In,2026-09-21 08:00,,,", "2b,S,2,Out,2026-09-21 13:00,,,");
        var report = await journey.RunAsync();

        (report.Status, report.RowsSent, report.RowsHeld()).Should().Be((SyncRunStatus.SucceededWithHolds, 1, 1));
        (await journey.StandAsync(reasons: true))[0].Should().StartWith("1 09-21 Error: It was told before, and the agency does not pay for the day any more");
    }

    [Fact]
    public async Task DayThatNobodyCanPlaceAnyMore_IsTakenBackAtTheLocationWhereItWasTold()
    {
        await using var journey = await StartAsync("2026-09-22 00:15", Nights);
        await PunchAsync(journey, "2a,S,2,In,2026-09-21 08:00,,,", "2b,S,2,Out,2026-09-21 13:00,,,");
        (await journey.RunAsync()).RowsSent.Should().Be(1);

        await EnrollAsync(journey.Place, "2,2026-09-01,2026-09-18");
        await PunchAsync(journey, "2a,S,2,In,2026-09-21 08:00,,,yes", "2b,S,2,Out,2026-09-21 13:00,,,yes");
        (await journey.RunAsync()).RowsSent.Should().Be(1);
        (await ReceivedAsync(journey)).Should().BeEmpty();
    }

    [Fact]
    public async Task LookingForCheckOuts_IsOneRunInTheList_UntilThereIsSomethingToSend()
    {
        await using var journey = await StartAsync("2026-09-21 08:55", EveryFiveMinutes);
        await PunchAsync(journey, "1a,N,1,In,2026-09-21 08:00,,,");
        await journey.RunAsync(Slot("2026-09-21 08:55"));
        foreach (var time in new[] { "09:00", "09:05", "09:10" })
        {
            journey.Place.At("2026-09-21 " + time);
            (await journey.RunAsync(Slot("2026-09-21 " + time))).Should().Match<RunReport>(r => r.RunNumber == 2 && r.Status == SyncRunStatus.Succeeded && r.RowsSent == 0);
        }
        (await RunsAsync(journey)).Should().Equal("1 08:55 SucceededWithHolds", "2 09:10 Succeeded");
        (await journey.RunAsync(Slot("2026-09-21 09:10"))).Status.Should().Be(SyncRunStatus.Skipped, "the time was looked at");

        journey.Place.At("2026-09-21 12:05");
        await PunchAsync(journey, "1b,N,1,Out,2026-09-21 12:00,,,");
        await journey.Agency.TodayIsAsync("2026-09-21");
        await journey.Agency.FaultAsync(new { kind = "NamesDoNotMatch", times = 1, call = "attendance" });
        (await journey.RunAsync(Slot("2026-09-21 12:05"))).RowsRejected.Should().Be(1);
        journey.Place.At("2026-09-21 12:10");
        (await journey.RunAsync(Slot("2026-09-21 12:10"))).RowsRejected.Should().Be(0, "what was refused is not tried every five minutes");
        journey.Place.At("2026-09-22 00:15");
        await journey.Agency.TodayIsAsync("2026-09-22");
        (await journey.RunAsync(Slot("2026-09-22 00:15"))).RowsSent.Should().Be(1, "but at night");
        (await RunsAsync(journey)).Should().Equal("1 08:55 SucceededWithHolds", "2 09:10 Succeeded", "3 - Skipped", "4 12:05 SucceededWithHolds", "5 12:10 Succeeded", "6 00:15 Succeeded");
    }

    [Fact]
    public async Task LookingForCheckOuts_IsNoRun_WhileTheOnlyProviderIsNotLetIn()
    {
        await using var journey = await StartAsync("2026-09-21 12:00", EveryFiveMinutes);
        await journey.Agency.TodayIsAsync("2026-09-21");
        await PunchAsync(journey, "1a,N,1,In,2026-09-21 08:00,,,", "1b,N,1,Out,2026-09-21 11:58,,,");
        await journey.StoreSecretAsync("wrong", null);
        await journey.RunAsync(Slot("2026-09-21 12:00"));
        foreach (var time in new[] { "12:05", "12:10" })
        {
            journey.Place.At("2026-09-21 " + time);
            await journey.RunAsync(Slot("2026-09-21 " + time));
        }

        (await RunsAsync(journey)).Should().HaveCount(2);
    }

    /// <summary>Number, slot and status of each.</summary>
    private static async Task<IReadOnlyList<string>> RunsAsync(Journey journey)
    {
        await using var db = journey.Place.Open();
        return [.. db.SyncRuns.AsEnumerable().OrderBy(r => r.Number).Select(r => FormattableString.Invariant($"{r.Number} {(r.Slot is { } slot ? $"{slot:HH:mm}" : "-")} {r.Status}"))];
    }
}

/// <summary>What tests ask of a report.</summary>
internal static class Reports
{
    public static int RowsHeld(this RunReport report) => report.HeldDays.Length;
}
