using System.Net.Http.Headers;
using System.Text;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Indiana;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>Indiana's rules, through the client, over HTTP. It is Monday 2026-10-05 there; Maple Street is connected since 09-13, River Street is not.</summary>
public sealed class SimulatedIndianaTests : IAsyncLifetime
{
    private static readonly string[] Maple = ["IN-5501", "IN-5502"];

    private AgencyStage _agency = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _agency = await AgencyStage.IndianaAsync();

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Periods_EndOnASaturday_AndAreDueOnOneTwoWeeksLater() =>
        Ending.ValueOf(await _agency.Indiana().PeriodsAsync(Now)).Periods.Should().Equal(
            new IndianaPeriod(Day("2026-08-30"), Day("2026-09-12"), Day("2026-09-26"), IndianaPeriodStatus.Submitted),
            new IndianaPeriod(Day("2026-09-13"), Day("2026-09-26"), Day("2026-10-10"), IndianaPeriodStatus.Open),
            new IndianaPeriod(Day("2026-09-27"), Day("2026-10-10"), Day("2026-10-24"), IndianaPeriodStatus.Open));

    [Theory]
    [InlineData("49-00123-C", "indiana-key-2026", "Answered")]
    [InlineData("4900123C", "indiana-key-2026", "InactiveProvider: No active program has this license number. It is required to include any hyphens.")]
    [InlineData("49-00123-c", "indiana-key-2026", "InactiveProvider: No active program has this license number. It is required to include any hyphens.")]
    [InlineData("49-00123-C", "another", "CredentialsRefused")]
    public async Task TheLicense_IsTakenVerbatim(string license, string key, string ending) =>
        Ending.Of(await _agency.Indiana(license, key).FacilityAsync(Now)).Should().Be(ending);

    [Fact]
    public async Task TheRoster_IsThatOfThePeriod()
    {
        var first = Ending.ValueOf(await _agency.Indiana().RosterAsync(Day("2026-08-30"), Day("2026-09-12"), Now));
        var now = Ending.ValueOf(await _agency.Indiana().RosterAsync(Day("2026-09-13"), Day("2026-09-26"), Now));

        first.Children.Select(c => c.ChildId).Should().Equal("IN-5501", "IN-5502", "IN-5503");
        now.Children.Select(c => (c.ChildId, c.Program)).Should().Equal(("IN-5501", IndianaProgram.Ccdf), ("IN-5502", IndianaProgram.OnMyWayPreK));
        Ending.Of(await _agency.Indiana().RosterAsync(Day("2026-09-14"), Day("2026-09-26"), Now)).Should().Be("Rejected NotAServicePeriod");
    }

