using System.Text.Json;
using K12Sync.Exporters.Childcare;
using K12Sync.Exporters.Childcare.KinderConnect;

namespace K12Sync.Api.Tests.Simulators;

/// <summary>KinderConnect's rules, through the client, over HTTP.</summary>
public sealed class SimulatedKinderConnectTests : IAsyncLifetime
{
    private AgencyStage _agency = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _agency = await AgencyStage.KinderConnectAsync();

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task FirstCall_ListsCustomersLocationsAndAgencies()
    {
        var all = Ending.ValueOf(await _agency.KinderConnect().AuthorizedAsync(Now));

        all.Customers.Should().Equal(new KinderConnectCustomer("C-100", "Sunrise Early Learning LLC"));
        all.Locations.Should().Equal(new KinderConnectLocation("L-SUN", "C-100", "Sunrise Early Learning"));
        all.Agencies.Should().Equal(new KinderConnectAgency("TX-DAL", "TX", "Dallas County", 3));
    }

    [Theory]
    [InlineData("2026-09-14", "2026-09-20", "TX-77-0090, TX-77-0091, TX-77-0093")]
    [InlineData("2026-09-01", "2026-09-14", "TX-77-0090, TX-77-0091")]
    [InlineData("2026-08-01", "2026-08-31", "")]
    public async Task SecondCall_ListsTheChildrenAuthorizedInThePeriod(string from, string to, string children)
    {
        var all = Ending.ValueOf(await _agency.KinderConnect().ChildrenAsync(Day(from), Day(to), Now));

        string.Join(", ", all.Children.Select(c => c.ChildId)).Should().Be(children);
    }

    [Fact]
    public async Task ProvidersOfOneOwner_AreSeparate()
    {
        var tarrant = Ending.ValueOf(await _agency.KinderConnect("0051833").ChildrenAsync(Day("2026-09-14"), Day("2026-09-20"), Now));

        tarrant.Children.Select(c => c.FirstName).Should().Equal("Cora", "Dora");
    }

    [Theory]
    [InlineData("0040217", "portal-password", "CredentialsRefused")]
    [InlineData("40217", "sunrise-group-2026", "InactiveProvider: The Provider ID is not active.")]
    [InlineData("0060990", "sunrise-group-2026", "InactiveProvider: The Provider ID is not active.")]
    public async Task WrongCredentials_AreToldApart(string providerId, string password, string ending) =>
        Ending.Of(await _agency.KinderConnect(providerId, password).AuthorizedAsync(Now)).Should().Be(ending);

    [Fact]
    public async Task Attendance_IsHeldAsItWasSent()
    {
        var bytes = KinderConnectClient.Write(new KinderConnectAttendance([Ana("2026-09-14", "08:00-12:00", "12:30-17:05")]));

        var answer = await _agency.KinderConnect().SendAsync(bytes, Now);

        Ending.Of(answer).Should().Be("TX-77-0090 Accepted");
        answer.Exchange.Request.ToArray().Should().Equal(bytes);
        answer.Exchange.Status.Should().Be(200);
        JsonDocument.Parse(answer.Exchange.Response).RootElement.GetProperty("batchId").GetString().Should().Be("B0001");
        (await HeldAsync()).Should().Equal("TX-77-0090 2026-09-14 08:00-12:00 12:30-17:05");
    }

