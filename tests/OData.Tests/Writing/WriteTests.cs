using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Writing;

/// <summary>Each test changes rows, so each has a shop of its own.</summary>
public sealed class WriteTests : IAsyncLifetime
{
    private BookshopServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await BookshopServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static object NewBook(int id, string title = "New") => new
    {
        Id = id, Isbn = "new-" + id, Title = title, Pages = 12, Price = 9.5m, Genre = "Poetry", Published = "2026-01-02", AddedAt = "2026-01-02T10:00:00+02:00",
        StoryTime = "09:30", Editions = new[] { new { Language = "fr", Year = 2026 } }, Version = 77,
    };

    [Fact]
    public async Task Post_CreatesARow_AndSaysWhereItIs()
    {
        var answer = await _server.SendAsync(HttpMethod.Post, "Books", NewBook(500));

        answer.Status.Should().Be(HttpStatusCode.Created, answer.Text);
        answer.Response.Headers.Location.Should().Be(_server.Root + "Books(500)");
        answer.Response.Headers.ETag!.ToString().Should().Be("W/\"1\"");
        var row = (await _server.GetAsync("Books(500)")).Json;
        row.GetProperty("Genre").GetString().Should().Be("Poetry");
        row.GetProperty("AddedAt").GetString().Should().Be("2026-01-02T08:00:00Z");
        row.GetProperty("Editions")[0].GetProperty("Language").GetString().Should().Be("fr");
        row.GetProperty("Version").GetInt64().Should().Be(1, "a read-only property sent by a client is passed over");
    }

