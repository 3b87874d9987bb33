using System.Text;
using K12Sync.Api.Childcare;
using K12Sync.Api.Exports;
using K12Sync.Api.Tests.Simulators;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Indiana;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Childcare.Journeys;

/// <summary>An owner in Indiana with two licences: Maple Street is connected since 2026-09-13, River Street is not yet. It is Monday 2026-10-05.</summary>
public sealed class IndianaTests
{
    private const string Maple = "49-00123-C";
    private const string River = "49-00124-C";
    private const string OnlyMaple = "\"providers\": [\"" + Maple + "\"]";

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static async Task<Journey> StartAsync(string destination = "", bool withKit = true)
    {
        var place = await ChildcarePlace.MakeAsync();
        place.At("2026-10-05 09:00", "-04:00");
        await place.ImportAsync("sites.csv", "SiteCode,Name,TimeZone,State,Hours,TwentyFourHours",
            "MAP,Maple Street,America/Indiana/Indianapolis,IN,Mon-Fri 06:30-18:00,no", "RIV,River Street,America/Indiana/Indianapolis,IN,Mon-Fri 06:30-18:00,no");
        await place.ImportAsync("providers.csv", "State,ProviderId,Name,SiteCode", $"IN,{Maple},Maple Street,MAP", $"IN,{River},River Street,RIV");
        // Lou's place has ended; Pat is on no program of the state's.
        await ChildrenAsync(place, "MAP,0201,Jo,,Nguyen,2022-01-09,2026-08-30,,Mon-Fri,", "MAP,0203,Lou,,Abbott,2023-03-03,2026-08-30,2026-09-12,Mon,", "MAP,0204,Pat,,Quist,2022-02-02,2026-08-30,,Mon-Fri,",
            "RIV,0301,Max,,Rios,2022-10-10,2026-09-13,,Mon-Fri,");
        if (withKit)
            await ChildrenAsync(place, "MAP,0202,Kit,Rae,Abbott,2021-12-24,2026-08-30,,Mon Wed Fri,");
        return await Journey.StartAsync(await AgencyStage.IndianaAsync(), place, "indiana", "\"state\": \"IN\"" + (destination.Length == 0 ? "" : ", " + destination), "", "indiana-key-2026");
    }

    private static Task ChildrenAsync(ChildcarePlace place, params string[] rows) =>
        place.ImportAsync("children.csv", ["SiteCode,ChildNumber,FirstName,MiddleName,LastName,BirthDate,EnrolledFrom,EnrolledTo,ScheduledDays,AgencyChildId", .. rows]);

    private static Task AbsentAsync(Journey journey, params string[] rows) => journey.Place.ImportAsync("absences.csv", ["SiteCode,ChildNumber,Date,Code", .. rows]);

    private static Task CloseAsync(Journey journey, params string[] rows) => journey.Place.ImportAsync("closures.csv", ["SiteCode,Date,Code", .. rows]);

