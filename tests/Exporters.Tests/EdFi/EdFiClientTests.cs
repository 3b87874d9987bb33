using K12Sync.Api.Simulators.EdFi;
using K12Sync.Exporters.EdFi;
using K12Sync.Exporters.Exports;
using static K12Sync.Exporters.Tests.EdFi.EdFiStage;

namespace K12Sync.Exporters.Tests.EdFi;

public sealed class EdFiClientTests
{
    private static readonly EdFiSection Section = new("25590110702Trad201", "MATH-03");

    [Fact]
    public async Task Event_IsCreated_ThenUpdated_AndTheIdIsKept()
    {
        await using var stage = await EdFiClientStage.StartAsync();

        var first = await stage.BringAsync(Event());
        var second = await stage.BringAsync(Event(minutes: 300), [.. first.Held]);

        var id = first.Outcome.Should().BeOfType<EdFiOutcome.Created>().Subject.Id;
        second.Outcome.Should().Be(new EdFiOutcome.Updated(id));
        second.Held.Should().Equal(new EdFiHeld(Event().Key, id));
        var there = stage.Simulator.Events.All.Should().ContainSingle().Subject;
        (there.Id, (int)there.Event["schoolAttendanceDuration"]!).Should().Be((id, 300));
    }

    [Fact]
    public async Task Event_SaysToTheApiWhatItSays()
    {
        await using var stage = await EdFiClientStage.StartAsync();

        await stage.BringAsync(Event() with { Reason = "So \"it\" is", PartOfDay = 1 });
        await stage.BringAsync(Event("Tardy", section: Section, minutes: 5) with { Departure = null });

        stage.Simulator.Events.All.Select(e => (e.Collection, e.Event.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))).Should().Equal(
            ("studentSchoolAttendanceEvents", """{"studentReference":{"studentUniqueId":"604822"},"schoolReference":{"schoolId":255901001},"sessionReference":{"schoolId":255901001,"schoolYear":2026,"sessionName":"2025-2026 Full Year"},"eventDate":"2025-10-01","attendanceEventCategoryDescriptor":"uri://ed-fi.org/AttendanceEventCategoryDescriptor#In Attendance","attendanceEventReason":"So \"it\" is","eventDuration":1,"schoolAttendanceDuration":540,"arrivalTime":"08:00:00","departureTime":"17:00:00"}"""),
            ("studentSectionAttendanceEvents", """{"studentReference":{"studentUniqueId":"604822"},"sectionReference":{"localCourseCode":"MATH-03","schoolId":255901001,"schoolYear":2026,"sectionIdentifier":"25590110702Trad201","sessionName":"2025-2026 Full Year"},"eventDate":"2025-10-01","attendanceEventCategoryDescriptor":"uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy","sectionAttendanceDuration":5,"arrivalTime":"08:00:00"}"""));
    }

    [Fact]
    public async Task OtherCategory_DeletesTheEventThatWas_AndThenPosts()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        var absent = await stage.BringAsync(Event("Unexcused Absence"));

        var tardy = await stage.BringAsync(Event("Tardy"), [.. absent.Held]);

        tardy.Outcome.Should().BeOfType<EdFiOutcome.Created>();
        stage.Categories().Should().Equal("Tardy");
        stage.Simulator.Troubles.Seen.Should().Equal("POST", "DELETE", "POST");
    }

    [Fact]
    public async Task Event_ThatIsWantedNoMore_IsDeleted_AndDeletingAgainIsDeletedToo()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        var there = await stage.BringAsync(Event());

        var first = await stage.BringAsync(null, [.. there.Held]);
        var again = await stage.BringAsync(null, [.. there.Held]);

        (first.Outcome, again.Outcome).Should().Be((new EdFiOutcome.Deleted(), new EdFiOutcome.Deleted()));
        first.Held.Should().BeEmpty();
        stage.Simulator.Events.All.Should().BeEmpty();
        (await stage.BringAsync(null)).Outcome.Should().Be(new EdFiOutcome.Unneeded());
    }

    [Fact]
    public async Task Token_IsReused_UntilShortlyBeforeItExpires()
    {
        await using var stage = await EdFiClientStage.StartAsync();

        await stage.BringAsync(Event());
        stage.Clock.Pass(TimeSpan.FromMinutes(28));
        await Task.WhenAll(Enumerable.Range(1, 8).Select(minutes => stage.BringAsync(Event(student: $"S{minutes}"))));
        stage.Simulator.Tokens.Given.Should().Be(1);

        stage.Clock.Pass(TimeSpan.FromMinutes(1));
        await Task.WhenAll(Enumerable.Range(1, 8).Select(minutes => stage.BringAsync(Event(student: $"S{minutes}"))));
        stage.Simulator.Tokens.Given.Should().Be(2);
        stage.Simulator.Events.All.Should().HaveCount(9);
    }

    [Fact]
    public async Task Token_ThatTheApiForgot_IsReplacedOnce()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        await stage.BringAsync(Event());
        stage.Simulator.Tokens.Forget();

        (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.Updated>();

        stage.Simulator.Tokens.Given.Should().Be(2);
        stage.Simulator.Troubles.Next("POST", new EdFiTrouble.Answers(401), new EdFiTrouble.Answers(401));
        (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.CredentialsRefused>();
        stage.Simulator.Tokens.Given.Should().Be(3);
    }

    [Theory]
    [InlineData("wrong", EdFiClientStage.Secret)]
    [InlineData(EdFiClientStage.Key, "wrong")]
    public async Task WrongKeyOrSecret_IsCredentialsRefused_AndNothingIsSent(string key, string secret)
    {
        await using var stage = await EdFiClientStage.StartAsync();
        stage.Credentials = new EdFiCredentials(key, secret);

        var refused = (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.CredentialsRefused>().Subject;

        refused.Reason.Should().Be("The Ed-Fi API does not accept the key and secret (401). Enter the ones that the host of the API gave out; they may have been replaced.");
        stage.Simulator.Troubles.Seen.Should().BeEmpty();
    }

    [Theory]
    [InlineData(400, "", "Refused")]
    [InlineData(401, "", "CredentialsRefused")]
    [InlineData(403, "security:authorization:", "Refused")]
    [InlineData(403, "security:authorization:access-denied:action", "CredentialsRefused")]
    [InlineData(404, "not-found", "Refused")]
    [InlineData(405, "", "Refused")]
    [InlineData(408, "", "Unknown")]
    [InlineData(409, "data-conflict:unresolved-reference", "Refused")]
    [InlineData(412, "", "TryAgain")]
    [InlineData(429, "", "TryAgain")]
    [InlineData(500, "", "TryAgain")]
    [InlineData(502, "", "Unknown")]
    [InlineData(503, "", "TryAgain")]
    [InlineData(504, "", "Unknown")]
    public async Task Answer_HasItsOutcome_ToAPostAndToADelete(int status, string type, string outcome)
    {
        await using var stage = await EdFiClientStage.StartAsync();
        var there = await stage.BringAsync(Event());
        var trouble = new EdFiTrouble.Answers(status, Type: type);
        stage.Simulator.Troubles.Next("POST", trouble, trouble);
        stage.Simulator.Troubles.Next("DELETE", trouble, trouble);

        var posted = await stage.BringAsync(Event(minutes: 1), [.. there.Held]);
        stage.Simulator.Tokens.Forget();
        var deleted = await stage.BringAsync(null, [.. there.Held]);

        posted.Outcome.GetType().Name.Should().Be(outcome);
        posted.Held.Should().Equal(there.Held);
        deleted.Outcome.GetType().Name.Should().Be(status == 404 ? "Deleted" : outcome);
        deleted.Held.Should().Equal(status == 404 ? [] : there.Held);
    }

    [Fact]
    public async Task RuleOfTheApi_BecomesARefusal_WithoutAnythingOfTheStudent()
    {
        await using var stage = await EdFiClientStage.StartAsync(new EdFiSimulation(EdFiClientStage.Key, EdFiClientStage.Secret)
        {
            Students = ["604822"], Schools = [255901001], Sessions = ["Another Session"], Categories = [EdFiCategories.InEdFi("In Attendance").Descriptor],
        });

        var stranger = (await stage.BringAsync(Event(student: "777001"))).Outcome;
        var session = (await stage.BringAsync(Event())).Outcome;
        var category = (await stage.BringAsync(Event("Present"))).Outcome;

        stranger.Should().BeOfType<EdFiOutcome.Refused>().Which.Reason.Should().StartWith("The key has no access to this student at this school (403).").And.NotContain("777001").And.Contain("finds the request by");
        session.Should().BeOfType<EdFiOutcome.Refused>().Which.Reason.Should().StartWith("Ed-Fi does not have the student, the school, the session or the section that the event names (409).");
        category.Should().BeOfType<EdFiOutcome.Refused>().Which.Reason.Should().StartWith("The Ed-Fi API takes the event for invalid (400).").And.NotContain("604822");
        stage.Simulator.Events.All.Should().BeEmpty();
    }

    [Fact]
    public async Task WhatMendsItself_IsTriedAgain_AfterTheWaitThatTheApiAsksFor()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        stage.Clock.SkipsWaits = true;
        stage.Retries = new RetryPolicy(5, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(20));
        stage.Simulator.Troubles.Next("POST", new EdFiTrouble.Answers(429, 17), new EdFiTrouble.Answers(503), new EdFiTrouble.Answers(412));

        (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.Created>();

        stage.Clock.Waits.Should().HaveCount(3);
        stage.Clock.Waits[0].Should().BeCloseTo(TimeSpan.FromSeconds(17), TimeSpan.FromMilliseconds(1));
        stage.Clock.Waits.Skip(1).Should().OnlyContain(wait => wait <= TimeSpan.FromMilliseconds(40));
    }

    [Fact]
    public async Task LongRestThatTheApiAsksFor_IsLeftToTheNextRun()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        stage.Retries = RetryPolicy.Usual;
        stage.Simulator.Troubles.Next("POST", new EdFiTrouble.Answers(429, 3600));

        var again = (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.TryAgain>().Subject;

        again.NotBefore.Should().Be(stage.Clock.GetUtcNow().AddHours(1));
        stage.Simulator.Troubles.Seen.Should().HaveCount(1);
    }

    [Fact]
    public async Task TooManyTokens_IsTryAgain_AndNotAWrongSecret()
    {
        await using var stage = await EdFiClientStage.StartAsync(new EdFiSimulation(EdFiClientStage.Key, EdFiClientStage.Secret) { MostTokens = 0 });

        (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.TryAgain>().Which.Reason.Should().Be("The Ed-Fi API gives out no more tokens for now (429).");
    }

    [Fact]
    public async Task AnotherProgram_IsNeverTakenForTheApi()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        stage.Simulator.Troubles.NextToken(new EdFiTrouble.Garbles());
        (await stage.BringAsync(Event())).Outcome.Should().BeOfType<EdFiOutcome.TryAgain>();
        var there = await stage.BringAsync(Event());

        stage.Simulator.Troubles.Next("POST", new EdFiTrouble.Garbles());
        stage.Simulator.Troubles.Next("DELETE", new EdFiTrouble.Garbles(), new EdFiTrouble.Answers(404, Type: ""));
        stage.Simulator.Troubles.Next("GET", new EdFiTrouble.Garbles());

        (await stage.BringAsync(Event(minutes: 1), [.. there.Held])).Outcome.Should().BeOfType<EdFiOutcome.Unknown>();
        (await stage.BringAsync(null, [.. there.Held])).Outcome.Should().BeOfType<EdFiOutcome.Unknown>();
        (await stage.BringAsync(null, [.. there.Held])).Outcome.Should().BeOfType<EdFiOutcome.Refused>("a 404 of something else says nothing of the event");
        stage.Categories().Should().HaveCount(1);
        (await stage.BringAsync(null, new EdFiHeld(Event().Key, null))).Outcome.Should().BeOfType<EdFiOutcome.Refused>();
    }

    [Fact]
    public async Task ApiThatCannotBeReached_IsTryAgain_AndNothingIsHeld()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        stage.Address = stage.Simulator.Address;
        await stage.BringAsync(null);
        await stage.Simulator.DisposeAsync();

        var settlement = await stage.BringAsync(Event());

        settlement.Outcome.Should().BeOfType<EdFiOutcome.TryAgain>().Which.Reason.Should().Be("The Ed-Fi API could not be reached (ConnectionError).");
        settlement.Held.Should().BeEmpty();
    }

    [Theory]
    [InlineData("http://api.example.org")]
    [InlineData("ftp://api.example.org")]
    [InlineData("https://user:secret@api.example.org")]
    [InlineData("https://api.example.org?year=2026")]
    public void Address_ThatWouldGiveTheSecretAway_IsRefused(string address) => EdFiApi.Check(new Uri(address)).Should().NotBeNull();

    [Fact]
    public void Address_KeepsItsPath_WithAndWithoutASlash() =>
        new[] { "https://api.example.org/2026", "https://api.example.org/2026/" }.Select(a => new EdFiApi(new Uri(a)).Address.AbsoluteUri).Should().AllBe("https://api.example.org/2026/");
}
