using System.Net;
using System.Text.Json;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Batch;

/// <summary>JSON Format, "Batch Requests and Responses", and Protocol, "Batch Requests": order, failures, references to earlier requests.</summary>
public sealed class BatchTests(BookshopServer server)
{
    private static List<JsonElement> Responses(Answer answer) => [.. answer.Json.GetProperty("responses").EnumerateArray()];

    [Fact]
    public async Task ABatch_AnswersEachRequest()
    {
        var answer = await server.SendAsync(HttpMethod.Post, "$batch", new
        {
            requests = new object[]
            {
                new { id = "1", method = "get", url = "Books(5)?$select=Id" },
                new { id = "2", method = "GET", url = "/odata/Books/$count" },
                new { id = "3", method = "GET", url = server.Root + "Books(4)" },
                new { id = "4", method = "GET", url = "Authors(1)" },
            },
        }, ("Prefer", "continue-on-error"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        var responses = Responses(answer);
        responses.Select(r => r.GetProperty("status").GetInt32()).Should().Equal(200, 200, 404, 200);
        responses[0].GetProperty("body").GetProperty("Id").GetInt32().Should().Be(5);
        responses[1].GetProperty("body").GetString().Should().Be("45");
        responses[2].GetProperty("body").GetProperty("error").GetProperty("code").GetString().Should().Be("NotFound");
    }

    [Fact]
    public async Task ABatch_StopsAtTheFirstFailure_UnlessToldOtherwise()
    {
        var requests = new[] { new { id = "1", method = "GET", url = "Books(4)" }, new { id = "2", method = "GET", url = "Books(5)" } };

        Responses(await server.SendAsync(HttpMethod.Post, "$batch", new { requests })).Should().HaveCount(1);
        Responses(await server.SendAsync(HttpMethod.Post, "$batch", new { requests }, ("Prefer", "odata.continue-on-error"))).Should().HaveCount(2);
    }

    [Fact]
    public async Task ARequest_CanUseWhatAnEarlierOneMade()
    {
        await using var own = await BookshopServer.StartAsync();

        var answer = await own.SendAsync(HttpMethod.Post, "$batch", new
        {
            requests = new object[]
            {
                new { id = "new", method = "POST", url = "Books", headers = new { prefer = "return=minimal" }, body = new { Id = 800, Isbn = "800", Title = "In a batch" } },
                new { id = "read", method = "GET", url = "$new/Title", dependsOn = new[] { "new" } },
                new { id = "change", method = "PATCH", url = "$new", dependsOn = new[] { "new" }, headers = new Dictionary<string, string> { ["If-Match"] = "*" }, body = new { Title = "Changed" } },
                new { id = "bad", method = "GET", url = "Books(4)" },
                new { id = "after", method = "GET", url = "Books(5)", dependsOn = new[] { "bad" } },
            },
        }, ("Prefer", "continue-on-error"));

        Responses(answer).Select(r => r.GetProperty("status").GetInt32()).Should().Equal(204, 200, 200, 404, 424);
        Responses(answer)[1].GetProperty("body").GetProperty("value").GetString().Should().Be("In a batch");
    }

    [Fact]
    public async Task ABatch_KeepsItsCallersTenancy()
    {
        var answer = await server.SendAsync(HttpMethod.Post, "$batch", new { requests = new[] { new { id = "1", method = "GET", url = "Books(4)" } } }, ("X-Shop", "2"));

        Responses(answer)[0].GetProperty("status").GetInt32().Should().Be(200);
    }

    [Fact]
    public async Task ABatch_IsHeldBackAsAWhole_WhenTheHostSaysSo()
    {
        var asked = new List<int>();
        await using var own = await BookshopServer.StartAsync(new ODataOptions { HoldsBack = (_, requests) => { asked.Add(requests); return requests > 2 ? TimeSpan.FromSeconds(6.5) : null; } });
        object Requests(int count) => new { requests = Enumerable.Range(1, count).Select(id => new { id = $"{id}", method = "POST", url = "Books", body = new { Id = 900 + id, Isbn = $"9{id}", Title = "x" } }) };

        var held = await own.SendAsync(HttpMethod.Post, "$batch", Requests(3));

        held.Status.Should().Be(HttpStatusCode.TooManyRequests, held.Text);
        held.Response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(7));
        (await own.GetAsync("Books(901)")).Status.Should().Be(HttpStatusCode.NotFound, "nothing of it was done");
        Responses(await own.SendAsync(HttpMethod.Post, "$batch", Requests(2))).Should().HaveCount(2);
        asked.Should().Equal(3, 2);
    }

    [Fact]
    public async Task AWrongBatch_IsRefused()
    {
        var one = new { id = "1", method = "GET", url = "Books" };
        var grouped = new[] { new { id = "1", method = "GET", url = "Books", atomicityGroup = "g" }, new { id = "2", method = "GET", url = "Books", atomicityGroup = "g" } };

        (await server.SendAsync(HttpMethod.Post, "$batch", new { requests = grouped })).Status.Should().Be(HttpStatusCode.NotImplemented);
        Responses(await server.SendAsync(HttpMethod.Post, "$batch", new { requests = grouped[..1] })).Should().ContainSingle("one request is all or nothing by itself");
        (await server.SendAsync(HttpMethod.Post, "$batch", new { requests = Enumerable.Repeat(one, 101) })).ErrorCode.Should().Be("LimitExceeded");
        (await server.SendAsync(HttpMethod.Post, "$batch", new { requests = new[] { one, one } })).Status.Should().Be(HttpStatusCode.BadRequest);
        (await server.SendAsync(HttpMethod.Post, "$batch", new { requests = new[] { new { id = "1", method = "POST", url = "$batch" } } })).Status.Should().Be(HttpStatusCode.BadRequest);
        (await server.SendAsync(HttpMethod.Post, "$batch", new { })).Status.Should().Be(HttpStatusCode.BadRequest);
    }
}
