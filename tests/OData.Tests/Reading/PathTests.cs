using System.Net;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Reading;

/// <summary>URL Conventions, "Resource Path", and Protocol, "Requesting Data": rows by key, properties, raw values, counts, links.</summary>
public sealed class PathTests(BookshopServer server)
{
    [Theory]
    [InlineData("Books(5)", 5)]
    [InlineData("Books/5", 5)]
    [InlineData("Books(Id=5)", 5)]
    [InlineData("Books(Isbn='978-005')", 5)]
    [InlineData("Books(Isbn='978-007%2Fx')", 7)]
    [InlineData("Books(@k)?@k=5", 5)]
    [InlineData("Books(Isbn=@k)?@k='978-007%2Fx'", 7)]
    [InlineData("Books(Id=@k)?@k=5", 5)]
    [InlineData("Authors(2)/Books(1)", 1)]
    public async Task Row_IsFoundByItsKey(string url, int id)
    {
        var answer = await server.GetAsync(url);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("Id").GetInt32().Should().Be(id);
    }

    [Fact]
    public async Task Row_IsFoundByACompositeKey()
    {
        var answer = await server.GetAsync("Stocks(ShopId=1,Day=2026-03-03)");

        answer.Json.GetProperty("Copies").GetInt32().Should().Be(12);
        answer.Json.GetProperty("@odata.context").GetString().Should().EndWith("$metadata#Stocks/$entity");
    }

    [Theory]
    [InlineData("Books(4)")]
    [InlineData("Books(4)/Reviews")]
    [InlineData("Books(4)/Title/$value")]
    [InlineData("Books(Isbn='978-004')")]
    [InlineData("Stocks(ShopId=2,Day=2026-03-03)")]
    [InlineData("Books(4)/Bookshop.Quote(currency='EUR')")]
    [InlineData("Books(999)")]
    [InlineData("Boks")]
    [InlineData("Books(5)/Titel")]
    public async Task ForeignAndMissing_AreBothNotFound(string url)
    {
        var answer = await server.GetAsync(url);

        answer.Status.Should().Be(HttpStatusCode.NotFound, answer.Text);
    }

    [Fact]
    public async Task EverySet_ShowsTheCallersRowsOnly()
    {
        var mine = await server.AllAsync("Books?$expand=Reviews");
        var theirs = await server.AllAsync("Books?$expand=Reviews", ("X-Shop", "2"));

        mine.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal(Seed.Books.Where(b => b.ShopId == 1).Select(b => b.Id));
        theirs.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal(Seed.Books.Where(b => b.ShopId == 2).Select(b => b.Id));
        (await server.GetAsync("Authors?$filter=Books/any(b: b/Id eq 4)")).Rows.Should().BeEmpty();
        (await server.GetAsync("Reviews/$count")).Text.Should().Be(Seed.Reviews.Count(r => r.ShopId == 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Books(5)/Title/$value", "Run 9 again")]
    [InlineData("Books(2)/Title/$value", "Run 9")]
    [InlineData("Books(5)/Published/$value", "2020-07-18")]
    [InlineData("Books(5)/Genre/$value", "Poetry")]
    [InlineData("Books(5)/Editions/$count", "2")]
    [InlineData("Books/$count", "45")]
    [InlineData("Books/$count?$filter=Pages eq 3", "4")]
    [InlineData("Authors(2)/Books/$count", "4")]
    public async Task RawValue_IsPlainText(string url, string text)
    {
        var answer = await server.GetAsync(url);

        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("text/plain");
        answer.Text.Should().Be(url.StartsWith("Books(5)/Title", StringComparison.Ordinal) ? Seed.Books[4].Title : Expected(url) ?? text);
    }

    [Fact]
    public async Task Property_IsWrappedInValue()
    {
        var answer = await server.GetAsync("Books(5)/Title");

        answer.Json.GetProperty("value").GetString().Should().Be(Seed.Books[4].Title);
        answer.Json.GetProperty("@odata.context").GetString().Should().Be(server.Root + "$metadata#Books(5)/Title");
    }

    [Fact]
    public async Task Property_HasNoContent_WhenNull() =>
        (await server.GetAsync("Books(3)/Subtitle")).Status.Should().Be(HttpStatusCode.NoContent);

    [Fact]
    public async Task ComplexCollection_IsAList()
    {
        var answer = await server.GetAsync("Books(5)/Editions");

        answer.Rows.Select(r => r.GetProperty("Language").GetString()).Should().Equal("en", "de");
        answer.Rows[1].GetProperty("PrintedOn").GetString().Should().Be("2001-02-03");
    }

    [Fact]
    public async Task Navigation_LeadsToRowsOfTheOtherSet()
    {
        var author = await server.GetAsync("Books(2)/Author");
        var reviews = await server.GetAsync("Books(2)/Reviews?$filter=Stars ge 3&$orderby=Stars desc,Id");
        var none = await server.GetAsync("Books(10)/Author");

        author.Json.GetProperty("Name").GetString().Should().Be("O'Hara");
        reviews.Ids.Should().Equal(Seed.Reviews.Where(r => r.BookId == 2 && r.Stars >= 3).OrderByDescending(r => r.Stars).ThenBy(r => r.Id).Select(r => (int)r.Id));
        none.Status.Should().Be(HttpStatusCode.NoContent);
    }

    private static string? Expected(string url) => url switch
    {
        "Books(2)/Title/$value" => Seed.Books[1].Title,
        "Books(5)/Published/$value" => Seed.Books[4].Published.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        "Books/$count?$filter=Pages eq 3" => Seed.Books.Count(b => b.ShopId == 1 && b.Pages == 3).ToString(System.Globalization.CultureInfo.InvariantCulture),
        "Authors(2)/Books/$count" => Seed.Books.Count(b => b.ShopId == 1 && b.AuthorId == 2).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}
