using K12Sync.Api.Childcare;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class IndianaConnectionOnSqlite(PostgresServer server) : IndianaConnectionTests(new Places(On.Sqlite, server));

public sealed class IndianaConnectionOnPostgres(PostgresServer server) : IndianaConnectionTests(new Places(On.Postgres, server));

/// <summary>Since when a licence's days come over the connection, until when, and in which language people are told.</summary>
public abstract class IndianaConnectionTests(Places places) : IndianaOwner(places)
{
    [Fact]
    public async Task Start_IsThatOfAFuturePeriod_TheFirstIsEnteredByHand_AndTheConnectionGoesOnFromThere()
    {
        await using var journey = await StartAsync("\"providers\": [\"" + River + "\"]");
        (await journey.RunAsync()).Error.Should().Contain("the first service period always").And.Contain("2026-10-11, 2026-10-25, 2026-11-08");

        foreach (var impossible in new[] { "2026-10-14", "2026-10-18", "2026-09-27", "2026-10-05" })
            (await BeginAsync(journey, River, impossible)).Should().BeOfType<IndianaStartResult.Refused>().Which.Should()
                .Match<IndianaStartResult.Refused>(r => r.Says.StartsWith(impossible + " is not possible") && r.Possible[0] == Day("2026-10-11") && r.Says.EndsWith("2026-10-11, 2026-10-25, 2026-11-08."));
        (await BeginAsync(journey, "4900124C", "2026-10-11")).Should().BeOfType<IndianaStartResult.Refused>().Which.Says.Should().Contain("no license '4900124C'");
        (await BeginAsync(journey, River, "2026-10-11")).Should().BeOfType<IndianaStartResult.Chosen>().Which.Says.Should().Contain("Choose the CCMS with the same date in the provider portal");
        (await StatusAsync(journey, River)).Should().Match<IndianaLicense>(l => l.StartsOn == Day("2026-10-11") && l.Entry!.Selection == IndianaSelection.Portal && l.Notice!.Contains("the portal does not say so yet"));

        // In the portal: the first period by hand, then the selection; the period between by hand too.
        (await journey.Agency.AdminAsync("portal/data-entry", new { licenseNumber = River, selection = "CCMS" })).Should().Be("The first service period is entered here, by hand.");
        (await journey.Agency.AdminAsync("portal/periods", new { licenseNumber = River, from = "2026-09-13" })).Should().BeNull();
        (await journey.Agency.AdminAsync("portal/data-entry", new { licenseNumber = River, selection = "CCMS", from = "2026-10-11" })).Should().BeNull();
        (await BeginAsync(journey, River, "2026-10-25")).Should().BeOfType<IndianaStartResult.Refused>().Which.Says.Should().Contain("the connection begins on 2026-10-11");
        (await StatusAsync(journey, River)).Should().Match<IndianaLicense>(l => l.Entry!.NextFrom == Day("2026-10-11") && l.Notice!.StartsWith("The connection begins with the service period of 2026-10-11."));

        await TodayIsAsync(journey, "2026-10-26");
        await AttendAsync(journey, "RIV", "0301", "2026-10-11", "2026-10-24", Week, "2026-10-14");
        await AbsentAsync(journey, "RIV,0301,2026-09-30,Illness", "RIV,0301,2026-10-14,Illness");
        var waits = await journey.RunAsync();
        waits.RowsSent.Should().Be(0);
        waits.Error.Should().Contain("The service period of 2026-09-27 to 2026-10-10 is still open in the provider portal");
        (await journey.StandAsync(reasons: true)).Should().Contain(s => s.StartsWith("0301 10-14 OutOfSync: The service period of 2026-09-27")).And.NotContain(s => s.Contains("09-30"), "what is entered by hand is not ours");

        (await journey.Agency.AdminAsync("portal/periods", new { licenseNumber = River, from = "2026-09-27" })).Should().BeNull();
        (await journey.RunAsync()).RowsSent.Should().BePositive();
        (await ReceivedAsync(journey)).Should().ContainSingle().Which.Should().StartWith("49-00124-C 2026-10-11:").And.Contain("IN-6601 2026-10-14 AB");
    }

    [Fact]
    public async Task BackToPPP_StopsTheConnection_FromTheNextPeriodOn()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        (await journey.Agency.AdminAsync("portal/data-entry", new { licenseNumber = Maple, selection = "PPP" })).Should().BeNull();

        (await journey.RunAsync()).Error.Should().Contain("From 2026-10-11 on the days are entered in the provider portal again (PPP).");
        await TodayIsAsync(journey, "2026-10-12");
        await FillSecondAsync(journey);
        (await journey.RunAsync()).RowsSent.Should().BePositive();
        await TodayIsAsync(journey, "2026-10-26");
        await AttendAsync(journey, "MAP", "0201", "2026-10-11", "2026-10-24", Week, "2026-10-14");
        await AttendAsync(journey, "MAP", "0202", "2026-10-11", "2026-10-24", Thrice);
        await AbsentAsync(journey, "MAP,0201,2026-10-14,Illness");