    [Theory]
    [InlineData("2026-08-31", "before it begins")]
    [InlineData("2026-09-19", "on a Saturday")]
    public async Task ADayOutsideAnAuthorization_FailsTheWholeBatch(string outside, string why)
    {
        var answer = await SendAsync(Ana("2026-09-14", "08:00-12:00"), Ana(outside, "08:00-12:00"));

        var refusal = answer.Should().BeOfType<AgencyAnswer<IReadOnlyList<DayAnswer>>.Rejected>(why).Which;
        refusal.Code.Should().Be("FailedBatch");
        refusal.Days.Should().Equal(new DayAnswer("TX-77-0090", Day(outside), DayVerdict.NotAuthorized, "No authorization covers this day."));
        (await HeldAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task AnUnknownChild_FailsTheWholeBatch() =>
        Ending.Of(await SendAsync(Ana("2026-09-14", "08:00-12:00") with { ChildId = "TX-81-0007" })).Should().Be("Rejected FailedBatch");

    [Fact]
    public async Task ADayAgain_ReplacesWhatWasThere_AndAnEmptyOneClearsIt()
    {
        await SendAsync(Ana("2026-09-14", "08:00-12:00"), Ana("2026-09-15", "08:00-12:00"));
        await SendAsync(Ana("2026-09-14", "08:30-16:00"));
        (await HeldAsync()).Should().Equal("TX-77-0090 2026-09-14 08:30-16:00", "TX-77-0090 2026-09-15 08:00-12:00");

        await SendAsync(Ana("2026-09-14"));

        (await HeldAsync()).Should().Equal("TX-77-0090 2026-09-15 08:00-12:00");
    }

    [Fact]
    public async Task AnAbsence_IsHeld_ButNotWithTimes()
    {
        Ending.Of(await SendAsync(Ana("2026-09-14") with { AbsenceCode = "Illness" })).Should().Be("TX-77-0090 Accepted");
        Ending.Of(await SendAsync(Ana("2026-09-15", "08:00-12:00") with { AbsenceCode = "Illness" })).Should().Be("TX-77-0090 Rejected");
    }

    [Fact]
    public async Task ADayThatTheStateHas_IsReadOnly_AndOthersGo()
    {
        var state = (await _agency.LookAsync("state")).GetRawText().Replace("\"submittedThrough\": \"2026-08-31\"", "\"submittedThrough\": \"2026-09-14\"", StringComparison.Ordinal);
        using var put = await _agency.Http.PutAsync(new Uri(_agency.Address, "_simulator/state"), new StringContent(state), Now);
        put.EnsureSuccessStatusCode();

        var answer = await SendAsync(Ana("2026-09-14", "08:00-12:00"), Ana("2026-09-15", "08:00-12:00"));

        Ending.Of(answer).Should().Be("TX-77-0090 LockedByState, TX-77-0090 Accepted");
    }

    [Theory]
    [InlineData("Ana", "Lucía", "Pérez", "Accepted")]
    [InlineData("ANA", "Luci\u0301a", "pérez", "Accepted")]
    [InlineData("Ana", "", "Pérez", "NameMismatch")]
    [InlineData("Ana", "Lucia", "Pérez", "NameMismatch")]
    [InlineData("Anita", "Lucía", "Pérez", "NameMismatch")]
    public async Task Names_MustBeThoseOnFile(string first, string middle, string last, string verdict) =>
        Ending.Of(await SendAsync(Ana("2026-09-14", "08:00-12:00") with { FirstName = first, MiddleName = middle, LastName = last })).Should().Be($"TX-77-0090 {verdict}");

    [Theory]
    [InlineData("08:00-08:00", "A check-out is not after its check-in.")]
    [InlineData("08:00-07:00", "A check-out is not after its check-in.")]
    [InlineData("08:00-12:00 11:59-13:00", "Times overlap or are not in order.")]
    [InlineData("08:00-09:00 09:00-10:00 10:00-11:00 11:00-12:00", "The agency takes 3 pairs of times a day.")]
    public async Task FaultyTimes_AreRejected_WithTheAgencysText(string times, string text)
    {
        var answer = Ending.ValueOf(await SendAsync(Ana("2026-09-14", times.Split(' '))));

        answer.Should().Equal(new DayAnswer("TX-77-0090", Day("2026-09-14"), DayVerdict.Rejected, text));
        (await HeldAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task TheFuture_IsRejected() => Ending.Of(await SendAsync(Ana("2026-09-22", "08:00-12:00"))).Should().Be("TX-77-0090 Rejected");

    [Fact]
    public async Task ABatch_NamesAChildDayOnce() =>
        Ending.Of(await SendAsync(Ana("2026-09-14", "08:00-12:00"), Ana("2026-09-14", "13:00-14:00"))).Should().Be("Rejected InvalidRequest");

    [Fact]
    public async Task AuthorizationsThatChange_AreThereAtTheNextCall()
    {
        await _agency.FaultAsync(new { kind = "AuthorizationsChange", childIds = new[] { "TX-77-0090" }, to = "2026-09-14" });

        var children = Ending.ValueOf(await _agency.KinderConnect().ChildrenAsync(Day("2026-09-15"), Day("2026-09-20"), Now)).Children;

        children.Select(c => c.ChildId).Should().Equal("TX-77-0091", "TX-77-0093");
        Ending.Of(await SendAsync(Ana("2026-09-15", "08:00-12:00"))).Should().Be("Rejected FailedBatch");
        Ending.Of(await SendAsync(Ana("2026-09-14", "08:00-12:00"))).Should().Be("TX-77-0090 Accepted");
    }

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);

    private static KinderConnectDay Ana(string day, params string[] times) =>
        new("TX-77-0090", "Ana", "Lucía", "Pérez", "L-SUN", Day(day), [.. times.Select(t => new KinderConnectTimes(At(day, t.Split('-')[0]), At(day, t.Split('-')[1])))]);

    private static DateTimeOffset At(string day, string time) => new(Day(day), TimeOnly.ParseExact(time, "HH:mm", null), TimeSpan.FromHours(-5));

    private Task<AgencyAnswer<IReadOnlyList<DayAnswer>>> SendAsync(params KinderConnectDay[] days) =>
        _agency.KinderConnect().SendAsync(KinderConnectClient.Write(new KinderConnectAttendance(days)), Now);

    private async Task<string[]> HeldAsync() =>
    [
        .. (await _agency.LookAsync("received")).GetProperty("providers")[0].GetProperty("days").EnumerateArray().Select(d => string.Join(' ',
            new[] { d.GetProperty("childId").GetString(), d.GetProperty("date").GetString() }
                .Concat(d.GetProperty("times").EnumerateArray().Select(t => $"{t.GetProperty("in").GetDateTimeOffset():HH:mm}-{t.GetProperty("out").GetDateTimeOffset():HH:mm}")))),
    ];
}
