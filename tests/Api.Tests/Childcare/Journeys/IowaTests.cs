using K12Sync.Api.Childcare;
using K12Sync.Api.Exports;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Data.Exports;
using K12Sync.Data.Tests;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.KinderTrack;
using K12Sync.Tests.Servers;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class IowaOnSqlite(PostgresServer server) : IowaTests(new Places(On.Sqlite, server));

public sealed class IowaOnPostgres(PostgresServer server) : IowaTests(new Places(On.Postgres, server));

/// <summary>An Iowa centre: registered, children linked, a pay period reviewed, mended and submitted, once.</summary>
public abstract class IowaTests(Places places)
{
    private const string Route = "Ask HHS CCA Payments and Registration for a corrected claim: 866-448-4605.";
    private static readonly DayRange Period = new(new DateOnly(2026, 9, 14), new DateOnly(2026, 9, 27));

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private async Task<Journey> StartAsync(string providerId = "04321")
    {
        var place = await ChildcarePlace.MakeAsync(places, "2026-10-05 09:00");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours", "PRA,Prairie Kids,America/Chicago,IA,Mon-Fri 06:30-18:00,no");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", $"IA,{providerId},Prairie Kids,PRA");
        await place.ImportAsync("children.csv", "SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId",
            "PRA,0201,Gus,,Hansen,2022-02-11,2026-09-01,,Mon-Fri,", "PRA,0202,Hana,Mei,Ito,2021-07-30,2026-09-01,,Mon-Fri,", "PRA,0203,Ivo,,Dangelo,2023-04-02,2026-09-01,,Mon-Fri,");
        return await Journey.StartAsync(await AgencyStage.KinderTrackAsync(), place, "kindertrack", "\"state\": \"IA\"", "", "iowa-key-2026");
    }

    /// <summary>Gus was there twice and ill once, Hana once, Ivo once.</summary>
    private async Task<Journey> WithDaysAsync()
    {
        var journey = await StartAsync();
        await PunchAsync(journey, "g1,PRA,0201,In,2026-09-14 08:00,,,", "g2,PRA,0201,Out,2026-09-14 12:00,,,", "g3,PRA,0201,In,2026-09-15 08:00,,,", "g4,PRA,0201,Out,2026-09-15 14:00,,,",
            "h1,PRA,0202,In,2026-09-15 08:00,,,", "h2,PRA,0202,Out,2026-09-15 09:30,,,", "i1,PRA,0203,In,2026-09-14 08:00,,,", "i2,PRA,0203,Out,2026-09-14 12:00,,,");
        await journey.Place.ImportAsync("absences.csv", "SiteCode,ChildNumber,Date,Code", "PRA,0201,2026-09-16,Illness");
        return journey;
    }

    private static Task PunchAsync(Journey journey, params string[] events) => journey.Place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. events]);

    /// <summary>Rows that something becomes of: <c>0201 09-14 Approved Goes</c>.</summary>
    private static IReadOnlyList<string> Rows(PeriodReview review) =>
        [.. review.Rows.Where(r => r.Reason?.StartsWith("The child was expected", StringComparison.Ordinal) != true).Select(r => FormattableString.Invariant($"{r.ChildNumber} {r.Date:MM-dd} {r.StatusText} {r.Fate}"))];

    private static async Task<PeriodReview> ReviewAsync(Journey journey, DayRange? period = null) =>
        (await journey.WithSubmissionsAsync(s => s.ReviewAsync(journey.Connector, null, period, Now))).Should().BeOfType<ReviewResult.Reviewed>().Which.Review;

    private static Task<SubmitResult> SubmitAsync(Journey journey, DayRange? period = null) => SubmitUntilAsync(journey, period ?? Period, Now);

    private static Task<SubmitResult> SubmitUntilAsync(Journey journey, DayRange period, CancellationToken stop) =>
        journey.WithSubmissionsAsync(s => s.SubmitAsync(journey.Connector, "04321", period, "Pat Director", stop));

    private static async Task<Submission> SubmittedAsync(Journey journey) => (await SubmitAsync(journey)).Should().BeOfType<SubmitResult.Ran>().Which.Submission!;

    /// <summary>How often a submission came over the wire.</summary>
    private static async Task<int> PostsAsync(Journey journey) => (await journey.Agency.LookAsync("calls")).EnumerateArray()
        .Count(c => c.GetProperty("method").GetString() == "POST" && c.GetProperty("path").GetString()!.EndsWith("/submissions", StringComparison.Ordinal));

    [Fact]
    public async Task Registering_ShowsThatItSucceeded_OrTheAgencysOwnText()
    {
        await using (var journey = await StartAsync())
            (await journey.TestAsync()).Should().Equal("Passed 04321 (Prairie Kids): Registered. The agency lists 3 children.");

        await using var wrong = await StartAsync("12345");
        (await wrong.TestAsync()).Should().ContainSingle().Which.Should().StartWith("Failed 12345 (Prairie Kids): The agency knows no active provider of this id: \"Inactive KinderTrack provider ID.\" Compare it");
        await PunchAsync(wrong, "g1,PRA,0201,In,2026-09-14 08:00,,,", "g2,PRA,0201,Out,2026-09-14 12:00,,,");
        Rows(await ReviewAsync(wrong, Period)).Should().Equal("0201 09-14 - Blocks");
        (await PostsAsync(wrong)).Should().Be(0);
    }

    [Fact]
    public async Task Period_IsReviewed_Mended_AndSubmittedOnce()
    {
        await using var journey = await WithDaysAsync();
        await PunchAsync(journey, "h3,PRA,0202,Out,2026-09-17 17:00,,,");

        var review = await ReviewAsync(journey);
        review.Days.Should().Be(Period, "it is the one that is due");
        Rows(review).Should().Equal("0202 09-17 Approved Blocks", "0201 09-14 Approved Goes", "0201 09-15 Approved Goes", "0202 09-15 Approved Goes", "0201 09-16 Approved Goes", "0203 09-14 Unapproved LeftOut");
        review.Rows.Where(r => r.ChildNumber == "0201").Select(r => r.Units).Take(2).Should().Equal("1 Block", "2 Blocks");
        review.Rows[0].Reason.Should().StartWith("The check-out at 17:00 on 2026-09-17 has no check-in");
        review.Periods.Select(p => $"{p.Days.From:MM-dd} {p.State}").Should().Equal("08-31 Nothing", "09-14 Due", "09-28 Open");
        (await SubmitAsync(journey)).Should().BeOfType<SubmitResult.Blocked>().Which.Reason.Should().Contain("1 child-day is wrong");
        (await PostsAsync(journey)).Should().Be(0);

        await PunchAsync(journey, "h4,PRA,0202,In,2026-09-17 08:00,,,");
        await using (var work = journey.Place.Work())
            await work.ChildLinks.LinkAsync("0203", "IA", "001206", Now);
        Rows(await ReviewAsync(journey, Period)).Should().OnlyContain(r => r.EndsWith("Approved Goes", StringComparison.Ordinal)).And.HaveCount(6);
        var sent = await SubmittedAsync(journey);

        (sent.Status, sent.RowsAccepted, sent.RowsRejected, sent.ReceiptId, sent.CertifiedBy).Should().Be((BatchStatus.Delivered, 6, 0, "S0001", "Pat Director"));
        sent.Wording.Should().StartWith("I certify that the attendance");
        var held = (await journey.Agency.LookAsync("received")).GetProperty("children").EnumerateArray().ToDictionary(c => c.GetProperty("childId").GetString()!);
        held.Keys.Should().BeEquivalentTo("001204", "001205", "001206");
        held["001204"].GetProperty("attestation").GetProperty("wording").GetString().Should().Be(sent.Wording);
        held["001204"].GetProperty("days").EnumerateArray().Select(d => $"{d.GetProperty("date").GetString()} {d.GetProperty("isAbsent").GetBoolean()} {string.Join(',', d.GetProperty("times").EnumerateArray().Select(t => t.GetProperty("in").GetString()))}")
            .Should().Equal("2026-09-14 False 2026-09-14T08:00:00-05:00", "2026-09-15 False 2026-09-15T08:00:00-05:00", "2026-09-16 True ");
        (await journey.StandAsync()).Should().HaveCount(6).And.OnlyContain(s => s.EndsWith("Transferred", StringComparison.Ordinal));

        // A later edit, and a day that turns up late, are for the telephone; nothing of them goes over the wire.
        await PunchAsync(journey, "g4,PRA,0201,Out,2026-09-15 15:00,,,", "g5,PRA,0201,In,2026-09-18 08:00,,,", "g6,PRA,0201,Out,2026-09-18 12:00,,,");
        (await SubmitAsync(journey)).Should().BeOfType<SubmitResult.Refused>().Which.Reason.Should().Contain("can be done only once").And.EndWith(Route);
        await journey.RunAsync();
        (await PostsAsync(journey)).Should().Be(1);
        (await journey.StandAsync(reasons: true)).Where(s => s.Contains("Error", StringComparison.Ordinal)).Should().HaveCount(2).And.OnlyContain(s => s.EndsWith(Route, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutAnOrder_NothingIsSent_AndWhatIsDueIsSaid()
    {
        await using var journey = await WithDaysAsync();
        await PunchAsync(journey, "g5,PRA,0201,In,2026-10-01 08:00,,,", "g6,PRA,0201,Out,2026-10-01 12:00,,,");

        var run = await journey.RunAsync();

        (run.Status, run.RowsSent).Should().Be((SyncRunStatus.SucceededWithHolds, 0));
        run.Error.Should().Contain("The pay period 2026-09-14 to 2026-09-27 is over, and 4 child-days of it were not submitted.");
        run.HeldDays.Select(h => $"{h.Line.Date:MM-dd} {h.Reason}").Should().Equal("09-14 NotLinked", "09-14 PeriodOpen", "09-15 PeriodOpen", "09-15 PeriodOpen", "09-16 PeriodOpen", "10-01 PeriodOpen");
        (await PostsAsync(journey)).Should().Be(0);
    }

    [Theory]
    [InlineData("2026-09-14", "2026-09-26", "2026-09-14 to 2026-09-26 is not exactly a subsidy pay period. The agency's are: 2026-08-31 to 2026-09-13, 2026-09-14 to 2026-09-27, 2026-09-28 to 2026-10-11.")]
    [InlineData("2026-09-28", "2026-10-11", "The pay period 2026-09-28 to 2026-10-11 is not over. It can be submitted from the day after its last one.")]
    [InlineData("2026-08-31", "2026-09-13", "There is nothing to submit of the pay period 2026-08-31 to 2026-09-13: no linked child was there or absent.")]
    public async Task OtherDays_AreRefused(string from, string to, string says)
    {
        await using var journey = await WithDaysAsync();
        var days = new DayRange(DateOnly.ParseExact(from, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), DateOnly.ParseExact(to, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

        (await SubmitAsync(journey, days)).Should().BeOfType<SubmitResult.Refused>().Which.Reason.Should().Be(says);
        // The system itself refuses too, should an order come to it in another way.
        var order = new SubmissionOrder("04321", days, new Attestation("Pat", DateTimeOffset.UnixEpoch, "x"));
        var run = await journey.RunAsync(RunRequest.Manual with { Order = order });
        (run.Status, run.RowsSent).Should().Be((SyncRunStatus.Failed, 0));
        run.Error.Should().Contain(says);
        (await PostsAsync(journey)).Should().Be(0);
    }

    [Theory]
    [InlineData("TimeOutAfterAccepting")]
    [InlineData("Garbled")]
    [InlineData("ServerErrorAfterAccepting")]
    public async Task LostAnswer_IsReconciledByAsking_AndNothingIsSentAgain(string fault)
    {
        await using var journey = await WithDaysAsync();
        journey.Place.Limits = AgencyStage.LimitsFor(fault);
        await journey.Agency.FaultAsync(new { kind = fault, times = 1, call = "submissions", method = "POST" });

        var sent = await SubmittedAsync(journey);

        (sent.Status, sent.RowsAccepted, sent.ReceiptId).Should().Be((BatchStatus.Delivered, 4, "S0001"));
        await journey.RunAsync();
        (await PostsAsync(journey)).Should().Be(1);
    }

    [Fact]
    public async Task LostAnswer_OfWhatTheAgencyDoesNotHave_WaitsForAPerson()
    {
        await using var journey = await WithDaysAsync();
        await journey.Agency.FaultAsync(new { kind = "ServerError", times = 1, call = "submissions", method = "POST" });

        var sent = await SubmittedAsync(journey);
        sent.Status.Should().Be(BatchStatus.DeliveredUnconfirmed);
        await journey.RunAsync();
        (await SubmitAsync(journey)).Should().BeOfType<SubmitResult.Refused>().Which.Reason.Should().Contain("only once");
        (await PostsAsync(journey)).Should().Be(1);

        await using (var work = journey.Place.Work())
            (await work.Batches.SendAgainAsync(sent.Id, Now)).Should().Be(DecideResult.Done);
        await journey.RunAsync();
        (await PostsAsync(journey)).Should().Be(2);
        (await journey.StandAsync()).Where(s => s.EndsWith("Transferred", StringComparison.Ordinal)).Should().HaveCount(4);
    }

    [Fact]
    public async Task WhatSurelyDidNotLeave_IsOwedAgain_AndNotSentByItself()
    {
        await using var journey = await WithDaysAsync();
        await journey.Agency.FaultAsync(new { kind = "Unavailable", times = 1, call = "submissions", method = "POST" });

        (await SubmitAsync(journey)).Should().BeOfType<SubmitResult.Ran>().Which.Report.Run.Status.Should().Be(SyncRunStatus.Failed);
        await journey.RunAsync();
        (await PostsAsync(journey)).Should().Be(1);
        (await SubmittedAsync(journey)).RowsAccepted.Should().Be(4);
    }

    [Fact]
    public async Task RunThatWasKilledWhileSending_IsAskedAfterFirst()
    {
        await using var journey = await WithDaysAsync();
        await journey.Agency.FaultAsync(new { kind = "TimeOutAfterAccepting", times = 1, call = "submissions", method = "POST" });
        using var killed = CancellationTokenSource.CreateLinkedTokenSource(Now);
        var submitting = SubmitUntilAsync(journey, Period, killed.Token);
        while ((await journey.Agency.LookAsync("received")).GetProperty("submissions").GetInt32() == 0)
            await Task.Delay(20, Now);
        await killed.CancelAsync();
        await submitting.Invoking(s => s).Should().ThrowAsync<OperationCanceledException>();
        await using (var db = journey.Place.Open())
            db.ExportBatches.Should().ContainSingle().Which.Status.Should().Be(BatchStatus.Publishing);

        (await journey.RunAsync()).Files.Should().ContainSingle().Which.Rows.Should().Be(4);
        (await PostsAsync(journey)).Should().Be(1);
        (await journey.StandAsync()).Where(s => s.EndsWith("Transferred", StringComparison.Ordinal)).Should().HaveCount(4);
    }

    [Fact]
    public async Task RunThatWasKilledBeforeSending_LeavesNothingThatGoesByItself()
    {
        await using var journey = await WithDaysAsync();
        await journey.RunAsync();
        await using (var db = journey.Place.Open())
        {
            var (runs, ledger) = (new ExportLedger(db, journey.Place.Clock), new ChildDayLedger(db, journey.Place.Clock));
            var run = (RunStart.Started)await runs.BeginRunAsync(journey.Connector, RunRequest.Manual, Now);
            var lines = (await ledger.DaysAsync(journey.Connector, Period, Now)).Where(l => l is { AgencyChildId: "001204", Date.Day: 14 }).Select(l => new SubmissionLine(l, "001204", "x")).ToList();
            await ledger.FreezeAsync(journey.Connector, run.RunId, Period, [new SubmissionDraft("04321", Period, "{}"u8.ToArray(), [.. lines])], [], Now);
        }

        await journey.RunAsync();
        (await PostsAsync(journey)).Should().Be(0);
        await using (var db = journey.Place.Open())
            db.ExportBatches.Should().ContainSingle().Which.Status.Should().Be(BatchStatus.TakenBack);
        (await SubmittedAsync(journey)).RowsAccepted.Should().Be(4);
    }

    [Fact]
    public async Task AgencysWordThatItWasSubmitted_IsTerminal()
    {
        await using var journey = await WithDaysAsync();
        await journey.Agency.FaultAsync(new { kind = "AlreadySubmitted", times = 10, call = "submissions", method = "POST" });

        var sent = await SubmittedAsync(journey);
        (sent.Status, sent.RowsAccepted, sent.RowsRejected).Should().Be((BatchStatus.TakenBack, 0, 4));
        await journey.RunAsync();
        (await SubmitAsync(journey)).Should().BeOfType<SubmitResult.Refused>();
        (await PostsAsync(journey)).Should().Be(1);
        await using var work = journey.Place.Work();
        (await work.Transfers.ListAsync(new TransferFilter(Status: TransferStatus.Error), Now)).Where(t => t.AgencySays == KinderTrackTexts.AlreadySubmitted)
            .Should().HaveCount(4).And.OnlyContain(t => t.Reason!.EndsWith(Route, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AskingAfter_TellsChildByChild()
    {
        await using var journey = await WithDaysAsync();
        await journey.TestAsync();
        var attestation = new KinderTrackAttestation("Pat", DateTimeOffset.UnixEpoch, "x");
        KinderTrackSubmission Of(params string[] children) => new(Period.From, Period.To, attestation, [.. children.Select(c => new KinderTrackChildAttendance(c, []))]);
        await journey.Agency.KinderTrack().SubmitAsync(KinderTrackClient.Write(Of("001204")), Now);
        var system = new KinderTrackSystem(journey.Agency.Http, journey.Agency.Address, Domain.Childcare.States.StateProfiles.Find("IA")!, AgencyStage.Patient, TimeProvider.System);

        var reply = await system.AskAsync(new AgencyProvider(1, "04321", "", 1, "iowa-key-2026", null), new OpenSubmission(1, BatchStatus.Publishing, "", "04321", Period, 2, 0, ""), KinderTrackClient.Write(Of("001204", "001205")), Now);

        var end = reply.Should().BeOfType<AgencyReply.Ended>().Which.End;
        (end.IsTaken, end.ReceiptId).Should().Be((true, "S0001"));
        end.Days.Select(d => $"{d.AgencyChildId} {d.Kind}").Should().Equal("001204 Accepted", "001205 Rejected");
    }

    [Fact]
    public async Task WhatAnotherConnectorSubmitted_IsSubmitted()
    {
        await using var journey = await WithDaysAsync();
        await SubmittedAsync(journey);
        await using (var work = journey.Place.Work())
            await work.Connectors.RemoveAsync("state", null, Now);
        await using (var work = journey.Place.Work())
            await work.Connectors.AddAsync("again", journey.Connector.Definition, Now);

        await using var db = journey.Place.Open();
        await using var place = journey.Place.Work();
        var again = (await place.Connectors.FindAsync("again", Now))!;
        (await new ChildDayLedger(db, journey.Place.Clock).SubmittedAsync(again, new DayRange(Period.To, Period.To), Now)).Select(s => FormattableString.Invariant($"{s.ProviderId} {s.ChildNumber} {s.AgencyChildId} {s.Days.From:MM-dd}"))
            .Should().BeEquivalentTo("04321 0201 001204 09-14", "04321 0202 001205 09-14");
        (await new ChildDayLedger(db, journey.Place.Clock).SubmittedAsync(again, new DayRange(Period.To.AddDays(1), Period.To.AddDays(9)), Now)).Should().BeEmpty();
    }

    [Fact]
    public async Task ChildWhoseRowsTheAgencyRefuses_GoesLater_AndTheOthersOnce()
    {
        await using var journey = await WithDaysAsync();
        await journey.Agency.FaultAsync(new { kind = "AlreadySubmitted", times = 1, call = "submissions", method = "POST", childIds = new[] { "001205" } });
        (await SubmittedAsync(journey)).RowsAccepted.Should().Be(3);

        // What was entered in the portal by hand is known before anything is sent.
        await using var other = await WithDaysAsync();
        await other.TestAsync();
        var gus = new KinderTrackSubmission(Period.From, Period.To, new KinderTrackAttestation("Portal", DateTimeOffset.UnixEpoch, "x"), [new KinderTrackChildAttendance("001204", [])]);
        await other.Agency.KinderTrack().SubmitAsync(KinderTrackClient.Write(gus), Now);
        Rows(await ReviewAsync(other, Period)).Should().Equal("0202 09-15 Approved Goes", "0201 09-14 Approved LeftOut", "0203 09-14 Unapproved LeftOut", "0201 09-15 Approved LeftOut", "0201 09-16 Approved LeftOut");
        (await SubmittedAsync(other)).RowsAccepted.Should().Be(1);
        (await PostsAsync(other)).Should().Be(2, "one was the portal's");
    }
}
