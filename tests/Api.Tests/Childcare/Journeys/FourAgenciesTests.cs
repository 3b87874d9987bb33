using System.Net.Http.Json;
using System.Text.Json.Nodes;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class FourAgenciesOnSqlite(PostgresServer server) : FourAgenciesTests(new Places(On.Sqlite, server));

public sealed class FourAgenciesOnPostgres(PostgresServer server) : FourAgenciesTests(new Places(On.Postgres, server));

/// <summary>A company with two sites in Texas, paid by four agencies: one connector, four Provider IDs, every night.</summary>
public abstract class FourAgenciesTests(Places places)
{
    private const string Password = "group-2026";
    private static readonly string[] Counties = ["Dallas", "Tarrant", "Travis", "Harris"];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private async Task<Journey> StartAsync()
    {
        var agency = await AgencyStage.KinderConnectAsync();
        await KnowAsync(agency, state => { });
        var place = await ChildcarePlace.MakeAsync(places, "2026-09-22 00:15");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "N,North,America/Chicago,TX,Mon-Fri 06:30-18:00,no", "S,South,America/Chicago,TX,Mon-Fri 06:30-18:00,no");
        await place.ImportAsync("providers.csv", ["State,ProviderId,Name,SiteCode", .. Counties.Select((county, i) => $"TX,P{i + 1},{county} County,")]);
        await place.ImportAsync("children.csv", ["SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId",
            .. Counties.Select((county, i) => $"{(i % 2 == 0 ? "N" : "S")},{i + 1},Kid,,{county},2022-01-0{i + 1},2026-09-01,,Mon-Fri,")]);
        await place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted",
            .. Counties.SelectMany((_, i) => (string[])[$"{i}a,{(i % 2 == 0 ? "N" : "S")},{i + 1},In,2026-09-21 08:00,,,", $"{i}b,{(i % 2 == 0 ? "N" : "S")},{i + 1},Out,2026-09-21 12:00,,,"])]);
        return await Journey.StartAsync(agency, place, "kinderconnect", "\"state\": \"TX\"", "\"schedule\": {\"cadence\": {\"nightly\": \"00:15\"}}", Password);
    }

    /// <summary>Tells the agency what it knows: a child for each county, and what <paramref name="change"/> makes of it.</summary>
    private static async Task KnowAsync(AgencyStage agency, Action<JsonNode> change)
    {
        var state = JsonNode.Parse($$"""
            {"zone": "America/Chicago", "today": "2026-09-22", "providers": [{{string.Join(',', Counties.Select((county, i) => $$"""
            {"providerId": "P{{i + 1}}", "groupPassword": "{{Password}}", "customers": [{"customerId": "C", "name": "The company"}],
             "locations": [{"locationId": "L-N", "customerId": "C", "name": "North"}, {"locationId": "L-S", "customerId": "C", "name": "South"}], "agencies": [{"agencyId": "A{{i}}", "state": "TX", "name": "{{county}}"}],
             "children": [{"childId": "T{{i + 1}}", "firstName": "Kid", "middleName": "", "lastName": "{{county}}", "birthDate": "2022-01-0{{i + 1}}",
               "authorizations": [{"agencyId": "A{{i}}", "locationId": "L-{{(i % 2 == 0 ? "N" : "S")}}", "from": "2026-09-01", "weekdays": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]}]}]}
            """))}}]}
            """)!;
        change(state);
        using var answer = await agency.Http.PutAsJsonAsync(new Uri(agency.Address, "_simulator/state"), state, Now);
        answer.EnsureSuccessStatusCode();
    }

    private static Task<Exporters.Exports.RunReport> NightAsync(Journey journey, int day) => journey.RunAsync(new RunRequest(RunTrigger.Schedule, new DateTime(2026, 9, day, 0, 15, 0)));

    [Fact]
    public async Task Night_AsksEachAgencyWhatItKnows_AndSendsOneSubmissionForEachProvider()
    {
        await using var journey = await StartAsync();

        var report = await NightAsync(journey, 22);

        (report.Status, report.RowsSent, report.Files.Length).Should().Be((SyncRunStatus.Succeeded, 4, 4));
        (await journey.StandAsync()).Should().HaveCount(4).And.OnlyContain(s => s.EndsWith("Transferred"));
        var calls = (await journey.Agency.LookAsync("calls")).EnumerateArray().Select(c => c.GetProperty("path").GetString()!.Split('?')[0]).Where(p => p.Contains("/P3/")).Select(p => p.Split('/')[^1]);
        calls.Should().Equal("authorized", "children", "attendance");
    }

    [Fact]
    public async Task ChildAuthorizedInTheAfternoon_GoesThatNight_AndOneThatIsNoMoreDoesNot()
    {
        await using var journey = await StartAsync();
        await KnowAsync(journey.Agency, state => state["providers"]![2]!["children"]!.AsArray().Clear());
        (await NightAsync(journey, 22)).RowsSent.Should().Be(3);
        (await journey.StandAsync()).Should().Contain("3 09-21 Error");

        await KnowAsync(journey.Agency, state => state["providers"]![3]!["children"]![0]!["authorizations"]![0]!["to"] = "2026-09-21");
        journey.Place.At("2026-09-23 00:15");
        await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted",
            "3c,N,3,In,2026-09-22 08:00,,,", "3d,N,3,Out,2026-09-22 12:00,,,", "4c,S,4,In,2026-09-22 08:00,,,", "4d,S,4,Out,2026-09-22 12:00,,,");
        await journey.Agency.TodayIsAsync("2026-09-23");
        var report = await NightAsync(journey, 23);

        report.RowsSent.Should().Be(1, "the agency would fail the whole batch for a day that it does not pay for");
        (await journey.StandAsync()).Should().Contain(["3 09-22 Transferred", "4 09-22 Error"]);
    }

    [Fact]
    public async Task BadPassword_StopsItsProviderOnce_TheOthersGoOn_AndLaterOnlyWhatFailedGoes()
    {
        await using var journey = await StartAsync();
        await journey.StoreSecretAsync("wrong", "P2");

        var report = await NightAsync(journey, 22);

        (report.Status, report.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 3));
        report.Error.Should().StartWith("P2: The agency does not accept the password or key");
        (await journey.StandAsync(reasons: true))[0].Should().StartWith("2 09-21 Error: The child is linked to none of the agency's children.").And.Contain("P2 was not asked: The agency does not accept the password or key");
        var asked = await AskedAsync(journey, "P2");
        await journey.RunAsync();
        (await AskedAsync(journey, "P2")).Should().Be(asked, "agencies lock accounts");

        await journey.StoreSecretAsync(Password, "P2");
        var later = await journey.RunAsync();
        (later.Status, later.RowsSent, later.Files.Length).Should().Be((SyncRunStatus.Succeeded, 1, 1));
    }

    [Fact]
    public async Task SelectedChildDays_AreTransferredSkippedOrFailed_AndNothingElse()
    {
        await using var journey = await StartAsync();
        await journey.StoreSecretAsync("wrong", "P2");
        await journey.Agency.FaultAsync(new { kind = "NamesDoNotMatch", times = 1, call = "attendance", providerId = "P1", childIds = new[] { "T1" } });
        await KnowAsync(journey.Agency, state => state["providers"]![2]!["children"]!.AsArray().Clear());

        await NightAsync(journey, 22);

        await using var db = journey.Place.Open();
        var run = db.SyncRuns.Single();
        (run.RowsSelected, run.RowsSent, run.RowsHeld, run.RowsRejected).Should().Be((4, 1, 2, 1));
    }

    private static async Task<int> AskedAsync(Journey journey, string provider) =>
        (await journey.Agency.LookAsync("calls")).EnumerateArray().Count(c => c.GetProperty("path").GetString()!.Contains($"/{provider}/"));
}