    [Fact]
    public async Task Put_CreatesByAnAlternateKey_WhenTheRowMustBeNew()
    {
        var made = await _server.SendAsync(HttpMethod.Put, "Books(Isbn='new-500')", NewBook(500), ("If-None-Match", "*"));
        var again = await _server.SendAsync(HttpMethod.Put, "Books(Isbn='new-500')", NewBook(501), ("If-None-Match", "*"));
        var other = await _server.SendAsync(HttpMethod.Put, "Books(Isbn='new-502')", NewBook(503), ("If-None-Match", "*"));
        var without = await _server.SendAsync(HttpMethod.Put, "Books(Isbn='new-502')", NewBook(502));

        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        made.Response.Headers.Location.Should().Be(_server.Root + "Books(500)");
        again.Status.Should().Be(HttpStatusCode.PreconditionFailed);
        other.Status.Should().Be(HttpStatusCode.BadRequest, "the body names another");
        without.Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Post_AnswersWithoutTheRow_WhenMinimalIsPreferred()
    {
        var answer = await _server.SendAsync(HttpMethod.Post, "Books", NewBook(500), ("Prefer", "return=minimal"));

        answer.Status.Should().Be(HttpStatusCode.NoContent);
        answer.Response.Headers.GetValues("OData-EntityId").Should().Equal(_server.Root + "Books(500)");
        answer.Response.Headers.GetValues("Preference-Applied").Should().Equal("return=minimal");
    }

    [Fact]
    public async Task Post_AnswersWithTheRowOfTheHost_WithoutAskingTheDatabase()
    {
        await using var own = await BookshopServer.StartAsync(more: books => books.OnCreate(change =>
            Task.FromResult<ODataResult>(new ODataResult.Created(900) { Row = new BookView { Id = 900, Isbn = "x", Title = change.Get(b => b.Title) + "!", Version = 3 } })));
        var before = own.Sql.Count;

        var answer = await own.SendAsync(HttpMethod.Post, "Books", NewBook(900, "Known"));

        answer.Status.Should().Be(HttpStatusCode.Created, answer.Text);
        answer.Json.GetProperty("Title").GetString().Should().Be("Known!");
        answer.Response.Headers.Location.Should().Be(own.Root + "Books(900)");
        answer.Response.Headers.ETag!.ToString().Should().Be("W/\"3\"");
        own.Sql.Since(before).Should().BeEmpty();
    }

    [Fact]
    public async Task AWrite_IsAnswered503_WhenTheHostSaysSo_OrItsDatabaseIsAway()
    {
        await using var own = await BookshopServer.StartAsync(new ODataOptions { IsAway = e => e is TimeoutException, AwayFor = TimeSpan.FromSeconds(7) },
            more: books => books.OnCreate(change => change.Get(b => b.Pages) == 12 ? Task.FromResult<ODataResult>(new ODataResult.Unavailable("Not now.", TimeSpan.FromSeconds(2.5))) : throw new TimeoutException("secret detail")));

        var said = await own.SendAsync(HttpMethod.Post, "Books", NewBook(900));
        var away = await own.SendAsync(HttpMethod.Post, "Books", new { Id = 901, Isbn = "x", Title = "T", Pages = 1 });

        said.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        said.Response.Headers.RetryAfter!.ToString().Should().Be("3");
        said.Text.Should().Contain("Not now.");
        away.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        away.Response.Headers.RetryAfter!.ToString().Should().Be("7");
        away.Text.Should().NotContain("secret");
    }

    [Theory]
    [InlineData("\"2026-01-02T10:00:00\"")]
    [InlineData("\"2026-01-02\"")]
    [InlineData("\"01/02/2026 10:00 +01:00\"")]
    [InlineData("\"\\ud800\"")]
    public async Task Post_RefusesAnInstant_ThatDoesNotSayWhereItIsMeant(string instant)
    {
        using var content = new StringContent($$"""{"Id": 900, "Isbn": "x", "Title": "T", "AddedAt": {{instant}} }""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await _server.Http.PostAsync(new Uri("Books", UriKind.Relative), content, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("AddedAt");
    }

    [Fact]
    public async Task Patch_ChangesOnlyWhatWasGiven()
    {
        var answer = await _server.SendAsync(HttpMethod.Patch, "Books(5)", new { Title = "Changed" }, ("If-Match", "W/\"5\""));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Response.Headers.ETag!.ToString().Should().Be("W/\"6\"");
        answer.Json.GetProperty("Title").GetString().Should().Be("Changed");
        answer.Json.GetProperty("Price").GetDecimal().Should().Be(Seed.Books[4].Price);
    }

    [Fact]
    public async Task Put_ReplacesTheRow()
    {
        var answer = await _server.SendAsync(HttpMethod.Put, "Books(5)", new { Title = "Changed" }, ("If-Match", "*"));

        answer.Json.GetProperty("Price").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("PATCH", "Books(5)")]
    [InlineData("PUT", "Books(5)")]
    [InlineData("DELETE", "Books(5)")]
    [InlineData("PUT", "Books(5)/Title")]
    public async Task AWrite_NeedsTheVersionItWasReadWith(string method, string url)
    {
        object body = url.EndsWith("Title", StringComparison.Ordinal) ? new { value = "x" } : new { Title = "x" };

        var silent = await _server.SendAsync(new HttpMethod(method), url, body);
        var stale = await _server.SendAsync(new HttpMethod(method), url, body, ("If-Match", "W/\"4\""));
        var right = await _server.SendAsync(new HttpMethod(method), url, body, ("If-Match", "W/\"4\", W/\"5\""));

        silent.Status.Should().Be(HttpStatusCode.PreconditionRequired);
        stale.Status.Should().Be(HttpStatusCode.PreconditionFailed);
        stale.Response.Headers.ETag!.ToString().Should().Be("W/\"5\"");
        ((int)right.Status).Should().BeInRange(200, 204, right.Text);
    }

    [Fact]
    public async Task Put_WithIfNoneMatch_CreatesUnderItsKey_Once()
    {
        var first = await _server.SendAsync(HttpMethod.Put, "Books(700)", new { Isbn = "new-700", Title = "Fresh" }, ("If-None-Match", "*"));
        var second = await _server.SendAsync(HttpMethod.Put, "Books(700)", new { Isbn = "new-700", Title = "Fresh" }, ("If-None-Match", "*"));

        first.Status.Should().Be(HttpStatusCode.Created, first.Text);
        second.Status.Should().Be(HttpStatusCode.PreconditionFailed);
    }

    [Theory]
    [InlineData("PATCH", "Books(4)")]
    [InlineData("DELETE", "Books(4)")]
    [InlineData("PATCH", "Books(999)")]
    public async Task AForeignRow_IsNotThere(string method, string url) =>
        (await _server.SendAsync(new HttpMethod(method), url, new { Title = "x" }, ("If-Match", "*"))).Status.Should().Be(HttpStatusCode.NotFound);

    [Fact]
    public async Task Delete_LeavesNothing()
    {
        var answer = await _server.SendAsync(HttpMethod.Delete, "Books(5)", null, ("If-Match", "*"));

        answer.Status.Should().Be(HttpStatusCode.NoContent);
        (await _server.GetAsync("Books(5)")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{\"Titel\":\"x\"}", "Did you mean 'Title'")]
    [InlineData("{\"Pages\":\"many\"}", "Pages")]
    [InlineData("{\"Pages\":1.5}", "whole number")]
    [InlineData("{\"Pages\":99999999999}", "Pages")]
    [InlineData("{\"Title\":null}", "Title must not be null")]
    [InlineData("{\"Genre\":\"Comedy\"}", "Fiction, History, Poetry")]
    [InlineData("{\"Published\":\"02.01.2026\"}", "Published")]
    [InlineData("{\"Editions\":[{\"Yeer\":1}]}", "Did you mean 'Year'")]
    [InlineData("{\"Editions\":[{\"Year\":\"x\"}]}", "Editions[0]/Year")]
    [InlineData("{\"Title\":\"x\"", "line 1")]
    [InlineData("[]", "object")]
    public async Task AWrongBody_IsRefusedByName(string body, string says)
    {
        var answer = await _server.SendAsync(HttpMethod.Post, "Books", body);

        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        answer.ErrorMessage.Should().Contain(says);
    }

    [Fact]
    public async Task TheHostsAnswers_HaveTheirStatus()
    {
        var conflict = await _server.SendAsync(HttpMethod.Post, "Books", NewBook(5));
        var invalid = await _server.SendAsync(HttpMethod.Post, "Books", new { Id = 501, Isbn = "x", Title = "x", Pages = -1 });
        var kept = await _server.SendAsync(HttpMethod.Delete, "Stocks(ShopId=1,Day=2026-03-03)", null);
        var notAllowed = await _server.SendAsync(HttpMethod.Post, "Authors", new { Id = 1 });
        var media = await _server.SendAsync(HttpMethod.Post, "Books", "<a/>", ("Content-Type", "application/xml"));
        var related = await _server.SendAsync(HttpMethod.Post, "Books", "{\"Author@odata.bind\":\"Authors(1)\"}");

        conflict.Status.Should().Be(HttpStatusCode.Conflict);
        invalid.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        invalid.Json.GetProperty("error").GetProperty("details")[0].GetProperty("target").GetString().Should().Be("Pages");
        kept.Status.Should().Be(HttpStatusCode.Conflict);
        notAllowed.Status.Should().Be(HttpStatusCode.MethodNotAllowed);
        notAllowed.Response.Content.Headers.Allow.Should().Equal("GET");
        media.Status.Should().Be(HttpStatusCode.UnsupportedMediaType);
        related.Status.Should().Be(HttpStatusCode.NotImplemented);
    }

    [Fact]
    public async Task AProperty_IsWrittenAlone()
    {
        var put = await _server.SendAsync(HttpMethod.Put, "Books(5)/Subtitle", new { value = "alone" }, ("If-Match", "*"));
        var gone = await _server.SendAsync(HttpMethod.Delete, "Books(5)/Subtitle", null, ("If-Match", "*"));
        var required = await _server.SendAsync(HttpMethod.Delete, "Books(5)/Title", null, ("If-Match", "*"));

        put.Json.GetProperty("Subtitle").GetString().Should().Be("alone");
        gone.Json.GetProperty("Subtitle").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        required.Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task AReader_WhoHasTheRow_IsToldSo()
    {
        var answer = await _server.GetAsync("Books(5)", ("If-None-Match", "W/\"5\""));

        answer.Status.Should().Be(HttpStatusCode.NotModified);
        answer.Text.Should().BeEmpty();
    }
}
