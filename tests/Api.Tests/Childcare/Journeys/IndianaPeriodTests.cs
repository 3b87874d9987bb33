using System.Text;
using K12Sync.Data.Tests;
using K12Sync.Domain.Exports;
using K12Sync.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Childcare.Journeys;

public sealed class IndianaPeriodOnSqlite(PostgresServer server) : IndianaPeriodTests(new Places(On.Sqlite, server));

public sealed class IndianaPeriodOnPostgres(PostgresServer server) : IndianaPeriodTests(new Places(On.Postgres, server));

/// <summary>Which service periods of Maple Street go, and what blocks one.</summary>
public abstract class IndianaPeriodTests(Places places) : IndianaOwner(places)
{
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
}