    /// <summary>Checked in and out on all of these weekdays but the days named.</summary>
    private static Task AttendAsync(Journey journey, string site, string child, string from, string to, DayOfWeek[] on, params string[] but)
    {
        var days = Enumerable.Range(0, 60).Select(i => Day(from).AddDays(i)).Where(d => d <= Day(to) && on.Contains(d.DayOfWeek) && !but.Contains($"{d:yyyy-MM-dd}"));
        return journey.Place.ImportAsync("attendance.csv",
            ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", .. days.SelectMany(d => new[] { $"{child}-{d:MMdd}-i,{site},{child},In,{d:yyyy-MM-dd} 08:05,,,", $"{child}-{d:MMdd}-o,{site},{child},Out,{d:yyyy-MM-dd} 16:35,,," })]);
    }

    private static readonly DayOfWeek[] Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
    private static readonly DayOfWeek[] Thrice = [DayOfWeek.Monday, DayOfWeek.Wednesday, DayOfWeek.Friday];

    /// <summary>Maple's period of 09-13 is complete: Jo was absent on the 14th, and the site was closed on the 25th.</summary>
    private static async Task FillAsync(Journey journey)
    {
        await AttendAsync(journey, "MAP", "0201", "2026-09-13", "2026-09-26", Week, "2026-09-14", "2026-09-25");
        await AttendAsync(journey, "MAP", "0202", "2026-09-13", "2026-09-26", Thrice, "2026-09-25");
        await AbsentAsync(journey, "MAP,0201,2026-09-14,Illness", "MAP,0204,2026-09-14,Illness");
        await CloseAsync(journey, "MAP,2026-09-25,Paid");
    }

    private static async Task FillSecondAsync(Journey journey)
    {
        await AttendAsync(journey, "MAP", "0201", "2026-09-27", "2026-10-10", Week);
        await AttendAsync(journey, "MAP", "0202", "2026-09-27", "2026-10-10", Thrice);
    }

    private static async Task TodayIsAsync(Journey journey, string day)
    {
        journey.Place.At(day + " 09:00", "-04:00");
        await journey.Agency.TodayIsAsync(day);
    }

    private static async Task<IndianaStartResult> BeginAsync(Journey journey, string license, string on)
    {
        await using var work = journey.Place.Work();
        return await work.Indiana.StartAsync((await work.Connectors.FindAsync("state", Now))!, license, Day(on), Now);
    }

    private static async Task<IndianaLicense> StatusAsync(Journey journey, string license, SpokenLanguage? language = null)
    {
        await using var work = journey.Place.Work();
        return (await work.Indiana.StatusAsync((await work.Connectors.FindAsync("state", Now))!, language, Now)).Single(l => l.License == license);
    }

    /// <summary>What the state holds: <c>49-00123-C 2026-09-13: IN-5501 2026-09-14 AB, ...</c></summary>
    private static async Task<IReadOnlyList<string>> ReceivedAsync(Journey journey) =>
        [.. (await journey.Agency.LookAsync("received")).GetProperty("periods").EnumerateArray().Select(p => $"{p.GetProperty("licenseNumber")} {p.GetProperty("from")}: "
            + string.Join(", ", p.GetProperty("days").EnumerateArray().Select(d => $"{d.GetProperty("childId")} {d.GetProperty("date")} {d.GetProperty("code")}").Order(StringComparer.Ordinal)))];

    [Fact]
    public async Task Period_GoesWhole_AsAbsencesClosuresAndOffDays_WithoutAnyTime()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);

        var run = await journey.RunAsync();

