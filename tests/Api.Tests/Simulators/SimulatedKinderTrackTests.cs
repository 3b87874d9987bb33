using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.KinderTrack;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>Iowa's rules, through the client, over HTTP.</summary>
public sealed class SimulatedKinderTrackTests : IAsyncLifetime
{
    private static readonly KinderTrackPayPeriod Period = new(new DateOnly(2026, 9, 14), new DateOnly(2026, 9, 27));

    private AgencyStage _agency = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _agency = await AgencyStage.KinderTrackAsync();
        await _agency.KinderTrack().RegisterAsync(null, Now);
    }

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Registering_TellsTheLocation() =>
        Ending.ValueOf(await _agency.KinderTrack().RegisterAsync("Sam Setup", Now)).Should().Be(new KinderTrackRegistered("04321", "Prairie Kids"));

    [Theory]
    [InlineData("4321")]
    [InlineData("043210")]
    [InlineData("12345")]
    [InlineData("09999")]
    public async Task AWrongProviderId_IsInactive_InTheAgencysWords(string providerId) =>
        Ending.Of(await _agency.KinderTrack(providerId).RegisterAsync(null, Now)).Should().Be("InactiveProvider: Inactive KinderTrack provider ID.");

    [Fact]
    public async Task AWrongKey_IsRefused() => Ending.Of(await _agency.KinderTrack(key: "another").RegisterAsync(null, Now)).Should().Be("CredentialsRefused");

    [Fact]
    public async Task WithoutRegistration_NothingIsAnswered()
    {
        await using var fresh = await AgencyStage.KinderTrackAsync();

        Ending.Of(await fresh.KinderTrack().ChildrenAsync(Period, Now)).Should().Be("Rejected InvalidRequest");
    }

    [Fact]
    public async Task Children_AreThoseOfAPayPeriod()
    {
        Ending.ValueOf(await _agency.KinderTrack().PayPeriodsAsync(Now)).PayPeriods.Should().Contain(Period);
        Ending.ValueOf(await _agency.KinderTrack().ChildrenAsync(Period, Now)).Children.Select(c => c.ChildId).Should().Equal("001204", "001205", "001206");
    }

    [Theory]
    [InlineData("2026-09-14", "2026-09-26")]
    [InlineData("2026-09-13", "2026-09-27")]
    [InlineData("2026-08-31", "2026-09-27")]
    public async Task ARangeThatIsNotExactlyAPayPeriod_IsRejected(string from, string to)
    {
        var wrong = new KinderTrackPayPeriod(Day(from), Day(to));

        Ending.Of(await _agency.KinderTrack().ChildrenAsync(wrong, Now)).Should().Be("Rejected NotAPayPeriod");
        Ending.Of(await SubmitAsync(wrong, Gus())).Should().Be("Rejected NotAPayPeriod");
    }

    [Fact]
    public async Task APeriodThatIsNotOver_IsRejected() =>
        Ending.Of(await SubmitAsync(new KinderTrackPayPeriod(new DateOnly(2026, 9, 28), new DateOnly(2026, 10, 11)), Gus() with { Days = [] })).Should().Be("Rejected InvalidRequest");

    [Fact]
    public async Task AChildsPeriod_IsTakenOnce_Ever()
    {
        Ending.Of(await SubmitAsync(Period, Gus())).Should().Be("001204 Accepted");

        Ending.Of(await SubmitAsync(Period, Gus() with { Days = [] })).Should().Be("AlreadySubmitted: External Subsidy Report Error - attendance has already been submitted.");

        var held = (await _agency.LookAsync("received")).GetProperty("children");
        held.GetArrayLength().Should().Be(1);
        held[0].GetProperty("days").GetArrayLength().Should().Be(2, "the first one stays");
        held[0].GetProperty("attestation").GetProperty("certifiedBy").GetString().Should().Be("Pat Director");
    }

    [Fact]
    public async Task AmongOthers_AChildThatWasSubmitted_IsToldByItself()
    {
        await SubmitAsync(Period, Gus());

        var answer = Ending.ValueOf(await SubmitAsync(Period, Gus(), Gus() with { ChildId = "001205" }));

        answer.Children.Should().Equal(
            new DayAnswer("001204", null, DayVerdict.AlreadySubmitted, "External Subsidy Report Error - attendance has already been submitted."),
            new DayAnswer("001205", null, DayVerdict.Accepted, ""));
    }

    [Fact]
    public async Task AnotherPeriod_IsAnotherMatter()
    {
        await SubmitAsync(Period, Gus());

        Ending.Of(await SubmitAsync(new KinderTrackPayPeriod(new DateOnly(2026, 8, 31), new DateOnly(2026, 9, 13)), Gus() with { Days = [] })).Should().Be("001204 Accepted");
    }

    [Fact]
    public async Task FaultyChildren_AreRejected_AndMayGoOnceMended()
    {
        var overlap = Gus() with { ChildId = "001205", Days = [new KinderTrackDay(Day("2026-09-14"), [Stay("08:00", "12:00"), Stay("11:00", "13:00")])] };
        var outside = Gus() with { ChildId = "001206", Days = [new KinderTrackDay(Day("2026-09-13"), [], IsAbsent: true)] };

        Ending.Of(await SubmitAsync(Period, Gus(), overlap, outside, Gus() with { ChildId = "1204" }))
            .Should().Be("001204 Accepted, 001205 Rejected, 001206 Rejected, 1204 Rejected");
        Ending.Of(await SubmitAsync(Period, overlap with { Days = [] })).Should().Be("001205 Accepted");
    }

    [Fact]
    public async Task WithoutAttestation_NothingIsTaken()
    {
        var bytes = KinderTrackClient.Write(new KinderTrackSubmission(Period.From, Period.To, new KinderTrackAttestation("", DateTimeOffset.UnixEpoch, "I certify."), [Gus()]));

        Ending.Of(await _agency.KinderTrack().SubmitAsync(bytes, Now)).Should().Be("Rejected InvalidRequest");
    }

    [Fact]
    public async Task ALostAnswer_IsUnknown_AndAskingTellsThatItWasTaken()
    {
        await _agency.FaultAsync(new { kind = "TimeOutAfterAccepting", call = "submissions", method = "POST" });

        Ending.Of(await SubmitAsync(Period, AgencyStage.Impatient, Gus())).Should().Be("Unknown");

        Ending.ValueOf(await _agency.KinderTrack().SubmittedAsync(Period, Now)).Children.Should().Equal(new KinderTrackSubmittedChild("001204", "S0001"));
        Ending.Of(await SubmitAsync(Period, Gus())).Should().StartWith("AlreadySubmitted");
    }

    [Fact]
    public async Task AnAnswerThatNeverWasAccepted_IsUnknownToo_AndAskingTellsThatNothingWasTaken()
    {
        await _agency.FaultAsync(new { kind = "Slow", delay = "00:05:00", call = "submissions", method = "POST" });

        Ending.Of(await SubmitAsync(Period, AgencyStage.Impatient, Gus())).Should().Be("Unknown");

        Ending.ValueOf(await _agency.KinderTrack().SubmittedAsync(Period, Now)).Children.Should().BeEmpty();
    }

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);

    private static KinderTrackTimes Stay(string from, string to, int day = 14) => new(
        new DateTimeOffset(new DateOnly(2026, 9, day), TimeOnly.ParseExact(from, "HH:mm", null), TimeSpan.FromHours(-5)),
        new DateTimeOffset(new DateOnly(2026, 9, day), TimeOnly.ParseExact(to, "HH:mm", null), TimeSpan.FromHours(-5)));

    private static KinderTrackChildAttendance Gus() =>
        new("001204", [new KinderTrackDay(Day("2026-09-14"), [Stay("07:58", "16:45")]), new KinderTrackDay(Day("2026-09-15"), [], IsAbsent: true)]);

    private Task<AgencyAnswer<KinderTrackTaken>> SubmitAsync(KinderTrackPayPeriod period, params KinderTrackChildAttendance[] children) => SubmitAsync(period, AgencyStage.Patient, children);

    private Task<AgencyAnswer<KinderTrackTaken>> SubmitAsync(KinderTrackPayPeriod period, AgencyLimits limits, params KinderTrackChildAttendance[] children)
    {
        var attestation = new KinderTrackAttestation("Pat Director", new DateTimeOffset(2026, 10, 5, 9, 0, 0, TimeSpan.FromHours(-5)), "I certify that this is true.");
        return _agency.KinderTrack(limits: limits).SubmitAsync(KinderTrackClient.Write(new KinderTrackSubmission(period.From, period.To, attestation, children)), Now);
    }
}
