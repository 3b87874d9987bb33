using K12Sync.Api.Simulators.EdFi;
using K12Sync.Exporters.EdFi;
using static K12Sync.Exporters.Tests.EdFi.EdFiStage;

namespace K12Sync.Exporters.Tests.EdFi;

/// <summary>Whatever breaks off where, the next try ends with what is wanted, and nothing else.</summary>
public sealed class EdFiConvergenceTests
{
    [Theory]
    [InlineData("breaks off")]
    [InlineData("is silent")]
    [InlineData("answers 500")]
    [InlineData("answers 504")]
    public async Task Event_ThatMayHaveArrived_IsLookedFor_BeforeAnotherCategoryIsPosted(string how)
    {
        await using var stage = await EdFiClientStage.StartAsync();
        await stage.BringAsync(Event("Present", student: "other"));
        stage.Patience = how == "is silent" ? TimeSpan.FromMilliseconds(300) : stage.Patience;
        using var http = new HttpClient();
        using var client = stage.With(http);
        stage.Simulator.Troubles.Next("POST", how switch
        {
            "breaks off" => new EdFiTrouble.AcceptsAndBreaksOff(),
            "is silent" => new EdFiTrouble.AcceptsAndIsSilent(),
            _ => new EdFiTrouble.AcceptsAndAnswers(how == "answers 500" ? 500 : 504),
        });

        var lost = await client.BringInLineAsync(Nothing, Event("Unexcused Absence"), TestContext.Current.CancellationToken);
        lost.Outcome.GetType().Name.Should().Be(how == "answers 500" ? "TryAgain" : "Unknown");
        lost.Held.Should().Equal(new EdFiHeld(Event("Unexcused Absence").Key, null));
        stage.Categories().Should().Equal("Present", "Unexcused Absence");

        var mended = await stage.BringAsync(Event("Tardy"), lost.Held);
        mended.Outcome.Should().BeOfType<EdFiOutcome.Created>();
        stage.Categories().Should().Equal("Present", "Tardy");
    }

    [Fact]
    public async Task Event_ThatMayHaveArrived_AndIsWantedStill_IsUpdated()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        stage.Simulator.Troubles.Next("POST", new EdFiTrouble.AcceptsAndBreaksOff());
        var lost = await stage.BringAsync(Event());

        var again = await stage.BringAsync(Event(), lost.Held);

        again.Outcome.Should().BeOfType<EdFiOutcome.Updated>();
        stage.Categories().Should().Equal("In Attendance");
    }

    [Theory]
    [InlineData("604822", "2025-10-01", "In Attendance", 1)]
    [InlineData("604822", "2025-10-01", "in attendance", 1)]
    [InlineData("604822", "2025-10-01T00:00:00", "In Attendance", 1)]
    [InlineData("604823", "2025-10-01", "In Attendance", 1)]
    [InlineData("604822", "2025-10-02", "In Attendance", 1)]
    [InlineData("604822", "2025-10-01", "Present", 1)]
    [InlineData("604822", "2025-10-01", "In Attendance", 2)]
    public void Answer_AboutAnotherEvent_OrAboutMoreThanOne_IsNoAnswer_SoThatNothingElseIsEverDeleted(string student, string date, string category, int times)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(EdFiJson.Of(Event()))!;
        json["id"] = "58a67a985df64e4d87e47169f3f56c7e";
        json["studentReference"]!["studentUniqueId"] = student;
        json["eventDate"] = date;
        json["attendanceEventCategoryDescriptor"] = EdFiCategories.InEdFi(category).Descriptor;
        var body = System.Text.Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(json.ToJsonString(), times))}]");
        var isIt = student == "604822" && date.StartsWith("2025-10-01", StringComparison.Ordinal) && category != "Present" && times == 1;

        if (isIt)
            EdFiJson.ReadFound(body, Event().Key).Should().Be("58a67a985df64e4d87e47169f3f56c7e");
        else
            FluentActions.Invoking(() => EdFiJson.ReadFound(body, Event().Key)).Should().Throw<FormatException>().Which.Message.Should().NotContain("6048");
    }

    [Fact]
    public async Task DeletionThatIsRefused_HoldsThePostBack_ForTwoCategoriesWouldBeWorse()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        var there = await stage.BringAsync(Event("Unexcused Absence"));
        stage.Simulator.Troubles.Next("DELETE", new EdFiTrouble.Answers(403));

        var refused = await stage.BringAsync(Event("Tardy"), there.Held);

        refused.Outcome.Should().BeOfType<EdFiOutcome.Refused>();
        refused.Held.Should().Equal(there.Held);
        stage.Categories().Should().Equal("Unexcused Absence");
    }

    /// <summary>A process that dies has stored what it stored before the call, and nothing of what came back.</summary>
    [Fact]
    public async Task Crash_AtAnyRequest_BeforeOrAfterIt_ConvergesToWhatIsWanted()
    {
        string?[] days = ["Unexcused Absence", "Tardy", null, "Present", "Tardy", "Tardy", "Excused Absence"];
        await using var stage = await EdFiClientStage.StartAsync(new EdFiSimulation(EdFiClientStage.Key, EdFiClientStage.Secret) { MostTokens = 100 });
        var crashes = 0;
        for (var point = 1; point <= 40; point++)
        {
            var student = $"S{point}";
            var held = Nothing;
            using var death = new Death(point);
            using var http = new HttpClient(death);
            using var client = stage.With(http);
            foreach (var category in days.Append(days[^1]))
            {
                var wanted = category is null ? null : Event(category, student);
                held = EdFiHeld.Before(held, wanted);
                try
                {
                    held = (await client.BringInLineAsync(held, wanted, TestContext.Current.CancellationToken)).Held;
                    Of(stage, student).Should().Equal(category is null ? [] : [category], $"the process died at {point}");
                }
                catch (DeathException)
                {
                    crashes++;
                }
            }
            held.Should().ContainSingle().Which.Id.Should().NotBeNull();
        }
        crashes.Should().BeGreaterThan(20, "each point up to the last request is met once");
    }

    [Fact]
    public async Task Crash_BetweenDeleteAndPost_IsFinishedByTheNextTry()
    {
        await using var stage = await EdFiClientStage.StartAsync();
        var absent = await stage.BringAsync(Event("Unexcused Absence"));
        using var death = new Death(point: 5);
        using var http = new HttpClient(death);
        using var client = stage.With(http);
        var stored = EdFiHeld.Before(absent.Held, Event("Tardy"));

        await FluentActions.Awaiting(() => client.BringInLineAsync(stored, Event("Tardy"), TestContext.Current.CancellationToken)).Should().ThrowAsync<DeathException>();
        stage.Categories().Should().BeEmpty();

        var next = await stage.BringAsync(Event("Tardy"), stored);
        next.Outcome.Should().BeOfType<EdFiOutcome.Created>();
        stage.Categories().Should().Equal("Tardy");
    }

    private static string[] Of(EdFiClientStage stage, string student) => [.. stage.Simulator.Events.All
        .Where(e => (string?)e.Event["studentReference"]!["studentUniqueId"] == student)
        .Select(e => ((string)e.Event["attendanceEventCategoryDescriptor"]!).Split('#')[1])];

    private sealed class DeathException : Exception;

    /// <summary>The process dies once: before its n-th request (odd points) or after it, before the answer is looked at (even points).</summary>
    private sealed class Death(int point) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _at;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            if (++_at == point)
                throw new DeathException();
            var answer = await base.SendAsync(request, cancellation);
            return ++_at == point ? throw new DeathException() : answer;
        }
    }
}
