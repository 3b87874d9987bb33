using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class SampleCentreSentOnSqlite(PostgresServer server) : SampleCentreSentTests(new Places(On.Sqlite, server));

public sealed class SampleCentreSentOnPostgres(PostgresServer server) : SampleCentreSentTests(new Places(On.Postgres, server));

/// <summary>The sample centre with the connector file that stands beside it.</summary>
public abstract class SampleCentreSentTests(Places places)
{
    private static string Sample => Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "..", "sample-data", "childcare"));

    [Fact]
    public async Task SampleWeek_GoesToTheSampleAgency_AsItsReadmeSays()
    {
        var place = await ChildcarePlace.MakeAsync(places, "2026-09-21 09:00");
        await place.ImportAsync(Sample);
        var (_, definition) = ConnectorJson.ReadFile(await File.ReadAllTextAsync(Path.Combine(Sample, "texas.json"), TestContext.Current.CancellationToken));
        var agency = await AgencyStage.KinderConnectAsync();
        await using var journey = await Journey.StartAsync(agency, place, definition with { Destination = (AgencyDestinationDefinition)definition.Destination with { Address = agency.Address } }, "sunrise-group-2026");

        await journey.RunAsync(RunRequest.Manual with { Days = new DayRange(new DateOnly(2026, 9, 14), new DateOnly(2026, 9, 20)) });

        (await journey.StandAsync(reasons: true)).Should().Equal(
            "0104 09-14 Error: The check-in at 12:00 on 2026-09-14 falls into the stay from 08:00 on 2026-09-14 to 12:30 on 2026-09-14. A child is in one place at a time; correct one of the times.",
            "0102 09-15 Error: No authorization of the agency's covers the day.",
            "0105 09-16 Error: The check-out at 05:30 on 2026-09-16 is not after the check-in at 17:00 on 2026-09-16. If the child stayed over midnight, give the check-out the next day's date.",
            "0101 09-14 Transferred", "0102 09-14 Transferred", "0103 09-14 Transferred", "0101 09-15 Transferred", "0103 09-15 Transferred", "0104 09-15 Transferred", "0102 09-16 Transferred");
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
