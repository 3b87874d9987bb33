using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Operations;

/// <summary>Protocol, "Operations": actions and functions, bound and unbound, with and without namespace and parentheses, and how their parameters are given.</summary>
public sealed class OperationTests(BookshopServer server)
{
    [Fact]
    public async Task AnAction_ChangesItsRow_AndReturnsIt()
    {
        await using var own = await BookshopServer.StartAsync();

        var answer = await own.SendAsync(HttpMethod.Post, "Books(5)/Bookshop.Discount", new { percent = 50 });
        var stale = await own.SendAsync(HttpMethod.Post, "Books(5)/Discount", new { percent = 50 }, ("If-Match", "W/\"5\""));
        var refused = await own.SendAsync(HttpMethod.Post, "Books(5)/Bookshop.Discount", new { percent = 95 });

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("Price").GetDecimal().Should().Be(Seed.Books[4].Price / 2);
        answer.Json.GetProperty("@odata.context").GetString().Should().EndWith("#Books/$entity");
        stale.Status.Should().Be(HttpStatusCode.PreconditionFailed);
        refused.Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("Books(5)/Bookshop.Quote(currency='EUR')")]
    [InlineData("Books(5)/Bookshop.Quote(currency=@c)?@c='EUR'")]
    [InlineData("Books(5)/Bookshop.Quote(currency='EUR',on=2026-01-01)")]
    [InlineData("Books(5)/Quote(currency='EUR')")]
    [InlineData("Books(5)/Bookshop.Quote?currency='EUR'")]
    [InlineData("Books(5)/Quote?currency='EUR'&on=2026-01-01")]
    public async Task AFunction_ReturnsAComplexValue(string url)
    {
        var answer = await server.GetAsync(url);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("Currency").GetString().Should().Be("EUR");
        answer.Json.GetProperty("@odata.context").GetString().Should().EndWith("$metadata#Bookshop.PriceAsked");
    }

    [Fact]
    public async Task AFunction_ReturningRows_TakesQueryOptions()
    {
        var answer = await server.GetAsync("Books/Bookshop.Thick()?$filter=Id lt 30&$orderby=Id desc&$select=Id&$count=true");

        answer.Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.Pages >= 9 && b.Id < 30).OrderByDescending(b => b.Id).Select(b => b.Id));
    }

    [Theory]
    [InlineData("Seconds(span=duration'PT2M')", 120)]
    [InlineData("Seconds(span='PT2M')", 120)]
    [InlineData("Seconds(span=@s)?@s='PT1H'", 3600)]
    [InlineData("Seconds?span=duration'PT1S'", 1)]
    public async Task ADuration_IsWrittenWithOrWithoutItsPrefix(string url, int seconds)
    {
        var answer = await server.GetAsync(url);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("value").GetInt64().Should().Be(seconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    public async Task AnAction_WithoutParameters_NeedsNoBody(string? body) =>
        (await server.SendAsync(HttpMethod.Post, "Tidy", body)).Status.Should().Be(HttpStatusCode.NoContent);

    [Theory]
    [InlineData("Languages()")]
    [InlineData("Languages")]
    [InlineData("Bookshop.Languages()")]
    public async Task AnUnboundFunction_ReturnsAList(string url)
    {
        var answer = await server.GetAsync(url);

        answer.Rows.Select(r => r.GetString()).Should().Equal("de", "en");
        answer.Json.GetProperty("@odata.context").GetString().Should().EndWith("$metadata#Collection(Edm.String)");
    }

    [Fact]
    public async Task AnAction_TakenOn_SaysWhereToLook()
    {
        var answer = await server.SendAsync(HttpMethod.Post, "Books/Bookshop.Recount", new { ids = new[] { 1, 2 } });

        answer.Status.Should().Be(HttpStatusCode.Accepted, answer.Text);
        answer.Response.Headers.Location.Should().Be(server.Root + "Books");
    }

    [Fact]
    public async Task AnOperation_HasTheTimeOfAStatement_UnlessItMayTakeLonger()
    {
        await using var own = await BookshopServer.StartAsync(new ODataOptions { StatementTime = TimeSpan.FromMilliseconds(300) }, more: books =>
        {
            books.Action("Ring", RingAsync);
            books.Action("RingOut", RingAsync).MayTake(TimeSpan.FromMinutes(1));
        });

        var ended = await own.SendAsync(HttpMethod.Post, "Books(5)/Bookshop.Ring", new { });
        var done = await own.SendAsync(HttpMethod.Post, "Books(5)/Bookshop.RingOut", new { });

        ended.Status.Should().Be(HttpStatusCode.TooManyRequests, ended.Text);
        done.Status.Should().Be(HttpStatusCode.NoContent, done.Text);
        static async Task<ODataResult> RingAsync(OperationCall call)
        {
            await Task.Delay(1_500, call.Stopped);
            return new ODataResult.Done();
        }
    }

    [Theory]
    [InlineData("POST", "Books(5)/Bookshop.Discount", "{}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "Books(5)/Bookshop.Discount", "{\"percent\":1,\"colour\":2}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "Books(5)/Bookshop.Discount", "{\"percent\":\"x\"}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "Books(4)/Bookshop.Discount", "{\"percent\":1}", HttpStatusCode.NotFound)]
    [InlineData("GET", "Books(5)/Bookshop.Discount", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "Books(5)/Bookshop.Quote(currency='EUR')", "{}", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "Books(5)/Bookshop.Quote", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "Books(5)/Bookshop.Quote(currency=5)", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "Books/Bookshop.Nothing()", null, HttpStatusCode.NotFound)]
    public async Task AWrongCall_IsRefused(string method, string url, string? body, HttpStatusCode status)
    {
        var answer = await server.SendAsync(new HttpMethod(method), url, body);

        answer.Status.Should().Be(status, answer.Text);
    }
}