    [Fact]
    public async Task APeriod_GoesOnce()
    {
        var receipt = Ending.ValueOf(await SubmitAsync("2026-09-13", Maple, "IN-5501 2026-09-14 AB", "IN-5502 2026-09-15 OD"));

        receipt.Should().Be(new IndianaReceipt("R0001", Day("2026-09-13"), Day("2026-09-26"), 2));
        Ending.ValueOf(await _agency.Indiana().PeriodsAsync(Now)).Periods[1].Should().Match<IndianaPeriod>(p => p.Status == IndianaPeriodStatus.Submitted && p.ReceiptId == "R0001");
        Ending.Of(await SubmitAsync("2026-09-13", Maple)).Should().StartWith("AlreadySubmitted");
        var held = (await _agency.LookAsync("received")).GetProperty("periods");
        held.GetArrayLength().Should().Be(1);
        held[0].GetProperty("days").GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task RostersThatDiffer_BlockThePeriod_WithTheDifference()
    {
        var answer = await SubmitAsync("2026-09-13", ["IN-5502", "IN-7777"]);

        var refusal = answer.Should().BeOfType<AgencyAnswer<IndianaReceipt>.Rejected>().Which;
        refusal.Code.Should().Be("RosterMismatch");
        IndianaClient.DifferenceIn(refusal).Should().BeEquivalentTo(new RosterDifference(["IN-5501"], ["IN-7777"]));
        (await _agency.LookAsync("received")).GetProperty("periods").GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("""{"from":"2026-09-13","to":"2026-09-26","roster":["IN-5501","IN-5502"],"days":[{"childId":"IN-5501","date":"2026-09-14","code":"AB","in":"08:00"}]}""")]
    [InlineData("""{"from":"2026-09-13","to":"2026-09-26","roster":["IN-5501","IN-5502"],"days":[],"times":[]}""")]
    [InlineData("""{"from":"2026-09-13","to":"2026-09-26","days":[]}""")]
    public async Task ABodyWithTimes_OrAnythingElse_IsRefused(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_agency.Address, "v1/facilities/49-00123-C/days"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "indiana-key-2026") },
        };

        using var answer = await _agency.Http.SendAsync(request, Now);

        ((int)answer.StatusCode).Should().Be(400);
        (await answer.Content.ReadAsStringAsync(Now)).Should().Contain("InvalidRequest").And.Contain("no place for times");
    }

    [Fact]
    public async Task TheOldestGoesFirst_LateOrNot()
    {
        await _agency.TodayIsAsync("2026-10-12");

        Ending.Of(await SubmitAsync("2026-09-27", Maple)).Should().Be("Rejected OlderPeriodOpen");
        Ending.Of(await SubmitAsync("2026-09-13", Maple)).Should().Be("Answered");
        Ending.Of(await SubmitAsync("2026-09-27", Maple)).Should().Be("Answered");
    }

    [Fact]
    public async Task APeriodThatIsNotOver_IsRejected()
    {
        await _agency.TodayIsAsync("2026-09-26");

        Ending.Of(await SubmitAsync("2026-09-13", Maple)).Should().Be("Rejected PeriodNotOver");
    }

    [Theory]
    [InlineData("IN-5501 2026-09-14 XX", "The code is none of AB, OD, PC, NP.")]
    [InlineData("IN-5501 2026-09-14 ab", "The code is none of AB, OD, PC, NP.")]
    [InlineData("IN-5501 2026-09-12 AB", "The day is outside the service period.")]
    [InlineData("IN-9999 2026-09-14 AB", "The child is not on the roster.")]
    [InlineData("IN-5502 2026-09-14 OD", "OD is only for a weekday on which the child is never scheduled.")]
    [InlineData("IN-5501 2026-09-14 NP", "Paid closures (PC) are used before non-paid ones (NP).")]
    public async Task ADayThatCannotBe_StopsThePeriod_WithTheAgencysText(string day, string text)
    {
        var answer = await SubmitAsync("2026-09-13", Maple, day);

        answer.Should().BeOfType<AgencyAnswer<IndianaReceipt>.Rejected>().Which.Days.Single().Should().Match<DayAnswer>(d => d.Says == text && d.Verdict == DayVerdict.Rejected);
        (await _agency.LookAsync("received")).GetProperty("periods").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task SixteenClosuresArePaid_ThenNone()
    {
        await _agency.TodayIsAsync("2026-12-31");
        var days = Enumerable.Range(0, 20).Select(i => Day("2026-09-13").AddDays(i)).Where(d => d.DayOfWeek != DayOfWeek.Sunday).ToList();
        var first = days.Where(d => d < Day("2026-09-27")).Select(d => $"IN-5501 {d:yyyy-MM-dd} PC").ToArray();
        first.Should().HaveCount(12);
        Ending.Of(await SubmitAsync("2026-09-13", Maple, first)).Should().Be("Answered");
        string[] four = ["IN-5501 2026-09-28 PC", "IN-5502 2026-09-28 PC", "IN-5501 2026-09-29 PC", "IN-5501 2026-09-30 PC", "IN-5501 2026-10-01 PC"];

        Ending.Of(await SubmitAsync("2026-09-27", Maple, [.. four, "IN-5501 2026-10-02 PC"])).Should().Be("Rejected InvalidDays", "it would be the seventeenth");
        Ending.Of(await SubmitAsync("2026-09-27", Maple, [.. four, "IN-5501 2026-10-02 NP"])).Should().Be("Answered");
    }

    [Fact]
    public async Task AFullWeekOff_IsNotPossible()
    {
        var state = (await _agency.LookAsync("state")).GetRawText().Replace("\"Monday\",", "\"Sunday\",", StringComparison.Ordinal).Replace("\"Wednesday\",", "", StringComparison.Ordinal).Replace("\"Friday\"", "\"Saturday\"", StringComparison.Ordinal);
        using var put = await _agency.Http.PutAsync(new Uri(_agency.Address, "_simulator/state"), new StringContent(state), Now);
        put.EnsureSuccessStatusCode();
        string[] week = ["IN-5502 2026-09-14 OD", "IN-5502 2026-09-15 OD", "IN-5502 2026-09-16 OD", "IN-5502 2026-09-17 OD", "IN-5502 2026-09-18 OD"];

        Ending.Of(await SubmitAsync("2026-09-13", Maple, week)).Should().Be("Rejected InvalidDays");
        Ending.Of(await SubmitAsync("2026-09-13", Maple, week[1..])).Should().Be("Answered");
    }

    [Fact]
    public async Task BeforeTheConnectionBegins_ThePortalHasThePeriods_AndTheClientIsRefused()
    {
        Ending.ValueOf(await _agency.Indiana("49-00124-C").PeriodsAsync(Now)).Periods[0].Status.Should().Be(IndianaPeriodStatus.OpenInPortal);

        Ending.Of(await RiverAsync("2026-09-13")).Should().Be("LockedByState");
    }

    [Fact]
    public async Task TheConnection_BeginsInTheFuture_WithAPeriod_AfterAFirstOneByHand()
    {
        (await ChooseAsync("CCMS", null)).Should().Be("The first service period is entered here, by hand.");
        (await ByHandAsync("2026-09-27")).Should().Be("The service period is not over.");
        (await ByHandAsync("2026-09-13")).Should().BeNull();
        (await ChooseAsync("CCMS", "2026-10-05")).Should().Be("Choose a date in the future.");
        (await ChooseAsync("CCMS", "2026-10-12")).Should().Be("A selection begins with a service period.");

        (await ChooseAsync("CCMS", null)).Should().BeNull();

        Ending.ValueOf(await _agency.Indiana("49-00124-C").FacilityAsync(Now)).DataEntry
            .Should().Be(new IndianaDataEntry(IndianaSelection.Portal, null, IndianaSelection.Connection, Day("2026-10-11")));
        await _agency.TodayIsAsync("2026-10-25");
        (await ByHandAsync("2026-10-11")).Should().StartWith("The portal is read-only");
        Ending.Of(await RiverAsync("2026-10-11")).Should().Be("Rejected OlderPeriodOpen", "the last one by hand is still missing");
        (await ByHandAsync("2026-09-27")).Should().BeNull();
        Ending.Of(await RiverAsync("2026-10-11")).Should().Be("Answered");
    }

    [Fact]
    public async Task BackToPPP_StopsTheConnection_FromTheNextPeriodOn()
    {
        (await _agency.AdminAsync("portal/data-entry", new { licenseNumber = "49-00123-C", selection = "PPP" })).Should().BeNull();
        await _agency.TodayIsAsync("2026-10-26");

        Ending.Of(await SubmitAsync("2026-09-13", Maple)).Should().Be("Answered");
        Ending.Of(await SubmitAsync("2026-09-27", Maple)).Should().Be("Answered");
        Ending.Of(await SubmitAsync("2026-10-11", Maple)).Should().Be("LockedByState");
        Ending.ValueOf(await _agency.Indiana().PeriodsAsync(Now)).Periods.Select(p => p.Status).Should()
            .Equal(IndianaPeriodStatus.Submitted, IndianaPeriodStatus.Submitted, IndianaPeriodStatus.Submitted, IndianaPeriodStatus.OpenInPortal, IndianaPeriodStatus.OpenInPortal);
    }

    [Fact]
    public async Task AChildWhoLeaves_IsNoLongerOnTheRoster()
    {
        await _agency.FaultAsync(new { kind = "AuthorizationsChange", childIds = new[] { "IN-5502" }, to = "2026-09-12" });

        Ending.Of(await SubmitAsync("2026-09-13", Maple)).Should().Be("Rejected RosterMismatch");
        Ending.Of(await SubmitAsync("2026-09-13", ["IN-5501"])).Should().Be("Answered");
    }

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);

    private Task<string?> ByHandAsync(string from) => _agency.AdminAsync("portal/periods", new { licenseNumber = "49-00124-C", from });

    private Task<string?> ChooseAsync(string selection, string? from) => _agency.AdminAsync("portal/data-entry", new { licenseNumber = "49-00124-C", selection, from });

    private Task<AgencyAnswer<IndianaReceipt>> RiverAsync(string from) => SubmitAsync("49-00124-C", from, ["IN-6601"], []);

    private Task<AgencyAnswer<IndianaReceipt>> SubmitAsync(string from, string[] roster, params string[] days) => SubmitAsync("49-00123-C", from, roster, days);

    private Task<AgencyAnswer<IndianaReceipt>> SubmitAsync(string license, string from, string[] roster, string[] days) =>
        _agency.Indiana(license).SubmitAsync(IndianaClient.Write(new IndianaSubmission(Day(from), Day(from).AddDays(13), roster,
            [.. days.Select(d => d.Split(' ')).Select(d => new IndianaDay(d[0], Day(d[1]), d[2]))])), Now);
}