        run.RowsSent.Should().Be(15);
        (await ReceivedAsync(journey)).Should().ContainSingle().Which.Should().Be(
            "49-00123-C 2026-09-13: IN-5501 2026-09-13 OD, IN-5501 2026-09-14 AB, IN-5501 2026-09-19 OD, IN-5501 2026-09-20 OD, IN-5501 2026-09-25 PC, IN-5501 2026-09-26 OD, "
            + "IN-5502 2026-09-13 OD, IN-5502 2026-09-15 OD, IN-5502 2026-09-17 OD, IN-5502 2026-09-19 OD, IN-5502 2026-09-20 OD, IN-5502 2026-09-22 OD, IN-5502 2026-09-24 OD, IN-5502 2026-09-25 PC, IN-5502 2026-09-26 OD");
        await using var db = journey.Place.Open();
        var bytes = Encoding.UTF8.GetString((await db.ExportContents.SingleAsync(Now)).Bytes);
        bytes.Should().NotMatchRegex(@"\d:\d\d", "no time of day goes to Indiana").And.Contain("\"roster\":[\"IN-5501\",\"IN-5502\"]");
        (await journey.RunAsync()).RowsSent.Should().Be(0, "a period goes once");
        (await journey.StandAsync()).Where(s => string.CompareOrdinal(s[5..10], "09-26") <= 0).Should().HaveCount(15).And.OnlyContain(s => s.EndsWith("Transferred"));
        (await journey.StandAsync()).Should().NotContain(s => s.StartsWith("0204"), "Pat is on no program");
    }

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
    public async Task OldestPeriod_GoesFirst_AndTheNextWithTheNextRun()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        await TodayIsAsync(journey, "2026-10-12");
        await FillSecondAsync(journey);

        (await journey.RunAsync()).RowsSent.Should().Be(15);
        (await journey.StandAsync(reasons: true)).Should().Contain("0201 10-03 OutOfSync: The oldest service period goes first: this one waits for that of 2026-09-13 to 2026-09-26.");
        (await journey.RunAsync()).RowsSent.Should().BePositive();
        (await ReceivedAsync(journey)).Select(r => r.Split(':')[0]).Should().Equal("49-00123-C 2026-09-13", "49-00123-C 2026-09-27");
    }

    [Fact]
    public async Task DayThatNobodyKnows_BlocksItsPeriod_AndNoticesTellOfTheDeadline()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted",
            "0201-0916-i,MAP,0201,In,2026-09-16 08:05,,2,true", "0201-0916-o,MAP,0201,Out,2026-09-16 16:35,,2,true", "0202-0918-i,MAP,0202,In,2026-09-18 08:05,,2,true");

        var before = await journey.RunAsync();
        before.Should().Match<Exporters.Exports.RunReport>(r => r.RowsSent == 0 && r.Status == SyncRunStatus.SucceededWithHolds);
        before.Error.Should().Contain("is blocked. Days to mend first: 2.").And.Contain("it is due at midnight on Saturday 2026-10-10 (days left: 5)").And.NotContain("IN-55");
        (await journey.StandAsync(reasons: true)).Should().Contain("0201 09-16 Error: The child was expected, and nothing is recorded. Record a check-in or an absence.")
            .And.Contain(s => s.StartsWith("0202 09-18 Error: There is a check-out without a check-in")).And.Contain("0201 09-14 Error: The service period goes whole. Days of it to mend first: 2.");

        await TodayIsAsync(journey, "2026-10-12");
        (await journey.RunAsync()).Error.Should().Contain("it was due at midnight on Saturday 2026-10-10 (days late: 2)");

        await AbsentAsync(journey, "MAP,0201,2026-09-16,Unexplained");
        await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", "0202-0918-i,MAP,0202,In,2026-09-18 08:05,,3,");
        (await journey.RunAsync()).RowsSent.Should().Be(16);
        (await ReceivedAsync(journey)).Single().Should().Contain("IN-5501 2026-09-16 AB");
    }

    [Fact]
    public async Task RostersThatDiffer_BlockThePeriod_AndItGoesOnceTheyAreMended()
    {
        await using var journey = await StartAsync(OnlyMaple, withKit: false);
        await AttendAsync(journey, "MAP", "0201", "2026-09-13", "2026-09-26", Week, "2026-09-14");
        await AbsentAsync(journey, "MAP,0201,2026-09-14,Illness");

        var blocked = await journey.RunAsync();
        blocked.RowsSent.Should().Be(0);
        blocked.Error.Should().Contain("Children only here: 0; only on the state's roster: 1.").And.NotContain("IN-5502");
        blocked.HeldDays.Should().Contain(h => h.Reason == HoldReason.RosterDiffers);
        (await journey.StandAsync(reasons: true)).Should().Contain(s => s.StartsWith("0201 09-14 Error:") && s.Contains("Only here: none. Only on the state's roster: IN-5502."));

        await ChildrenAsync(journey.Place, "MAP,0202,Kit,Rae,Abbott,2021-12-24,2026-08-30,,Mon Wed Fri,");
        await AttendAsync(journey, "MAP", "0202", "2026-09-13", "2026-09-26", Thrice);
        (await journey.RunAsync()).RowsSent.Should().BePositive();
        (await ReceivedAsync(journey)).Single().Should().Contain("IN-5502 2026-09-15 OD");
    }

    [Fact]
    public async Task ChildWhoIsOnlyHere_BlocksThePeriod_UntilThePlaceHasEnded()
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
        await journey.RunAsync();
        await journey.Agency.FaultAsync(new { kind = "AuthorizationsChange", childIds = new[] { "IN-5501" }, to = "2026-09-26" });
        await TodayIsAsync(journey, "2026-10-12");
        await AttendAsync(journey, "MAP", "0201", "2026-09-28", "2026-09-28", Week);
        await AttendAsync(journey, "MAP", "0202", "2026-09-27", "2026-10-10", Thrice);

        (await journey.RunAsync()).RowsSent.Should().Be(0);
        (await journey.StandAsync(reasons: true)).Should().Contain(s => s.Contains("Only here: IN-5501. Only on the state's roster: none."));

        await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", "0201-0928-i,MAP,0201,In,2026-09-28 08:05,,2,true", "0201-0928-o,MAP,0201,Out,2026-09-28 16:35,,2,true");
        await ChildrenAsync(journey.Place, "MAP,0201,Jo,,Nguyen,2022-01-09,2026-08-30,2026-09-26,Mon-Fri,");
        (await journey.RunAsync()).RowsSent.Should().BePositive();
    }

    [Theory]
    [InlineData("MAP,2026-08-31..2026-09-22,Paid", "0201 09-22 Error: The 16 paid closures (PC) of 2026 are used up. Record the closure as Unpaid.")]
    [InlineData("MAP,2026-09-25,Unpaid", "0201 09-25 Error: Paid closures (PC) are used before non-paid ones (NP), and the 16 of 2026 are not used up. Record the closure as Paid.")]
    public async Task ClosureThatCannotBe_BlocksThePeriod_AndItsCodeStays(string closure, string expected)
    {
        await using var journey = await StartAsync(OnlyMaple);
        await AttendAsync(journey, "MAP", "0201", "2026-08-30", "2026-09-26", Week);
        await AttendAsync(journey, "MAP", "0202", "2026-08-30", "2026-09-26", Thrice);
        await CloseAsync(journey, closure);
        await journey.Place.ImportAsync("attendance.csv", ["EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted",
            .. Enumerable.Range(0, 28).Select(i => Day("2026-08-30").AddDays(i)).Where(d => closure.Contains("..") ? d <= Day("2026-09-22") : d == Day("2026-09-25"))
                .SelectMany(d => new[] { "0201", "0202" }.SelectMany(c => new[] { "i", "o" }.Select(k => $"{c}-{d:MMdd}-{k},MAP,{c},{(k == "i" ? "In" : "Out")},{d:yyyy-MM-dd} 08:05,,2,true")))]);

        (await journey.RunAsync()).RowsSent.Should().Be(0);

        (await journey.StandAsync(reasons: true)).Should().Contain(expected);
    }

    [Theory]
    [InlineData("MAP,0202,Kit,Rae,Abbott,2021-12-24,2026-08-30,,Sat,", null, "0202 09-15 Error: The child is off from Monday to Friday")]
    [InlineData("MAP,0202,Kit,Rae,Abbott,2021-12-24,2026-09-20,,Mon Wed,", "MAP,0202,2026-09-18,Illness", "0202 09-25 Error: An off day (OD) is only for a weekday on which the child is never scheduled")]
    public async Task OffDayThatCannotBe_BlocksThePeriod(string child, string? absence, string expected)
    {
        await using var journey = await StartAsync(OnlyMaple);
        await ChildrenAsync(journey.Place, child);
        if (absence is null)
            await AttendAsync(journey, "MAP", "0201", "2026-09-13", "2026-09-26", Week);
        else
        {
            await FillAsync(journey);
            await journey.Place.ImportAsync("attendance.csv", "EventId,SiteCode,ChildNumber,Kind,At,Room,Revision,Deleted", "0202-0918-i,MAP,0202,In,2026-09-18 08:05,,2,true", "0202-0918-o,MAP,0202,Out,2026-09-18 16:35,,2,true");
            await AbsentAsync(journey, absence);
            await CloseAsync(journey, "MAP,2026-09-25,");
            await AttendAsync(journey, "MAP", "0201", "2026-09-25", "2026-09-25", Week);
        }

        (await journey.RunAsync()).RowsSent.Should().Be(0);

        (await journey.StandAsync(reasons: true)).Should().Contain(s => s.StartsWith(expected));
    }

    [Theory]
    [InlineData("TimeOutAfterAccepting")]
    [InlineData("Garbled")]
    [InlineData("ServerErrorAfterAccepting")]
    public async Task AfterAnUnknownEnd_TheStateIsAsked_AndThePeriodIsNotSentAgain(string fault)
    {
        await using var journey = await StartAsync(OnlyMaple);
        await FillAsync(journey);
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

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);
}
