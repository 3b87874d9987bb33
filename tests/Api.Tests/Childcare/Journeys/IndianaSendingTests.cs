using K12Sync.Api.Exports;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class IndianaSendingOnSqlite(PostgresServer server) : IndianaSendingTests(new Places(On.Sqlite, server));

public sealed class IndianaSendingOnPostgres(PostgresServer server) : IndianaSendingTests(new Places(On.Postgres, server));

/// <summary>What becomes of a service period that was sent, or may have been.</summary>
public abstract class IndianaSendingTests(Places places) : IndianaOwner(places)
{
    [Theory]
    [InlineData("TimeOutAfterAccepting")]
    [InlineData("Garbled")]
    [InlineData("ServerErrorAfterAccepting")]
    public async Task AfterAnUnknownEnd_TheStateIsAsked_AndThePeriodIsNotSentAgain(string fault)
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        journey.Place.Limits = AgencyStage.LimitsFor(fault);
        await journey.Agency.FaultAsync(new { kind = fault, times = 1, call = "days" });

        (await journey.RunAsync()).RowsSent.Should().Be(15, "the list of periods says that it was taken");
        (await journey.RunAsync()).RowsSent.Should().Be(0);

        (await ReceivedAsync(journey)).Should().ContainSingle();
        await using var db = journey.Place.Open();
        (await db.ExportBatches.SingleAsync(Now)).Should().Match<Data.Exports.ExportBatchRow>(b => b.Status == BatchStatus.Delivered && b.ReceiptId == "R0001");
    }

    [Fact]
    public async Task WhatTheStateDoesNotHave_IsLeftToAPerson()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        await journey.Agency.FaultAsync(new { kind = "ServerError", times = 1, call = "days" });

        (await journey.RunAsync()).Unconfirmed.Should().ContainSingle();
        (await journey.RunAsync()).RowsSent.Should().Be(0, "nobody knows, and a period goes once");

        (await ReceivedAsync(journey)).Should().BeEmpty();
        (await StatusAsync(journey, Maple)).Periods.Single(p => p.From == Day("2026-09-13")).Standing.Should().Be(IndianaStanding.UnderWay);

        await using (var work = journey.Place.Work())
            (await work.Batches.SendAgainAsync(await work.Db.ExportBatches.Select(b => b.Id).SingleAsync(Now), Now)).Should().Be(DecideResult.Done);
        (await journey.RunAsync()).RowsSent.Should().Be(15, "a person has looked");
        (await ReceivedAsync(journey)).Should().ContainSingle();
    }

    [Fact]
    public async Task WhatHadNotLeft_IsMadeAnew_WithWhatWasCorrectedSince()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        await journey.Agency.FaultAsync(new { kind = "Unavailable", times = 1, call = "days" });
        (await journey.RunAsync()).Status.Should().Be(SyncRunStatus.Failed);

        await AbsentAsync(journey, "MAP,0201,2026-09-14,");
        await AttendAsync(journey, "MAP", "0201", "2026-09-14", "2026-09-14", Week);
        (await journey.RunAsync()).RowsSent.Should().Be(14);

        (await ReceivedAsync(journey)).Single().Should().NotContain("AB");
    }

    [Fact]
    public async Task ChangeAfterSubmission_IsACorrection_ThatIsNotSent()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        await journey.RunAsync();

        await AbsentAsync(journey, "MAP,0201,2026-09-14,");
        await AttendAsync(journey, "MAP", "0201", "2026-09-14", "2026-09-14", Week);
        (await journey.RunAsync()).RowsSent.Should().Be(0);

        (await journey.StandAsync(reasons: true)).Should().Contain(s => s.StartsWith("0201 09-14 Error: The service period has been submitted, which is possible only once"));
    }

    [Fact]
    public async Task OneLicencesTrouble_DoesNotStopTheOther()
    {
        await using var journey = await StartAsync();
        await FillAsync(journey);
        await journey.StoreSecretAsync("another", River);

        var run = await journey.RunAsync();

        run.RowsSent.Should().Be(15);
        run.Error.Should().StartWith("49-00124-C: The agency does not accept the password or key: \"The access key is not valid.\"");
        (await journey.TestAsync()).Should().Contain("Passed 49-00123-C (Maple Street): Registered. The agency lists 2 children.").And.Contain(s => s.StartsWith("Failed 49-00124-C"));
    }
}
