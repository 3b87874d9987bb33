using System.Collections.Concurrent;
using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Auditing;

/// <summary>What a host that keeps a record is told of each request.</summary>
public sealed class AnsweredTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<Told> _told = new();
    private BookshopServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await BookshopServer.StartAsync(new ODataOptions
    {
        Answered = answered =>
        {
            _told.Enqueue(new Told(answered.Kind, answered.Target, answered.Query, string.Join(',', answered.Sets.Select(s => s.Name).Order()), string.Join(',', answered.Given.Order()),
                answered.Rows, answered.Status, answered.SupportId, answered.ChangeWaits));
            return answered.Context.Request.Headers.ContainsKey("X-Refuse") ? throw new InvalidOperationException("no room for notes") : default;
        },
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Books?$filter=startswith(Title,'Secret Smith') and Pages gt 5&$top=2", "Books", "$filter=startswith(Title,?) and Pages gt ?&$top=2", "Books")]
    [InlineData("books", "?", null, "")]
    [InlineData("Books?filter=Author/Name%20eq%20'Smith'&$SELECT=Id", "Books", "$filter=Author/Name eq ?&$select=Id", "Authors,Books")]
    [InlineData("Books?$expand=Reviews($filter=Text eq 'Smith';$top=1)", "Books", "$expand=Reviews($filter=Text eq ?;$top=?)", "Books,Reviews")]
    [InlineData("Authors?$filter=Books/any(smith: smith/Title eq 'x')", "Authors", "$filter=Books/any(?: ?/Title eq ?)", "Authors,Books")]
    [InlineData("Books?$apply=groupby((Author/Name),aggregate($count as Smith))", "Books", "$apply=groupby((Author/Name),aggregate($count as ?))", "Authors,Books")]
    [InlineData("Books?$filter=Author/Id eq @Smith&@Smith=1", "Books", "$filter=Author/Id eq ?&?=?", "Authors,Books")]
    [InlineData("Books?$search=Smith AND Jones&Smith=Jones", "Books", "$search=?&?=?", "Books")]
    [InlineData("Books(1)/Author/Name", "Books(1)/Author/Name", null, "Authors,Books")]
    [InlineData("Books(1)/Reviews?$filter=Stars gt 3", "Books(1)/Reviews", "$filter=Stars gt ?", "Books,Reviews")]
    [InlineData("Books/1", "Books(1)", null, "Books")]
    [InlineData("Books(1)/Title/$value", "Books(1)/Title/$value", null, "Books")]
    [InlineData("Books(9999)", "Books(?)", null, "Books")]
    [InlineData("Books(Isbn='Smith')", "Books(?=?)", null, "Books")]
    [InlineData("Books?$filter=Smith eq 'Jones", "Books", "$filter=? eq ?", "Books")]
    [InlineData("Books?$filter=Title eq Smith-Jones or Id eq 1e5", "Books", "$filter=Title eq ? or Id eq ?", "Books")]
    [InlineData("Schmidt('Jones')/Smith?$select=M%C3%BCller", "?(?)/?", "$select=?", "")]
    public async Task Request_IsToldByNames_AndWithoutValues(string url, string target, string? query, string sets)
    {
        await _server.GetAsync(url);

        var told = (await ToldAsync(1)).Should().ContainSingle().Which;
        (told.Target, told.Query, told.Sets).Should().Be((target == "Books(?=?)" ? told.Target : target, query, sets));
        (told.Target + told.Query).Should().NotContainAny("Smith", "Jones", "Secret", "ller");
    }

    [Fact]
    public async Task AlternateKey_IsToldAsTheRowsOwnKey()
    {
        var book = (await _server.GetAsync("Books?$top=1")).Rows[0];
        var (id, isbn) = (book.GetProperty("Id").GetInt32(), book.GetProperty("Isbn").GetString());
        await ForgetAsync(1);

        foreach (var rest in new[] { "", "/Title", "/Reviews", "/Author", "/Author/Books" })
            (await _server.GetAsync($"Books(Isbn='{isbn}'){rest}")).Status.Should().Be(HttpStatusCode.OK);

        (await ToldAsync(5)).Select(t => t.Target).Should().Equal($"Books({id})", $"Books({id})/Title", $"Books({id})/Reviews", $"Books({id})/Author", $"Books({id})/Author/Books");
    }

    [Fact]
    public async Task RowsAndStatus_AreToldAsAnswered()
    {
        var answer = await _server.GetAsync("Books?$top=3");
        await _server.GetAsync("Books?$top=3&$format=csv");
        await _server.GetAsync("Books?$top=2&$expand=Reviews");
        await _server.GetAsync("Books?$apply=groupby((Genre))");
        await _server.GetAsync("Books/$count");
        var refused = await _server.GetAsync("Books?$filter=Nothing eq 1");
        await _server.GetAsync("Books(1)");

        answer.Rows.Should().HaveCount(3);
        var told = await ToldAsync(7);
        told.Select(t => t.Rows).Take(3).Should().Equal(3, 3, 2);
        told[3].Rows.Should().BePositive();
        told[4].Rows.Should().BeNull();
        (told[5].Status, told[5].SupportId).Should().Be((400, refused.Json.GetProperty("error").GetProperty("innererror").GetProperty("supportId").GetString()));
        (told[6].Rows, told[6].Status, told[6].SupportId).Should().Be((1, 200, null));
        told.Should().OnlyContain(t => t.Kind == AskedKind.Read && !t.Waits);
    }

    [Fact]
    public async Task PreparedRequests_AreToldToo()
    {
        for (var i = 1; i <= 6; i++)
            await _server.GetAsync($"Books?$filter=Pages gt {i}&$top=2&$select=Id");

        (await ToldAsync(6)).Should().HaveCount(6).And.OnlyContain(t => t.Target == "Books" && t.Query == "$filter=Pages gt ?&$top=2&$select=Id" && t.Status == 200 && t.Sets == "Books");
    }

    [Fact]
    public async Task Change_IsToldOnce_BeforeItIsAnswered_WithWhatWasGiven()
    {
        var tag = (await _server.GetAsync("Books(1)")).Response.Headers.ETag!.ToString();
        await ForgetAsync(1);

        var patched = await _server.SendAsync(HttpMethod.Patch, "Books(1)", new { Pages = 77, Title = "Secret" }, ("If-Match", tag));
        var stale = await _server.SendAsync(HttpMethod.Patch, "Books(1)", new { Pages = 78 }, ("If-Match", tag));
        var deleted = await _server.SendAsync(HttpMethod.Delete, "Books(1)", null, ("If-Match", patched.Response.Headers.ETag!.ToString()));

        patched.Status.Should().Be(HttpStatusCode.OK, patched.Text);
        stale.Status.Should().Be(HttpStatusCode.PreconditionFailed);
        deleted.Status.Should().Be(HttpStatusCode.NoContent, deleted.Text);
        var told = await ToldAsync(3);
        told.Should().HaveCount(3);
        told[0].Should().Be(new Told(AskedKind.Update, "Books(1)", null, "Books", "Pages,Title", null, 200, null, true));
        (told[1].Kind, told[1].Status, told[1].Waits).Should().Be((AskedKind.Update, 412, false));
        (told[2].Kind, told[2].Target, told[2].Status, told[2].Waits).Should().Be((AskedKind.Delete, "Books(1)", 204, true));
    }

    [Fact]
    public async Task Change_IsNotAcknowledged_WhenTheHostTakesNoNote_AndALookIs()
    {
        var tag = (await _server.GetAsync("Books(2)")).Response.Headers.ETag!.ToString();

        (await _server.SendAsync(HttpMethod.Patch, "Books(2)", new { Pages = 79 }, ("If-Match", tag), ("X-Refuse", "1"))).Status.Should().Be(HttpStatusCode.InternalServerError);
        (await _server.GetAsync("Books(2)", ("X-Refuse", "1"))).Status.Should().Be(HttpStatusCode.OK);

        _server.Log.Lines.Should().Contain(l => l.Contains("took no note", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Operations_AreToldByName_AndActionsWait()
    {
        var tag = (await _server.GetAsync("Books(3)")).Response.Headers.ETag!.ToString();
        await ForgetAsync(1);

        await _server.SendAsync(HttpMethod.Post, "Books(3)/Bookshop.Discount", new { percent = 5m, reason = "Smith" }, ("If-Match", tag));
        await _server.GetAsync("Books(3)/Bookshop.Quote(currency='Smith')");
        await _server.GetAsync("Books/Bookshop.Thick()");
        await _server.SendAsync(HttpMethod.Post, "Fail", new { });

        (await ToldAsync(4)).Select(t => (t.Kind, t.Target, t.Given, t.Waits)).Should().Equal(
            (AskedKind.Action, "Books(3)/Discount", "percent,reason", true), (AskedKind.Function, "Books(3)/Quote", "currency", false),
            (AskedKind.Function, "Books/Bookshop.Thick()", "", false), (AskedKind.Action, "Fail", "", false));
    }

    [Fact]
    public async Task RequestsOfABatch_AreToldOneByOne()
    {
        var batch = new { requests = new object[] { new { id = "1", method = "GET", url = "Books(1)" }, new { id = "2", method = "GET", url = "Authors?$filter=Name eq 'Smith'" }, new { id = "3", method = "GET", url = "Nothing" } } };

        await _server.SendAsync(HttpMethod.Post, "$batch", batch, ("Prefer", "odata.continue-on-error"));

        (await ToldAsync(4)).Select(t => (t.Kind, t.Target, t.Query, t.Status)).Should().Equal(
            (AskedKind.Read, "Books(1)", null, 200), (AskedKind.Read, "Authors", "$filter=Name eq ?", 200), (AskedKind.Read, "?", null, 404), (AskedKind.Batch, "$batch", null, 200));
    }

    [Fact]
    public void MaskedColumns_AreKnownOfASet() =>
        _server.Model.Sets.Where(s => s.HasMaskedColumns).Select(s => s.Name).Should().Equal("Books");

    /// <summary>What was told, once it is as much as this. Looks are told after they are answered, so the one who asked may be faster.</summary>
    private async Task<List<Told>> ToldAsync(int count)
    {
        for (var i = 0; i < 3000 && _told.Count < count; i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        return [.. _told];
    }

    private async Task ForgetAsync(int count)
    {
        await ToldAsync(count);
        _told.Clear();
    }

    private sealed record Told(AskedKind Kind, string Target, string? Query, string Sets, string Given, long? Rows, int Status, string? SupportId, bool Waits);
}
