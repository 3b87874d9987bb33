using System.Net;
using System.Text.Json;
using K12Sync.OData.Tests.Bookshop;

namespace K12Sync.OData.Tests.Expanding;

/// <summary>Protocol, "System Query Option $expand" and "$search", URL Conventions, "Parameter Aliases": related rows with options of their own, free text, aliases.</summary>
public sealed class ExpandTests(BookshopServer server)
{
    private static IEnumerable<Review> Mine(int book) => Seed.Reviews.Where(r => r.BookId == book && r.ShopId == 1);

    private static IEnumerable<long> Ids(JsonElement row, string name) => row.GetProperty(name).EnumerateArray().Select(r => r.GetProperty("Id").GetInt64());

    [Fact]
    public async Task ToOne_IsAnObjectOrNull()
    {
        var answer = await server.GetAsync("Books?$expand=Author($select=Name)&$select=Id");

        foreach (var row in answer.Rows)
        {
            var book = Seed.Books[row.GetProperty("Id").GetInt32() - 1];
            var author = row.GetProperty("Author");
            if (book.AuthorId is { } id)
                author.GetProperty("Name").GetString().Should().Be(Seed.Authors[id - 1].Name);
            else
                author.ValueKind.Should().Be(JsonValueKind.Null);
        }
        answer.Json.GetProperty("@odata.context").GetString().Should().EndWith("#Books(Id,Author(Name))");
    }

    [Theory]
    [InlineData("")]
    [InlineData("$orderby=Stars desc")]
    [InlineData("$top=2")]
    [InlineData("$top=2;$skip=1;$orderby=Stars")]
    [InlineData("$filter=Stars gt 2;$count=true;$top=1")]
    [InlineData("top=3;count=true")]
    public async Task ToMany_FollowsItsOwnOptions(string options)
    {
        var answer = await server.GetAsync($"Books?$select=Id&$expand=Reviews({(options.Length == 0 ? "$select=Id,Stars" : options)})");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        foreach (var row in answer.Rows)
        {
            var reviews = Mine(row.GetProperty("Id").GetInt32());
            reviews = options.Contains("filter", StringComparison.Ordinal) ? reviews.Where(r => r.Stars > 2) : reviews;
            var count = reviews.Count();
            reviews = options.Contains("Stars desc", StringComparison.Ordinal) ? reviews.OrderByDescending(r => r.Stars).ThenByDescending(r => r.Id)
                : options.Contains("orderby", StringComparison.Ordinal) ? reviews.OrderBy(r => r.Stars).ThenBy(r => r.Id) : reviews.OrderBy(r => r.Id);
            reviews = options.Contains("skip", StringComparison.Ordinal) ? reviews.Skip(1) : reviews;
            reviews = options.Contains("top=3", StringComparison.Ordinal) ? reviews.Take(3) : options.Contains("top=2", StringComparison.Ordinal) ? reviews.Take(2)
                : options.Contains("top=1", StringComparison.Ordinal) ? reviews.Take(1) : reviews;
            Ids(row, "Reviews").Should().Equal(reviews.Select(r => r.Id));
            if (options.Contains("count", StringComparison.Ordinal))
                row.GetProperty("Reviews@odata.count").GetInt32().Should().Be(count);
        }
    }

    [Fact]
    public async Task Search_WorksInside()
    {
        var answer = await server.GetAsync("Authors?$expand=Books($search=run;$select=Id)");

        foreach (var author in answer.Rows)
        {
            Ids(author, "Books").Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.AuthorId == author.GetProperty("Id").GetInt32()
                && b.Title.Contains("run", StringComparison.OrdinalIgnoreCase)).Select(b => (long)b.Id));
        }
    }

    [Fact]
    public async Task TwoLevels_AreFollowed()
    {
        var answer = await server.GetAsync("Authors?$expand=Books($select=Id;$orderby=Id desc;$top=2;$expand=Reviews($top=1;$orderby=Id))");

        foreach (var author in answer.Rows)
        {
            var books = Seed.Books.Where(b => b.ShopId == 1 && b.AuthorId == author.GetProperty("Id").GetInt32()).OrderByDescending(b => b.Id).Take(2).ToList();
            Ids(author, "Books").Should().Equal(books.Select(b => (long)b.Id));
            foreach (var book in author.GetProperty("Books").EnumerateArray())
                Ids(book, "Reviews").Should().Equal(Mine(book.GetProperty("Id").GetInt32()).OrderBy(r => r.Id).Take(1).Select(r => r.Id));
        }
    }

    [Fact]
    public async Task ALongList_IsCut_AndContinuesUnderItsOwnLink()
    {
        await using var own = await BookshopServer.StartAsync(new ODataOptions { ExpandedPageSize = 2 });

        var row = (await own.GetAsync("Books(2)?$expand=Reviews($orderby=Id desc;$filter=Stars lt 6)")).Json;
        var rest = await own.AllAsync(row.GetProperty("Reviews@odata.nextLink").GetString()!);

        Ids(row, "Reviews").Concat(rest.Select(r => r.GetProperty("Id").GetInt64())).Should().Equal(Mine(2).OrderByDescending(r => r.Id).Select(r => r.Id));
    }

    [Fact]
    public async Task Expansion_AsksOncePerLink_NotOncePerRow()
    {
        var before = server.Sql.Count;

        await server.GetAsync("Books?$expand=Reviews,Author");

        server.Sql.Since(before).Count(sql => sql.Contains("Reviews", StringComparison.Ordinal) || sql.Contains("Authors", StringComparison.Ordinal)).Should().BeLessThan(10);
    }

    [Theory]
    [InlineData("Books?$search=run", new[] { "run 9", "Run 9", "RUN 9 again" })]
    [InlineData("Books?$search=run NOT again", new[] { "run 9", "Run 9" })]
    [InlineData("Books?$search=\"with, comma\" OR tail", new[] { "with, comma", "tail\\slash" })]
    [InlineData("Books?$search=9", new[] { "run 9", "Run 9", "RUN 9 again" })]
    [InlineData("Books?$search=9 NOT a9ain NOT again", new[] { "run 9", "Run 9" })]
    [InlineData("Books?$search=run AND again", new[] { "RUN 9 again" })]
    public async Task Search_LooksIntoTheSearchableColumns_WithoutRegardToCase(string url, string[] titles)
    {
        var rows = await server.AllAsync(url);

        rows.Select(r => r.GetProperty("Id").GetInt32()).Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && titles.Contains(b.Title)).Select(b => b.Id));
    }

    [Theory]
    [InlineData("Books?$filter=Pages eq @p&@p=3&$select=Id")]
    [InlineData("Books?$filter=Pages eq @p and contains(Title,@t)&@p=3&@t=''&$select=Id")]
    public async Task Alias_StandsForItsValue(string url)
    {
        var answer = await server.GetAsync(url);

        answer.Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.Pages == 3).Select(b => b.Id));
    }

    [Fact]
    public async Task Alias_OfNull_IsNull() =>
        (await server.GetAsync("Books?$filter=Subtitle eq @p&@p=null&$select=Id")).Ids.Should().Equal(Seed.Books.Where(b => b.ShopId == 1 && b.Subtitle is null).Select(b => b.Id));
}