        (await journey.RunAsync()).Should().Match<Exporters.Exports.RunReport>(r => r.RowsSent == 0 && r.HeldDays.IsEmpty && r.Error!.Contains("The days are entered in the provider portal (PPP)."));

        (await ReceivedAsync(journey)).Select(r => r.Split(':')[0]).Should().Equal("49-00123-C 2026-09-13", "49-00123-C 2026-09-27");
        (await StatusAsync(journey, Maple)).Periods.Select(p => p.Standing).Should().Equal(IndianaStanding.Submitted, IndianaStanding.Submitted, IndianaStanding.Submitted, IndianaStanding.ByHand, IndianaStanding.ByHand);
    }

    [Fact]
    public async Task ConnectorThatBeginsLaterThanThePortalSays_SendsNothingBefore_AndSaysSo()
    {
        await using var journey = await StartAsync(OnlyMaple + ", \"startsOn\": {\"" + Maple + "\": \"2026-09-27\"}");
        await FillAsync(journey);

        var run = await journey.RunAsync();

        run.Should().Match<Exporters.Exports.RunReport>(r => r.RowsSent == 0 && r.Status == SyncRunStatus.SucceededWithHolds);
        run.Error.Should().Contain("The portal has had the connection enter the days since 2026-09-13, but the connector begins on 2026-09-27, so nobody sends the service period of 2026-09-13 to 2026-09-26.");
        (await BeginAsync(journey, Maple, "2026-10-11")).Should().BeOfType<IndianaStartResult.Refused>().Which.Says.Should().StartWith("The connection is on since 2026-09-13.");
        (await BeginAsync(journey, Maple, "2026-09-13")).Should().BeOfType<IndianaStartResult.Chosen>();
        (await journey.RunAsync()).RowsSent.Should().Be(15);
    }

    [Fact]
    public async Task InSpanish_EverythingPeopleReadIsSpanish()
    {
        await using var journey = await StartAsync("\"language\": \"es\"");
        await FillAsync(journey);
        await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", "0201-0916-i,MAP,0201,In,2026-09-16 08:05,,2,true", "0201-0916-o,MAP,0201,Out,2026-09-16 16:35,,2,true");

        (await journey.TestAsync()).Should().Contain("Passed 49-00123-C (Maple Street): Registrado. La agencia tiene 2 niños en su lista.");
        (await BeginAsync(journey, River, "2026-10-14")).Says.Should().Be(
            "2026-10-14 no es posible: la conexión empieza en una fecha futura que sea el inicio de un período de servicio. Fechas posibles: 2026-10-11, 2026-10-25, 2026-11-08.");
        (await BeginAsync(journey, River, "2026-10-11")).Says.Should().StartWith("La licencia 49-00124-C empieza el 2026-10-11. Seleccione el CCMS");

        var run = await journey.RunAsync();
        run.Error.Should().Contain("49-00123-C: El período de servicio del 2026-09-13 al 2026-09-26 está bloqueado. Días por corregir: 1.").And.Contain("vence a la medianoche del sábado 2026-10-10 (días que quedan: 5)")
            .And.Contain("49-00124-C: El conector empieza el 2026-10-11, y el portal todavía no lo dice.");
        (await journey.StandAsync(reasons: true)).Should().Contain("0201 09-16 Error: Se esperaba al niño y no hay nada registrado. Registre una entrada o una ausencia.")
            .And.Contain("0201 10-03 OutOfSync: Se envía con su período de servicio, que termina el 2026-10-10.")
            .And.NotContain(s => s.Contains("The ") || s.Contains("the "));
        (await StatusAsync(journey, Maple)).Periods[1].Should().Match<IndianaPeriodLine>(p => p.State == "bloqueado: días por corregir" && p.Why!.StartsWith("El período de servicio"));
        (await StatusAsync(journey, Maple, SpokenLanguage.English)).Periods[1].State.Should().Be("blocked: days to mend");

        await AbsentAsync(journey, "MAP,0201,2026-09-16,Illness");
        await journey.Agency.FaultAsync(new { kind = "Unavailable", times = 1, call = "days" });
        (await journey.RunAsync()).Error.Should().Contain("La agencia pide que se intente más tarde (HTTP 503).");
        (await journey.RunAsync()).RowsSent.Should().Be(16);
        await AbsentAsync(journey, "MAP,0201,2026-09-14,Explained");
        await journey.StoreSecretAsync("another", Maple);
        (await journey.RunAsync()).Error.Should().Contain("La agencia no acepta la contraseña o clave");
    }
}
