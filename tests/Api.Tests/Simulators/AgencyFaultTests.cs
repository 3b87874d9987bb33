using System.Net;
using System.Net.Sockets;
using System.Text;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.Indiana;
using K12Sync.Exporters.Childcare.KinderConnect;
using K12Sync.Exporters.Childcare.KinderTrack;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>Each misbehaviour that can be asked for, and what the client makes of it.</summary>
public sealed class AgencyFaultTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("WrongCredentials", "CredentialsRefused", 0)]
    [InlineData("InactiveProvider", "InactiveProvider: The Provider ID is not active.", 0)]
    [InlineData("NamesDoNotMatch", "TX-77-0090 NameMismatch", 0)]
    [InlineData("AlreadySubmitted", "TX-77-0090 LockedByState", 0)]
    [InlineData("LockedByState", "TX-77-0090 LockedByState", 0)]
    [InlineData("Garbled", "Garbled", 1)]
    [InlineData("ServerError", "Unknown", 0)]
    [InlineData("ServerErrorAfterAccepting", "Unknown", 1)]
    [InlineData("Unavailable", "TryAgain", 0)]
    public async Task KinderConnect_MisbehavesOnce_AndThenNoMore(string fault, string ending, int held)
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.FaultAsync(new { kind = fault, call = "attendance" });

        Ending.Of(await agency.KinderConnect().SendAsync(Attendance(), Now)).Should().Be(ending);

        (await agency.LookAsync("received")).GetProperty("providers")[0].GetProperty("days").GetArrayLength().Should().Be(held);
        Ending.Of(await agency.KinderConnect().SendAsync(Attendance(), Now)).Should().Be("TX-77-0090 Accepted");
    }

    [Theory]
    [InlineData("WrongCredentials", "CredentialsRefused")]
    [InlineData("InactiveProvider", "InactiveProvider: Inactive KinderTrack provider ID.")]
    [InlineData("AlreadySubmitted", "AlreadySubmitted: External Subsidy Report Error - attendance has already been submitted.")]
    [InlineData("LockedByState", "LockedByState")]
    [InlineData("Garbled", "Garbled")]
    [InlineData("ServerErrorAfterAccepting", "Unknown")]
    public async Task KinderTrack_MisbehavesOnce(string fault, string ending)
    {
        await using var agency = await AgencyStage.KinderTrackAsync();
        await agency.KinderTrack().RegisterAsync(null, Now);
        await agency.FaultAsync(new { kind = fault, call = "submissions" });
        var period = new DateOnly(2026, 9, 14);
        var bytes = KinderTrackClient.Write(new KinderTrackSubmission(period, period.AddDays(13), new KinderTrackAttestation("Pat", DateTimeOffset.UnixEpoch, "True."), [new("001204", [])]));

        Ending.Of(await agency.KinderTrack().SubmitAsync(bytes, Now)).Should().Be(ending);
    }

    [Theory]
    [InlineData("WrongCredentials", "CredentialsRefused")]
    [InlineData("InactiveProvider", "InactiveProvider: No active program has this license number. It is required to include any hyphens.")]
    [InlineData("AlreadySubmitted", "AlreadySubmitted: This service period has already been submitted.")]
    [InlineData("LockedByState", "LockedByState")]
    [InlineData("Garbled", "Garbled")]
    [InlineData("ServerErrorAfterAccepting", "Unknown")]
    [InlineData("TimeOutAfterAccepting", "Unknown")]
    public async Task Indiana_MisbehavesOnce_AndPeriodsTellTheTruth(string fault, string ending)
    {
        await using var agency = await AgencyStage.IndianaAsync();
        await agency.FaultAsync(new { kind = fault, call = "days" });
        var from = new DateOnly(2026, 9, 13);
        var bytes = IndianaClient.Write(new IndianaSubmission(from, from.AddDays(13), ["IN-5501", "IN-5502"], []));

        Ending.Of(await agency.Indiana(limits: AgencyStage.LimitsFor(fault)).SubmitAsync(bytes, Now)).Should().Be(ending);

        var isTaken = fault is "Garbled" or "ServerErrorAfterAccepting" or "TimeOutAfterAccepting";
        Ending.ValueOf(await agency.Indiana().PeriodsAsync(Now)).Periods[1].Status.Should().Be(isTaken ? IndianaPeriodStatus.Submitted : IndianaPeriodStatus.Open);
    }

    [Fact]
    public async Task ALostAnswer_LeavesTheSending_Unknown_WithTheBytes()
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.FaultAsync(new { kind = "TimeOutAfterAccepting", call = "attendance" });
        var bytes = Attendance();

        var answer = await agency.KinderConnect(limits: AgencyStage.Impatient).SendAsync(bytes, Now);

        Ending.Of(answer).Should().Be("Unknown");
        answer.Exchange.Request.ToArray().Should().Equal(bytes);
        answer.Exchange.Status.Should().BeNull();
        (await agency.LookAsync("received")).GetProperty("providers")[0].GetProperty("days").GetArrayLength().Should().Be(1);
    }

    [Theory]
    [InlineData("ServerError")]
    [InlineData("Garbled")]
    [InlineData("TimeOutAfterAccepting")]
    public async Task ALostReading_CanBeTriedAgain_UnlessItIsGarbled(string fault)
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.FaultAsync(new { kind = fault });

        Ending.Of(await agency.KinderConnect(limits: AgencyStage.LimitsFor(fault)).AuthorizedAsync(Now)).Should().Be(fault == "Garbled" ? "Garbled" : "TryAgain");
    }

    [Fact]
    public async Task ASlowAnswer_IsAnAnswer()
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.FaultAsync(new { kind = "Slow", delay = "00:00:00.300" });

        Ending.Of(await agency.KinderConnect().AuthorizedAsync(Now)).Should().Be("Answered");
    }

    [Fact]
    public async Task Unavailable_TellsHowLongToWait()
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.FaultAsync(new { kind = "Unavailable" });

        (await agency.KinderConnect().AuthorizedAsync(Now)).Should().BeOfType<AgencyAnswer<KinderConnectAuthorized>.TryAgain>().Which.After.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task AFault_HitsOnlyWhomItIsFor_AsOftenAsItSays()
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.FaultAsync(new { kind = "WrongCredentials", providerId = "0051833", times = 2 });

        Ending.Of(await agency.KinderConnect().AuthorizedAsync(Now)).Should().Be("Answered");
        for (var time = 0; time < 2; time++)
            Ending.Of(await agency.KinderConnect("0051833").AuthorizedAsync(Now)).Should().Be("CredentialsRefused");
        Ending.Of(await agency.KinderConnect("0051833").AuthorizedAsync(Now)).Should().Be("Answered");
    }

    [Fact]
    public async Task Calls_AreOnRecord_InOrder_WithoutCredentials()
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        await agency.KinderConnect().AuthorizedAsync(Now);
        await agency.KinderConnect().SendAsync(Attendance(), Now);

        var calls = await agency.LookAsync("calls");

        calls.EnumerateArray().Select(c => $"{c.GetProperty("method")} {c.GetProperty("path")} {c.GetProperty("status")}")
            .Should().Equal("GET /v1/providers/0040217/authorized 200", "POST /v1/providers/0040217/attendance 200");
        calls.GetRawText().Should().NotContain("sunrise-group-2026").And.NotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("sunrise-group-2026")));
    }

    [Fact]
    public async Task NobodyListening_CanBeTriedAgain()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        probe.Stop();
        using var http = AgencyHttp.NewClient();
        var client = new KinderConnectClient(http, address, new KinderConnectCredentials("1", "secret"), AgencyStage.Patient, TimeProvider.System);

        Ending.Of(await client.SendAsync(Attendance(), Now)).Should().Be("TryAgain");
    }

    [Fact]
    public async Task ALongerAnswerThanAllowed_IsGarbled_AndCutOff()
    {
        await using var agency = await AgencyStage.KinderConnectAsync();
        var limits = AgencyStage.Patient with { LargestAnswer = 50 };

        var answer = await agency.KinderConnect(limits: limits).AuthorizedAsync(Now);

        Ending.Of(answer).Should().Be("Garbled");
        answer.Exchange.Response.Length.Should().Be(50);
    }

    [Theory]
    [InlineData("http://agency.example/", false)]
    [InlineData("https://user:secret@agency.example/", false)]
    [InlineData("https://agency.example/?key=1", false)]
    [InlineData("https://agency.example/api", true)]
    [InlineData("http://127.0.0.1:5090/", true)]
    public void OnlyThisMachine_IsSpokenToInTheClear(string address, bool isAllowed) => (AgencyHttp.FaultOf(new Uri(address)) is null).Should().Be(isAllowed);

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    [InlineData("line\nbreak")]
    public void AKeyThatNoHeaderCarries_IsRefused_AndNotRepeated(string key)
    {
        using var http = AgencyHttp.NewClient();

        var make = () => new KinderTrackClient(http, new Uri("https://agency.example"), new KinderTrackCredentials("04321", key), AgencyLimits.Usual, TimeProvider.System);

        make.Should().Throw<ArgumentException>().Which.Message.Should().NotContain("two words").And.NotContain("line");
    }

    [Fact]
    public void Credentials_AreNotInTheirText()
    {
        new KinderConnectCredentials("0040217", "secret").ToString().Should().Be("0040217");
        new KinderTrackCredentials("04321", "secret").ToString().Should().Be("04321");
        new IndianaCredentials("49-00123-C", "secret").ToString().Should().Be("49-00123-C");
    }

    private static byte[] Attendance()
    {
        var at = new DateTimeOffset(2026, 9, 14, 8, 0, 0, TimeSpan.FromHours(-5));
        return KinderConnectClient.Write(new KinderConnectAttendance(
            [new KinderConnectDay("TX-77-0090", "Ana", "Lucía", "Pérez", "L-SUN", new DateOnly(2026, 9, 14), [new KinderConnectTimes(at, at.AddHours(8))])]));
    }
}
